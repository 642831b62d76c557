//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/a-h/templ"

	"hookline/static"
	"hookline/views/ui"
)

// gallery serves every part of views/ui on pages of its own, under the policy of the real pages.
type gallery struct {
	deleted atomic.Int64
	changes chan string // what the live part shows next
	shown   atomic.Value
}

func newGallery(t *testing.T) (*gallery, string) {
	t.Helper()
	g := &gallery{changes: make(chan string)}
	g.shown.Store("first")
	mux := http.NewServeMux()
	mux.Handle("GET /static/", static.Handler())
	for path, page := range map[string]templ.Component{
		"GET /{$}": galleryPage(), "GET /forms": formsPage("", nil), "GET /sign-in": signInPage(), "GET /missing": missingPage(),
		"GET /empty": emptyPage(), "GET /editor": editorPage(), "GET /live-page": livePage(g),
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { send(w, r, http.StatusOK, page) })
	}
	mux.HandleFunc("GET /filters", filters)
	mux.HandleFunc("POST /forms", g.postForm)
	mux.HandleFunc("POST /delete", func(w http.ResponseWriter, r *http.Request) {
		g.deleted.Add(1)
		http.Redirect(w, r, "/empty", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /live", g.live)
	mux.HandleFunc("GET /slow", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(500 * time.Millisecond)
		send(w, r, http.StatusOK, emptyPage())
	})
	mux.HandleFunc("GET /fragment", func(w http.ResponseWriter, r *http.Request) { send(w, r, http.StatusOK, liveRows(g)) })
	mux.HandleFunc("GET /broken", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "The receiver cannot be reached just now.", http.StatusInternalServerError)
	})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", static.Policy)
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return g, server.URL
}

func send(w http.ResponseWriter, r *http.Request, status int, page templ.Component) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = page.Render(r.Context(), w) // a write that fails is a browser that has gone
}

func (g *gallery) postForm(w http.ResponseWriter, r *http.Request) {
	page := formsPage("This was not saved yet.", map[string]string{"name": "Give it a name.", "url": "Begin with https://."})
	if r.PostFormValue("name") != "" {
		page = formsPage("", nil)
	}
	send(w, r, http.StatusUnprocessableEntity, page)
}

func filters(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	found := ui.EmptyState(ui.Empty{Icon: "search", Title: fmt.Sprintf("Nothing found for %s in %s", q.Get("q"), q.Get("state"))})
	if r.Header.Get("HX-Request") == "true" {
		send(w, r, http.StatusOK, found)
		return
	}
	send(w, r, http.StatusOK, framed("People", ui.NavPeople, within(ui.Card(ui.CardHead{}),
		within(ui.Filters("/filters", "#found"),
			ui.Input(ui.Field{Name: "q", Label: "Search", Value: q.Get("q")}, ui.InputOptions{Type: "search", Placeholder: "Name or email"}),
			ui.Select(ui.Field{Name: "state", Label: "State", Value: q.Get("state")}, []ui.Option{{Value: "all", Label: "All"}, {Value: "failed", Label: "Failed"}})),
		raw(`<div id="found">`), found, raw(`</div>`))))
}

func (g *gallery) live(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	rc := http.NewResponseController(w)
	_, _ = io.WriteString(w, "retry: 50\n\n")
	_ = rc.Flush()
	for {
		select {
		case <-r.Context().Done():
			return
		case text := <-g.changes:
			g.shown.Store(text)
			if text == "missed" {
				return // the stream ends and nobody is told
			}
			_, _ = io.WriteString(w, "event: changed\ndata: x\n\n")
			_ = rc.Flush()
		}
	}
}

// within renders children inside a component that takes children, as a templ file would.
func within(outer templ.Component, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return outer.Render(templ.WithChildren(ctx, templ.Join(children...)), w)
	})
}

// raw is markup that a page would write itself.
func raw(format string, args ...any) templ.Component {
	return templ.Raw(fmt.Sprintf(format, args...))
}

