// The numbers of a chart, from the address that tells them. Charts beside each other share one answer.
const fresh = 4000; // ms; a page that looks again asks no more often
const kept = new Map();

async function ask(src) {
  const answer = await fetch(src, { headers: { Accept: "application/json", "Hookline-Live": "1" } });
  if (!answer.ok) throw new Error(`the numbers of the chart: ${answer.status}`);
  return answer.json();
}

// numbers gives what src tells, or told a moment ago.
export function numbers(src) {
  const known = kept.get(src);
  if (known && Date.now() - known.at < fresh) return known.answer;
  const answer = ask(src);
  answer.catch(() => kept.delete(src));
  kept.clear(); // of an open page only the range that is shown is asked for again
  kept.set(src, { at: Date.now(), answer });
  return answer;
}

// later calls again when what is known has grown old, at most once however often it is asked.
export function later(call) {
  let timer;
  return {
    ask() {
      timer ??= setTimeout(() => {
        timer = undefined;
        call();
      }, fresh);
    },
    end() {
      clearTimeout(timer);
    },
  };
}
