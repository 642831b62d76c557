// CodeMirror, set up for Liquid inside JSON, HTML or plain text.
import { basicSetup } from "codemirror";
import { EditorView, keymap } from "@codemirror/view";
import { EditorState } from "@codemirror/state";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { html } from "@codemirror/lang-html";
import { liquid } from "@codemirror/lang-liquid";
import { tags } from "@lezer/highlight";

const languages = {
  json,
  "liquid-json": () => liquid({ base: json() }),
  "liquid-html": () => liquid({ base: html() }),
  liquid: () => liquid({ base: json() }),
};

// Colours come from the page's variables, which pass into the shadow root and change with the theme.
const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.attributeName], color: "var(--code-key)" },
  { tag: [tags.string, tags.attributeValue], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.keyword, tags.controlKeyword, tags.tagName, tags.operatorKeyword], color: "var(--code-keyword)" },
  { tag: [tags.variableName, tags.function(tags.variableName)], color: "var(--code-variable)" },
  { tag: [tags.comment], color: "var(--code-quiet)", fontStyle: "italic" },
  { tag: [tags.brace, tags.bracket, tags.punctuation, tags.operator, tags.processingInstruction], color: "var(--code-quiet)" },
]);

const look = EditorView.theme({
  "&": { backgroundColor: "var(--tblr-bg-forms)", color: "var(--tblr-body-color)", borderRadius: "inherit", fontSize: "0.8125rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--tblr-font-monospace)", lineHeight: "1.6", minHeight: "8rem", maxHeight: "32rem" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--code-quiet)", borderRight: "1px solid var(--tblr-border-color)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--code-active)" },
  ".cm-cursor": { borderLeftColor: "var(--tblr-body-color)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--code-selection)",
  },
  ".cm-matchingBracket": { backgroundColor: "var(--code-selection)", outline: "none" },
  ".cm-tooltip, .cm-panels": {
    backgroundColor: "var(--tblr-bg-surface)",
    color: "var(--tblr-body-color)",
    borderColor: "var(--tblr-border-color)",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--tblr-primary)", color: "#fff" },
});

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
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        basicSetup,
        keymap.of([indentWithTab]), // Escape, then Tab, leaves: CodeMirror's own rule
        languages[language]?.() ?? [],
        syntaxHighlighting(colours),
        look,
        read,
        typeOver,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of(naming(area)),
        EditorState.readOnly.of(area.readOnly),
      ],
    }),
  });
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
