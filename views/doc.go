// Package views holds the pages: one file for each, with the typed model it is made of. A page wraps itself in
// ui.Layout; the part of it that htmx swaps is a component of its own, used by both.
package views
