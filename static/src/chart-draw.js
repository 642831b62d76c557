// The drawing of <delivery-chart>, by uPlot.
import uPlot from "uplot";

const hour = 3600;
const height = 220;

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  .readout { min-height: 1.5em; margin: 0 0 0.25rem; font-size: 0.8125rem; text-align: end; color: inherit }
  .uplot, .uplot * { box-sizing: border-box }
  .uplot { width: 100% }
  .u-wrap { position: relative; user-select: none }
  .u-over, .u-under, .u-axis, .u-select, .u-cursor-x, .u-cursor-y { position: absolute }
  .u-select, .u-cursor-x, .u-cursor-y { pointer-events: none }
  .u-cursor-x, .u-cursor-y { left: 0; top: 0 }
  .u-cursor-x { height: 100%; border-inline-end: 1px dashed }
  .u-off { display: none }
  canvas { display: block; position: relative; width: 100%; height: 100% }
`);

const clock = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 16);

// read gives what the table says: its columns' names, and a list of numbers for each, the first of which are hours.
function read(box) {
  const names = [...box.querySelectorAll("thead th")].slice(1).map((th) => th.textContent.trim());
  const rows = [...box.querySelectorAll("tbody tr")];
  const hours = rows.map((row) => Date.parse(row.querySelector("time").dateTime) / 1000);
  const counts = names.map((_, i) => rows.map((row) => Number(row.querySelectorAll("td")[i].textContent.replaceAll(",", ""))));
  return { names, hours, counts };
}

// stack makes each series the sum of itself and those below it, the highest first: later ones are painted over it.
function stack({ hours, counts }) {
  let below = hours.map(() => 0);
  const sums = counts.map((series) => (below = series.map((n, i) => n + below[i])));
  return [hours, ...sums.toReversed()];
}

// say tells of one hour in words.
function say({ names, hours, counts }, i) {
  if (i == null || hours[i] === undefined) return "";
  const parts = names.map((name, s) => [counts[s][i], name.toLowerCase()]).filter(([n]) => n > 0);
  return `${clock(hours[i])} to ${clock(hours[i] + hour)} UTC: ${parts.map((p) => p.join(" ")).join(", ") || "nothing"}`;
}

// lookOf gives the colours of the moment, from where the style sheet has them: those of the host, and of its legend.
function lookOf(host) {
  const { color, borderTopColor, fontFamily } = getComputedStyle(host);
  const keys = [...host.parentElement.querySelectorAll(".chart-key")];
  return { text: color, line: borderTopColor, font: `12px ${fontFamily}`, bars: keys.map((key) => getComputedStyle(key).color).toReversed() };
}

function options(look, width, table, show) {
  const { text, font } = look;
  const line = { stroke: look.line, width: 1 };
  const bars = uPlot.paths.bars({ size: [0.78, 32], align: 1, gap: 1 });
  const first = table.hours[0];
  return {
    width,
    height,
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { show: false },
      dataIdx: (_, __, ___, at) => Math.min(Math.max(Math.floor((at - first) / hour), 0), table.hours.length - 1),
    },
    scales: {
      x: { time: false, range: [first, table.hours.at(-1) + hour] },
      y: { range: (_, __, most) => [0, Math.max(4, most * 1.08)] },
    },
    axes: [
      { stroke: text, font, grid: { show: false }, ticks: line, incrs: [1, 2, 3, 6, 12].map((n) => n * hour), space: 52, values: (_, at) => at.map(clock) },
      { stroke: text, font, grid: line, ticks: { show: false }, incrs: [1, 2, 5].flatMap((n) => [0, 1, 2, 3, 4, 5, 6].map((e) => n * 10 ** e)).sort((a, b) => a - b), size: 48 },
    ],
    series: [{}, ...look.bars.map((fill) => ({ fill, stroke: fill, width: 0, paths: bars, points: { show: false } }))],
    hooks: { setCursor: [(u) => show(say(table, u.cursor.left < 0 ? null : u.cursor.idx))] },
  };
}

// draw keeps the chart in root true to the host's table, theme and width until end is called.
export function draw(root, host) {
  root.adoptedStyleSheets = [sheet];
  const readout = document.createElement("p");
  readout.className = "readout";
  const place = document.createElement("div");
  root.replaceChildren(readout, place);
  let chart;
  let drawn = "";

  const paint = () => {
    const box = document.getElementById(host.getAttribute("table"));
    if (!box || !host.clientWidth) return;
    const table = read(box);
    const look = lookOf(host);
    const state = JSON.stringify([table, look, host.clientWidth]);
    if (state === drawn) return;
    drawn = state;
    chart?.destroy();
    chart = new uPlot(options(look, host.clientWidth, table, (words) => (readout.textContent = words)), stack(table), place);
  };

  const width = new ResizeObserver(paint);
  width.observe(host);
  document.addEventListener("themechange", paint);
  document.addEventListener("htmx:afterSettle", paint);
  paint();
  return {
    end() {
      width.disconnect();
      document.removeEventListener("themechange", paint);
      document.removeEventListener("htmx:afterSettle", paint);
      chart?.destroy();
    },
  };
}
