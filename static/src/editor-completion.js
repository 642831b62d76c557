// Completion inside {{ … }} and {% … %}: values with a real sample, filters and tags with a line of help.
import { autocompletion } from "@codemirror/autocomplete";
import { EditorView } from "@codemirror/view";
import { insideTag } from "./liquid-place.js";
import { valuesFor } from "./values.js";

// completion helps in the editor of a textarea whose form says where its values are; other editors have none.
export function completion(area) {
  if (!area.form?.dataset.values) return [];
  return [
    autocompletion({ override: [(context) => complete(context, area.form)], icons: false }),
    EditorView.domEventHandlers({ focus: () => void valuesFor(area.form) }),
  ];
}

async function complete(context, form) {
  const before = context.state.sliceDoc(0, context.pos);
  const inside = insideTag(before);
  if (inside === null || /["']/.test(inside.replace(/"[^"]*"|'[^']*'/g, ""))) return null;
  const isTag = before.at(-inside.length - 1) === "%";
  const [kind, typed] = wanted(inside, isTag, context.explicit);
  if (!kind) return null;
  const known = await valuesFor(form);
  const options = { filter: () => filters(known), tag: () => tags(known, before), value: () => values(known, before, isTag) }[kind]();
  return { from: context.pos - typed.length, options, validFor: kind === "value" ? /^[\w.[\]"'-]*$/ : /^\w*$/ };
}

// wanted says what may stand at the end of a tag's inside, and what of it is typed already.
function wanted(inside, isTag, explicit) {
  const filter = inside.match(/\|\s*(\w*)$/);
  if (filter) return ["filter", filter[1]];
  const tag = isTag && inside.match(/^-?\s*(\w*)$/);
  if (tag) return ["tag", tag[1]];
  const typed = inside.match(/[\w.[\]-]*$/)[0];
  const begun = inside.slice(0, inside.length - typed.length).trimEnd();
  const expected = begun === "" || /([=<>(,:-]|\b(if|elsif|unless|case|when|and|or|in|contains|echo))$/.test(begun);
  return expected || (typed && explicit) ? ["value", typed] : [];
}

const sections = ["Set in this template", "Person", "Event", "Secrets"].map((name, rank) => ({ name, rank }));

function values(known, before, isTag) {
  const own = [...before.matchAll(/\{%-?\s*(?:assign|capture|for|tablerow)\s+(\w+)/g)].map((found) => found[1]);
  const options = [...new Set(own)].map((name) => ({ label: name, section: sections[0], apply: apply(isTag) }));
  return options.concat(
    known.values.map((value, place) => ({
      label: value.path,
      detail: value.sample,
      info: value.note,
      section: sections.find((section) => section.name === value.group),
      boost: -Math.min(place, 90), // the server's order
      apply: apply(isTag),
    })),
  );
}

// apply puts a value in, and the braces that close it when they are not there yet.
const apply = (isTag) => (view, { label }, from, to) => {
  const after = view.state.sliceDoc(to, view.state.doc.lineAt(to).to);
  const closed = isTag || /^[^{]*\}\}/.test(after);
  const spaced = view.state.sliceDoc(from - 2, from) === "{{" ? " " : "";
  const end = closed ? (after.startsWith("}") ? " " : "") : " }}";
  view.dispatch({
    changes: { from, to, insert: spaced + label + end },
    selection: { anchor: from + spaced.length + label.length },
    userEvent: "input.complete",
  });
};

const filters = (known) =>
  known.filters.map((filter) => ({
    label: filter.name,
    detail: filter.what,
    info: `For example ${filter.example}`,
    apply: filter.arguments ? `${filter.name}: ` : filter.name,
  }));

const blocks = ["if", "unless", "case", "for", "tablerow", "capture", "ifchanged", "comment", "raw", "doc"];

// tags offers the end of what is open first.
function tags(known, before) {
  const open = [];
  for (const [, name] of before.matchAll(/\{%-?\s*(\w+)/g)) {
    if (blocks.includes(name)) open.push(name);
    else if (name === `end${open.at(-1)}`) open.pop();
  }
  const ends = open.length ? [{ label: `end${open.at(-1)}`, detail: `ends ${open.at(-1)}`, boost: 50 }] : [];
  return ends.concat(known.tags.map((tag) => ({ label: tag.name, detail: tag.what })));
}
