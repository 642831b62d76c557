// textarea[data-code]: Tab indents, and Escape followed by Tab leaves the field, so nobody is caught in it.
// Browsers that know "field-sizing" grow the box by the style sheet; the others grow it here, through the CSSOM,
// which the page's policy allows where it forbids style attributes.
let leaving = false;

document.addEventListener("keydown", (event) => {
  const area = event.target;
  if (!(area instanceof HTMLTextAreaElement) || !area.matches("[data-code]")) return;
  if (event.key === "Tab" && !event.shiftKey && !event.altKey && !event.ctrlKey && !leaving) {
    event.preventDefault();
    area.setRangeText("  ", area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  leaving = event.key === "Escape";
});

if (!CSS.supports("field-sizing", "content")) {
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!(area instanceof HTMLTextAreaElement) || !area.matches("[data-autosize]")) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  });
}
