package web

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// failedLot is a lot whose delivery failed, and the path of the failure that it is part of.
func (s *site) failedLot(a hookline.Attempt, reason string) (*lot, string) {
	s.t.Helper()
	l := s.newLot()
	l.try(a, hookline.Outcome{State: hookline.StateFailed, Reason: reason})
	return l, failurePath(s.newestFailure().ID)
}

func (s *site) newestFailure() hookline.FailureRow {
	s.t.Helper()
	list, err := s.store.ListFailures(s.t.Context(), hookline.FailureFilter{}, hookline.Cursor{})
	s.must(err)
	if len(list.Rows) == 0 {
		s.t.Fatal("there is no failure")
	}
	return list.Rows[0]
}

const refused401 = "The receiver answered 401 Unauthorized, which means that trying again would not help."

func TestFailuresSayWhatToDoWhenThereIsNothing(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(viewer)
	b.get("/failures").want(t, 200, "Nothing fails", `href="/sent"`, "topic=failures", "/manual/failures", `!class="count"`)
	b.get("/failures?assigned=me").want(t, 200, "Nothing is assigned to you")
	b.get("/failures?state=snoozed").want(t, 200, "Nothing is snoozed")
	b.get("/failures?state=resolved").want(t, 200, "Nothing was resolved yet")
	b.get("/failures?before=flr_00000000001").want(t, 200, "The list ends here")
	b.get("/failures?state=<odd>").want(t, 422, "There is no such list", "!<odd>")
	b.get("/failures/flr_gone").want(t, 404)
}

func TestAFailureIsListedAndShown(t *testing.T) {
	s := newSite(t, nil)
	l, path := s.failedLot(hookline.Attempt{Status: 401, Answer: []byte(`{"error":"bad key ` + evil + ` 17"}`)}, refused401)
	b := s.as(viewer)
	b.get("/failures").want(t, 200, "The receiver says 401: it does not accept our sign-in", "CRM: Tell the plan", "1 webhook", "ana@example.com", `href="`+path+`"`,
		"error: bad key &lt;script&gt;", "1 in the last hour", "nobody looks after it", "This action was made by Hookline", `<span class="count">1<`, "!"+evil, "!geheim")
	b.htmx().get("/failures").want(t, 200, "!<html", "bad key", `id="open-failures" hx-swap-oob="innerHTML"`)
	b.get(path).want(t, 200, "The receiver says 401: it does not accept our sign-in", "Put the right one into the action.", `href="/destinations/`+l.destination.ID+`/actions/`+l.action.ID+`"`,
		"1 to repair, of 1 that failed like this", `href="/people/`+l.person.ID+`"`, "What happened around its beginning", "The destination was made", "This action was made by Hookline (version 1)",
		"An example", "First try: 401 Unauthorized", "The answer", "bad key &lt;script&gt;", l.path(), "/sent?failure="+s.newestFailure().ID,
		"What was done", "The first one failed", "!"+evil, "!geheim", "!For your colleagues", "!/resolve", "!Resend the group")
	b.htmx().get(path).want(t, 200, "!<html", "An example", `id="open-failures" hx-swap-oob="innerHTML"`)
	b.get("/sent?failure="+s.newestFailure().ID).want(t, 200, "Failure: The receiver says 401", l.owed.ID, `name="failure"`)
	b.get("/sent?failure=flr_gone").want(t, 200, "Failure: deleted", "Nothing fits")
	b.get("/").want(t, 200, `href="/failures"`, "What to repair")
}

func TestAFailureNamesWhatWasChangedBefore(t *testing.T) {
	s := newSite(t, nil)
	l := s.newLot()
	a := l.action
	a.Template.Headers = []hookline.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "Authorization", Value: "Bearer geheim-9999-other"}}
	a = s.saved(a, "the new <key>")
	a.Template.URL, a.Template.Body, a.Trigger = "https://crm.example.com/other", "{}", `type = "page"`
	s.saved(a, "")
	l.fail(404, "The receiver answered 404 Not Found.")
	path := versionsPath(a)
	b := s.as(viewer)
	b.get("/failures").want(t, 200, "The trigger, the address and the body of this action were changed by ben@example.com (version 3)", "!the new")
	b.get(failurePath(s.newestFailure().ID)).want(t, 200, "The Authorization header of this action was changed by ben@example.com (version 2: “the new &lt;key&gt;”)",
		path+"/compare?from=1&amp;to=2", path+"/compare?from=2&amp;to=3", "!geheim")
}

