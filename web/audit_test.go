package web

import (
	"context"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline/internal/audit"
	"hookline/internal/delivery"
	"hookline/internal/hookline"
	"hookline/internal/report"
	"hookline/internal/sqlite"
)

// keepsNothing are the routes that take a form and change nothing that is kept: they answer what was asked with it.
var keepsNothing = []string{
	"POST /destinations/{id}/actions/{action}/trigger",
	"POST /destinations/{id}/actions/{action}/address",
	"POST /destinations/{id}/actions/{action}/headers",
	"POST /destinations/{id}/actions/{action}/content",
	"POST /destinations/{id}/actions/{action}/response",
	"POST /destinations/{id}/actions/{action}/preview",
	"POST /destinations/{id}/actions/{action}/backtest",
	"POST /destinations/{id}/actions/{action}/body",
	"POST /segments/{id}/condition",
	"POST /recipes/{id}/preview",
	"POST /deletions/find",
	"POST /settings/signing-key/check",
	"POST /settings/ip-addresses/check",
}

// workshop is a site in which everything can be done.
type workshop struct {
	*site
	source hookline.Source
	d      hookline.Destination
	a      hookline.Action
	lot    *lot
}

// inStore makes and removes a demo of nothing but its destination.
type inStore struct{ store *sqlite.Store }

func (d inStore) Make(ctx context.Context) error {
	return d.store.CreateDemo(ctx, hookline.Demo{Destinations: []hookline.Destination{{
		ID: "dst_demo", Name: "Demo", SignatureMode: hookline.SignWhole, Timeout: time.Second,
	}}})
}

func (d inStore) Remove(ctx context.Context) error { return d.store.RemoveDemo(ctx) }

func newWorkshop(t *testing.T) *workshop {
	s := newSite(t, func(c *Config) {
		store := c.Store.(*sqlite.Store)
		c.Resender, c.Demo, c.Watch = delivery.NewResender(store, c.Composer), inStore{store}, &teller{}
		c.Reporter = &example{sent: report.Sent{Status: 200}}
		engine := delivery.New(store, answering(200, "{}"), delivery.Config{Version: "test"}, slog.New(slog.DiscardHandler))
		c.Tester, c.Canceller = engine, engine
	})
	w := &workshop{site: s, lot: s.newLot(), source: s.source("Website")}
	s.works() // from here on what events set off is worked out, which the lot does by hand
	w.d = s.destination(hookline.Destination{Enabled: true}, w.source)
	w.a = s.action(w.d, nil)
	return w
}

// deed is one change: where it is posted to, and the entry that it leaves.
type deed struct {
	path string
	form url.Values
	deed audit.Deed
	kind audit.Kind
}

