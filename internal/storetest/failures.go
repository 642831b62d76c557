package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

type failureStore interface {
	ListFailures(ctx context.Context, f hookline.FailureFilter, c hookline.Cursor) (hookline.Listing[hookline.FailureRow], error)
	CountOpenFailures(ctx context.Context) (int, error)
	Failure(ctx context.Context, id string) (hookline.FailureRow, error)
	ListFailureNotes(ctx context.Context, id string) ([]hookline.FailureNote, error)
	FailureBegan(ctx context.Context, id string) (deliveryID string, newKind bool, err error)
	ChangeFailure(ctx context.Context, id string, c hookline.FailureChange) error
}

var failurePromises = []promise{
	{"what fails alike is one failure, what does not is another", failureAlike},
	{"what is delivered or tried again at its first round is part of none", failureNone},
	{"what could not be made is part of a failure from its beginning", failureUnmade},
	{"tests, and what went to a destination that was deleted, are part of none", failureLeftOut},
	{"what is delivered by a later resend leaves it, and takes its person along", failureLeft},
	{"what fails again after a resend stays in it, or moves to another", failureAgain},
	{"what could not be made leaves it as soon as it could", failureMade},
	{"a batch that is split leaves it", failureSplit},
	{"a person who is merged is counted once", failureMerged},
	{"it is assigned, snoozed, resolved and noted, and each is kept", failureChanged},
	{"what makes no sense is refused, and changes nothing", failureRefused},
	{"one more after it was resolved opens it again", failureReturns},
	{"a list is narrowed, and pages have no gaps and no repeats", failureList},
	{"its deliveries are listed in pages, and with other filters", failureDeliveries},
	{"answers that are never alike end in one failure", failureMany},
	{"it knows what it began with", failureBegan},
	{"a deleted destination leaves nothing open", failureDeleted},
}

// from is the action that failures are of.
type from struct {
	t           *testing.T
	h           *house
	destination hookline.Destination
	action      hookline.Action
}

func (h *house) failing(t *testing.T, name string) from {
	t.Helper()
	d := h.destination(t, name)
	return from{t, h, d, h.action(t, d.ID, "Tell")}
}

// owes makes a delivery that is due.
func (f from) owes(personID string) hookline.Delivery {
	f.t.Helper()
	o := newOwed(f.destination.ID)
	o.Origin, o.ActionID, o.PersonID = hookline.OriginEvent, f.action.ID, personID
	return f.h.owe(f.t, o).Delivery
}

// ends records how the next attempt of a delivery ended.
func (f from) ends(deliveryID string, status int, answer string) {
	f.t.Helper()
	f.endsAs(deliveryID, func(one *hookline.Finished) {
		one.Attempt.Status, one.Attempt.Answer = status, []byte(answer)
		one.Outcome = hookline.Outcome{State: hookline.StateFailed, Reason: fmt.Sprintf("The receiver answered %d.", status)}
		if status == 200 {
			one.Outcome = hookline.Outcome{State: hookline.StateDelivered}
		}
	})
}

func (f from) endsAs(deliveryID string, change func(*hookline.Finished)) {
	f.t.Helper()
	d := f.h.stored(f.t, deliveryID)
	one := newFinished(d.ID, d.Attempts+1)
	one.Tries, one.Attempt.RequestNumber, one.Attempt.AskedBy = d.Tries, d.RequestNumber, d.AskedBy
	one.Attempt.StartedAt = time.Now()
	change(&one)
	one.Attempt.Outcome, one.Attempt.Reason = one.Outcome.State, one.Outcome.Reason
	mustDo(f.t, f.h.Finish(f.t.Context(), one))
}

// fails makes a delivery that failed.
func (f from) fails(personID string, status int, answer string) hookline.Delivery {
	f.t.Helper()
	d := f.owes(personID)
	f.ends(d.ID, status, answer)
	return d
}

func (h *house) failures(t *testing.T, f hookline.FailureFilter) []hookline.FailureRow {
	t.Helper()
	return must(h.ListFailures(t.Context(), f, hookline.Cursor{}))(t).Rows
}

// onlyFailure gives the one that there is.
func (h *house) onlyFailure(t *testing.T) hookline.FailureRow {
	t.Helper()
	all := h.failures(t, hookline.FailureFilter{})
	if len(all) != 1 {
		t.Fatalf("there are %d failures, want 1: %+v", len(all), all)
	}
	equal(t, "read by itself", must(h.Failure(t.Context(), all[0].ID))(t), all[0])
	return all[0]
}

// wantParts checks of how many deliveries and people a failure is.
func wantParts(t *testing.T, what string, f hookline.FailureRow, deliveries, people int) {
	t.Helper()
	if f.Deliveries != deliveries || f.People != people {
		t.Errorf("%s: %d deliveries about %d people, want %d about %d", what, f.Deliveries, f.People, deliveries, people)
	}
}

