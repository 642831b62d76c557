// The drawing of <health-chart>, by uPlot.
import uPlot from "uplot";
import { later, numbers } from "./chart-data.js";
import { clock, count, date, say, span } from "./chart-words.js";

const height = 180;

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

// What each kind of chart draws: the names of its numbers, the highest first where later ones are painted over it.
const kinds = {
  outcomes: { names: ["delivered", "retrying", "failed"], stacked: true, least: 4, value: count },
  campaign: { names: ["delivered", "on_the_way", "failed", "drafts"], stacked: true, least: 4, value: count },
  conversions: { names: ["converted"], stacked: true, least: 4, value: count },
  times: { names: ["p50", "p95", "p99"], least: 10, value: span },
  backlog: { names: ["waiting", "oldest"], least: 4, value: count, right: "oldest", rightLeast: 60, rightValue: (s) => (s ? span(s * 1000) : "0") },
};

// stack makes each list the sum of itself and those below it, the highest first.
function stack(lists) {
  let below = lists[0].map(() => 0);
  return lists.map((list) => (below = list.map((n, i) => n + below[i]))).toReversed();
}

function drawn(kind, data) {
  const lists = kind.names.map((name) => data[name]);
  return [data.at, ...(kind.stacked ? stack(lists) : lists)];
}

// lookOf gives the colours of the moment, from where the style sheet has them: those of the host, and of its legend.
function lookOf(host) {
  const { color, borderTopColor, fontFamily } = getComputedStyle(host);
  const keys = [...host.parentElement.querySelectorAll(".chart-key")].map((key) => getComputedStyle(key).color);
  return { text: color, line: borderTopColor, font: `12px ${fontFamily}`, colours: keys };
}

const hours = [1, 2, 3, 6, 12, 24, 48].map((n) => n * 3600);
const minutes = [5, 10, 15, 30].map((n) => n * 60);
const round = [1, 2, 5].flatMap((n) => [0, 1, 2, 3, 4, 5, 6, 7, 8].map((e) => n * 10 ** e)).sort((a, b) => a - b);
const lengths = [1, 15, 30, 60, 300, 900, 1800, 3600, 7200, 21600, 43200, 86400, 172800];

function axes(kind, look, data) {
  const { text: stroke, font } = look;
  const line = { stroke: look.line, width: 1 };
  const many = data.at.length * data.step > 2 * 86400;
  const all = [
    { stroke, font, grid: { show: false }, ticks: line, incrs: [...minutes, ...hours], space: 60, values: (_, at) => at.map((s) => (many ? date(s) : clock(s))) },
    { stroke, font, grid: line, ticks: { show: false }, incrs: round, size: 56, values: (_, at) => at.map((n) => (n ? kind.value(n) : "0")) },
  ];
  if (many) all[0].incrs = [1, 2, 7].map((n) => n * 86400);
  if (kind.right) {
    all.push({ scale: kind.right, side: 1, stroke, font, grid: { show: false }, ticks: { show: false }, incrs: lengths, size: 56, values: (_, at) => at.map(kind.rightValue) });
  }
  return all;
}

function lines(kind, look) {
  const bars = uPlot.paths.bars({ size: [0.8, 32], align: 1, gap: 1 });
  const colours = kind.stacked ? look.colours.toReversed() : look.colours;
  return colours.map((stroke, i) => {
    if (kind.stacked) return { fill: stroke, stroke, width: 0, paths: bars, points: { show: false } };
    // what stands alone has no line to be seen by
    const points = { show: kind.right === undefined, size: 4, fill: stroke };
    return { stroke, width: 2, dash: i ? [6, 3 * i] : undefined, scale: kind.names[i] === kind.right ? kind.right : "y", points };
  });
}

function options(kind, look, width, data, show) {
  const first = data.at[0];
  const from0 = (least) => ({ range: (_, __, most) => [0, Math.max(least, (most ?? 0) * 1.08)] });
  const scales = { x: { time: false, range: [first, data.at.at(-1) + data.step] }, y: from0(kind.least) };
  if (kind.right) scales[kind.right] = from0(kind.rightLeast);
  return {
    width,
    height,
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { show: false },
      dataIdx: (_, __, ___, at) => Math.min(Math.max(Math.floor((at - first) / data.step), 0), data.at.length - 1),
    },
    scales,
    axes: axes(kind, look, data),
    series: [{}, ...lines(kind, look)],
    hooks: { setCursor: [(u) => show(u.cursor.left < 0 ? null : u.cursor.idx)] },
  };
}

// draw keeps the chart in root true to what the host's address tells, to the theme and to the width, until end is called.
export function draw(root, host) {
  root.adoptedStyleSheets = [sheet];
  const readout = document.createElement("p");
  readout.className = "readout";
  const place = document.createElement("div");
  root.replaceChildren(readout, place);
  const name = host.getAttribute("kind");
  let chart;
  let data;
  let state = "";

  const paint = () => {
    if (!data || !host.clientWidth) return;
    const look = lookOf(host);
    const now = JSON.stringify([data, look, host.clientWidth]);
    if (now === state) return;
    state = now;
    chart?.destroy();
    const show = (i) => (readout.textContent = say(name, data, i));
    chart = new uPlot(options(kinds[name], look, host.clientWidth, data, show), drawn(kinds[name], data), place);
  };
  const look = async () => {
    const src = host.getAttribute("src");
    try {
      const told = await numbers(src);
      if (src !== host.getAttribute("src")) return;
      data = told;
      paint();
    } catch {
      if (!data) readout.textContent = "The chart could not be read. The table below has the same numbers.";
    }
  };
  const again = later(look);

  const width = new ResizeObserver(paint);
  width.observe(host);
  document.addEventListener("themechange", paint);
  document.addEventListener("htmx:afterSettle", again.ask);
  look();
  return {
    look,
    end() {
      again.end();
      width.disconnect();
      document.removeEventListener("themechange", paint);
      document.removeEventListener("htmx:afterSettle", again.ask);
      chart?.destroy();
    },
  };
}
