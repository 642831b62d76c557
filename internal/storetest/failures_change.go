package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

func failureChanged(t *testing.T, h *house) {
	f := h.failing(t, "CRM")
	f.fails("per_1", 401, "")
	id := h.onlyFailure(t).ID
	h.admin(t)
	ana := h.user(t, "ana@example.com", hookline.Support)
	change := func(c hookline.FailureChange) hookline.FailureRow {
		t.Helper()
		c.By = "ben@example.com"
		h.heard()
		mustDo(t, h.ChangeFailure(t.Context(), id, c))
		h.wantTold(t, "change", hookline.TopicFailures)
		h.reopen()
		return h.onlyFailure(t)
	}
	if got := change(hookline.FailureChange{Assign: true, AssignTo: ana.ID, Note: " I look at it. "}); got.AssignedTo != ana.ID || got.Assignee != "ana@example.com" {
		t.Errorf("assigned: %+v", got)
	}
	until := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	if got := change(hookline.FailureChange{State: hookline.FailureSnoozed, SnoozedUntil: until}); got.State != hookline.FailureSnoozed || !got.SnoozedUntil.Equal(until) {
		t.Errorf("snoozed: %+v", got)
	}
	equal(t, "open while it is snoozed", must(h.CountOpenFailures(t.Context()))(t), 0)
	if got := change(hookline.FailureChange{State: hookline.FailureResolved}); got.State != hookline.FailureResolved || !got.SnoozedUntil.IsZero() {
		t.Errorf("resolved: %+v", got)
	}
	change(hookline.FailureChange{State: hookline.FailureResolved}) // is so already
	if got := change(hookline.FailureChange{State: hookline.FailureOpen}); got.State != hookline.FailureOpen || !got.Reopened() {
		t.Errorf("reopened: %+v", got)
	}
	if got := change(hookline.FailureChange{Assign: true}); got.AssignedTo != "" || got.Assignee != "" {
		t.Errorf("assigned to nobody: %+v", got)
	}
	h.wantDeeds(t, id, hookline.DeedAssign, hookline.DeedReopen, hookline.DeedResolve, hookline.DeedSnooze, hookline.DeedNote, hookline.DeedAssign)
	notes := must(h.ListFailureNotes(t.Context(), id))(t)
	slices.Reverse(notes)
	for i, want := range []string{"ana@example.com", "I look at it.", until.Format(time.RFC3339), "", "", ""} {
		if n := notes[i]; n.Text != want || n.By != "ben@example.com" || n.At.IsZero() || !strings.HasPrefix(n.ID, "fnt_") {
			t.Errorf("deed %d is %+v, want %q", i, n, want)
		}
	}
}

func failureRefused(t *testing.T, h *house) {
	f := h.failing(t, "CRM")
	f.fails("per_1", 401, "")
	was := h.onlyFailure(t)
	h.admin(t)
	viewer, gone := h.user(t, "v@example.com", hookline.Viewer), h.user(t, "g@example.com", hookline.Editor)
	gone.Disabled = true
	must(h.UpdateUser(t.Context(), gone))(t)
	for _, c := range []hookline.FailureChange{
		{Assign: true, AssignTo: viewer.ID, Note: "x"},
		{Assign: true, AssignTo: gone.ID, Note: "x"},
		{Assign: true, AssignTo: "usr_gone", Note: "x"},
		{Note: strings.Repeat("x", hookline.MaxFailureNote+1)},
		{State: "closed", Note: "x"},
		{State: hookline.FailureSnoozed, Note: "x"},
		{State: hookline.FailureSnoozed, SnoozedUntil: time.Now().Add(-time.Second), Note: "x"},
		{State: hookline.FailureSnoozed, SnoozedUntil: time.Now().Add(hookline.MaxSnooze + time.Hour), Note: "x"},
		{State: hookline.FailureOpen, SnoozedUntil: time.Now().Add(time.Hour), Note: "x"},
	} {
		wantKind(t, hookline.KindInvalid, h.ChangeFailure(t.Context(), was.ID, c))
	}
	wantKind(t, hookline.KindNotFound, h.ChangeFailure(t.Context(), "flr_gone", hookline.FailureChange{Note: "x"}))
	equal(t, "it", h.onlyFailure(t), was)
	h.wantDeeds(t, was.ID)
}

