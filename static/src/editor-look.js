// How the editor looks.
import { EditorView } from "@codemirror/view";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

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

const theme = EditorView.theme({
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
  ".cm-lintRange": { backgroundImage: "none", paddingBottom: "1px", textDecoration: "underline wavy 1.5px", textUnderlineOffset: "3px" },
  ".cm-lintRange-error": { textDecorationColor: "var(--code-bad)", backgroundColor: "color-mix(in oklab, var(--code-bad) 12%, transparent)" },
  ".cm-lintRange-warning": { textDecorationColor: "var(--code-doubt)" },
  ".cm-tooltip .cm-diagnostic": { maxWidth: "32rem", whiteSpace: "normal" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--code-bad)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--code-doubt)" },
  ".cm-gutter-lint": { width: "1rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--tblr-font-monospace)", maxHeight: "16rem", maxWidth: "min(40rem, 90vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { display: "flex", gap: "1rem", alignItems: "baseline", padding: "0.1875rem 0.625rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > completion-section": { borderBottom: "0", opacity: "1", padding: "0.375rem 0.625rem 0.125rem", color: "var(--code-quiet)", fontFamily: "var(--tblr-font-sans-serif)", fontSize: "0.75rem" },
  ".cm-completionDetail": { flex: "1", marginLeft: "0", fontStyle: "normal", color: "var(--code-quiet)", textAlign: "end", overflow: "hidden", textOverflow: "ellipsis" },
  ".cm-tooltip.cm-completionInfo": { padding: "0.375rem 0.625rem", maxWidth: "20rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--tblr-primary)", color: "#fff" },
  ".cm-tooltip-autocomplete li[aria-selected] .cm-completionDetail": { color: "#fff" },
});

export const look = [syntaxHighlighting(colours), theme];
