// A form that takes a few seconds says so on its button, and cannot be sent twice.
document.addEventListener("submit", (event) => {
  const { busy } = event.target.dataset;
  if (!busy || event.defaultPrevented || !event.submitter) return;
  const label = event.submitter.querySelector("span") ?? event.submitter;
  label.textContent = busy;
  event.submitter.setAttribute("aria-busy", "true");
  setTimeout(() => (event.submitter.disabled = true)); // once it is under way
});
