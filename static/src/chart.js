// <delivery-chart table="…"> draws what the table with that id says, as stacked bars by hour. The page is whole without
// it: the table is there for everybody. The library is fetched only by pages with a chart. It draws in a shadow root,
// which a morph of the page leaves alone.
class DeliveryChart extends HTMLElement {
  async connectedCallback() {
    const { draw } = await import("./chart-draw.js");
    // Meanwhile it may have been removed, or moved by a morph, which mounts it a second time.
    if (!this.isConnected || this.chart) return;
    this.chart = draw(this.shadowRoot ?? this.attachShadow({ mode: "open" }), this);
  }

  disconnectedCallback() {
    this.chart?.end();
    this.chart = undefined;
  }
}

customElements.define("delivery-chart", DeliveryChart);

// A form that takes a few seconds says so on its button, and cannot be sent twice.
document.addEventListener("submit", (event) => {
  const { busy } = event.target.dataset;
  if (!busy || event.defaultPrevented || !event.submitter) return;
  const label = event.submitter.querySelector("span") ?? event.submitter;
  label.textContent = busy;
  event.submitter.setAttribute("aria-busy", "true");
  setTimeout(() => (event.submitter.disabled = true)); // once it is under way
});
