// data-copy="text" copies that text; data-copy-from="#id" copies what the element shows or holds.
import { announce } from "./announce.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(textOf(button));
  } catch {
    announce("Your browser does not allow copying. Select the text and copy it yourself.");
    return;
  }
  announce("Copied");
  button.classList.add("copied"); // shows a tick instead of the sheets
  setTimeout(() => button.classList.remove("copied"), 1600);
});

function textOf(button) {
  if (button.dataset.copy !== undefined) return button.dataset.copy;
  const source = document.querySelector(button.dataset.copyFrom);
  return source.value ?? source.textContent;
}
