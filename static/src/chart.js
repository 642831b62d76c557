// <health-chart kind="outcomes|times|backlog|campaign|conversions" src="/health/series?…"> draws what that address tells. The page is whole
// without it: a table has the same numbers. The library is fetched only by pages with a chart. It draws in a shadow
// root, which a morph of the page leaves alone.
class HealthChart extends HTMLElement {
  static observedAttributes = ["src"];

  async connectedCallback() {
    const { draw } = await import("./chart-draw.js");
    // Meanwhile it may have been removed, or moved by a morph, which mounts it a second time.
    if (!this.isConnected || this.chart) return;
    this.chart = draw(this.shadowRoot ?? this.attachShadow({ mode: "open" }), this);
  }

  attributeChangedCallback() {
    this.chart?.look();
  }

  disconnectedCallback() {
    this.chart?.end();
    this.chart = undefined;
  }
}

customElements.define("health-chart", HealthChart);
