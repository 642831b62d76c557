package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// failedLots are three failed deliveries of one lot, the first of which was never answered.
func failedLots(t *testing.T) (*site, *lot, []hookline.Delivery) {
	t.Helper()
	s := withResend(t)
	l := s.newLot()
	var all []hookline.Delivery
	for i := range 3 {
		if i > 0 {
			l.owe(hookline.Delivery{State: hookline.StateQueued, EventID: l.event.ID, PersonID: l.person.ID})
		}
		if i == 0 {
			l.fail(0, "It accepted the connection but did not answer within 4 s.")
		} else {
			l.fail(503, "The receiver answered 503 Service Unavailable.")
		}
		row, err := s.store.DeliveryRow(t.Context(), l.owed.ID)
		s.must(err)
		all = append(all, row.Delivery)
	}
	return s, l, all
}

func TestSentOffersToResendWhatCanBe(t *testing.T) {
	s, _, _ := failedLots(t)
	b := s.as(support)
	b.get("/sent?state=failed&status=503").want(t, 200, `href="/resends/new?state=failed&amp;status=503"`, "Resend these…")
	b.get("/sent").want(t, 200, `href="/resends/new"`)
	s.as(viewer).get("/sent?state=failed").want(t, 200, "!Resend these…", `href="/resends"`)
	for _, none := range []string{"/sent?state=queued", "/sent?state=held", "/sent?state=delivered", "/sent?status=many"} {
		if got := b.get(none); strings.Contains(got.Body.String(), "Resend these…") {
			t.Errorf("%s offers to resend nothing", none)
		}
	}
}

func TestResendManyIsLookedAtBefore(t *testing.T) {
	s, l, all := failedLots(t)
	b := s.as(support)
	b.get("/resends/new?state=failed").want(t, 200, "3 webhooks fit the filter.", "State: Failed", "nothing changes", "Each of them was looked at.",
		"1 webhook among them was sent and no whole answer came back", `action="/resends/new?state=failed"`, `value="10"`, "CRM: Tell the plan", "!geheim")

	person, err := s.store.Person(t.Context(), l.person.ID)
	s.must(err)
	person.Attributes = []byte(`{"email":"ana@example.com","plan":"pro <b>"}`)
	_, err = s.store.UpdatePerson(t.Context(), person)
	s.must(err)
	b.get("/resends/new?state=failed").want(t, 200, "another request", `&#34;plan&#34;: &#34;pro &lt;b&gt;&#34;`, "!<b>")
	b.get("/resends/new?state=failed&mode=original").want(t, 200, "byte for byte", "nothing changes", `action="/resends/new?mode=original&amp;state=failed"`)

	l.action.Trigger = `event = "Something else"`
	_, err = s.store.UpdateAction(t.Context(), l.action)
	s.must(err)
	b.get("/resends/new?state=failed").want(t, 200, "Left out: the trigger is no longer met", `href="/sent/`+all[0].ID+`"`, "!The first of them", "There is nothing to send")
	b.get("/resends/new?state=failed&mode=original").want(t, 200, "!Left out")
	b.post("/resends/new?state=failed", form("per_second", "10")).want(t, 409, "There is nothing to send", "!per_second")

	b.get("/resends/new?status=404").want(t, 200, "Nothing fits", `href="/sent?status=404"`)
	b.get("/resends/new?state=queued").want(t, 200, "These wait to be sent already", "!per_second")
	b.get("/resends/new?status=many").want(t, 409, "the filter in the address cannot be read")
}

func TestResendManyLeavesOutWhatWasDelivered(t *testing.T) {
	s, l, _ := failedLots(t)
	l.owe(hookline.Delivery{State: hookline.StateQueued, EventID: l.event.ID, PersonID: l.person.ID})
	l.deliver()
	l.owe(hookline.Delivery{State: hookline.StateQueued})
	b := s.as(support)
	b.get("/resends/new").want(t, 200, "<strong>5 webhooks.</strong>", "Everything in Sent", "Left out: delivered already", "Left out: sent by itself", `href="/resends/new?delivered=on"`)
	b.get("/resends/new?delivered=on").want(t, 200, "!Left out: delivered already", "1 webhook among them was delivered before", "Leave them out")
	b.get("/resends/new?state=delivered").want(t, 200, "!Left out", "1 webhook among them was delivered before")
}

func TestResendManyAsksAndBegins(t *testing.T) {
	s, l, _ := failedLots(t)
	b := s.as(support)
	path := "/resends/new?state=failed&mode=original"
	b.post(path, form("per_second", "fast")).want(t, 422, "Choose a rate between", `value="fast"`, `aria-invalid="true"`, "3 webhooks fit")
	b.post(path, form("per_second", "", "ramp", "2")).want(t, 422, "To begin slowly needs a rate")
	b.post(path, form("per_second", "0,5")).want(t, 200, "3 webhooks will be sent to 1 receiver over about 6 seconds.", `name="sure" value="yes"`, `value="0,5"`, "The original bytes")
	begun := func() []hookline.ResendRun {
		list, err := s.store.ListResends(t.Context(), hookline.Cursor{})
		s.must(err)
		return list.Rows
	}
	if runs := begun(); len(runs) != 0 {
		t.Fatalf("the question began %+v", runs)
	}
	got := b.post(path, form("per_second", "0,5", "ramp", "1", "sure", "yes"))
	runs := begun()
	if len(runs) != 1 {
		t.Fatalf("begun %+v", runs)
	}
	got.wantRedirect(t, "/resends/"+runs[0].ID)
	if r := runs[0]; r.Mode != hookline.ResendOriginal || r.PerSecond != .5 || r.Ramp != time.Minute || r.By != "support@example.com" || r.Filter.State != hookline.StateFailed {
		t.Errorf("begun %+v", r)
	}
	b.post(path, form("per_second", "10", "sure", "yes")).want(t, 409, "The very same is going on already")
	if !strings.Contains(s.log.String(), runs[0].ID) {
		t.Error("the log does not tell who began")
	}
	b.get("/sent/"+l.owed.ID).want(t, 200, "Failed") // nothing is due before the engine takes it
}

