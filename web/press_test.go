package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

var pressID = regexp.MustCompile(`name="press" value="(prs_[0-9a-z]+)"`)

// asks opens the page that asks before a shortcut is pressed, and gives what its form would post.
func (b *browser) asks(t *testing.T, one hookline.Shortcut, people ...hookline.Person) (*answer, url.Values) {
	t.Helper()
	v := url.Values{"shortcut": {one.ID}}
	for _, p := range people {
		v.Add("person", p.ID)
	}
	page := b.get("/presses/new?" + v.Encode())
	found := pressID.FindStringSubmatch(page.Body.String())
	if found == nil {
		t.Fatalf("%s: the page has no press: %d %s", page.asked, page.Code, page.seen())
	}
	v.Set("press", found[1])
	return page, v
}

func (s *site) pressed(t *testing.T, id string) hookline.Press {
	t.Helper()
	p, err := s.store.Press(t.Context(), id)
	s.must(err)
	return p
}

func TestAShortcutIsPressedForOnePerson(t *testing.T) {
	s := newSite(t, nil)
	one, ana := s.shortcut(nil), s.somebody("ana")
	b := s.as(support)
	b.get("/people/"+ana.ID).want(t, 200, "Open a ticket…", "In the help desk.")
	page, asked := b.asks(t, one, ana)
	page.want(t, 200, "What will be sent", "https://desk.example.com/tickets", "&#34;id&#34;", "ana")
	posted := b.post("/presses/new", asked)
	posted.wantRedirect(t, "/presses/"+asked.Get("press"))
	b.post("/presses/new", asked).wantRedirect(t, "/presses/"+asked.Get("press")) // a double click
	p := s.pressed(t, asked.Get("press"))
	row, err := s.store.DeliveryRow(t.Context(), p.For[0].DeliveryID)
	if err != nil || row.Origin != hookline.OriginShortcut || row.AskedBy != "support@example.com" || row.PersonID != ana.ID {
		t.Errorf("owed is %+v, %v", row, err)
	}
	all, err := s.store.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{})
	if err != nil || len(all.Rows) != 1 {
		t.Errorf("%d deliveries, %v", len(all.Rows), err)
	}
	b.get("/presses/"+p.ID).want(t, 200, "On its way", "sse-connect", "support@example.com pressed it", "!Press it again")
	s.answers(t, row.ID, 201, `{"ticket":42}`)
	b.get("/presses/"+p.ID).want(t, 200, "The receiver answered 201 Created", "ticket", "42", "Press it again", "!sse-connect")
	b.htmx().get("/presses/"+p.ID).want(t, 200, "The receiver answered 201 Created", "!<main")
	b.get("/sent/"+row.ID).want(t, 200, "support@example.com asked for it.", "Somebody pressed the shortcut", "Open a ticket")
	b.get("/sent?origin=shortcut").want(t, 200, row.ID, "Made by shortcuts")
	s.as(viewer).get("/shortcuts/"+one.ID).want(t, 200, "/presses/"+p.ID, "support@example.com", "1 person")
}

// answers records an answer to a delivery, as the engine does.
func (s *site) answers(t *testing.T, id string, status int, body string) {
	t.Helper()
	outcome := hookline.Outcome{State: hookline.StateDelivered}
	if status >= 300 {
		outcome = hookline.Outcome{State: hookline.StateFailed, Reason: "The receiver answered " + http.StatusText(status) + "."}
	}
	s.must(s.store.Finish(t.Context(), hookline.Finished{Outcome: outcome, Attempt: hookline.Attempt{
		DeliveryID: id, Number: 1, RequestNumber: 1, AskedBy: "support@example.com", StartedAt: time.Now(), Status: status, Answer: []byte(body), Outcome: outcome.State, Reason: outcome.Reason,
	}}))
}

func TestAShortcutIsPressedForSeveralPeople(t *testing.T) {
	s := newSite(t, nil)
	one := s.shortcut(nil)
	ana, bob, cyd := s.somebody("ana"), s.somebody("bob"), s.somebody("cyd")
	cyd.Suppressed = true
	_, err := s.store.UpdatePerson(t.Context(), cyd)
	s.must(err)
	b := s.as(support)
	b.get("/people").want(t, 200, "Choose all on this page", "Press for chosen", `value="`+ana.ID+`"`)
	page, asked := b.asks(t, one, ana, bob, cyd, ana)
	page.want(t, 200, "Open a ticket for 2 people", "Left out: 1 person", "cyd:", hookline.PressedSuppressed)
	b.post("/presses/new", asked).want(t, http.StatusSeeOther)
	p := s.pressed(t, asked.Get("press"))
	if len(p.For) != 3 {
		t.Fatalf("pressed for %+v", p.For)
	}
	s.answers(t, p.For[0].DeliveryID, 200, "{}")
	b.get("/presses/"+p.ID).want(t, 200, "2 of 3 people done: 1 delivered, 0 failed, 1 refused.", hookline.PressedSuppressed, "sse-connect")
	s.answers(t, p.For[1].DeliveryID, 404, "no")
	s.must(s.store.DeletePerson(t.Context(), bob.ID))
	b.get("/presses/"+p.ID).want(t, 200, "3 of 3 people done: 1 delivered, 1 failed, 1 refused.", "somebody who was deleted", "!sse-connect")
}

