// The stream that tells a live part (ui.Live) to ask for its children again. It heals quietly: a stream that ends is
// opened again by the browser, and what changed meanwhile is asked for then. htmx hears only of a stream that was
// refused, which it tries again by itself, ever more slowly.

// A browser closes the streams of a page that is being left as if they had been refused, and does not always say that
// the page is left: not when it began to before the page's scripts ran. So htmx hears of a refusal this much later, in
// milliseconds, if the page is still there.
const holdBack = 1000;

export function open(url) {
  const source = new EventSource(url);
  let opened = false;
  // Registered before htmx sets its own handler, so that it can be kept from hearing.
  source.addEventListener("error", (event) => {
    event.stopImmediatePropagation();
    if (source.readyState === EventSource.CLOSED) setTimeout(() => source.onerror(event), holdBack);
  });
  source.addEventListener("open", () => {
    if (opened) source.dispatchEvent(new MessageEvent("changed"));
    opened = true;
  });
  return source;
}
