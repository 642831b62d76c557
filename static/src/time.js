// <time data-relative> keeps saying the truth while the page stays open, and its title gives the reader's own
// clock. The words are those of ui.Ago on the server, so that nothing jumps when the script starts.
const steps = [
  [60, 1, "second"],
  [3600, 60, "minute"],
  [86400, 3600, "hour"],
  [86400 * 30, 86400, "day"],
];

function ago(then, now) {
  const seconds = Math.round((now - then) / 1000);
  const distance = Math.abs(seconds);
  if (distance < 5) return "just now";
  const step = steps.find(([below]) => distance < below);
  if (!step) return new Date(then).toISOString().slice(0, 10);
  const count = Math.floor(distance / step[1]);
  const words = `${count} ${step[2]}${count === 1 ? "" : "s"}`;
  return seconds < 0 ? `in ${words}` : `${words} ago`;
}

function refresh() {
  for (const element of document.querySelectorAll("time[data-relative]")) {
    const then = Date.parse(element.dateTime);
    const text = ago(then, Date.now());
    if (element.textContent !== text) element.textContent = text;
    element.title = new Date(then).toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" });
  }
}

refresh();
setInterval(refresh, 10_000);
document.addEventListener("htmx:afterSettle", refresh);
