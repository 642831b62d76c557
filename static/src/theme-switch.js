// The three radio buttons in the person's menu: light, dark, or as the device says. theme.js does the painting.
const show = () => {
  for (const radio of document.querySelectorAll("input[name=theme]")) {
    radio.checked = radio.value === document.documentElement.dataset.theme;
  }
};

document.addEventListener("change", (event) => {
  if (event.target.name !== "theme") return;
  document.dispatchEvent(new CustomEvent("themechoose", { detail: event.target.value }));
});
document.addEventListener("themechange", show);
show();
