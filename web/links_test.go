package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"hookline/internal/delivery"
	"hookline/internal/hookline"
)

// furnished is a workspace with one of everything, so that every page has something to link to.
func furnished(t *testing.T) *site {
	s := newSite(t, func(c *Config) { c.Resender = delivery.NewResender(c.Store.(delivery.ResendStore), c.Composer) })
	s.works()
	ctx := t.Context()
	source := s.source("Website")
	d := s.destination(hookline.Destination{Name: "CRM", Enabled: true}, source)
	a := s.action(d, func(a *hookline.Action) { a.Enabled = true })
	a.Name = "Tell the CRM at once"
	s.saved(a, "a better name")
	s.must(s.store.PauseDestination(ctx, s.destination(hookline.Destination{Name: "Paused", Enabled: true}).ID, "ana@example.com", ""))
	s.calls(source, hookline.Identify, `{"userId":"u1","traits":{"email":"ana@example.com"}}`)
	s.calls(source, hookline.Track, `{"userId":"u1"}`)
	for range 2 {
		s.calls(source, hookline.Track, `{"userId":"u1","event":"Signed Up","messageId":"m1"}`)
	}
	bin, err := s.store.CreateBin(ctx, hookline.Bin{Name: "Mine", Script: hookline.NewBinScript()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.AppendBinRequest(ctx, hookline.BinRequest{BinID: bin.ID, Method: "POST", Path: "/b/x", Body: []byte("{}"), Status: 200}); err != nil {
		t.Fatal(err)
	}
	if err := s.store.SetSetting(ctx, hookline.SettingAddresses, hookline.WriteRegions([]hookline.Region{{Name: "default", IPs: []string{"203.0.113.7"}}})); err != nil {
		t.Fatal(err)
	}
	if _, err := s.desk.CreateToken(ctx, "Deploy", hookline.Editor, "ana@example.com"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.CreateSecret(ctx, hookline.KeptSecret{Name: "crm", Hosts: []string{"api.example.com"}, Sealed: []byte("x")}); err != nil {
		t.Fatal(err)
	}
	s.delivery(hookline.Delivery{State: hookline.StateFailed, Reason: "It was answered 404."})
	tried := s.delivery(hookline.Delivery{State: hookline.StateQueued, NextAttemptAt: time.Now(), RequestNumber: 1})
	s.must(s.store.Finish(ctx, hookline.Finished{
		Attempt: hookline.Attempt{DeliveryID: tried, Number: 1, RequestNumber: 1, StartedAt: time.Now(), Status: 404, Outcome: hookline.StateFailed},
		Outcome: hookline.Outcome{State: hookline.StateFailed, Reason: "The receiver answered 404 Not Found."},
	}))
	if _, err := s.store.CreateResend(ctx, hookline.ResendWish{Filter: hookline.DeliveryFilter{State: hookline.StateFailed}, Mode: hookline.ResendOriginal, By: "ana@example.com"}); err != nil {
		t.Fatal(err)
	}
	s.reporting(t)
	k := s.tour(t)
	k.comes("ben", hookline.StateDraft)
	k.comes("eve", hookline.StateFailed)
	s.as(admin).post("/account/views/new", url.Values{"query": {"state=failed"}, "name": {"What failed"}}).want(t, http.StatusSeeOther)
	s.channel(hookline.AlertChannel{})
	one, ana := s.shortcut(nil), s.somebody("u9")
	s.as(support).post("/presses/new", url.Values{"press": {"prs_1"}, "shortcut": {one.ID}, "person": {ana.ID}}).want(t, http.StatusSeeOther)
	s.campaign("A draft", waitADay(), waitADay())
	s.broadcast("News")
	s.journey(s.campaign("It runs", waitADay()), "u-walks")
	s.segment(hookline.Segment{Name: "Pro"})
	s.segment(hookline.Segment{Name: "Friends", Manual: true})
	s.comeAndGone()
	s.as(viewer) // so that there is a team
	return s
}

// reference is an address on a page, and the method with which the page would ask for it.
type reference struct{ method, address string }

// Whatever a page links to is there, and whatever it posts to takes a post. The walk begins at the overview, as people
// do, and follows links; forms are not sent.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	s := furnished(t)
	b := s.as(admin)
	mux, hits := http.NewServeMux(), map[string]bool{}
	for _, route := range (&server{}).routes() {
		mux.Handle(route.pattern, http.NotFoundHandler())
	}
	seen := map[reference]bool{}
	waiting := []string{"/"}
	for len(waiting) > 0 && len(seen) < 3000 {
		page := waiting[0]
		waiting = waiting[1:]
		got := b.get(page)
		if got.Code != http.StatusOK {
			t.Errorf("%s: status %d", page, got.Code)
			continue
		}
		for _, to := range references(t, page, got.Body.String()) {
			if seen[to] || !ofPages(to.address) {
				continue
			}
			seen[to] = true
			pattern := routeOf(mux, to)
			if pattern == "" {
				t.Errorf("%s: %s %s is in no table", page, to.method, to.address)
			}
			// A page has many stretches and filters: enough of each are looked at.
			if to.method == http.MethodGet && (!hits[pattern] || !strings.Contains(to.address, "?")) && pattern != "GET /live" {
				waiting = append(waiting, to.address)
			}
			hits[pattern] = true
		}
	}
	for _, route := range (&server{}).routes() {
		if method, path, _ := strings.Cut(route.pattern, " "); method == http.MethodGet && !hits[route.pattern] && !slices.Contains(elsewhere, path) {
			t.Errorf("no page links to %s", path)
		}
	}
}

// elsewhere are pages that no link of this house leads to: the way in, what a form opens, what is there for who has
// something to turn off, and figures that charts read once there are some.
var elsewhere = []string{
	"/setup", "/login", "/login/code", "/invite", "/shared", "/demo/remove", "/account/views/new", "/account/two-step/off", "/health/series",
	"/campaigns/{id}/numbers/series",
}

func routeOf(mux *http.ServeMux, to reference) string {
	r, err := http.NewRequest(to.method, "https://hooks.example.com"+to.address, nil) //nolint:noctx // it goes nowhere
	if err != nil {
		return ""
	}
	_, pattern := mux.Handler(r)
	return pattern
}

// ofPages leaves out what machines and browsers fetch.
func ofPages(address string) bool {
	return !strings.HasPrefix(address, "/static/") && !strings.HasPrefix(address, "/b/") && !strings.HasPrefix(address, "/v1/") && !strings.HasPrefix(address, "/api/")
}

// references are the addresses of our own that a page names.
func references(t *testing.T, page, text string) []reference {
	t.Helper()
	base, err := url.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var found []reference
	for n := range tree.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for attribute, method := range map[string]string{"href": "GET", "hx-get": "GET", "data-values": "GET", "data-news": "GET", "src": "GET", "hx-post": "POST", "sse-connect": "GET", "action": methodOf(n), "formaction": "POST"} {
			value, there := attributeOf(n, attribute)
			to, err := base.Parse(value)
			if !there || err != nil || to.Host != "" || (to.Scheme != "" && to.Scheme != "http") {
				continue
			}
			to.Fragment = ""
			found = append(found, reference{method, to.String()})
		}
	}
	return found
}

func methodOf(form *html.Node) string {
	method, _ := attributeOf(form, "method")
	return map[bool]string{true: "POST", false: "GET"}[strings.EqualFold(method, "post")]
}

func attributeOf(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}
