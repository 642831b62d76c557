// Tabs that do not fit are scrolled, so that the one that is open is always seen whole.
for (const open of document.querySelectorAll(".nav-tabs [aria-current]")) {
  const row = open.closest(".nav-tabs");
  const hidden = open.getBoundingClientRect().right - row.getBoundingClientRect().right;
  if (hidden > 0) row.scrollLeft += hidden;
}
