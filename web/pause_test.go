package web

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// owes makes n webhooks wait for a destination, each made an hour after the one before; the newest is an hour old.
func (s *site) owes(d hookline.Destination, n int) {
	s.t.Helper()
	for i := n; i > 0; i-- {
		at := time.Now().Add(-time.Duration(i) * time.Hour)
		_, err := s.store.CreateDelivery(s.t.Context(), hookline.Owed{Delivery: hookline.Delivery{
			State: hookline.StateQueued, Origin: hookline.OriginEvent, DestinationID: d.ID, ActionID: "act_1", PersonID: "per_1",
			IdempotencyKey: hookline.Secret(), CreatedAt: at, UpdatedAt: at, NextAttemptAt: at,
		}})
		s.must(err)
	}
}

func TestPauseAndResume(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{Enabled: true})
	s.owes(d, 3)
	path := "/destinations/" + d.ID
	b, looker := s.as(editor), s.as(viewer)
	b.get(path).want(t, 200, "Pause for a while", "3 webhooks", "wait, the oldest due", "!Paused")
	looker.get(path).want(t, 200, "!Pause for a while", "3 webhooks")
	b.get(path+"/resume").want(t, 409, "This destination is not paused.")
	b.post(path+"/pause", form("note", strings.Repeat("x", 501))).want(t, 409, "The destination was not paused.")

	b.post(path+"/pause", form("note", " moving to <b>Mars</b> ")).wantRedirect(t, path)
	b.get(path).want(t, 200, "The destination is paused.", "Undo", `action="`+path+`/resume"`, ">Resume<", "paused by editor@example.com: “moving to &lt;b&gt;Mars&lt;/b&gt;”.",
		"!<b>Mars", "3 webhooks", "They wait until it is resumed", "!Pause for a while", "topic=standing")
	b.get(path).want(t, 200, "!Undo")
	b.htmx().get(path).want(t, 200, "!<html", "paused by editor@example.com", "3 webhooks", "!Sources connected")
	for _, role := range []hookline.Role{support, viewer} {
		s.as(role).get(path).want(t, 200, "paused by editor@example.com", "3 webhooks", "!/resume")
	}
	b.get("/destinations").want(t, 200, ">Paused<", "3 webhooks", "the oldest due")
	b.htmx().get("/destinations").want(t, 200, "!<html", ">Paused<")
	b.get("/sent?state=held").want(t, 200, ">Held<", "destination paused")
	b.get("/sent?state=queued").want(t, 200, "Nothing fits")
	b.post(path+"/pause", nil).wantRedirect(t, path)
	b.get(path).want(t, 200, "The destination was paused already.", "!Undo", "Mars")

	b.post(path+"/resume", nil).wantRedirect(t, path)
	b.get(path).want(t, 200, "The destination is resumed.", "Catching up", "It is sent what the pause held.", "3 webhooks", "Pause for a while")
	b.get("/destinations").want(t, 200, ">Catching up<")
	b.post(path+"/resume", nil).want(t, 409, "This destination is not paused.")
}