// deeds do with each route what it is for. Each prepares what it needs.
func (w *workshop) deeds() map[string]func() deed {
	d, a := "/destinations/"+w.d.ID, "/destinations/"+w.d.ID+"/actions/"+w.a.ID
	other := func() string { return w.destination(hookline.Destination{Enabled: true}).ID }
	return map[string]func() deed{
		"POST /demo":        func() deed { return deed{"/demo", nil, audit.Created, audit.Demo} },
		"POST /demo/remove": func() deed { return deed{"/demo/remove", nil, audit.Deleted, audit.Demo} },

		"POST /sources/new": func() deed { return deed{"/sources/new", form("name", "Shop"), audit.Created, audit.Source} },
		"POST /sources/{id}/edit": func() deed {
			return deed{"/sources/" + w.source.ID + "/edit", form("name", "Renamed"), audit.Changed, audit.Source}
		},
		"POST /sources/{id}/enabled": func() deed {
			return deed{"/sources/" + w.source2("Off").ID + "/enabled", form("enabled", "false"), audit.Changed, audit.Source}
		},
		"POST /sources/{id}/delete": func() deed {
			return deed{"/sources/" + w.source2("Gone").ID + "/delete", nil, audit.Deleted, audit.Source}
		},
		"POST /sources/{id}/tester": func() deed {
			return deed{"/sources/" + w.source.ID + "/tester", form("type", "track", "body", `{"userId":"u1","event":"Signed Up"}`), audit.Tested, audit.Source}
		},
		"POST /events/{id}/again": func() deed {
			return deed{"/events/" + w.calls(w.source, hookline.Track, `{"userId":"u1","event":"A"}`) + "/again", nil, audit.Resent, audit.Event}
		},

		"POST /destinations/new": func() deed {
			return deed{"/destinations/new", wayForm("name", "New"), audit.Created, audit.Destination}
		},
		"POST /destinations/{id}/edit": func() deed {
			return deed{"/destinations/" + other() + "/edit", form("name", "CRM", "timeout", "7", "signature_mode", "whole"), audit.Changed, audit.Destination}
		},
		"POST /destinations/{id}/enabled": func() deed {
			return deed{"/destinations/" + other() + "/enabled", form("enabled", "false"), audit.Changed, audit.Destination}
		},
		"POST /destinations/{id}/pause": func() deed { return deed{"/destinations/" + other() + "/pause", nil, audit.Paused, audit.Destination} },
		"POST /destinations/{id}/resume": func() deed {
			id := other()
			w.must(w.store.PauseDestination(w.t.Context(), id, "ana@example.com", ""))
			return deed{"/destinations/" + id + "/resume", nil, audit.Resumed, audit.Destination}
		},
		"POST /destinations/{id}/try": func() deed { return deed{"/destinations/" + other() + "/try", nil, audit.Vouched, audit.Destination} },
		"POST /destinations/{id}/windows/new": func() deed {
			return deed{d + "/windows/new", form("kind", "weekly", "days", "mon", "start", "22:00", "end", "06:00", "zone", "UTC"), audit.Changed, audit.Destination}
		},
		"POST /destinations/{id}/windows/remove": func() deed {
			window := hookline.Window{Days: 1, Start: 60, End: 120, Zone: "UTC"}
			one := w.destination(hookline.Destination{Maintenance: []hookline.Window{window}})
			return deed{"/destinations/" + one.ID + "/windows/remove", form("number", "0", "window", window.String()), audit.Changed, audit.Destination}
		},
		"POST /destinations/{id}/signing/reveal": func() deed { return deed{d + "/signing/reveal", nil, audit.Revealed, audit.Destination} },
		"POST /destinations/{id}/signing/shared": func() deed { return deed{d + "/signing/shared", form("do", "make"), audit.Changed, audit.Destination} },
		"POST /destinations/{id}/signing/standard": func() deed {
			return deed{d + "/signing/standard", form("do", "make"), audit.Changed, audit.Destination}
		},
		"POST /destinations/{id}/delete": func() deed {
			return deed{"/destinations/" + other() + "/delete", nil, audit.Deleted, audit.Destination}
		},

		"POST /destinations/{id}/actions/new": func() deed { return deed{d + "/actions/new", composed("save", "keep"), audit.Created, audit.Action} },
		"POST /destinations/{id}/actions/{action}": func() deed {
			return deed{a, composed("save", "keep", "name", "Tell them all", "over", "1"), audit.Changed, audit.Action}
		},
		"POST /destinations/{id}/actions/{action}/test": func() deed {
			return deed{a + "/test", composed(), audit.Tested, audit.Delivery}
		},
		"POST /destinations/{id}/actions/{action}/enabled":   func() deed { return deed{a + "/enabled", form("enabled", "true"), audit.Changed, audit.Action} },
		"POST /destinations/{id}/actions/{action}/duplicate": func() deed { return deed{a + "/duplicate", nil, audit.Created, audit.Action} },
		"POST /destinations/{id}/actions/{action}/versions/{version}/use": func() deed {
			one := w.action(w.d, nil)
			one.Name = "Tell them twice"
			one = w.saved(one, "")
			return deed{actionPath(one) + "/versions/1/use", nil, audit.Changed, audit.Action}
		},
		"POST /destinations/{id}/actions/{action}/delete": func() deed { return deed{actionPath(w.action(w.d, nil)) + "/delete", nil, audit.Deleted, audit.Action} },

		"POST /recipes/curl": func() deed {
			return deed{"/recipes/curl", form("command", "curl -d '{}' https://example.com/x", "destination", w.d.ID), audit.Created, audit.Action}
		},
		"POST /recipes/import": func() deed {
			return deed{"/recipes/import", exported(twoMappings, w.d.ID, "1"), audit.Created, audit.Action}
		},
		"POST /recipes/{id}": func() deed {
			return deed{"/recipes/slack", form("with.hook", "https://hooks.slack.com/services/T/B/X", "with.text", "New", "destination", w.d.ID), audit.Created, audit.Action}
		},

		"POST /sent/{id}/resend": func() deed {
			id := w.delivery(hookline.Delivery{State: hookline.StateFailed, Reason: "It was answered 404.", RequestNumber: 1})
			return deed{"/sent/" + id + "/resend", form("mode", "original"), audit.Resent, audit.Delivery}
		},

		"POST /sent/{id}/cancel": func() deed {
			id := w.delivery(hookline.Delivery{State: hookline.StateRetrying, Reason: "It was answered 503.", RequestNumber: 1, NextAttemptAt: time.Now().Add(time.Hour)})
			return deed{"/sent/" + id + "/cancel", nil, audit.Cancelled, audit.Delivery}
		},

		"POST /sent/{id}/share": func() deed {
			return deed{"/sent/" + w.delivery(hookline.Delivery{State: hookline.StateFailed, RequestNumber: 1}) + "/share", form("hours", "24"), audit.Created, audit.Share}
		},
		"POST /settings/shared-links/{id}/revoke": func() deed {
			id := w.delivery(hookline.Delivery{State: hookline.StateFailed, RequestNumber: 1})
			one, _, err := w.desk.Share(w.t.Context(), hookline.Share{DeliveryID: id, MadeBy: "ana@example.com"}, time.Hour)
			w.must(err)
			return deed{"/settings/shared-links/" + one.ID + "/revoke", nil, audit.Deleted, audit.Share}
		},

		"POST /bins/new":         func() deed { return deed{"/bins/new", namedBin("Mine"), audit.Created, audit.Bin} },
		"POST /bins/{id}/edit":   func() deed { return deed{"/bins/" + w.bin() + "/edit", namedBin("Yours"), audit.Changed, audit.Bin} },
		"POST /bins/{id}/clear":  func() deed { return deed{"/bins/" + w.bin() + "/clear", nil, audit.Cleared, audit.Bin} },
		"POST /bins/{id}/delete": func() deed { return deed{"/bins/" + w.bin() + "/delete", nil, audit.Deleted, audit.Bin} },

		"POST /settings/signing-key/reveal": func() deed { return deed{"/settings/signing-key/reveal", nil, audit.Revealed, audit.SigningKey} },
		"POST /settings/signing-key/rotate": func() deed { return deed{"/settings/signing-key/rotate", nil, audit.Rotated, audit.SigningKey} },
		"POST /settings/ip-addresses/edit": func() deed {
			return deed{"/settings/ip-addresses/edit", form("region", "eu", "ips", "203.0.113.7"), audit.Changed, audit.Addresses}
		},
		"POST /settings/team/new": func() deed {
			return deed{"/settings/team/new", form("email", "new@example.com", "role", "viewer", "password", password), audit.Created, audit.Account}
		},
		"POST /settings/team/invite": func() deed {
			return deed{"/settings/team/invite", form("email", "guest@example.com", "role", "viewer"), audit.Created, audit.Invitation}
		},
		"POST /settings/team/invitations/{id}/withdraw": func() deed {
			w.invites("gone@example.com")
			open, err := w.store.ListInvitations(w.t.Context())
			w.must(err)
			return deed{"/settings/team/invitations/" + open[len(open)-1].ID + "/withdraw", nil, audit.Deleted, audit.Invitation}
		},
		"POST /settings/team/{id}/role": func() deed {
			return deed{"/settings/team/" + w.member("a") + "/role", form("role", "editor"), audit.Changed, audit.Account}
		},
		"POST /settings/team/{id}/password": func() deed {
			return deed{"/settings/team/" + w.member("b") + "/password", form("password", "another horse"), audit.Changed, audit.Account}
		},
		"POST /settings/team/{id}/enabled": func() deed {
			return deed{"/settings/team/" + w.member("c") + "/enabled", form("enabled", "false"), audit.Changed, audit.Account}
		},
		"POST /settings/tokens/new": func() deed {
			return deed{"/settings/tokens/new", form("name", "Deploy", "scope", "editor"), audit.Created, audit.APIToken}
		},
		"POST /settings/tokens/{id}/revoke": func() deed {
			return deed{"/settings/tokens/" + w.token() + "/revoke", nil, audit.Deleted, audit.APIToken}
		},
		"POST /settings/secrets/new": func() deed {
			return deed{"/settings/secrets/new", secretForm("name", "crm"), audit.Created, audit.Secret}
		},
		"POST /settings/secrets/{id}/edit": func() deed {
			w.secret("again", "api.example.com")
			return deed{"/settings/secrets/again/edit", secretForm(), audit.Changed, audit.Secret}
		},
		"POST /settings/secrets/{id}/delete": func() deed {
			w.secret("gone", "api.example.com")
			return deed{"/settings/secrets/gone/delete", nil, audit.Deleted, audit.Secret}
		},
		"POST /settings/team/{id}/sessions/end": func() deed {
			return deed{"/settings/team/" + w.signedIn("d") + "/sessions/end", nil, audit.SignedOut, audit.Account}
		},
		"POST /settings/team/{id}/sessions/{session}/end": func() deed {
			id := w.signedIn("e")
			return deed{"/settings/team/" + id + "/sessions/" + w.session(id) + "/end", nil, audit.SignedOut, audit.Account}
		},
		"POST /settings/team/{id}/two-step/off": func() deed {
			id := w.member("f")
			w.twoStep(id)
			return deed{"/settings/team/" + id + "/two-step/off", nil, audit.Changed, audit.Account}
		},
		"POST /account/two-step": func() deed {
			key, code := newCode(w.desk)
			return deed{"/account/two-step", form("key", key, "code", code, "password", password), audit.Changed, audit.Account}
		},
		"POST /account/two-step/off": func() deed {
			w.must(w.desk.TakeOffTwoStep(w.t.Context(), w.users[admin].ID)) // whose codes nobody knows
			return deed{"/account/two-step/off", form("password", password, "code", w.twoStep(w.users[admin].ID)[0]), audit.Changed, audit.Account}
		},
		"POST /settings/retention": func() deed {
			return deed{"/settings/retention", form("events_days", "0", "bodies_days", "90", "deliveries_days", "365", "sure", "yes"), audit.Changed, audit.Retention}
		},
		"POST /account/sessions/end": func() deed {
			w.as(admin)
			return deed{"/account/sessions/end", nil, audit.SignedOut, audit.Account}
		},
		"POST /account/sessions/{session}/end": func() deed {
			w.as(admin)
			return deed{"/account/sessions/" + w.session(w.users[admin].ID) + "/end", nil, audit.SignedOut, audit.Account}
		},
		"POST /settings/alerts": func() deed {
			return deed{"/settings/alerts", form("failing_percent", "7", "failing_minutes", "10", "failing_tries", "1", "backlog_minutes", "2", "silence_times", "2", "silence_minutes", "5"), audit.Changed, audit.AlertRules}
		},
		"POST /settings/alerts/channels/new": func() deed {
			return deed{"/settings/alerts/channels/new", form("kind", "slack", "name", "Chat", "url", "https://hooks.slack.com/x"), audit.Created, audit.AlertChannel}
		},
		"POST /settings/alerts/channels/{id}": func() deed {
			return deed{channelPath(w.channel(hookline.AlertChannel{}).ID), form("name", "Chat", "url", "https://example.com/"), audit.Changed, audit.AlertChannel}
		},
		"POST /settings/alerts/channels/{id}/test": func() deed {
			return deed{channelPath(w.channel(hookline.AlertChannel{}).ID) + "/test", nil, audit.Tested, audit.AlertChannel}
		},
		"POST /settings/alerts/channels/{id}/reveal": func() deed {
			return deed{channelPath(w.channel(hookline.AlertChannel{}).ID) + "/reveal", nil, audit.Revealed, audit.AlertChannel}
		},
		"POST /settings/alerts/channels/{id}/delete": func() deed {
			return deed{channelPath(w.channel(hookline.AlertChannel{}).ID) + "/delete", nil, audit.Deleted, audit.AlertChannel}
		},
		"POST /account/password": func() deed {
			return deed{"/account/password", form("current", password, "password", "a better horse"), audit.Changed, audit.Account}
		},
		"POST /account/views/new": func() deed {
			return deed{"/account/views/new", form("query", "state=failed", "name", "Mine"), audit.Created, audit.SavedView}
		},
		"POST /account/views/{id}": func() deed {
			return deed{"/account/views/" + w.savedViews(admin)[0].ID, form("name", "Renamed"), audit.Changed, audit.SavedView}
		},
		"POST /account/views/{id}/delete": func() deed {
			return deed{"/account/views/" + w.savedViews(admin)[0].ID + "/delete", nil, audit.Deleted, audit.SavedView}
		},
	}
}

