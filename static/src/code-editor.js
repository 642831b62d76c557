// <code-editor language="liquid-json"><textarea …></textarea></code-editor> puts an editor with colours over a plain
// textarea, which stays the form's field: it holds the text, and it says "input" as if it had been typed into.
// The editor lives in an open shadow root because CodeMirror writes style sheets, and only there may it do so under
// "style-src 'self'" (it adopts constructed sheets). Its half megabyte is fetched only by pages that have one.
class CodeEditor extends HTMLElement {
  async connectedCallback() {
    const area = this.querySelector("textarea");
    if (!area || this.shadowRoot) return;
    const { mount } = await import("./editor.js");
    if (!this.isConnected || this.shadowRoot) return;
    this.view = mount(this.attachShadow({ mode: "open" }), area, this.getAttribute("language"));
    for (const label of area.labels) label.addEventListener("click", () => this.view.focus());
  }

  disconnectedCallback() {
    this.view?.destroy();
  }

  focus() {
    (this.view ?? this.querySelector("textarea")).focus();
  }
}

customElements.define("code-editor", CodeEditor);
