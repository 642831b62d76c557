// Menus are <details>, so they open without scripts. Scripts make them close: by Escape, by a click elsewhere,
// by leaving them with Tab; and let the arrow keys open them and go through them. The phone's navigation opens by a button.
const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("focusin", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

const steps = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (Math.max(at, 0) + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

document.addEventListener("keydown", (event) => {
  const step = steps[event.key];
  const from = event.target.closest?.("details.menu > summary, details.menu .dropdown-item");
  const menu = from?.closest("details.menu");
  if (!step || !menu || (!menu.open && !event.key.startsWith("Arrow"))) return;
  event.preventDefault();
  menu.open = true;
  const items = [...menu.querySelectorAll("a.dropdown-item, button.dropdown-item")];
  items[step(items.indexOf(from), items.length)]?.focus();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-toggle]");
  if (!button) return;
  const open = document.querySelector(button.dataset.toggle).classList.toggle("show");
  button.setAttribute("aria-expanded", String(open));
});
