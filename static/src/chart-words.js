// How a chart says numbers, times and spans.
export const count = (n) => Math.round(n).toLocaleString("en");

// span writes milliseconds as one reads them at a glance: "35 ms", "1.2 s", "14 min", "3 h".
export function span(ms) {
  if (ms < 1000) return `${Math.max(1, Math.round(ms))} ms`;
  if (ms < 60e3) return `${Number((ms / 1000).toFixed(1))} s`;
  if (ms < 7200e3) return `${Number((ms / 60e3).toFixed(1))} min`;
  if (ms < 48 * 3600e3) return `${Number((ms / 3600e3).toFixed(1))} h`;
  return `${Number((ms / 86400e3).toFixed(1))} d`;
}

export const clock = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 16);

const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" });

export const date = (seconds) => day.format(new Date(seconds * 1000));

// moment names a step: "10:05 to 10:10 UTC", with the day where a chart has several.
export function moment(at, step, many) {
  if (step === 86400) return `${date(at)} (UTC)`;
  return `${many ? `${date(at)}, ` : ""}${clock(at)} to ${clock(at + step)} UTC`;
}

// say tells of one step in words.
export function say(kind, data, i) {
  if (i == null || data.at[i] === undefined) return "";
  const when = moment(data.at[i], data.step, data.at.length * data.step > 86400);
  return `${when}: ${said[kind]((name) => data[name][i])}`;
}

// each says those of some numbers that are more than none.
const each = (of, parts) => parts.filter(([name]) => of(name) > 0).map(([name, words]) => `${count(of(name))} ${words}`).join(", ");

const said = {
  outcomes(of) {
    return each(of, [["delivered", "delivered"], ["retrying", "to be tried again"], ["failed", "failed"]]) || "nothing was sent";
  },
  campaign(of) {
    return each(of, [["delivered", "delivered"], ["on_the_way", "on their way"], ["failed", "failed"], ["drafts", "drafts"]]) || "nobody came to a webhook step";
  },
  conversions: (of) => `${count(of("converted"))} converted`,
  times(of) {
    if (of("p50") == null) return "nothing was sent";
    return `half within ${span(of("p50"))}, 95 % within ${span(of("p95"))}, 99 % within ${span(of("p99"))}`;
  },
  backlog(of) {
    if (!of("waiting")) return "nothing waited";
    return `${count(of("waiting"))} waited${of("oldest") > 0 ? `, the oldest was due ${span(of("oldest") * 1000)} before` : ""}`;
  },
};
