// Everything that runs on every page. Each file adds one habit to plain, server-made HTML; a page without
// scripts still works. Nothing here is called by markup: behaviour is asked for by data- attributes.
import "./htmx.js";
import "./announce.js";
import "./body.js";
import "./busy.js";
import "./chart.js";
import "./confirm.js";
import "./copy.js";
import "./code-editor.js";
import "./code-textarea.js";
import "./menu.js";
import "./people.js";
import "./reveal.js";
import "./search.js";
import "./sent.js";
import "./sheet.js";
import "./tabs.js";
import "./theme-switch.js";
import "./time.js";
import "./unsaved.js";
import "./value-list.js";
