// The stream that tells a live part (ui.Live) to ask for its children again. It heals quietly: a stream that ends is
// opened again by the browser, and what changed meanwhile is asked for then. htmx hears only of a stream that was
// refused, which it tries again by itself, ever more slowly.

let leaving = false;
addEventListener("beforeunload", () => {
  leaving = true;
  // It may have been a download, and the page stays. A form that takes the server long leaves as late as its answer.
  setTimeout(() => (leaving = false), 30000);
});

export function open(url) {
  const source = new EventSource(url);
  let opened = false;
  // Registered before htmx sets its own handlers, so that they can be kept from hearing.
  source.addEventListener("error", (event) => {
    if (leaving || source.readyState === EventSource.CONNECTING) event.stopImmediatePropagation();
  });
  source.addEventListener("open", () => {
    if (opened) source.dispatchEvent(new MessageEvent("changed"));
    opened = true;
  });
  return source;
}
