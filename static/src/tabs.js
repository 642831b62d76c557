// Tabs that do not fit are scrolled, so that the one that is open is seen whole. What comes in first once the page is
// there may be numbers on the tabs, which make them wider; after that they stay as somebody scrolls them.
const showOpen = () => {
  for (const open of document.querySelectorAll(".nav-tabs [aria-current]")) {
    const row = open.closest(".nav-tabs");
    const hidden = open.getBoundingClientRect().right - row.getBoundingClientRect().right;
    if (hidden > 0) row.scrollLeft += hidden;
  }
};

showOpen();
document.addEventListener("htmx:afterSettle", showOpen, { once: true });
