// Menus are <details>, so they open without scripts. Scripts make them close: by Escape, by a click elsewhere,
// by leaving them with Tab. The phone's navigation opens by a button.
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

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-toggle]");
  if (!button) return;
  const open = document.querySelector(button.dataset.toggle).classList.toggle("show");
  button.setAttribute("aria-expanded", String(open));
});
