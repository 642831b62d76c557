package storetest

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

type versionStore interface {
	ActionVersion(ctx context.Context, actionID string, number int) (hookline.ActionVersion, error)
	ListActionVersions(ctx context.Context, actionID string, c hookline.Cursor) (hookline.Listing[hookline.ActionVersion], error)
}

var versionPromises = []promise{
	{"every save that changes something is a version, as it was saved", versionKept},
	{"switching on and off, and saving nothing new, is none", versionUnchanged},
	{"who saves over another version than is in use is refused", versionConflict},
	{"of many who save over one version one does", versionRace},
	{"a note has its limit", versionNote},
	{"pages have no gaps and no repeats", versionPages},
	{"versions go with their action", versionDeleted},
	{"what is sent names the version that made it, and which is in use", versionOfDelivery},
	{"a batch names the version of its parts", versionOfBatch},
	{"a delivery that is composed anew names the version of each request", versionOfRequest},
}

// save saves a as changed by change, and gives it as it is stored.
func (h *house) save(t *testing.T, a hookline.Action, s hookline.Save, change func(*hookline.Action)) hookline.Action {
	t.Helper()
	change(&a)
	a.Save = s
	return must(h.UpdateAction(t.Context(), a))(t)
}

func (h *house) versions(t *testing.T, actionID string) []hookline.ActionVersion {
	t.Helper()
	return must(h.ListActionVersions(t.Context(), actionID, hookline.Cursor{}))(t).Rows
}

func versionKept(t *testing.T, h *house) {
	d := h.destination(t, "CRM")
	wish := newAction(d.ID, " Tell ")
	wish.Save = hookline.Save{By: "ana@example.com", Note: " first "}
	first := must(h.CreateAction(t.Context(), wish))(t)
	equal(t, "what was said of the save", first.Save, hookline.Save{})
	h.action(t, d.ID, "Another, with versions of its own")
	second := h.save(t, first, hookline.Save{By: "API token “Deploy”", Over: 1}, func(a *hookline.Action) {
		a.Trigger, a.Enabled = `type = "page"`, false
		a.Template = hookline.Template{Method: "PUT", URL: "https://example.org/{{ event.userId }}", Headers: []hookline.Header{{Name: "X-A", Value: "<&>"}}, Body: "ü", PlainOutput: true}
		a.Batching = hookline.Batching{Enabled: true, Size: 7, Window: 1500 * time.Millisecond}
	})
	want := []hookline.ActionVersion{
		{
			ActionID: first.ID, Number: 2, Name: "Tell", Trigger: second.Trigger, Template: second.Template, Batching: second.Batching,
			MadeBy: "API token “Deploy”", MadeAt: second.UpdatedAt,
		},
		{
			ActionID: first.ID, Number: 1, Name: "Tell", Trigger: first.Trigger, Template: first.Template, Batching: first.Batching,
			MadeBy: "ana@example.com", MadeAt: first.CreatedAt, Note: "first",
		},
	}
	equal(t, "versions of the action", []int{first.Version, second.Version}, []int{1, 2})
	h.reopen()
	equal(t, "versions", h.versions(t, first.ID), want)
	equal(t, "version 1", must(h.ActionVersion(t.Context(), first.ID, 1))(t), want[1])
	equal(t, "action", must(h.Action(t.Context(), first.ID))(t), second)
	for _, number := range []int{0, 3, -1} {
		_, err := h.ActionVersion(t.Context(), first.ID, number)
		wantKind(t, hookline.KindNotFound, err)
	}
}

func versionUnchanged(t *testing.T, h *house) {
	a := h.action(t, h.destination(t, "CRM").ID, "Tell")
	off := h.save(t, a, hookline.Save{Note: "off"}, func(a *hookline.Action) { a.Enabled = false })
	same := h.save(t, off, hookline.Save{Note: "same"}, func(a *hookline.Action) { a.Name = " Tell "; a.Batching = hookline.Batching{} })
	equal(t, "versions of the action", []int{off.Version, same.Version}, []int{1, 1})
	if off.Enabled || same.Enabled {
		t.Error("it was not switched off")
	}
	equal(t, "versions", len(h.versions(t, a.ID)), 1)
	for what, change := range map[string]func(*hookline.Action){
		"name": func(a *hookline.Action) { a.Name += "x" }, "trigger": func(a *hookline.Action) { a.Trigger = `event = "A"` },
		"method": func(a *hookline.Action) { a.Template.Method = "PUT" }, "URL": func(a *hookline.Action) { a.Template.URL += "x" },
		"headers": func(a *hookline.Action) { a.Template.Headers = nil }, "body": func(a *hookline.Action) { a.Template.Body += " " },
		"output": func(a *hookline.Action) { a.Template.PlainOutput = true }, "batching": func(a *hookline.Action) { a.Batching.Size++ },
	} {
		if changed := h.save(t, same, hookline.Save{}, change); changed.Version != same.Version+1 {
			t.Errorf("another %s makes version %d of %d", what, changed.Version, same.Version)
		} else {
			same = changed
		}
	}
}