func (h *house) wantDeeds(t *testing.T, id string, want ...hookline.FailureDeed) {
	t.Helper()
	var got []hookline.FailureDeed
	for _, n := range must(h.ListFailureNotes(t.Context(), id))(t) {
		got = append(got, n.Deed)
	}
	equal(t, "deeds, the latest first", got, want)
}

func failureAlike(t *testing.T, h *house) {
	f, other := h.failing(t, "CRM"), h.failing(t, "Shop")
	ana, ben := h.person(t, "ana", `{"email":"ana@example.com"}`), h.person(t, "ben", `{}`)
	before := time.Now().Truncate(time.Microsecond)
	h.heard()
	f.fails(ana.ID, 401, `{"error":"bad key 17"}`)
	h.wantTold(t, "failed", hookline.TopicFailures)
	f.fails(ana.ID, 401, `{"error":"bad key 23"}`)
	f.fails(ben.ID, 401, `{"error":"bad key 5"}`)
	f.fails("", 401, `{"error":"bad key 5"}`)
	f.fails(ana.ID, 422, `{"error":"no such plan"}`)
	f.fails(ana.ID, 422, `{"error":"no such user"}`)
	other.fails(ben.ID, 401, `{"error":"bad key 17"}`)
	h.reopen()
	all := h.failures(t, hookline.FailureFilter{})
	if len(all) != 4 {
		t.Fatalf("there are %d failures, want 4: %+v", len(all), all)
	}
	got := all[3]
	wantParts(t, "the oldest", got, 4, 2)
	if got.FirstAt.Before(before) || !got.LastAt.After(got.FirstAt) || got.Reopened() || !strings.HasPrefix(got.ID, "flr_") {
		t.Errorf("it is %+v", got)
	}
	if got.Recent != 4 || len(got.Minutes) != 60 {
		t.Errorf("%d in the last hour, by %d minutes", got.Recent, len(got.Minutes))
	}
	want := hookline.FailureRow{
		Failure: hookline.Failure{
			ID: got.ID, DestinationID: f.destination.ID, ActionID: f.action.ID, Trouble: hookline.TroubleStatus, Status: 401, Answer: "error: bad key …",
			State: hookline.FailureOpen, FirstAt: got.FirstAt, LastAt: got.LastAt, OpenedAt: got.FirstAt, Place: got.Place,
			Deliveries: 4, Total: 4, People: 2, Recent: 4, Minutes: got.Minutes,
		},
		DestinationName: "CRM", ActionName: "Tell", VersionInUse: 1,
		About: []hookline.PersonNamed{{ID: ben.ID, Label: "ben"}, {ID: ana.ID, Label: "ana@example.com"}},
	}
	equal(t, "the oldest", got, want)
	equal(t, "open", must(h.CountOpenFailures(t.Context()))(t), 4)
	_, err := h.Failure(t.Context(), "flr_gone")
	wantKind(t, hookline.KindNotFound, err)
}

func failureNone(t *testing.T, h *house) {
	f := h.failing(t, "CRM")
	f.ends(f.owes("per_1").ID, 200, "")
	d := f.owes("per_1")
	f.endsAs(d.ID, func(*hookline.Finished) {}) // is tried again
	h.heard()
	f.ends(d.ID, 200, "")
	for _, topic := range h.heard() {
		if topic == hookline.TopicFailures {
			t.Error("what was delivered tells of failures")
		}
	}
	equal(t, "failures", h.failures(t, hookline.FailureFilter{}), []hookline.FailureRow{})
	equal(t, "open", must(h.CountOpenFailures(t.Context()))(t), 0)
}

// unmade is a delivery of which no request could be made.
func (f from) unmade(reason string) hookline.Owed {
	o := newOwed(f.destination.ID)
	o.Origin, o.ActionID, o.State, o.RequestNumber, o.Request = hookline.OriginEvent, f.action.ID, hookline.StateFailed, 0, hookline.Request{}
	o.NextAttemptAt, o.Reason, o.PersonID = time.Time{}, reason, "per_1"
	return o
}

const noNumber = "The body could not be made: line 3, column 9. “%s” is no number."

func failureUnmade(t *testing.T, h *house) {
	f := h.failing(t, "CRM")
	mustDo(t, h.RecordFanout(t.Context(), hookline.Fanout{Deliveries: []hookline.Owed{f.unmade(fmt.Sprintf(noNumber, "a")), f.unmade(fmt.Sprintf(noNumber, "b"))}}))
	got := h.onlyFailure(t)
	wantParts(t, "it", got, 2, 1)
	if got.Trouble != hookline.TroubleTemplate || got.Answer != "The body could not be made: line 3, column 9. … is no number" {
		t.Errorf("it is %s: %s", got.Trouble, got.Answer)
	}
}