func failureReturns(t *testing.T, h *house) {
	f := h.failing(t, "CRM")
	f.fails("per_1", 401, "")
	f.fails("per_1", 404, "")
	first := h.failures(t, hookline.FailureFilter{})[1]
	mustDo(t, h.ChangeFailure(t.Context(), first.ID, hookline.FailureChange{State: hookline.FailureResolved}))
	f.fails("per_2", 401, "")
	again := h.failures(t, hookline.FailureFilter{})[0] // the newest again
	if again.ID != first.ID || again.State != hookline.FailureOpen || !again.Reopened() || !again.FirstAt.Equal(first.FirstAt) {
		t.Errorf("it is %+v", again)
	}
	wantParts(t, "it", again, 2, 2)
	h.wantDeeds(t, first.ID, hookline.DeedReturned, hookline.DeedResolve)
	mustDo(t, h.ChangeFailure(t.Context(), first.ID, hookline.FailureChange{State: hookline.FailureSnoozed, SnoozedUntil: time.Now().Add(time.Hour)}))
	f.fails("per_3", 401, "")
	equal(t, "what is snoozed stays so", must(h.Failure(t.Context(), first.ID))(t).State, hookline.FailureSnoozed)
}

func failureList(t *testing.T, h *house) {
	crm, shop := h.failing(t, "CRM"), h.failing(t, "Shop")
	u := h.admin(t)
	for status := 400; status < 407; status++ {
		crm.fails("", status, "")
	}
	shop.fails("", 400, "")
	byStatus := map[int]string{}
	var ids []string
	for _, f := range h.failures(t, hookline.FailureFilter{}) {
		ids = append(ids, f.ID)
		if f.DestinationID == crm.destination.ID {
			byStatus[f.Status] = f.ID
		}
	}
	mustDo(t, h.ChangeFailure(t.Context(), byStatus[401], hookline.FailureChange{State: hookline.FailureResolved, Assign: true, AssignTo: u.ID}))
	mustDo(t, h.ChangeFailure(t.Context(), byStatus[402], hookline.FailureChange{State: hookline.FailureSnoozed, SnoozedUntil: time.Now().Add(time.Hour), Assign: true, AssignTo: u.ID}))
	for _, one := range []struct {
		filter hookline.FailureFilter
		want   int
	}{
		{hookline.FailureFilter{}, 8},
		{hookline.FailureFilter{State: hookline.FailureOpen}, 6},
		{hookline.FailureFilter{State: hookline.FailureSnoozed}, 1},
		{hookline.FailureFilter{State: hookline.FailureResolved}, 1},
		{hookline.FailureFilter{Unresolved: true}, 7},
		{hookline.FailureFilter{AssignedTo: u.ID}, 2},
		{hookline.FailureFilter{AssignedTo: u.ID, Unresolved: true}, 1},
		{hookline.FailureFilter{DestinationID: shop.destination.ID}, 1},
	} {
		equal(t, fmt.Sprintf("%+v", one.filter), len(h.failures(t, one.filter)), one.want)
	}
	var walked []string
	for c := (hookline.Cursor{Limit: 3}); ; {
		page := must(h.ListFailures(t.Context(), hookline.FailureFilter{}, c))(t)
		for _, f := range page.Rows {
			walked = append(walked, f.ID)
		}
		if !page.Older {
			break
		}
		c.Before = page.Rows[len(page.Rows)-1].Place
	}
	equal(t, "in pages", walked, ids)
}

func failureDeliveries(t *testing.T, h *house) {
	f := h.failing(t, "CRM")
	ids := make([]string, 5)
	for i := range ids {
		ids[i] = f.fails(fmt.Sprintf("per_%d", i%2), 401, "").ID
		f.fails("per_0", 404, "") // between them
	}
	slices.Reverse(ids)
	id := h.failures(t, hookline.FailureFilter{})[1].ID
	var walked []string
	for c := (hookline.Cursor{Limit: 2}); ; {
		page := must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{FailureID: id}, c))(t)
		for _, d := range page.Rows {
			walked = append(walked, d.ID)
		}
		if !page.Older {
			break
		}
		c.Before = page.Rows[len(page.Rows)-1].ID
	}
	equal(t, "in pages", walked, ids)
	newer := must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{FailureID: id}, hookline.Cursor{After: ids[3], Limit: 2}))(t)
	equal(t, "newer ones", []string{newer.Rows[0].ID, newer.Rows[1].ID}, ids[1:3])
	mustDo(t, h.requeue(t, ids[0], nil))
	for _, one := range []struct {
		filter hookline.DeliveryFilter
		want   []string
	}{
		{hookline.DeliveryFilter{FailureID: id, PersonID: "per_1"}, []string{ids[1], ids[3]}},
		{hookline.DeliveryFilter{FailureID: id, State: hookline.StateFailed, DestinationID: f.destination.ID}, ids[1:]},
		{hookline.DeliveryFilter{FailureID: id, State: hookline.StateQueued}, ids[:1]},
		{hookline.DeliveryFilter{FailureID: id, Status: 404}, nil},
		{hookline.DeliveryFilter{FailureID: "flr_gone"}, nil},
	} {
		var got []string
		for _, d := range must(h.ListDeliveries(t.Context(), one.filter, hookline.Cursor{}))(t).Rows {
			got = append(got, d.ID)
		}
		equal(t, fmt.Sprintf("%+v", one.filter), got, one.want)
	}
}

