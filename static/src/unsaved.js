// form[data-unsaved]: leaving the page with changes that were not sent asks first. data-unsaved="true" is a form that
// came back with what was typed, so it is unsaved from the start. Fields in [data-not-kept] change nothing that is saved.
const changed = new WeakSet();
let leaving = false; // a form is on its way, which is what the changes were for

const remember = (event) => {
  const form = event.target.closest?.("form[data-unsaved]");
  if (form && !event.target.closest("[data-not-kept]")) changed.add(form);
};
document.addEventListener("input", remember);
// Edits by htmx, such as a removed row, type nothing.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.matches("button[name=edit]")) remember({ target: event.detail.elt });
});
document.addEventListener("submit", (event) => {
  leaving = !event.defaultPrevented;
});
addEventListener("pageshow", () => (leaving = false));
addEventListener("beforeunload", (event) => {
  if (leaving) return;
  const unsaved = [...document.querySelectorAll("form[data-unsaved]")].some(
    (form) => form.dataset.unsaved === "true" || changed.has(form),
  );
  if (unsaved) event.preventDefault();
});
