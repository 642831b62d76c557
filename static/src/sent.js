// The list in Sent keeps itself true, but not under anybody's hands: while it is paused, while the focus is inside it, or
// while rows are chosen, it stays as it is and only says how many webhooks are new. Without scripts it is a plain page.
import htmx from "htmx.org";
import { announce } from "./announce.js";

const box = () => document.querySelector("[data-sent-rows]");
const boxes = () => [...document.querySelectorAll('[data-sent-rows] input[name="id"]')];
const first = () => document.querySelector("[data-sent-rows] tbody tr")?.id ?? "";

let paused = false;
let missed = false; // something changed while the list stayed as it was
let asked = 0; // when it was last asked how many are new
let counted = 0; // when the tabs last counted
let before = ""; // the first row before the list changed
let told = 0; // when it was last said that there are new ones

const still = () => paused || box().contains(document.activeElement) || boxes().some((one) => one.checked);

// At most so often in milliseconds: often enough to be true, rarely enough to be read out.
const newsEvery = 2000;
const countEvery = 10000;

function askNews() {
  if (!box().dataset.news) return;
  const wait = asked + newsEvery - Date.now();
  if (wait > 0) return void (askNews.timer ??= setTimeout(() => ((askNews.timer = undefined), still() && askNews()), wait));
  asked = Date.now();
  const to = new URL(box().dataset.news, location.href);
  to.searchParams.set("top", first());
  htmx.ajax("GET", to.pathname + to.search, { target: "#sent-news", swap: "innerHTML", headers: { "Hookline-Live": "1" } });
}

function count() {
  const wait = counted + countEvery - Date.now();
  if (wait > 0) return void (count.timer ??= setTimeout(() => ((count.timer = undefined), count()), wait));
  counted = Date.now();
  const tabs = document.querySelector("[data-sent-tabs][hx-get]");
  if (tabs) htmx.trigger(tabs, "sent:count");
}

// What was missed is made up for when nothing holds the list still any more.
function catchUp() {
  const list = box()?.querySelector("[sse-connect]");
  if (missed && list && !still()) htmx.trigger(list, "sse:changed");
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = event.detail;
  if (!box()?.contains(elt) || !elt.matches("[sse-connect]")) return;
  count();
  if (!still()) return;
  event.preventDefault();
  missed = true;
  askNews();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (box()?.contains(event.detail.target)) before = first();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (!box()?.contains(event.detail.target)) return;
  missed = false;
  document.getElementById("sent-news")?.replaceChildren(); // the list of drafts has none
  const by = event.detail.requestConfig?.triggeringEvent;
  if (by && !by.type.startsWith("sse:")) return document.querySelector("[data-still]")?.focus(); // the link that was pressed is gone
  const fresh = [...box().querySelectorAll("tbody tr")].filter((row) => before && row.id > before).length;
  if (fresh && Date.now() > told + countEvery) {
    told = Date.now();
    announce(`${fresh} new webhook${fresh === 1 ? "" : "s"}`);
  }
});

document.addEventListener("focusout", (event) => {
  if (box()?.contains(event.target)) setTimeout(catchUp); // the focus is elsewhere only then
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-still]");
  if (!button) return;
  paused = !paused;
  button.setAttribute("aria-pressed", String(paused));
  document.querySelector("[data-still-words]").hidden = !paused;
  announce(paused ? "The list stays as it is" : "The list keeps itself true again");
  catchUp();
});

// Rows that are chosen.
function showChosen() {
  const form = document.getElementById("sent-chosen");
  if (!form) return;
  const all = boxes();
  const chosen = all.filter((one) => one.checked).length;
  const every = form.querySelector("[data-choose-all]");
  every.checked = chosen > 0 && chosen === all.length;
  every.indeterminate = chosen > 0 && chosen < all.length;
  for (const words of form.querySelectorAll("[data-chosen-words]")) {
    const verb = words.dataset.chosenWords;
    words.textContent = chosen ? `${verb} ${chosen} chosen…` : `${verb} chosen…`;
  }
  form.classList.toggle("some", chosen > 0);
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-choose-all]")) for (const one of boxes()) one.checked = event.target.checked;
  else if (!box()?.contains(event.target)) return;
  showChosen();
  catchUp();
});

// What was chosen stays chosen when somebody has new rows shown.
let kept = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  if (box()?.contains(event.detail.target)) kept = boxes().filter((one) => one.checked).map((one) => one.value);
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (!box()?.contains(event.detail.target)) return;
  for (const one of boxes()) one.checked = kept.includes(one.value);
  showChosen();
});

showChosen();
addEventListener("pageshow", showChosen); // a browser that goes back ticks the boxes again
