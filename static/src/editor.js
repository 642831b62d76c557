// CodeMirror, set up for Liquid inside JSON, HTML or plain text.
import { basicSetup } from "codemirror";
import { EditorView, keymap } from "@codemirror/view";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import { indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { html } from "@codemirror/lang-html";
import { liquid } from "@codemirror/lang-liquid";
import { completion } from "./editor-completion.js";
import { look } from "./editor-look.js";
import { problemGutter } from "./editor-problems.js";
import { keptUndo } from "./editor-undo.js";
export { showProblems } from "./editor-problems.js";
export { keepUndo } from "./editor-undo.js";

// Only braces are closed by themselves. What else JSON or HTML would close depends on how far the text was read when a
// key was pressed, so that a second quotation mark stood there once and was typed over another time.
const closesBraces = Prec.highest(EditorState.languageData.of(() => [{ closeBrackets: { brackets: ["{"] } }]));

const languages = {
  json,
  "liquid-json": () => [closesBraces, liquid({ base: json() })],
  "liquid-html": () => [closesBraces, liquid({ base: html() })],
  liquid: () => [closesBraces, liquid({ base: json() })],
};

// Typing over a selection is done here rather than by the browser, which would keep the selection's looks in a style
// attribute that the page's policy refuses.
const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || event.isComposing || view.state.readOnly || view.state.selection.main.empty) return false;
    view.dispatch(view.state.replaceSelection(event.data ?? ""), { userEvent: "input.type", scrollIntoView: true });
    event.preventDefault();
    return true;
  },
});

// An editor that closes a tag by itself lets its end be typed over, sign by sign: of {%▮%} the % here, the } by
// CodeMirror's own rule.
const typeOverPercent = EditorView.inputHandler.of((view, from, to, text) => {
  if (text !== "%" || from !== to || view.state.sliceDoc(to, to + 2) !== "%}") return false;
  view.dispatch({ selection: { anchor: to + 1 }, scrollIntoView: true, userEvent: "input.type" });
  return true;
});

const host = new CSSStyleSheet();
host.replaceSync(":host > .cm-editor { border-radius: inherit } .cm-editor * { box-sizing: border-box }");

// mount shows area's text in root and keeps the two the same. language is a key of languages; others are plain text.
export function mount(root, area, language) {
  if (!root.adoptedStyleSheets.includes(host)) root.adoptedStyleSheets.push(host);
  const read = EditorView.updateListener.of((update) => {
    if (update.docChanged) {
      area.value = update.state.doc.toString();
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (update.focusChanged && !update.view.hasFocus) area.dispatchEvent(new Event("change", { bubbles: true }));
  });
  const spoken = new Compartment();
  const extensions = [
    basicSetup,
    keymap.of([indentWithTab]), // Escape, then Tab, leaves: CodeMirror's own rule
    spoken.of(languages[language]?.() ?? []),
    problemGutter,
    completion(area),
    look,
    read,
    typeOver,
    typeOverPercent,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of(naming(area)),
    EditorState.readOnly.of(area.readOnly),
  ];
  const kept = keptUndo(area);
  const state = kept ? EditorState.fromJSON(kept.json, { extensions }, kept.fields) : EditorState.create({ doc: area.value, extensions });
  const view = new EditorView({ parent: root, root, state });
  view.speak = (other) => view.dispatch({ effects: spoken.reconfigure(languages[other]?.() ?? []) });
  document.fonts.ready.then(() => view.requestMeasure()); // line numbers beside lines, whatever font came last
  return view;
}

// naming gives the editor the accessible name and description that label and hint give the textarea: ids do not
// reach into a shadow root, so the words are copied.
function naming(area) {
  const words = (ids) =>
    (ids ?? "")
      .split(/\s+/)
      .filter(Boolean)
      .map((id) => document.getElementById(id)?.textContent.trim())
      .filter(Boolean)
      .join(". ");
  // The tab stop that it has anyway is said aloud, so that whoever checks the page knows that the keys scroll it.
  const attributes = { tabindex: "0", "aria-label": area.labels[0]?.textContent.trim() || area.getAttribute("aria-label") || "Code" };
  const description = words(area.getAttribute("aria-describedby"));
  if (description) attributes["aria-description"] = description;
  if (area.getAttribute("aria-invalid")) attributes["aria-invalid"] = area.getAttribute("aria-invalid");
  return attributes;
}
