// What a person chose in a list while an answer was on its way is newer than that answer.
const changed = new WeakMap(); // a list -> when somebody chose in it
const asked = new WeakMap(); // a request -> when it was made
let swapped = Infinity; // when what is put into the page now was asked for

addEventListener("change", ({ target }) => target.localName === "select" && changed.set(target, performance.now()), true);
addEventListener("htmx:beforeSend", ({ detail }) => asked.set(detail.xhr, performance.now()));
addEventListener("htmx:beforeSwap", ({ detail }) => (swapped = asked.get(detail.xhr) ?? Infinity));

// isNewer says whether a list's choice was made after the answer that is put in now was asked for.
export const isNewer = (list) => changed.get(list) > swapped;
