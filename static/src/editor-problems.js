// What the server found wrong with a text, underlined in its editor. The server's notes carry the place: an element
// with data-problem (the field's name), data-line and data-column (from 1, in characters), and its words in
// [data-text]. They are read out where they stand, in the preview's status, so nothing is announced a second time here.
import { lintGutter, setDiagnostics } from "@codemirror/lint";

export const problemGutter = lintGutter();

// showProblems underlines what the page says of the field, and nothing else: what was mended is underlined no more.
export function showProblems(view, field) {
  const notes = [...document.querySelectorAll(`[data-problem="${CSS.escape(field)}"]`)];
  const found = notes.map((note) => diagnostic(view.state.doc, note)).sort((a, b) => a.from - b.from);
  view.dispatch(setDiagnostics(view.state, found));
}

function diagnostic(doc, note) {
  const line = doc.line(Math.min(Math.max(Number(note.dataset.line), 1), doc.lines));
  const before = [...line.text].slice(0, Math.max(Number(note.dataset.column) - 1, 0)).join("");
  const from = line.from + Math.min(before.length, line.length);
  const to = endOf(line, from);
  return {
    from: from === to ? Math.max(line.from, from - 1) : from,
    to,
    severity: note.classList.contains("tone-bad") ? "error" : "warning",
    message: note.querySelector("[data-text]").textContent.trim(),
  };
}

// endOf is where what begins at from ends: a tag, a word, or a single letter.
function endOf(line, from) {
  const rest = line.text.slice(from - line.from);
  const found = rest.match(/^\{\{.*?\}\}|^\{%.*?%\}|^\{[{%].*|^[\p{L}\p{N}_.-]+|^./u);
  return from + (found?.[0].length ?? 0);
}