func TestAFailureIsLookedAfter(t *testing.T) {
	s := newSite(t, nil)
	_, path := s.failedLot(hookline.Attempt{Status: 401}, refused401)
	b := s.as(support)
	other := s.as(editor)
	b.get(path).want(t, 200, "For your colleagues", "I look after it", "editor@example.com", "support@example.com", path+"/resolve", "tomorrow morning, 08:00 UTC")

	b.post(path+"/note", form("note", " they <b>moved</b>\nyesterday ")).wantRedirect(t, path)
	b.get(path).want(t, 200, "The note was written.", "support@example.com wrote", "they &lt;b&gt;moved&lt;/b&gt;")
	b.post(path+"/note", form("note", " ")).want(t, 422, "Write something first.", `href="#field-note"`)
	b.post(path+"/note", form("note", strings.Repeat("x", 2001))).want(t, 422, "This note is too long", strings.Repeat("x", 2001))

	b.post(path+"/assign", form("assigned_to", s.users[support].ID)).wantRedirect(t, path)
	b.get(path).want(t, 200, "You look after it now.", "support@example.com looks after it", "!I look after it")
	b.get("/failures?assigned=me").want(t, 200, "The receiver says 401")
	other.get("/failures?assigned=me").want(t, 200, "Nothing is assigned to you")
	b.post(path+"/assign", form("assigned_to", s.users[editor].ID)).wantRedirect(t, path)
	other.get("/failures?assigned=me").want(t, 200, "editor@example.com looks after it")
	s.as(viewer)
	b.post(path+"/assign", form("assigned_to", s.users[viewer].ID)).want(t, 422, "Choose somebody who may look after failures", `href="#field-assigned_to"`)
	b.post(path+"/assign", form("assigned_to", "")).wantRedirect(t, path)
	b.get(path).want(t, 200, "assigned it to nobody", "nobody yet")

	b.post(path+"/snooze", form("for", "1w")).wantRedirect(t, path)
	b.get(path).want(t, 200, "It is snoozed until", "Snoozed", "End the snooze", `!class="count"`)
	b.get("/failures").want(t, 200, "Nothing fails")
	b.get("/failures?state=snoozed").want(t, 200, "The receiver says 401")
	b.post(path+"/reopen", nil).wantRedirect(t, path)
	for _, span := range []string{"morning", "1h", "odd"} {
		b.post(path+"/snooze", form("for", span)).wantRedirect(t, path)
	}
	if until := s.newestFailure().SnoozedUntil; until.Before(time.Now().Add(59*time.Minute)) || until.After(time.Now().Add(time.Hour)) {
		t.Errorf("snoozed until %v", until)
	}

	b.post(path+"/resolve", nil).wantRedirect(t, path)
	b.get(path).want(t, 200, "It is resolved. When one more webhook fails", "support@example.com resolved it", "Open it again", "!I look after it", "!Snooze<")
	b.get("/failures?state=resolved").want(t, 200, "The receiver says 401", "Resolved")
	b.post(path+"/reopen", nil).wantRedirect(t, path)
	b.get(path).want(t, 200, "It is open again.", "Open again", "Again since")
	b.post("/failures/flr_gone/resolve", nil).want(t, 404)
}

func TestAFailureOpensAgainByItself(t *testing.T) {
	s := newSite(t, nil)
	l, path := s.failedLot(hookline.Attempt{Status: 401}, refused401)
	b := s.as(support)
	b.post(path+"/resolve", nil).wantRedirect(t, path)
	l.owe(hookline.Delivery{State: hookline.StateQueued})
	l.fail(401, refused401)
	b.get(path).want(t, 200, "It opened again by itself: one more failed after it had been resolved", "2 to repair, of 2", "Open again")
	s.must(s.store.Requeue(t.Context(), hookline.Requeue{DeliveryID: l.owed.ID, AskedBy: "ana@example.com"}))
	l.deliver()
	b.get(path).want(t, 200, "1 to repair, of 2")
}

func TestWhatIsLeftOfAFailure(t *testing.T) {
	s := newSite(t, nil)
	l, path := s.failedLot(hookline.Attempt{Status: 401}, refused401)
	s.must(s.store.Requeue(t.Context(), hookline.Requeue{DeliveryID: l.owed.ID, AskedBy: "ana@example.com"}))
	l.deliver()
	b := s.as(support)
	b.get(path).want(t, 200, "Nothing is left of it", "It was resolved by itself", "0 to repair, of 1", "nobody any more", "!An example", "!Show them in Sent")
	s.must(s.store.DeleteDestination(t.Context(), l.destination.ID))
	b.get(path).want(t, 200, "deleted", "!Open the action")
	b.get("/failures?state=resolved").want(t, 200, "Deleted destination")
}

// What the inside answers is for administrators, also where it is all that failures have in common.
func TestFailuresHideWhatTheInsideAnswers(t *testing.T) {
	s := newSite(t, nil)
	inside := hookline.Attempt{Status: 401, Answer: []byte("the secret of the house"), Timings: hookline.Timings{Inside: true}}
	_, path := s.failedLot(inside, refused401)
	s.as(editor).get(path).want(t, 200, "Only administrators see what it says.", "!the secret")
	s.as(admin).get(path).want(t, 200, "the secret of the house")
	s.as(admin).get("/failures").want(t, 200, "!the secret")
}

func TestATemplateThatFailsIsNamedByItsLine(t *testing.T) {
	s := newSite(t, nil)
	l := s.newLot()
	o := hookline.Owed{Delivery: hookline.Delivery{
		State: hookline.StateFailed, Origin: hookline.OriginEvent, DestinationID: l.destination.ID, ActionID: l.action.ID, IdempotencyKey: "k", CreatedAt: time.Now(), UpdatedAt: time.Now(),
		Reason: "The body could not be made: line 3, column 9. “Ana” is no number.",
	}}
	_, err := s.store.CreateDelivery(t.Context(), o)
	s.must(err)
	b := s.as(viewer)
	b.get("/failures").want(t, 200, "The template has a mistake", "line 3, column 9. … is no number", "1 webhook · nobody who is known")
	b.get(failurePath(s.newestFailure().ID)).want(t, 200, "It was never sent.", "“Ana” is no number", "Open the action")
}