func TestResumeShowsWhatEachChoiceWouldSend(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{Enabled: true, MaxPerSecond: 20})
	s.owes(d, 3)
	path := "/destinations/" + d.ID
	s.must(s.store.PauseDestination(t.Context(), d.ID, "ana@example.com", ""))
	b := s.as(editor)
	b.get(path+"/resume").want(t, 200, "None older than 24 hours", `<dd>3 webhooks</dd>`, `<dd>1 webhook</dd>`, `value="all" checked`, "the 20 a second", `hx-target="#choices"`)
	b.htmx().get(path+"/resume?age=90&unit=minutes").want(t, 200, "!<html", "None older than 90 minutes", "1 webhook<")
	b.htmx().get(path+"/resume?age=2,5&unit=hours").want(t, 200, "None older than 2,5 hours", "2 webhooks")
	for _, age := range []string{"age=&unit=hours", "age=x&unit=hours", "age=-1&unit=hours", "age=1&unit=moons", "age=1e9&unit=days"} {
		b.htmx().get(path+"/resume?"+age).want(t, 200, "Enter a number above.")
	}

	typed := form("keep", "since", "age", "x", "unit", "days", "per_second", "fast", "ramp", "-2")
	b.post(path+"/resume", typed).want(t, 422, "Say how old a webhook may be", "Choose a rate between", "Choose a time of at most 24 hours", `value="since" checked`, `value="fast"`, `value="-2"`, `value="days" selected`, `aria-invalid="true"`)
	b.post(path+"/resume", form("keep", "some")).want(t, 422, "Choose what shall be sent.")
	if now := s.theDestination(d.ID); now.Resume.On() {
		t.Fatalf("a refused form resumes it: %+v", now.Resume)
	}

	b.post(path+"/resume", form("keep", "since", "age", "90", "unit", "minutes", "per_second", "2,5", "ramp", "10")).wantRedirect(t, path)
	now := s.theDestination(d.ID)
	if r := now.Resume; !now.Resuming() || r.PerSecond != 2.5 || r.Ramp != 10*time.Minute || r.By != "editor@example.com" || (r.At.Sub(r.Since)-90*time.Minute).Abs() > time.Minute {
		t.Errorf("resume is %+v, paused %+v", r, now.Paused)
	}
	b.get(path).want(t, 200, "Being resumed", "at most 2.5 a second, slowly at first", "Pause again", `action="`+path+`/pause"`)
	b.get("/destinations").want(t, 200, ">Resuming<")
	b.post(path+"/resume", form("keep", "all")).want(t, 409, "is being resumed already")
	b.post(path+"/pause", nil).wantRedirect(t, path)
	b.get(path).want(t, 200, "paused again. What was taken out so far stays out.", ">Resume<")
}

func TestSupportAndViewersDoNotPause(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{Enabled: true})
	for _, role := range []hookline.Role{support, viewer} {
		b := s.as(role)
		for _, act := range []string{"/pause", "/resume", "/try", "/windows/new", "/windows/remove"} {
			b.post("/destinations/"+d.ID+act, nil).want(t, 403)
		}
	}
	if now := s.theDestination(d.ID); now.Paused.On() || !now.VouchedAt.IsZero() {
		t.Errorf("somebody paused it all the same: %+v", now)
	}
}

func TestABrokenReceiverIsShownEverywhere(t *testing.T) {
	s := newSite(t, nil)
	l := s.newLot()
	path := "/destinations/" + l.destination.ID
	at := time.Now().Add(-5 * time.Minute)
	broken := hookline.Health{
		DestinationID: l.destination.ID, Breaker: hookline.BreakerOpen, Reason: "The last 10 tries got no answer. The latest: <i>nothing</i>.",
		Since: at, OpenedAt: at, NextTry: time.Now().Add(2 * time.Minute),
	}
	s.must(s.store.SaveHealth(t.Context(), broken))
	b, looker := s.as(editor), s.as(support)
	b.get(path).want(t, 200, "Its receiver is broken", "&lt;i&gt;nothing", "!<i>nothing", "5 minutes ago", "Next try, if something is due by then:", "Try now", `action="`+path+`/try"`, "1 webhook<")
	looker.get(path).want(t, 200, "Its receiver is broken", "!Try now")
	b.get("/destinations").want(t, 200, ">Broken<")
	looker.get("/").want(t, 200, "Destinations that are not sent to as usual", ">Broken<", "got no answer", "1 webhook", `href="/sent?state=held"`)
	looker.get(l.path()).want(t, 200, "Held: its receiver is broken. Next try:", "got no answer", ">Held<")
	looker.get("/sent?state=held").want(t, 200, "receiver broken")

	b.post(path+"/try", nil).wantRedirect(t, path)
	b.get(path).want(t, 200, "is sent at once.")
	if s.theDestination(l.destination.ID).VouchedAt.IsZero() {
		t.Error("nobody vouched")
	}
	broken.Breaker = hookline.BreakerHalfOpen
	s.must(s.store.SaveHealth(t.Context(), broken))
	b.get(path).want(t, 200, "It is being tried now")
	s.must(s.store.SaveHealth(t.Context(), hookline.Health{DestinationID: l.destination.ID, AskedUntil: time.Now().Add(time.Hour)}))
	b.get(path).want(t, 200, "Asked to wait", "Retry-After", "Try now", "!broken")
	looker.get(l.path()).want(t, 200, "Next try:", "Retry-After", ">Queued<")
}

