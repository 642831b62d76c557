// What templates can fill in, as the server tells it: asked for once, by the form's data-values.
const asked = new Map();
const nothing = { values: [], filters: [], tags: [], note: "" };

// valuesFor gives the values, filters and tags for the templates in a form. When they cannot be had it gives none, and
// asks again the next time.
export function valuesFor(form) {
  const url = form?.dataset.values;
  if (!url) return Promise.resolve(nothing);
  if (!asked.has(url)) asked.set(url, fetched(url));
  return asked.get(url);
}

async function fetched(url) {
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (answer.ok) return await answer.json();
  } catch {
    // the network is away; typing goes on without help
  }
  asked.delete(url);
  return nothing;
}