func card(title string, body ...templ.Component) templ.Component {
	return within(ui.Card(ui.CardHead{Title: title}), within(ui.CardBody(), body...))
}

func framed(title string, active ui.Nav, children ...templ.Component) templ.Component {
	return within(ui.Layout(ui.Page{
		Title: title, Active: active, Workspace: "Acme Coffee", User: ui.User{Name: "Ada Lovelace", Email: "ada@example.com", Role: "Admin"},
	}), children...)
}

func galleryPage() templ.Component {
	return within(ui.Layout(ui.Page{
		Title: "Orders to the warehouse", Subtitle: "Sends every paid order to the warehouse’s own system.", Active: ui.NavDestinations,
		Workspace: "Acme Coffee", User: ui.User{Name: "Ada Lovelace", Email: "ada@example.com", Role: "Admin"},
		Crumbs: []ui.Crumb{{Label: "Destinations", Href: "/destinations"}},
		Actions: []ui.Button{
			{Label: "Send a test", Href: "/test", Icon: "flask"},
			{Label: "New action", Href: "/new", Icon: "plus", Look: ui.LookMain},
		},
		Flash: ui.Flash{Tone: ui.Good, Text: "The destination was saved."},
	}),
		ui.Tabs("Orders to the warehouse", []ui.Tab{
			{Label: "Actions", Href: "/", Icon: "bolt", Count: "3", Active: true},
			{Label: "Sent", Href: "/sent", Icon: "list"},
			{Label: "Settings", Href: "/settings", Icon: "settings"},
		}),
		galleryFigures(),
		within(ui.Alert(ui.Warn, "The receiver answers slowly"), raw("<p>Half of its answers took longer than 3 seconds. Its deliveries are held for a minute.</p>")),
		within(ui.Alert(ui.Bad, ""), raw("The address no longer exists.")),
		galleryTable(), galleryBadges(), galleryCode(), galleryTimeline(), galleryDanger(),
	)
}

func galleryFigures() templ.Component {
	var cells []templ.Component
	for _, f := range [][3]string{
		{"Events today", "12,840", "214 in the last minute"}, {"Delivered", "12,731", "99.2 %"}, {"Retrying", "64", "oldest 3 minutes"}, {"Failed", "45", ""},
	} {
		cells = append(cells, within(ui.GridCell(3), ui.Figure(f[0], f[1], f[2])))
	}
	return within(ui.Grid(), cells...)
}

func galleryTable() templ.Component {
	var rows []templ.Component
	for i, state := range []string{"delivered", "retrying", "failed", "held", "queued"} {
		rows = append(rows,
			raw(`<tr><td><a href="/sent/%d">Order %d for grace.hopper@example.com</a></td><td data-label="State">`, i, 1041+i),
			ui.DeliveryBadge(state), raw(`</td><td data-label="Answer" class="number">%d</td><td data-label="When" class="tight">`, 200+i*100),
			ui.RelativeTime(time.Now().Add(-time.Duration(i*i)*time.Hour)), raw(`</td><td class="tight">`),
			within(ui.Menu(ui.Button{Label: fmt.Sprintf("Acts on order %d", 1041+i), Icon: "dots-vertical", IconOnly: true, Look: ui.LookQuiet, Small: true}),
				ui.MenuLink(ui.Button{Label: "Look at it", Icon: "eye", Href: "/x"}), ui.MenuDivider(),
				ui.MenuPost("/resend", ui.Button{Label: "Resend", Icon: "arrow-back-up"})),
			raw(`</td></tr>`))
	}
	table := within(ui.Table(ui.TableHead{Label: "Deliveries", Columns: []ui.Column{
		{Label: "What"}, {Label: "State"}, {Label: "Answer", Number: true}, {Label: "When", Tight: true}, {Label: "Acts", Hidden: true, Tight: true},
	}}), rows...)
	foot := within(ui.CardFoot(), ui.Pager(ui.Pages{Newer: "/?after=1", Older: "/?before=9", Note: "50 deliveries"}))
	return within(ui.Card(ui.CardHead{
		Title: "Deliveries", Subtitle: "Newest first.",
		Actions: []ui.Button{{Label: "Filter", Icon: "filter", Href: "/filter", Small: true}},
	}), table, foot)
}

