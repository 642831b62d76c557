// Filters that fill a phone's screen: Escape closes them, and so does leaving them with Tab, so that nobody goes through a
// page that is hidden behind them.
const phone = matchMedia("(max-width: 767.98px)");
const opened = () => phone.matches && document.querySelector("details.sheet[open]");

document.addEventListener("keydown", (event) => {
  const sheet = opened();
  if (!sheet || event.key !== "Escape") return;
  sheet.open = false;
  sheet.querySelector("summary").focus();
});

document.addEventListener("focusin", (event) => {
  const sheet = opened();
  if (sheet && !sheet.contains(event.target)) sheet.open = false;
});