func TestNobodyCanBePressedFor(t *testing.T) {
	s := newSite(t, nil)
	one := s.shortcut(nil)
	b := s.as(support)
	b.get("/presses/new").want(t, 200, "Nobody is chosen")
	b.get("/presses/new?shortcut="+one.ID).want(t, 200, "Nobody is chosen")
	many := url.Values{"shortcut": {one.ID}}
	for range hookline.MaxChosen + 1 {
		many.Add("person", "per_"+hookline.Secret())
	}
	b.get("/presses/new?"+many.Encode()).want(t, 409, "at most 100 people")
	b.get("/presses/new?shortcut=sct_gone&person=per_1").want(t, 404)
	page, asked := b.asks(t, one, hookline.Person{ID: "per_gone"})
	page.want(t, 200, "Nothing would be sent", hookline.PressedGone, `!<button type="submit" class="btn btn-primary"`)
	b.post("/presses/new", asked).want(t, 409, "It was not pressed", hookline.PressedGone)
	asked.Del("press")
	b.post("/presses/new", asked).want(t, 409, "too old to press from")
}

func TestARequestThatCannotBeMadeIsNotPressed(t *testing.T) {
	s := newSite(t, nil)
	ana := s.somebody("ana")
	broken := s.shortcut(func(_ *hookline.Shortcut, a *hookline.Action) { a.Template.Body = `{"plan": {{ customer.plan }}}` })
	b := s.as(support)
	page, asked := b.asks(t, broken, ana)
	page.want(t, 200, "Nothing would be sent")
	b.post("/presses/new", asked).want(t, 409, "It was not pressed")
	cancels := s.shortcut(func(s *hookline.Shortcut, a *hookline.Action) {
		s.Name, a.Template.Body = "Cancels", `{% cancel "not for free plans" %}`
	})
	page, _ = b.asks(t, cancels, ana)
	page.want(t, 200, "Nothing would be sent", "not for free plans")
}

func TestWhoMayPressAShortcut(t *testing.T) {
	s := newSite(t, nil)
	ana := s.somebody("ana")
	one := s.shortcut(func(s *hookline.Shortcut, _ *hookline.Action) { s.Least = hookline.Editor })
	off := s.shortcut(func(s *hookline.Shortcut, _ *hookline.Action) { s.Name, s.Enabled = "Off", false })
	ask := func(one hookline.Shortcut) string { return "/presses/new?shortcut=" + one.ID + "&person=" + ana.ID }
	for _, role := range []hookline.Role{viewer, support} {
		b := s.as(role)
		b.get("/people/"+ana.ID).want(t, 200, "!Open a ticket…")
		b.get("/people").want(t, 200, "!Press for chosen")
		b.get(ask(one)).want(t, 403)
		b.post("/presses/new", form("press", "prs_1", "shortcut", one.ID, "person", ana.ID)).want(t, 403)
	}
	b := s.as(editor)
	b.get("/people/"+ana.ID).want(t, 200, "Open a ticket…", "!Off…")
	b.get(ask(one)).want(t, 200)
	b.get(ask(off)).want(t, 409, "is switched off")
	b.post("/presses/new", form("press", "prs_1", "shortcut", off.ID, "person", ana.ID)).want(t, 409, "is switched off")
}

// What a page shows of a request has no secrets, whoever looks.
func TestAPressShowsNoSecrets(t *testing.T) {
	s := newSite(t, nil)
	one := s.shortcut(func(_ *hookline.Shortcut, a *hookline.Action) {
		a.Template.Headers = append(a.Template.Headers, hookline.Header{Name: "Authorization", Value: "Bearer hush-hush-hush-hush"})
	})
	page, _ := s.as(support).asks(t, one, s.somebody("ana"))
	if strings.Contains(page.Body.String(), "hush-hush") {
		t.Errorf("the page shows what authorizes:\n%s", page.seen())
	}
}

// somebody makes a person on the free plan.
func (s *site) somebody(id string) hookline.Person {
	return s.person(hookline.Person{UserID: id, Attributes: []byte(`{"plan":"free"}`)})
}
