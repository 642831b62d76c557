// Package ui holds the parts every page is made of: the layout with its navigation, forms, tables, badges,
// messages and code. Parts are templ components with plain structs as parameters; they know nothing of stores.
//
// # How a page is written
//
// A page is a typed model and a component that wraps itself in [Layout]; the piece that htmx swaps is a component
// of its own, used by both:
//
//	type SourcesModel struct {
//		Page    ui.Page
//		Sources []SourceRow
//	}
//
//	templ Sources(m SourcesModel) {
//		@ui.Layout(m.Page) {
//			@SourceList(m)
//		}
//	}
//
//	templ SourceList(m SourcesModel) {
//		@ui.Live("sources", "/sources") {
//			if len(m.Sources) == 0 {
//				@ui.EmptyState(ui.Empty{Icon: "plug-connected", Title: "No source yet", …})
//			} else {
//				@ui.Card(ui.CardHead{}) {
//					@ui.Table(ui.TableHead{Label: "Sources", Columns: …}) { <tr>…</tr> }
//				}
//			}
//		}
//	}
//
// The title, the crumbs and the buttons beside the title are fields of [Page]. The body is made of cards; what goes
// inside the padding of a card is wrapped in [CardBody], a table goes straight into [Card].
//
// # Forms
//
// A form posts without scripts, and says hx-post as well only where a part of the page should change. A form that
// fails comes back with status 422, with what was typed in Value and the reason in Error, beside the field:
//
//	<form method="post" action="/sources" novalidate>
//		@ui.FormErrors(m.Trouble.Message, m.Trouble.Fields) // of a hookline.Error
//		@ui.Input(ui.Field{Name: "name", Label: "Name", Value: m.Name, Error: m.Trouble.Fields["name"], Required: true}, ui.InputOptions{})
//		@ui.FormFoot() {
//			@ui.Submit(ui.Button{Label: "Create source", Icon: "plus"})
//			@ui.Link(ui.Button{Label: "Cancel", Href: "/sources", Look: ui.LookQuiet})
//		}
//	</form>
//
// Any other failure of an htmx request is answered with its status and one plain sentence as text/plain, which the
// page shows above its content; 401 reloads the page.
//
// An act that destroys something carries data-confirm="Delete this source?", data-confirm-detail="…" (what is lost)
// and data-confirm-label="Delete source" on its form or button; [Button] has fields for them.
//
// # What the page's policy forbids
//
// The Content-Security-Policy (static.Policy) refuses everything inline. No style= attribute, no <script>, no on…=
// handler, no hx-on, no hx-vals='js:…', no hx-trigger filter in […], no templ css or script block. A width that
// depends on data is a <progress> or an SVG attribute. Ask for behaviour by a data- attribute, see static/src.
//
// # Icons
//
// [Icon] takes a name from static/icons.txt; a new one is added there, from https://tabler.io/icons. An icon beside
// a word needs no name of its own; a button that shows only an icon needs [Button].Label, which becomes its name.
package ui