func failureMany(t *testing.T, h *house) {
	f := h.failing(t, "CRM")
	for a := 'a'; a <= 'z'; a++ {
		f.fails("per_1", 400, "no "+strings.Repeat(string(a), 3))
		f.fails("per_1", 400, "no "+strings.Repeat(string(a), 4))
	}
	all := must(h.ListFailures(t.Context(), hookline.FailureFilter{}, hookline.Cursor{Limit: 100}))(t).Rows
	if len(all) != 41 || all[0].Deliveries != 12 {
		t.Errorf("there are %d failures, and the last one is of %d", len(all), all[0].Deliveries)
	}
}

func failureBegan(t *testing.T, h *house) {
	f := h.failing(t, "CRM")
	for i := range 25 {
		h.append(t, newEvent("src_1", fmt.Sprint("m", i)))
	}
	began := func(e hookline.Event, status int) (string, bool) {
		t.Helper()
		o := newOwed(f.destination.ID)
		o.Origin, o.ActionID, o.EventID = hookline.OriginEvent, f.action.ID, e.ID
		d := h.owe(t, o)
		f.ends(d.ID, status, "")
		f.fails("", status, "")
		id, newKind, err := h.FailureBegan(t.Context(), h.failures(t, hookline.FailureFilter{})[0].ID)
		mustDo(t, err)
		equal(t, "the oldest", id, d.ID)
		return id, newKind
	}
	if _, newKind := began(h.append(t, newEvent("src_1", "known")), 400); newKind {
		t.Error("an event that was known counts as new")
	}
	e := newEvent("src_1", "new")
	e.Name = "Never seen"
	if _, newKind := began(h.append(t, e), 401); !newKind {
		t.Error("an event of a new kind does not count as new")
	}
	if _, newKind := began(h.append(t, newEvent("src_2", "first")), 402); newKind {
		t.Error("the first event of a source counts as new")
	}
	id, newKind, err := h.FailureBegan(t.Context(), "flr_gone")
	mustDo(t, err)
	equal(t, "of nothing", id, "")
	equal(t, "of nothing, new", newKind, false)
}

func failureDeleted(t *testing.T, h *house) {
	f := h.failing(t, "CRM")
	d := f.fails("per_1", 401, "")
	f.owes("per_1")
	mustDo(t, h.DeleteDestination(t.Context(), f.destination.ID))
	got := h.onlyFailure(t)
	if got.State != hookline.FailureResolved || got.DestinationName != "" || got.ActionName != "" {
		t.Errorf("it is %+v", got)
	}
	wantParts(t, "it", got, 1, 1)
	equal(t, "the delivery", h.stored(t, d.ID).State, hookline.StateFailed)
}

func failureMerged(t *testing.T, h *house) {
	f := h.failing(t, "CRM")
	guest, ana, ben := h.person(t, "", `{}`, "a1"), h.person(t, "ana", `{}`), h.person(t, "ben", `{}`)
	one, two := f.fails(guest.ID, 401, ""), f.fails(ana.ID, 401, "")
	f.fails(ben.ID, 401, "")
	f.fails(guest.ID, 404, "")
	mustDo(t, h.record(t, evt(1), []hookline.PersonChange{{Person: ana, Merged: []string{guest.ID}}}))
	all := h.failures(t, hookline.FailureFilter{})
	wantParts(t, "where both were", all[1], 3, 2)
	wantParts(t, "where only the guest was", all[0], 1, 1)
	equal(t, "about", all[0].About, []hookline.PersonNamed{{ID: ana.ID, Label: "ana"}})
	for i, d := range []hookline.Delivery{one, two} {
		mustDo(t, h.requeue(t, d.ID, nil))
		f.ends(d.ID, 200, "")
		wantParts(t, "delivered", h.failures(t, hookline.FailureFilter{})[1], 2-i, 2-i)
	}
}