func galleryBadges() templ.Component {
	var all []templ.Component
	for _, state := range []string{"draft", "queued", "sending", "retrying", "delivered", "failed", "held", "discarded"} {
		all = append(all, ui.DeliveryBadge(state), raw(" "))
	}
	all = append(all, ui.EnabledBadge(true), raw(" "), ui.EnabledBadge(false), raw(" "), ui.Badge(ui.Info, "", "identify"))
	return card("States", all...)
}

func galleryCode() templ.Component {
	return card("What was sent",
		ui.KeyValues([]ui.Fact{
			{Name: "Method", Value: "POST"},
			{Name: "Address", Value: "https://warehouse.example.com/orders?kind=paid"},
			{Name: "State", Show: ui.DeliveryBadge("delivered")},
			{Name: "Sent", Show: ui.ExactTime(time.Unix(1_770_000_000, 0))},
			{Name: "Answer"},
		}),
		raw(`<div class="mt-3"></div>`),
		ui.JSON("Body", `{"order":1041,"paid":true,"total":19.50,"note":null,"customer":{"email":"grace@example.com","tags":["vip","<b>"]}}`),
		raw(`<div class="mt-3"></div>`),
		ui.CodeBlock("Command", "curl -X POST https://hookline.example.com/v1/track \\\n  -u \"$WRITE_KEY:\" \\\n  -d '{\"event\":\"Paid\"}'"),
		raw(`<div class="mt-3"></div>`),
		ui.CopyField("address", "Address of the bin", "https://hookline.example.com/bin/b_8f3kd92"),
		ui.SecretField("key", "Signing key", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
		ui.SecretShown("token", "API token", "hl_9f8e7d6c5b4a"),
	)
}

func galleryTimeline() templ.Component {
	now := time.Now()
	return card("What happened", ui.Timeline([]ui.Happening{
		{Tone: ui.Info, Icon: "plug-connected", Title: "The event “Order Paid” came in", At: now.Add(-4 * time.Minute)},
		{Tone: ui.Warn, Icon: "refresh", Title: "First try: 503 Service Unavailable", At: now.Add(-3 * time.Minute), Detail: raw(`<p class="text-secondary mb-0">Tried again after 10 seconds.</p>`)},
		{Tone: ui.Good, Icon: "check", Title: "Delivered", At: now.Add(-2 * time.Minute)},
	}))
}

func galleryDanger() templ.Component {
	return card("Danger", ui.PostButton("/delete", ui.Button{
		Label: "Delete destination", Icon: "trash", Look: ui.LookDanger, Confirm: "Delete “Orders to the warehouse”?",
		ConfirmDetail: "Its 3 actions stop sending and its 12,840 deliveries are removed.", ConfirmLabel: "Delete it",
	}), raw(" "), ui.Press(ui.Button{Label: "Fetch what is broken", Attrs: templ.Attributes{"hx-get": "/broken"}}),
		raw(" "), ui.CopyButton("copied text", ui.Button{Label: "Copy text"}))
}

func formsPage(message string, fields map[string]string) templ.Component {
	options := []ui.Option{{Value: "post", Label: "POST", Hint: "What nearly every receiver wants."}, {Value: "put", Label: "PUT", Hint: "Replaces what is there."}}
	return framed("New destination", ui.NavDestinations, within(ui.Card(ui.CardHead{}), within(ui.CardBody(), raw(`<form method="post" action="/forms" novalidate>`),
		ui.FormErrors(message, fields),
		ui.Input(ui.Field{Name: "name", Label: "Name", Hint: "How you will find it again.", Error: fields["name"], Required: true}, ui.InputOptions{Placeholder: "Warehouse"}),
		within(ui.FieldRow(),
			within(ui.FieldCell(), ui.Select(ui.Field{Name: "method", Label: "Method", Value: "post"}, options)),
			within(ui.FieldCell(), ui.Input(ui.Field{Name: "url", Label: "Address", Error: fields["url"], Required: true}, ui.InputOptions{Type: "url", Mono: true, Prefix: "POST"})),
			within(ui.FieldCell(), ui.Input(ui.Field{Name: "wait", Label: "Time-out", Value: "4"}, ui.InputOptions{Type: "number", Suffix: "seconds"}))),
		ui.Textarea(ui.Field{Name: "note", Label: "Note", Value: "Ask Grace before changing this."}, ui.TextareaOptions{}),
		ui.Textarea(ui.Field{Name: "headers", Label: "Headers", Value: "Authorization: Bearer abc"}, ui.TextareaOptions{Code: true}),
		ui.Radios(ui.Field{Name: "kind", Label: "Kind", Value: "post"}, options),
		ui.Checkbox(ui.Field{Name: "all", Label: "Send people as well", Hint: "Not only events."}, true),
		ui.Switch(ui.Field{Name: "on", Label: "Switched on"}, true),
		within(ui.FormFoot(), ui.Submit(ui.Button{Label: "Create destination", Icon: "plus", Look: ui.LookMain}), ui.Link(ui.Button{Label: "Cancel", Href: "/", Look: ui.LookQuiet})),
		raw(`</form>`))))
}

func signInPage() templ.Component {
	return within(ui.Bare(ui.Page{Title: "Sign in", Narrow: true, Flash: ui.Flash{Tone: ui.Info, Text: "You were signed out."}}), raw(`<form method="post" action="/forms" novalidate>`),
		ui.Input(ui.Field{Name: "email", Label: "Email"}, ui.InputOptions{Type: "email", Autocomplete: "username"}),
		ui.Input(ui.Field{Name: "password", Label: "Password"}, ui.InputOptions{Type: "password", Autocomplete: "current-password"}),
		within(ui.FormFoot(), ui.Submit(ui.Button{Label: "Sign in", Look: ui.LookMain})), raw(`</form>`))
}

func missingPage() templ.Component {
	return ui.ErrorPage(ui.Failure{
		Page:   ui.Page{Title: "There is no such page", User: ui.User{Email: "ada@example.com", Role: "Viewer"}},
		Status: 404, Text: "It may have been deleted, or the address is mistyped.",
	})
}

func emptyPage() templ.Component {
	return framed("Sources", ui.NavSources, within(ui.Card(ui.CardHead{}), ui.EmptyState(ui.Empty{
		Icon: "plug-connected", Title: "No source yet", Text: "A source is where events come from: your shop, your app, your website. Make one and send its first event in a minute.",
		Action: ui.Button{Label: "New source", Icon: "plus", Look: ui.LookMain, Href: "/new"}, Second: ui.Button{Label: "How events come in", Href: "/manual"},
	})))
}

func editorPage() templ.Component {
	return framed("Body", ui.NavDestinations, card("Body", raw(`<form method="post" action="/forms">`), ui.Textarea(
		ui.Field{Name: "body", Label: "Body", Hint: "JSON with Liquid.", Value: "{\n  \"email\": \"{{ customer.email | downcase }}\",\n  {% if event.total > 100 %}\"big\": true,{% endif %}\n  \"count\": 12\n}"},
		ui.TextareaOptions{Editor: "liquid-json", Rows: 8}), raw(`<output id="heard"></output></form>`)))
}

func livePage(g *gallery) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return framed("Live", ui.NavSent, card("Live", within(ui.Live("deliveries", "/fragment"), liveRows(g)))).Render(ctx, w)
	})
}

func liveRows(g *gallery) templ.Component {
	return templ.Join(ui.Input(ui.Field{Name: "q", Label: "Search"}, ui.InputOptions{Type: "search"}),
		raw(`<details class="mb-2"><summary>More</summary>opened</details><p id="shown">%s</p>`, g.shown.Load()))
}