func (w *workshop) source2(name string) hookline.Source { return w.site.source(name) }

func (w *workshop) named(name string) hookline.Shortcut {
	return w.shortcut(func(s *hookline.Shortcut, _ *hookline.Action) { s.Name = name })
}

func (w *workshop) bin() string {
	made, err := w.store.CreateBin(w.t.Context(), hookline.Bin{Name: "Mine", Script: hookline.NewBinScript()})
	w.must(err)
	return made.ID
}

func namedBin(name string) url.Values {
	_, f := binForm("name", name)
	return f
}

func (w *workshop) member(name string) string {
	u, err := w.desk.AddUser(w.t.Context(), hookline.User{Email: name + "@example.com", Role: hookline.Viewer}, password)
	w.must(err)
	return u.ID
}

// signedIn makes a member who is signed in somewhere.
func (w *workshop) signedIn(name string) string {
	id := w.member(name)
	w.browser().post("/login", form("email", name+"@example.com", "password", password)).wantRedirect(w.t, "/")
	return id
}

// session is the one that somebody began last.
func (w *workshop) session(userID string) string {
	all, err := w.desk.Sessions(w.t.Context(), userID)
	w.must(err)
	return slices.MaxFunc(all, func(a, b hookline.Session) int { return a.CreatedAt.Compare(b.CreatedAt) }).Handle()
}

