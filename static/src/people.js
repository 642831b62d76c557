// People who are chosen in their list, for a shortcut or a segment. Without scripts the boxes and the button work by themselves.
import { announce } from "./announce.js";

const most = 100; // a shortcut is pressed for no more at once
const form = () => document.getElementById("people-chosen");
const boxes = () => [...document.querySelectorAll('#people input[name="person"]')];

function showChosen() {
  const all = boxes();
  const chosen = all.filter((one) => one.checked).length;
  const every = form().querySelector("[data-choose-all]");
  every.checked = chosen > 0 && chosen === all.length;
  every.indeterminate = chosen > 0 && chosen < all.length;
  const words = form().querySelector("[data-chosen-words]"); // of a shortcut, if there is any to press
  if (words) words.textContent = chosen ? `Press for ${chosen} chosen…` : "Press for chosen…";
  form().classList.toggle("some", chosen > 0);
}

document.addEventListener("change", (event) => {
  if (!form()) return;
  const every = event.target.matches("[data-choose-all]");
  if (every) for (const one of boxes().slice(0, most)) one.checked = event.target.checked;
  if (every || event.target.name === "person") showChosen();
});

// A form that says nobody would only lead to a page that says so.
document.addEventListener("submit", (event) => {
  if (event.target !== form() || boxes().some((one) => one.checked)) return;
  event.preventDefault();
  announce("Nobody is chosen. Tick the boxes of those you mean.");
  boxes()[0]?.focus();
});

// A search brings other rows, of which none is chosen.
document.addEventListener("htmx:afterSettle", () => form() && showChosen());
