// One polite live region for short words such as "Copied". It is in the page from the start, because
// screen readers do not watch regions that appear together with their text.
export function announce(text) {
  const region = document.getElementById("announce");
  if (!region) return;
  region.textContent = "";
  setTimeout(() => (region.textContent = text), 50); // the same word twice is still news
}

// htmx could not reach the server, or was refused: say so, keep the page. The box is an alert, which is read out.
const failed = (text) => {
  const box = document.getElementById("trouble");
  if (!box) return;
  box.querySelector("[data-text]").textContent = text;
  box.hidden = false;
};
document.addEventListener("htmx:sendError", () => failed("Hookline cannot be reached. Check your connection and try again."));
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if (xhr.status === 401) return location.reload(); // signed out elsewhere: the server shows the way in
  const plain = xhr.getResponseHeader("Content-Type")?.startsWith("text/plain") && xhr.responseText.trim();
  failed(plain || `That did not work (error ${xhr.status}). Reload the page and try again.`);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const { successful, requestConfig } = event.detail;
  if (!successful || requestConfig.triggeringEvent?.type.startsWith("sse:")) return; // a refresh proves nothing
  const box = document.getElementById("trouble");
  if (box) box.hidden = true;
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (!button) return;
  const box = button.closest("[data-dismissable]");
  if (box.id) box.hidden = true; // kept, to be shown again
  else box.remove();
});