func (w *workshop) token() string {
	_, err := w.desk.CreateToken(w.t.Context(), "Deploy", hookline.Editor, "ana@example.com")
	w.must(err)
	tokens, err := w.store.ListTokens(w.t.Context())
	w.must(err)
	return tokens[len(tokens)-1].ID
}

func (s *site) entries() []audit.Entry {
	s.t.Helper()
	list, err := s.store.ListAuditEntries(s.t.Context(), audit.Filter{}, hookline.Cursor{Limit: 1000})
	s.must(err)
	return list.Rows
}

// TestEveryChangeLeavesAnEntry walks the table of routes: each one that takes a form leaves an entry of who did what,
// or is listed as one that changes nothing that is kept.
func TestEveryChangeLeavesAnEntry(t *testing.T) {
	w := newWorkshop(t)
	b := w.as(admin)
	deeds := w.deeds()
	maps.Copy(deeds, w.peopleDeeds())
	maps.Copy(deeds, w.supportDeeds())
	maps.Copy(deeds, w.reportingDeeds())
	maps.Copy(deeds, w.importDeeds())
	maps.Copy(deeds, w.campaignDeeds())
	maps.Copy(deeds, w.draftDeeds())
	for _, route := range (&server{}).routes() {
		prepare, there := deeds[route.pattern]
		alone := []string{"POST /setup", "POST /login", "POST /login/code", "POST /logout", "POST /invite", "POST /imports/new"} // see TestComingAndGoing, TestSomebodyIsInvited and TestImportOfPeople
		if !strings.HasPrefix(route.pattern, "POST ") || slices.Contains(keepsNothing, route.pattern) || slices.Contains(alone, route.pattern) {
			continue
		}
		if !there {
			t.Errorf("%s: this test does not know how to use it, and it is not listed as one that keeps nothing", route.pattern)
			continue
		}
		one := prepare()
		before := w.entries()
		got := b.post(one.path, one.form)
		if got.Code >= 400 {
			t.Errorf("%s: %d\n%s", route.pattern, got.Code, got.seen())
			continue
		}
		after := w.entries()
		fresh := after[:len(after)-len(before)]
		if !slices.ContainsFunc(fresh, func(e audit.Entry) bool {
			return e.Deed == one.deed && e.Kind == one.kind && e.Actor.Name == "admin@example.com"
		}) {
			t.Errorf("%s left %+v, want %s %s by admin@example.com", route.pattern, fresh, one.kind, one.deed)
		}
	}
}