func TestAReceiverThatIsGoneIsMarked(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{Enabled: true})
	s.source("Website")
	path := "/destinations/" + d.ID
	s.must(s.store.SaveHealth(t.Context(), hookline.Health{DestinationID: d.ID, GoneAt: time.Now().Add(-time.Minute)}))
	b := s.as(editor)
	b.get(path).want(t, 200, "Answered 410 Gone", "it was probably removed", "Webhooks are still sent to it.", "It is still there")
	s.as(viewer).get(path).want(t, 200, "Answered 410 Gone", "!It is still there")
	b.get("/destinations").want(t, 200, ">Answered 410<")
	b.get("/").want(t, 200, ">Answered 410<", "probably removed")
	b.post(path+"/try", nil).wantRedirect(t, path)
	b.get(path).want(t, 200, "!Answered 410 Gone")
	b.get("/").want(t, 200, "!Answered 410", "!not sent to as usual")
}

func TestAHeldWebhookBetweenTwoTriesCanBeResent(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	b := s.as(support)
	s.must(s.store.PauseDestination(t.Context(), l.destination.ID, "ana@example.com", "moving"))
	b.get(l.path()).want(t, 200, "Held: its destination is paused", "paused by ana@example.com: “moving”.", "It is sent when somebody resumes the destination.")
	b.get(l.path()+"/resend").want(t, 200, "waits already, for its destination", "!>Resend</span></button>")
	s.must(s.store.ResumeDestination(t.Context(), l.destination.ID, hookline.Resume{Keep: hookline.KeepAll}))
	l.try(hookline.Attempt{Status: 503}, hookline.Outcome{State: hookline.StateRetrying, Reason: "Busy.", RetryAt: time.Now().Add(time.Hour)})
	s.must(s.store.PauseDestination(t.Context(), l.destination.ID, "ana@example.com", ""))
	b.get(l.path()).want(t, 200, "The last try: busy.")
	b.get(l.path()+"/resend").want(t, 200, "a resend waits until somebody resumes it", ">Resend</span>")
	b.post(l.path()+"/resend", form("mode", "current")).wantRedirect(t, l.path())
	b.get(l.path()).want(t, 200, "Held: its destination is paused")
}

func TestPaceOfADestination(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{Enabled: true})
	path := "/destinations/" + d.ID
	b := s.as(editor)
	b.get(path).want(t, 200, "As fast as it answers, 64 at once.", "usually 11 times.")
	usual := func(more ...string) []string {
		return append([]string{"name", "CRM", "timeout", "4", "signature_mode", "whole"}, more...)
	}
	b.post(path+"/edit", form(usual("max_per_second", "fast", "burst", "0", "max_concurrent", "1.5", "max_tries", "99", "retry_base", "0")...)).
		want(t, 422, "Choose a rate", "Choose a number between 1 and 10,000", "Choose a number between 1 and 512", "Choose a number between 1 and 21", "Choose a wait", `value="fast"`, `value="1.5"`)
	b.post(path+"/edit", form(usual("max_per_second", "2,5", "burst", "7", "max_concurrent", "3", "max_tries", "4", "retry_base", "1.5")...)).wantRedirect(t, path)
	if d = s.theDestination(d.ID); d.MaxPerSecond != 2.5 || d.Burst != 7 || d.MaxConcurrent != 3 || d.MaxTries != 4 || d.RetryBase != 1500*time.Millisecond {
		t.Errorf("saved %+v", d)
	}
	b.get(path).want(t, 200, "At most 2.5 a second, up to 7 together after a quiet time, 3 at once.", "4 times at most; the second try after 1.5 seconds")
	b.get(path+"/edit").want(t, 200, `value="2.5"`, `value="7"`, `value="3"`, `value="4"`, `value="1.5"`)
	b.post(path+"/edit", form(usual("max_tries", "1")...)).wantRedirect(t, path)
	b.get(path).want(t, 200, "As fast as it answers, 64 at once.", "Once, and never again by itself.")
}

