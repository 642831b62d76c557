// [data-insert-value="#dialog"] opens the list of values that a template can fill in. What is chosen goes into the field
// of the form that was used last: the body's editor, the address, or the value of a parameter or a header.
import { announce } from "./announce.js";
import { written } from "./liquid-place.js";
import { valuesFor } from "./values.js";

const shownAtMost = 200;
const fillable = "code-editor, input[name=url], input[name=header_value], input[name=query_value], [name=body_value]";
let used; // the field that was used last
let dialog; // the list, while it is open

document.addEventListener("focusin", (event) => {
  if (event.target.closest("form[data-values]")) used = event.target.closest(fillable) ?? used;
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-insert-value]");
  if (!button) return;
  const form = button.closest("form");
  if (!used?.isConnected || used.closest("form") !== form) used = form.querySelector("code-editor") ?? form.querySelector(fillable);
  dialog = document.querySelector(button.dataset.insertValue);
  dialog.known = await valuesFor(form);
  part("[data-into]").textContent = `Into: ${nameOf(used)}`;
  search().value = "";
  list("");
  dialog.showModal();
  search().focus();
});

const part = (selector) => dialog.querySelector(selector);
const search = () => part("[role=combobox]");
const options = () => [...dialog.querySelectorAll("[role=option]")];

function nameOf(field) {
  if (field.matches("code-editor")) field = field.querySelector("textarea");
  return field.getAttribute("aria-label") ?? field.labels[0].textContent.trim();
}

// list shows the values that hold what was searched for, the first of them marked.
function list(text) {
  const sought = text.trim().toLowerCase();
  const found = dialog.known.values.filter((value) => `${value.path} ${value.sample}`.toLowerCase().includes(sought));
  const groups = ["Person", "Event", "Secrets"].map((name) => groupOf(name, found.filter((value) => value.group === name)));
  part("[role=listbox]").replaceChildren(...groups.filter(Boolean));
  part("[data-note]").textContent = noteOn(found.length);
  mark(options()[0]);
}

function noteOn(count) {
  if (!dialog.known.values.length) return "The values cannot be had just now. Close this and try again.";
  if (!count) return "Nothing found. Try another word, or a part of one.";
  return count > 1 ? `${count} values. ${dialog.known.note}` : dialog.known.note;
}

function groupOf(name, values) {
  if (!values.length) return undefined;
  const group = element("div", { role: "group", "aria-label": name });
  group.append(element("div", { class: "values-group", "aria-hidden": "true" }, name));
  values.slice(0, shownAtMost).forEach((value, place) => {
    const option = element("div", { role: "option", id: `values-${name}-${place}`, "aria-selected": "false" });
    option.dataset.path = value.path;
    option.append(
      element("span", { class: "mono" }, value.path),
      element("span", { class: "value-sample" }, value.sample),
      element("span", { class: "value-note" }, value.note),
    );
    group.append(option);
  });
  return group;
}

function element(name, attributes, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

function mark(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) search().setAttribute("aria-activedescendant", option.id);
  else search().removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

const marked = () => part("[aria-selected=true]");

const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };

document.addEventListener("keydown", (event) => {
  if (!dialog?.open || event.target !== search()) return;
  const all = options();
  if (event.key in steps) {
    const place = all.indexOf(marked()) + steps[event.key];
    mark(all[Math.min(Math.max(place, 0), all.length - 1)]);
  } else if (event.key === "Enter") choose(marked());
  else return;
  event.preventDefault();
});

document.addEventListener("input", (event) => {
  if (dialog?.open && event.target === search()) list(event.target.value);
});

document.addEventListener("click", (event) => {
  const option = dialog?.open && event.target.closest("[role=option]");
  if (option) choose(option);
});

function choose(option) {
  if (!option) return;
  dialog.close();
  const { path } = option.dataset;
  if (used.matches("code-editor")) {
    used.insert(written(path, used.before, isJSON(used.closest("form"))));
  } else {
    const bare = used.closest(".body-row")?.querySelector("[name=body_kind]").value === "json";
    used.setRangeText(written(path, used.value.slice(0, used.selectionStart), bare), used.selectionStart, used.selectionEnd, "end");
    used.dispatchEvent(new Event("input", { bubbles: true }));
    used.focus();
  }
  announce(`Inserted ${path}`);
}

// isJSON says whether the headers promise a JSON body whose values are escaped.
function isJSON(form) {
  const names = [...form.querySelectorAll("[name=header_name]")];
  const place = names.findIndex((name) => name.value.trim().toLowerCase() === "content-type");
  return /json/i.test(form.querySelectorAll("[name=header_value]")[place]?.value ?? "");
}
