// htmx with server-sent events and morphing. Its settings are in ui.HTMXConfig, in the head of every page.
import htmx from "htmx.org";
import "htmx-ext-sse";
import { Idiomorph } from "idiomorph/htmx";
import { isNewer } from "./chosen.js";
import { open } from "./live.js";

htmx.createEventSource = open;

// A live refresh must not empty the field somebody is typing in.
Idiomorph.defaults.ignoreActiveValue = true;

// A refresh must not close what a person opened: <details> and <dialog> keep their state through a morph. Nor does an
// answer undo what was chosen while it was on its way.
Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => {
  if (name === "open") return node.localName !== "details" && node.localName !== "dialog";
  if (name === "selected") return !isNewer(node.closest("select"));
  return true;
};
