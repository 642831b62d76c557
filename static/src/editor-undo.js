// Undo goes on after a save: what was done in an editor is kept for the page that a submitted form leads to, in this tab
// alone, and thrown away by the first editor of the same field that comes.
import { historyField } from "@codemirror/commands";

const fields = { history: historyField };
const key = (area) => `undo of ${area.name}`;
const most = 1 << 20; // characters

// keepUndo keeps what undo knows of an editor.
export function keepUndo(view, area) {
  const kept = JSON.stringify(view.state.toJSON(fields));
  if (kept.length > most) return;
  try {
    sessionStorage.setItem(key(area), kept);
  } catch {
    // A browser that keeps nothing begins anew, as it did without this.
  }
}

// keptUndo is what a state begins with for area's text: its undo, when the text is as it was left. CodeMirror reads it.
export function keptUndo(area) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key(area)));
    sessionStorage.removeItem(key(area));
    if (kept?.doc === area.value) return { json: kept, fields };
  } catch {
    // What cannot be read is no undo.
  }
  return undefined;
}
