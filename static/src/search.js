// input[data-search] searches as one types; Enter, which would send the form it stands in, does nothing more.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches?.("input[data-search]")) event.preventDefault();
});