func versionConflict(t *testing.T, h *house) {
	a := h.action(t, h.destination(t, "CRM").ID, "Tell")
	theirs := h.save(t, a, hookline.Save{By: "ben@example.com", Over: 1}, func(a *hookline.Action) { a.Name = "Theirs" })
	mine := a
	mine.Name, mine.Enabled, mine.Save = "Mine", false, hookline.Save{By: "ana@example.com", Over: 1}
	h.heard()
	_, err := h.UpdateAction(t.Context(), mine)
	wantKind(t, hookline.KindConflict, err)
	equal(t, "told", h.heard(), []hookline.Topic{})
	h.reopen()
	equal(t, "action", must(h.Action(t.Context(), a.ID))(t), theirs)
	equal(t, "versions", len(h.versions(t, a.ID)), 2)

	mine.Save.Over = 2
	equal(t, "saved all the same", must(h.UpdateAction(t.Context(), mine))(t).Version, 3)
	mine.Save.Over = 1 // over an old one, and yet nothing is lost
	equal(t, "saved the same again", must(h.UpdateAction(t.Context(), mine))(t).Version, 3)
}

func versionRace(t *testing.T, h *house) {
	a := h.action(t, h.destination(t, "CRM").ID, "Tell")
	errs := atOnce(8, func(i int) error {
		mine := a
		mine.Name, mine.Save.Over = fmt.Sprint("Name ", i), 1
		_, err := h.UpdateAction(t.Context(), mine)
		return err
	})
	wantWinners(t, 1, hookline.KindConflict, errs)
	equal(t, "versions", len(h.versions(t, a.ID)), 2)
}

func versionNote(t *testing.T, h *house) {
	a := h.action(t, h.destination(t, "CRM").ID, "Tell")
	a.Name, a.Save.Note = "Told", strings.Repeat("x", hookline.MaxVersionNote+1)
	_, err := h.UpdateAction(t.Context(), a)
	wantKind(t, hookline.KindInvalid, err)
	equal(t, "versions", len(h.versions(t, a.ID)), 1)
	a.Save.Note = a.Save.Note[1:]
	must(h.UpdateAction(t.Context(), a))(t)
	equal(t, "note", h.versions(t, a.ID)[0].Note, a.Save.Note)
}

func versionPages(t *testing.T, h *house) {
	a := h.action(t, h.destination(t, "CRM").ID, "Tell")
	for i := range 11 { // past 9, which as text would come after 10
		a = h.save(t, a, hookline.Save{}, func(a *hookline.Action) { a.Name = fmt.Sprint("Name ", i) })
	}
	var down, up []int
	at := hookline.Cursor{Limit: 5}
	for {
		list := must(h.ListActionVersions(t.Context(), a.ID, at))(t)
		for _, v := range list.Rows {
			down = append(down, v.Number)
		}
		if !list.Older {
			break
		}
		at.Before = strconv.Itoa(list.Rows[len(list.Rows)-1].Number)
	}
	equal(t, "downwards", down, []int{12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1})
	for _, v := range must(h.ListActionVersions(t.Context(), a.ID, hookline.Cursor{Limit: 5, After: "7"}))(t).Rows {
		up = append(up, v.Number)
	}
	equal(t, "upwards", up, []int{12, 11, 10, 9, 8})
	equal(t, "before nothing", must(h.ListActionVersions(t.Context(), a.ID, hookline.Cursor{Before: "x"}))(t).Rows, []hookline.ActionVersion{})
}

