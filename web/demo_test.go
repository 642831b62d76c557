package web

import (
	"context"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

// noDemo stands in where no engine runs. It answers err, and counts.
type noDemo struct {
	err           error
	made, removed int
}

func (d *noDemo) Make(context.Context) error   { d.made++; return d.err }
func (d *noDemo) Remove(context.Context) error { d.removed++; return d.err }

func (s *site) demo() {
	s.t.Helper()
	err := s.store.CreateDemo(s.t.Context(), hookline.Demo{
		Sources: []hookline.Source{{ID: "src_demo", Name: "Demo: website", WriteKey: "k", Enabled: true}},
		Destinations: []hookline.Destination{{
			ID: "dst_demo", Name: "Demo: CRM", SourceIDs: []string{"src_demo"}, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
		}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestTheEmptyOverviewOffersTheDemo(t *testing.T) {
	d := &noDemo{}
	s := newSite(t, func(c *Config) { c.Demo = d })
	s.as(editor).get("/").want(t, 200, "Fill it with a demo", "!Remove the demo")
	s.as(support).get("/").want(t, 200, "!Fill it with a demo", "Make a source")
	b := s.as(editor)
	b.post("/demo", nil).wantRedirect(t, "/")
	if d.made != 1 {
		t.Errorf("made %d times", d.made)
	}
	b.get("/").want(t, 200, "The demo is here")
}

func TestWhoHasBegunIsNotOfferedTheDemo(t *testing.T) {
	s := newSite(t, nil)
	s.source("Website")
	s.as(admin).get("/").want(t, 200, "!Fill it with a demo", "Make a source")
}

func TestTheOverviewSaysThatThereIsADemo(t *testing.T) {
	s := newSite(t, nil)
	s.demo()
	s.as(admin).get("/").want(t, 200, "A demo is in this workspace", `action="/demo/remove"`, "!Fill it with a demo")
	s.as(viewer).get("/").want(t, 200, "A demo is in this workspace", `!action="/demo/remove"`)
}

func TestASecondDemoIsRefusedKindly(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Demo = &noDemo{err: hookline.Conflict("The demo is already here.")} })
	b := s.as(editor)
	b.post("/demo", nil).wantRedirect(t, "/")
	b.get("/").want(t, 200, "The demo is already here.")
}

func TestRemovingTheDemoAsksFirst(t *testing.T) {
	d := &noDemo{}
	s := newSite(t, func(c *Config) { c.Demo = d })
	b := s.as(editor)
	b.get("/demo/remove").want(t, 404)
	s.demo()
	b.get("/demo/remove").want(t, 200, "Remove the demo?", "Whatever is yours stays", `action="/demo/remove"`)
	if d.removed != 0 {
		t.Error("asking removed it")
	}
	b.post("/demo/remove", nil).wantRedirect(t, "/")
	if d.removed != 1 {
		t.Errorf("removed %d times", d.removed)
	}
	b.get("/").want(t, 200, "The demo is removed")
}

func TestARemovalThatMustWaitSaysSo(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Demo = &noDemo{err: hookline.Conflict("Try again in a minute.")} })
	s.as(editor).post("/demo/remove", nil).want(t, 409, "Try again in a minute.")
	s.as(support).post("/demo/remove", nil).want(t, 403)
}

func TestTheOverviewNamesWhatFails(t *testing.T) {
	s := newSite(t, nil)
	s.delivery(hookline.Delivery{State: hookline.StateRetrying, LastStatus: 503, Reason: "The receiver answered 503."})
	s.samples("dst_other", hookline.Sample{Retrying: 1})
	page := s.as(viewer).get("/")
	page.want(t, 200, "Failing now", "1 failure", "The receiver answered 503.", "Wait until the receiver is well again", `href="/sent?destination=`)
	if n := strings.Count(page.Body.String(), `<th scope="row">`); n != 24 {
		t.Errorf("the table has %d hours, want 24", n)
	}
}