// TestWhatKeepsNothing: what is listed so is in the table, and leaves neither an entry nor anything else.
func TestWhatKeepsNothing(t *testing.T) {
	w := newWorkshop(t)
	b := w.as(admin)
	before := len(w.entries())
	path := strings.NewReplacer("{id}", w.d.ID, "{action}", w.a.ID)
	for _, pattern := range keepsNothing {
		if !slices.ContainsFunc((&server{}).routes(), func(r route) bool { return r.pattern == pattern }) {
			t.Errorf("%s is in no table", pattern)
		}
		to := path.Replace(strings.TrimPrefix(pattern, "POST "))
		if strings.HasPrefix(to, "/recipes/") {
			to = "/recipes/slack/preview"
		}
		if got := b.post(to, composed()); got.Code >= 500 {
			t.Errorf("%s: %d", to, got.Code)
		}
	}
	if got, err := w.store.Action(t.Context(), w.a.ID); err != nil || got.Version != 1 || len(w.entries()) != before {
		t.Errorf("something was kept: %+v, %v, %d entries", got, err, len(w.entries())-before)
	}
}

func TestComingAndGoing(t *testing.T) {
	s := newSite(t, nil)
	b := s.browser()
	b.post("/setup", form("email", "ana@example.com", "password", password)).wantRedirect(t, "/")
	b.post("/logout", nil).wantRedirect(t, "/login")
	s.browser().post("/login", form("email", "ANA@example.com", "password", "wrong")).want(t, 422)
	s.browser().post("/login", form("email", "my secret pass phrase", "password", "wrong")).want(t, 422)
	var got []string
	for _, e := range s.entries() {
		got = append(got, strings.Join([]string{string(e.Actor.Kind), e.Actor.Name, e.Actor.From, string(e.Deed), e.ThingName, e.Remark}, "|"))
	}
	slices.Reverse(got)
	want := []string{
		"stranger||192.0.2.1|created|ana@example.com|",
		"user|ana@example.com|192.0.2.1|signed_in|ana@example.com|",
		"user|ana@example.com|192.0.2.1|signed_out|ana@example.com|",
		"stranger||192.0.2.1|refused|ana@example.com|wrong password",
		"stranger||192.0.2.1|refused||nobody has the e-mail address that was typed",
	}
	if !slices.Equal(got, want) {
		t.Errorf("kept is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestWhatARoleDoesNotInclude(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(support)
	before := len(s.entries())
	b.get("/settings/audit").want(t, 403)
	if len(s.entries()) != before {
		t.Error("a look at a page is a deed")
	}
	b.post("/settings/tokens/new", form("name", "Mine", "scope", "admin")).want(t, 403)
	e := s.entries()[0]
	if e.Deed != audit.Refused || e.Actor.Name != "support@example.com" || e.ThingName != "/settings/tokens/new" {
		t.Errorf("kept is %+v", e)
	}
}