func versionDeleted(t *testing.T, h *house) {
	d := h.destination(t, "CRM")
	a, kept := h.action(t, d.ID, "Tell"), h.action(t, d.ID, "Kept")
	o := newOwed(d.ID)
	o.ActionID, o.ActionVersion = a.ID, 1
	owed := h.owe(t, o)
	mustDo(t, h.DeleteAction(t.Context(), a.ID))
	equal(t, "versions", h.versions(t, a.ID), []hookline.ActionVersion{})
	equal(t, "versions of another", len(h.versions(t, kept.ID)), 1)
	row := must(h.DeliveryRow(t.Context(), owed.ID))(t)
	equal(t, "version of what was owed, and in use", []int{row.ActionVersion, row.VersionInUse}, []int{1, 0})
	mustDo(t, h.DeleteDestination(t.Context(), d.ID))
	equal(t, "versions after the destination", h.versions(t, kept.ID), []hookline.ActionVersion{})
}

func versionOfDelivery(t *testing.T, h *house) {
	d := h.destination(t, "CRM")
	a := h.action(t, d.ID, "Tell")
	o := newOwed(d.ID)
	o.ActionID, o.ActionVersion = a.ID, a.Version
	mustDo(t, h.record(t, evt(1), nil, o))
	h.save(t, a, hookline.Save{}, func(a *hookline.Action) { a.Name = "Told" })
	h.reopen()
	rows := must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{}))(t).Rows
	equal(t, "deliveries", len(rows), 1)
	equal(t, "version, and the one in use", []int{rows[0].ActionVersion, rows[0].VersionInUse}, []int{1, 2})
	equal(t, "version of the request", must(h.ListRequests(t.Context(), rows[0].ID))(t)[0].ActionVersion, 1)
	equal(t, "version of what is owed", must(h.Owed(t.Context(), []string{rows[0].ID}))(t)[0].ActionVersion, 1)
}

func versionOfBatch(t *testing.T, h *house) {
	d := h.destination(t, "CRM")
	p := hookline.BatchPart{
		DestinationID: d.ID, ActionID: "act_1", ActionVersion: 3, Key: "k", Request: hookline.Request{Method: "POST", URL: "https://example.com/"}, DueAt: received,
		Items: []hookline.BatchItem{{EventID: evt(1), Body: []byte("1")}, {EventID: evt(2), Body: []byte("2")}, {EventID: evt(3), Body: []byte("3")}},
	}
	at := must(h.FanoutCursor(t.Context()))(t)
	mustDo(t, h.RecordFanout(t.Context(), hookline.Fanout{From: at, To: evt(3), Parts: []hookline.BatchPart{p}}))
	h.reopen()
	parts := must(h.BatchParts(t.Context(), "act_1", "k", 3))(t)
	equal(t, "version of the part", parts[0].ActionVersion, 3)
	o := newOwed(d.ID)
	o.ActionVersion, o.BatchSize = 3, 2
	o = must(h.CreateBatch(t.Context(), o, parts, 2))(t)
	equal(t, "version of the batch", h.stored(t, o.ID).ActionVersion, 3)
	equal(t, "version of what is left", must(h.BatchParts(t.Context(), "act_1", "k", 3))(t)[0].ActionVersion, 3)

	h.finish(t, o.ID, hookline.StateFailed)
	equal(t, "split into", must(h.SplitBatch(t.Context(), o.ID, "ana@example.com"))(t), 2)
	for _, row := range must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{}))(t).Rows {
		equal(t, "version of "+row.ID, row.ActionVersion, 3)
	}
}

func versionOfRequest(t *testing.T, h *house) {
	d := h.destination(t, "CRM")
	o := newOwed(d.ID)
	o.ActionVersion = 1
	o = h.owe(t, o)
	h.finish(t, o.ID, hookline.StateFailed)
	anew := hookline.Request{Method: "PUT", URL: "https://example.com/anew", Body: []byte("{}")}
	mustDo(t, h.Requeue(t.Context(), hookline.Requeue{DeliveryID: o.ID, Request: &anew, ActionVersion: 4, AskedBy: "ana@example.com"}))
	h.reopen()
	requests := must(h.ListRequests(t.Context(), o.ID))(t)
	equal(t, "versions of the requests", []int{requests[0].ActionVersion, requests[1].ActionVersion}, []int{1, 4})
	equal(t, "version of the delivery", h.stored(t, o.ID).ActionVersion, 1)
}

// finish ends the first try of a delivery.
func (h *house) finish(t *testing.T, id string, state hookline.State) {
	t.Helper()
	mustDo(t, h.Finish(t.Context(), hookline.Finished{
		Attempt: hookline.Attempt{DeliveryID: id, Number: 1, RequestNumber: 1, StartedAt: received, Status: 400, Outcome: state, Reason: "No."},
		Outcome: hookline.Outcome{State: state, Reason: "No."},
	}))
}