// stepped is a run that has looked at three deliveries of four.
func stepped(t *testing.T) (*site, hookline.ResendRun) {
	t.Helper()
	s, l, all := failedLots(t)
	ctx := t.Context()
	run, err := s.store.CreateResend(ctx, hookline.ResendWish{
		Filter: hookline.DeliveryFilter{State: hookline.StateFailed, DestinationID: l.destination.ID}, Mode: hookline.ResendCurrent, PerSecond: 10, By: "ana@example.com",
	})
	s.must(err)
	s.must(s.store.CountedResend(ctx, run.ID, 4))
	s.must(s.store.StepResend(ctx, hookline.ResendStep{RunID: run.ID, To: all[2].ID, Speed: 2.04, Items: []hookline.ResendItem{
		{Delivery: all[0], Outcome: hookline.ResentWaiting},
		{Delivery: all[1], Outcome: hookline.SkippedTemplate, Note: "Line 3: " + evil},
		{Delivery: all[2], Outcome: hookline.SkippedTrigger},
	}}))
	run, err = s.store.ResendRun(ctx, run.ID)
	s.must(err)
	return s, run
}

func TestARunsPage(t *testing.T) {
	s, run := stepped(t)
	path := "/resends/" + run.ID
	b := s.as(support)
	b.get(path).want(t, 200, "Running", "2 of 4 webhooks done (50 %).", "About 1 second left, at 2 a second.", "<progress", `max="4" value="2"`, `aria-label="Done"`,
		"Waiting for its turn", "the template breaks", "Line 3: &lt;script&gt;", "!"+evil, `href="/sent?outcome=waiting&amp;resend=`+run.ID+`"`,
		"Destination: CRM", "State: Failed", "at most 10 a second", "ana@example.com", `action="`+path+`/pause"`, "topic=resend%3A"+run.ID, "!"+`action="`+path+`/continue"`)
	b.htmx().get(path).want(t, 200, "50 %", "!<html", "!sse-connect")
	s.as(viewer).get(path).want(t, 200, "50 %", "!/pause", "!/cancel")
	s.must(s.store.PauseDestination(t.Context(), run.Filter.DestinationID, "ana@example.com", "deploy"))
	b.get(path).want(t, 200, "It waits for a receiver", "CRM: The destination was paused by ana@example.com: “deploy”.")

	b.post(path+"/pause", nil).wantRedirect(t, path)
	b.get(path).want(t, 200, "Paused. What was due", `action="`+path+`/continue"`, "!It waits for a receiver")
	b.post(path+"/pause", nil).want(t, 409, "paused already")
	b.post(path+"/continue", nil).wantRedirect(t, path)
	b.get(path+"/cancel").want(t, 200, "Cancel this resend?", "can be chosen again in Sent", `action="`+path+`/cancel"`)
	b.post(path+"/cancel", nil).wantRedirect(t, path)
	b.get(path).want(t, 200, "Cancelled", "!/cancel", "2 of 4 webhooks done.")
	b.get(path+"/cancel").want(t, 409, "over already")
	b.get("/resends/rsn_none").want(t, 404)
	for _, way := range []string{"pause", "continue", "cancel"} {
		if got := s.as(viewer).post(path+"/"+way, nil); got.Code != http.StatusForbidden {
			t.Errorf("a viewer may %s: %d", way, got.Code)
		}
	}
}

func TestRunsAreListedAndFilterSent(t *testing.T) {
	s, run := stepped(t)
	b := s.as(viewer)
	b.get("/resends").want(t, 200, `href="/resends/`+run.ID+`"`, "Failed, CRM", "2 of 4", "Running", "topic=resends")
	b.htmx().get("/resends").want(t, 200, "2 of 4", "!<html")
	title := "Resend of " + run.CreatedAt.Format("2 January 2006, 15:04") + " UTC"
	b.get("/sent?resend="+run.ID).want(t, 200, title, `name="resend" value="`+run.ID+`"`)
	b.get("/sent?resend="+run.ID+"&outcome=skipped_template").want(t, 200, "There: The template breaks", `href="/sent?resend=`+run.ID+`"`, "!Nothing fits")
	b.get("/sent?resend="+run.ID+"&outcome=delivered").want(t, 200, "Nothing fits")
	b.get("/sent?resend="+run.ID+"&outcome=lost").want(t, 422, "no such resend")
	b.get("/sent?resend=rsn_none").want(t, 422, "no such resend")
	empty := newSite(t, nil)
	empty.as(viewer).get("/resends").want(t, 200, "Nothing was resent yet", `href="/sent?state=failed"`)
}
