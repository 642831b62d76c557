// button[data-body="#told"] has the server change the body, and puts the text into the editor as one step that an undo
// takes back. Why it could not be done goes into the element that data-body names. Without scripts the form posts.
import { announce } from "./announce.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-body]");
  const editor = button?.form.querySelector("code-editor");
  if (!editor) return;
  event.preventDefault();
  const told = document.querySelector(button.dataset.body);
  const answer = await changed(button);
  told.textContent = answer.told;
  if (answer.told) return;
  if (answer.body === editor.text) return announce("There is nothing to change");
  editor.replace(answer.body);
  announce("The body is changed");
});

// What was said of a text does not outlive it.
document.addEventListener("input", (event) => {
  if (event.target.id === "field-url") document.querySelector("#address-told")?.replaceChildren();
  const form = event.target.closest?.("code-editor")?.closest("form");
  const button = form?.querySelector("button[data-body]");
  if (button) document.querySelector(button.dataset.body).textContent = "";
});

async function changed(button) {
  try {
    const answer = await fetch(button.formAction, {
      method: "POST",
      body: new URLSearchParams(new FormData(button.form, button)),
      headers: { Accept: "application/json" },
    });
    if (answer.ok) return await answer.json();
  } catch {
    // said below
  }
  return { told: "Hookline cannot be reached. Check your connection and try again." };
}