func failureLeftOut(t *testing.T, h *house) {
	f := h.failing(t, "CRM")
	test := h.owe(t, newOwed(f.destination.ID))
	f.ends(test.ID, 401, "")
	f.endsAs(f.owes("per_1").ID, func(one *hookline.Finished) {
		one.Outcome = hookline.Outcome{State: hookline.StateFailed, Reason: "The destination was deleted."}
	})
	equal(t, "failures", h.failures(t, hookline.FailureFilter{}), []hookline.FailureRow{})
}

func failureLeft(t *testing.T, h *house) {
	f := h.failing(t, "CRM")
	ana, ben := h.person(t, "ana", `{}`), h.person(t, "ben", `{}`)
	one, two, three := f.fails(ana.ID, 401, ""), f.fails(ana.ID, 401, ""), f.fails(ben.ID, 401, "")
	for _, d := range []hookline.Delivery{one, three} {
		mustDo(t, h.requeue(t, d.ID, nil))
	}
	wantParts(t, "what is resent is not yet delivered", h.onlyFailure(t), 3, 2)
	f.ends(one.ID, 200, "")
	wantParts(t, "after one", h.onlyFailure(t), 2, 2)
	f.endsAs(three.ID, func(*hookline.Finished) {}) // is tried again
	wantParts(t, "while another is tried again", h.onlyFailure(t), 2, 2)
	h.heard()
	f.ends(three.ID, 200, "")
	h.wantTold(t, "delivered at last", hookline.TopicFailures)
	left := h.onlyFailure(t)
	wantParts(t, "after two", left, 1, 1)
	equal(t, "about", left.About, []hookline.PersonNamed{{ID: ana.ID, Label: "ana"}})
	mustDo(t, h.requeue(t, two.ID, nil))
	f.ends(two.ID, 200, "")
	h.reopen()
	left = h.onlyFailure(t)
	wantParts(t, "after all", left, 0, 0)
	if left.State != hookline.FailureResolved || left.Total != 3 {
		t.Errorf("it is %s, with %d in all", left.State, left.Total)
	}
	h.wantDeeds(t, left.ID, hookline.DeedMended)
}

func failureAgain(t *testing.T, h *house) {
	f := h.failing(t, "CRM")
	d := f.fails("per_1", 401, "")
	f.fails("per_1", 401, "")
	mustDo(t, h.requeue(t, d.ID, nil))
	f.ends(d.ID, 401, "")
	same := h.onlyFailure(t)
	wantParts(t, "failed again", same, 2, 1)
	equal(t, "in all", same.Total, 3)
	mustDo(t, h.requeue(t, d.ID, nil))
	f.ends(d.ID, 404, "")
	all := h.failures(t, hookline.FailureFilter{})
	if len(all) != 2 || all[0].Status != 404 {
		t.Fatalf("there are %+v", all)
	}
	wantParts(t, "where it is now", all[0], 1, 1)
	wantParts(t, "where it was", all[1], 1, 1)
}

func failureMade(t *testing.T, h *house) {
	f := h.failing(t, "CRM")
	d := h.owe(t, f.unmade("The body could not be made. It is too large."))
	mustDo(t, h.requeue(t, d.ID, &hookline.Request{Method: "PUT", URL: "https://example.org/"}))
	wantParts(t, "resent", h.onlyFailure(t), 1, 1)
	f.endsAs(d.ID, func(*hookline.Finished) {}) // is tried again
	wantParts(t, "sent", h.onlyFailure(t), 0, 0)
	f.ends(d.ID, 410, "")
	wantParts(t, "failed otherwise", h.failures(t, hookline.FailureFilter{State: hookline.FailureOpen})[0], 1, 1)
}

func failureSplit(t *testing.T, h *house) {
	f := h.failing(t, "CRM")
	part := hookline.BatchPart{
		DestinationID: f.destination.ID, ActionID: f.action.ID, Key: "k", Request: hookline.Request{Method: "POST", URL: "https://example.com/"}, DueAt: received,
		Items: []hookline.BatchItem{{EventID: evt(1), PersonID: "per_1", Body: []byte("1")}, {EventID: evt(2), Body: []byte("2")}},
	}
	mustDo(t, h.RecordFanout(t.Context(), hookline.Fanout{Parts: []hookline.BatchPart{part}}))
	parts := must(h.BatchParts(t.Context(), f.action.ID, "k", 2))(t)
	o := newOwed(f.destination.ID)
	o.Origin, o.ActionID, o.BatchSize = hookline.OriginEvent, f.action.ID, 2
	batch := must(h.CreateBatch(t.Context(), o, parts, 2))(t)
	f.ends(batch.ID, 422, "")
	wantParts(t, "it", h.onlyFailure(t), 1, 0)
	must(h.SplitBatch(t.Context(), batch.ID, asker))(t)
	wantParts(t, "split", h.onlyFailure(t), 0, 0)
}