func TestMaintenanceWindows(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{Enabled: true})
	path := "/destinations/" + d.ID
	b := s.as(editor)
	b.get(path+"/edit").want(t, 200, "It is sent to at any time.", path+"/windows/new")
	b.get(path+"/windows/new").want(t, 200, `value="weekly" checked`, `value="UTC"`, "Europe/Berlin")
	b.post(path+"/windows/new", form("kind", "weekly", "start", "ten", "zone", "Mars", "window_note", "backup")).
		want(t, 422, "Choose the days", "such as 22:00", "such as 06:00", `value="ten"`, `value="backup"`)
	b.post(path+"/windows/new", form("kind", "weekly", "days", "mon", "start", "22:00", "end", "06:00", "zone", "Mars")).
		want(t, 422, "Enter a time zone by its name", `value="mon" checked`)
	b.post(path+"/windows/new", form("kind", "once", "from", "", "until", "2026-01-31T09:30")).want(t, 422, "Enter a date and a time", `value="once" checked`)
	b.post(path+"/windows/new", form("kind", "once", "from", "2026-01-31T09:30", "until", "2026-01-31T09:30")).want(t, 422, "It has to end after it begins.")
	if n := len(s.theDestination(d.ID).Maintenance); n != 0 {
		t.Fatalf("%d windows after refusals", n)
	}

	b.post(path+"/windows/new", form("kind", "weekly", "days", "mon", "days", "fri", "start", "22:00", "end", "06:00", "zone", "Europe/Berlin", "window_note", " <b>backup</b> ", "from", "nonsense")).
		wantRedirect(t, path+"/edit#windows")
	from, until := time.Now().UTC().Add(-time.Hour).Truncate(time.Minute), time.Now().UTC().Add(time.Hour).Truncate(time.Minute)
	b.post(path+"/windows/new", form("kind", "once", "from", from.Format("2006-01-02T15:04"), "until", until.Format("2006-01-02T15:04:05"))).wantRedirect(t, path+"/edit#windows")
	want := []hookline.Window{
		{Days: 0b0010001, Start: 22 * 60, End: 6 * 60, Zone: "Europe/Berlin", Note: "<b>backup</b>"}, {From: from, Until: until},
	}
	got := s.theDestination(d.ID).Maintenance
	if len(got) != 2 || got[0] != want[0] || !got[1].From.Equal(from) || !got[1].Until.Equal(until) {
		t.Errorf("the windows are %+v, want %+v", got, want)
	}
	b.get(path+"/edit").want(t, 200, "The maintenance window is added.", "Monday and Friday, 22:00 to 06:00, Europe/Berlin", "&lt;b&gt;backup", "!<b>backup")
	b.get(path).want(t, 200, "Under maintenance", "It goes on", "Monday and Friday, 22:00 to 06:00")
	b.get("/destinations").want(t, 200, ">Maintenance<")

	b.post(path+"/windows/remove", form("number", "0", "window", want[1].String())).want(t, 409, "changed in the meantime")
	b.post(path+"/windows/remove", form("number", "2", "window", "")).want(t, 409)
	b.post(path+"/windows/remove", form("number", "1", "window", want[1].String())).wantRedirect(t, path+"/edit#windows")
	if got := s.theDestination(d.ID).Maintenance; len(got) != 1 || got[0] != want[0] {
		t.Errorf("left are %+v", got)
	}
	b.get(path).want(t, 200, "!Under maintenance")
	s.must(s.store.PauseDestination(t.Context(), d.ID, "ana@example.com", ""))
	b.post(path+"/windows/remove", form("number", "0", "window", want[0].String())).wantRedirect(t, path+"/edit#windows")
	if now := s.theDestination(d.ID); len(now.Maintenance) != 0 || !now.Paused.On() {
		t.Errorf("after the last one was removed: %+v", now)
	}
}
