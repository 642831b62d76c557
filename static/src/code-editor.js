// <code-editor language="liquid-json"><textarea …></textarea></code-editor> puts an editor with colours over a plain
// textarea, which stays the form's field: it holds the text, and it says "input" as if it had been typed into.
// The editor lives in an open shadow root because CodeMirror writes style sheets, and only there may it do so under
// "style-src 'self'" (it adopts constructed sheets). Its half megabyte is fetched only by pages that have one.
class CodeEditor extends HTMLElement {
  async connectedCallback() {
    const { mount, showProblems, keepUndo } = await import("./editor.js");
    // Meanwhile it may have been removed, or moved by a morph, which mounts it a second time.
    if (!this.isConnected || this.view || !this.area) return;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.replaceChildren();
    this.view = mount(root, this.area, this.getAttribute("language"));
    this.keepUndo = () => this.view && keepUndo(this.view, this.area);
    this.showProblems = () => this.view && showProblems(this.view, this.area.name);
    this.showProblems();
    if (this.area.autofocus) this.focus();
  }

  static observedAttributes = ["language"];

  attributeChangedCallback() {
    this.view?.speak(this.getAttribute("language"));
  }

  // take shows the text that a swap put into the field.
  take() {
    if (this.view && this.text !== this.area.value) {
      this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: this.area.value }, userEvent: "input" });
    }
  }

  disconnectedCallback() {
    this.view?.destroy();
    this.view = undefined;
  }

  get area() {
    return this.querySelector("textarea");
  }

  focus() {
    (this.view ?? this.area).focus();
  }

  get text() {
    return this.view ? this.view.state.doc.toString() : this.area.value;
  }

  // before is the text before the caret.
  get before() {
    if (this.view) return this.view.state.sliceDoc(0, this.view.state.selection.main.from);
    return this.area.value.slice(0, this.area.selectionStart);
  }

  // insert puts text where the caret is, as typing would.
  insert(text) {
    if (this.view) this.view.dispatch(this.view.state.replaceSelection(text), { userEvent: "input", scrollIntoView: true });
    else this.area.setRangeText(text);
    this.focus();
  }

  // replace puts another text in the place of all, which one undo takes back.
  replace(text) {
    if (this.view) this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text }, userEvent: "input" });
    else this.area.value = text;
    this.focus();
  }
}

customElements.define("code-editor", CodeEditor);

// What htmx swapped in may say anew what is wrong with the text, or bring another text.
document.addEventListener("htmx:afterSettle", (event) => {
  for (const editor of document.querySelectorAll("code-editor")) {
    if (event.target.contains?.(editor)) editor.take();
    editor.showProblems?.();
  }
});

// A form that is sent leads to a page on which undo goes on.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  for (const editor of event.target.querySelectorAll("code-editor")) editor.keepUndo?.();
});

// A label, and a link to the field in the list of what is wrong, lead to the editor that hides the field.
document.addEventListener("click", (event) => {
  const way = event.target.closest("label[for], a[href^='#']");
  if (!way) return;
  const field = document.getElementById(way.htmlFor ?? way.hash.slice(1));
  const editor = field?.closest("code-editor");
  if (!editor) return;
  event.preventDefault();
  editor.scrollIntoView({ block: "center" });
  editor.focus();
});
