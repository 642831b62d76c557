package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/report"
)

type reportStore interface {
	report.Store
	ReportingWebhook(ctx context.Context, id string) (hookline.ReportingWebhook, error)
	CreateReportingWebhook(ctx context.Context, w hookline.ReportingWebhook) (hookline.ReportingWebhook, error)
	UpdateReportingWebhook(ctx context.Context, w hookline.ReportingWebhook) (hookline.ReportingWebhook, error)
	DeleteReportingWebhook(ctx context.Context, id string) error
	RetryReports(ctx context.Context, id string) error
	Unreported(ctx context.Context, w hookline.ReportingWebhook) (hookline.Unreported, error)
}

var reportPromises = []promise{
	{"a reporting webhook is kept as it was made", reportingKept},
	{"a faulty one is refused, and one too many", reportingFaulty},
	{"what is told is found in order, each thing once", reportsFound},
	{"only what is wanted is told, and nothing of tests", reportsWanted},
	{"of each delivery the first time only, when that is asked for", reportsFirst},
	{"what is passed before it was tried is told later", reportsAwaited},
	{"what is young ends the look", reportsYoung},
	{"what could not be made and is resent after all is told", reportsResent},
	{"one that is switched on hears what happens from then on", reportsSince},
	{"how far it was told is kept, and why it was not", reportsStanding},
}

func newReporting() hookline.ReportingWebhook {
	return hookline.ReportingWebhook{Name: "Warehouse", URL: "https://example.com/reports", Enabled: true, Metrics: hookline.Metrics()}
}

func (h *house) reporting(t *testing.T, change func(*hookline.ReportingWebhook)) hookline.ReportingWebhook {
	t.Helper()
	w := newReporting()
	if change != nil {
		change(&w)
	}
	return must(h.CreateReportingWebhook(t.Context(), w))(t)
}

// real owes a delivery that is no test.
func (h *house) real(t *testing.T, change func(*hookline.Owed)) hookline.Owed {
	t.Helper()
	o := newOwed("dst_1")
	o.Origin = hookline.OriginEvent
	o.UpdatedAt = time.Now()
	if change != nil {
		change(&o)
	}
	return h.owe(t, o)
}

// try ends an attempt of a delivery now.
func (h *house) try(t *testing.T, o hookline.Owed, n int, state hookline.State) {
	t.Helper()
	f := newFinished(o.ID, n)
	f.Tries = n - 1
	f.Attempt.Duration = 0
	f.Attempt.StartedAt, f.Attempt.Outcome, f.Outcome.State = time.Now(), state, state
	mustDo(t, h.Finish(t.Context(), f))
}

// look gives what w is to be told, in words, and w as it stands then.
func (h *house) look(t *testing.T, w *hookline.ReportingWebhook, young time.Time) []string {
	t.Helper()
	told := []string{}
	save := func(found hookline.Reports) {
		for _, r := range found.Rows {
			told = append(told, fmt.Sprintf("%s %s/%d", r.Metric, r.DeliveryID, r.Attempt))
		}
		mustDo(t, h.SaveTold(t.Context(), hookline.Told{WebhookID: w.ID, Place: max(found.Place, w.Standing.Place), Await: found.Await, Settled: found.Settled, Told: len(found.Rows), ToldAt: time.Now()}))
		*w = must(h.ReportingWebhook(t.Context(), w.ID))(t)
	}
	late := must(h.AwaitedReports(t.Context(), *w, 0, 100))(t)
	late.Place = 0
	save(late)
	for more := true; more; {
		found := must(h.ReportsAfter(t.Context(), *w, young, 3))(t)
		save(found)
		more = found.More
	}
	return told
}

var (
	allIsOld   = time.Now().Add(time.Hour)
	allIsYoung = time.Now().Add(-time.Hour)
)

func says(metric hookline.Metric, o hookline.Owed, n int) string {
	return fmt.Sprintf("%s %s/%d", metric, o.ID, n)
}

func reportingKept(t *testing.T, h *house) {
	w := h.reporting(t, func(w *hookline.ReportingWebhook) {
		w.Name, w.Metrics, w.WithContent = "  Warehouse ", []hookline.Metric{hookline.MetricFailed, hookline.MetricSent}, true
	})
	if w.ID == "" || w.Key == "" || w.Name != "Warehouse" || w.CreatedAt.IsZero() || !w.KeyMadeAt.Equal(w.CreatedAt) {
		t.Errorf("made %+v", w)
	}
	other := h.reporting(t, func(w *hookline.ReportingWebhook) { w.Key = "own key" })
	h.reopen()
	equal(t, "list", must(h.ListReportingWebhooks(t.Context()))(t), []hookline.ReportingWebhook{w, other})
	changed := other
	changed.Name, changed.Key, changed.FirstOnly = "Chat", "", true
	changed = must(h.UpdateReportingWebhook(t.Context(), changed))(t)
	equal(t, "key without a new one", changed.Key, "own key")
	equal(t, "stored", must(h.ReportingWebhook(t.Context(), other.ID))(t), changed)
	changed.Key = "new key"
	changed = must(h.UpdateReportingWebhook(t.Context(), changed))(t)
	if changed.Key != "new key" || !changed.KeyMadeAt.After(other.KeyMadeAt) {
		t.Errorf("with a new key it is %+v", changed)
	}
	mustDo(t, h.DeleteReportingWebhook(t.Context(), other.ID))
	wantKind(t, hookline.KindNotFound, h.DeleteReportingWebhook(t.Context(), other.ID))
	wantKind(t, hookline.KindNotFound, h.RetryReports(t.Context(), other.ID))
	_, err := h.UpdateReportingWebhook(t.Context(), other)
	wantKind(t, hookline.KindNotFound, err)
	mustDo(t, h.SaveTold(t.Context(), hookline.Told{WebhookID: other.ID, Await: []string{"dlv_00000000001"}}))
}

func reportingFaulty(t *testing.T, h *house) {
	for _, change := range []func(*hookline.ReportingWebhook){
		func(w *hookline.ReportingWebhook) { w.Name = " " },
		func(w *hookline.ReportingWebhook) { w.URL = "" },
		func(w *hookline.ReportingWebhook) { w.Metrics = nil },
		func(w *hookline.ReportingWebhook) { w.Metrics = []hookline.Metric{"converted"} },
	} {
		w := newReporting()
		change(&w)
		_, err := h.CreateReportingWebhook(t.Context(), w)
		wantKind(t, hookline.KindInvalid, err)
	}
	for range hookline.MaxReportingWebhooks {
		h.reporting(t, nil)
	}
	_, err := h.CreateReportingWebhook(t.Context(), newReporting())
	wantKind(t, hookline.KindConflict, err)
}

func reportsFound(t *testing.T, h *house) {
	person := h.person(t, "u1", `{"email":"ana@example.com"}`)
	w := h.reporting(t, nil)
	a := h.real(t, func(o *hookline.Owed) {
		o.PersonID, o.Request.URL, o.Request.Body = person.ID, "https://example.com/a", []byte("body of a")
	})
	b, c := h.real(t, nil), h.real(t, nil)
	none := h.real(t, func(o *hookline.Owed) {
		o.State, o.RequestNumber, o.Reason = hookline.StateFailed, 0, "Line 1: no such filter."
	})
	h.try(t, c, 1, hookline.StateFailed)
	h.try(t, a, 1, hookline.StateRetrying)
	h.try(t, b, 1, hookline.StateDelivered)
	h.try(t, a, 2, hookline.StateDelivered)

	found := must(h.ReportsAfter(t.Context(), w, allIsYoung, 100))(t)
	first := found.Rows[0]
	equal(t, "reason", first.Reason, "The receiver answered 503.")
	equal(t, "who", []string{first.UserID, first.Email, first.URL, first.DestinationID, first.ActionID}, []string{"u1", "ana@example.com", "https://example.com/a", "dst_1", "act_1"})
	equal(t, "body", string(must(h.ReportBody(t.Context(), first))(t)), "body of a")
	u := must(h.Unreported(t.Context(), w))(t)
	equal(t, "still to be told", u.Count, 4)
	want := []string{
		says(hookline.MetricAttempted, a, 1), says(hookline.MetricSent, b, 1), says(hookline.MetricFailed, c, 1),
		says(hookline.MetricUndeliverable, none, 0), says(hookline.MetricSent, a, 2),
	}
	equal(t, "told", h.look(t, &w, allIsYoung), want)
	h.reopen()
	equal(t, "told once more", h.look(t, &w, allIsYoung), []string{})
	equal(t, "left", must(h.Unreported(t.Context(), w))(t), hookline.Unreported{})
}

func reportsWanted(t *testing.T, h *house) {
	w := h.reporting(t, func(w *hookline.ReportingWebhook) { w.Metrics = []hookline.Metric{hookline.MetricFailed} })
	a, b := h.real(t, nil), h.real(t, nil)
	test := h.owe(t, newOwed("dst_1"))
	h.try(t, a, 1, hookline.StateDelivered)
	h.try(t, b, 1, hookline.StateRetrying)
	h.try(t, test, 1, hookline.StateFailed)
	h.try(t, b, 2, hookline.StateFailed)
	equal(t, "told", h.look(t, &w, allIsYoung), []string{says(hookline.MetricFailed, b, 2)})
}

func reportsFirst(t *testing.T, h *house) {
	every, first := h.reporting(t, nil), h.reporting(t, func(w *hookline.ReportingWebhook) { w.FirstOnly = true })
	o := h.real(t, nil)
	for n, state := range []hookline.State{hookline.StateRetrying, hookline.StateRetrying, hookline.StateRetrying, hookline.StateDelivered} {
		h.try(t, o, n+1, state)
	}
	equal(t, "every time", len(h.look(t, &every, allIsYoung)), 4)
	equal(t, "the first time", h.look(t, &first, allIsYoung), []string{says(hookline.MetricAttempted, o, 1), says(hookline.MetricSent, o, 4)})
}

func reportsAwaited(t *testing.T, h *house) {
	w := h.reporting(t, nil)
	a, b, gone, lost := h.real(t, nil), h.real(t, nil), h.real(t, nil), h.real(t, func(o *hookline.Owed) { o.DestinationID = h.destination(t, "CRM").ID })
	quick := h.real(t, nil)
	h.try(t, quick, 1, hookline.StateDelivered)
	equal(t, "told", h.look(t, &w, allIsOld), []string{says(hookline.MetricSent, quick, 1)})
	h.try(t, b, 1, hookline.StateDelivered)
	h.try(t, a, 1, hookline.StateFailed)
	mustDo(t, h.DeleteDestination(t.Context(), lost.DestinationID))
	h.reopen()
	want := []string{says(hookline.MetricFailed, a, 1), says(hookline.MetricSent, b, 1), says(hookline.MetricUndeliverable, lost, 0)}
	equal(t, "told later", h.look(t, &w, allIsOld), want)
	equal(t, "told once more", h.look(t, &w, allIsOld), []string{})
	h.try(t, gone, 1, hookline.StateDelivered)
	equal(t, "told at last", h.look(t, &w, allIsOld), []string{says(hookline.MetricSent, gone, 1)})
}

func reportsYoung(t *testing.T, h *house) {
	w := h.reporting(t, nil)
	a, b, c := h.real(t, nil), h.real(t, nil), h.real(t, nil)
	h.try(t, a, 1, hookline.StateDelivered)
	h.try(t, c, 1, hookline.StateDelivered)
	equal(t, "told", h.look(t, &w, allIsYoung), []string{says(hookline.MetricSent, a, 1)})
	h.try(t, b, 1, hookline.StateDelivered)
	equal(t, "told in order", h.look(t, &w, allIsYoung), []string{says(hookline.MetricSent, b, 1), says(hookline.MetricSent, c, 1)})
}

func reportsResent(t *testing.T, h *house) {
	w := h.reporting(t, nil)
	destination := h.destination(t, "CRM")
	o := h.real(t, func(o *hookline.Owed) {
		o.DestinationID, o.State, o.RequestNumber = destination.ID, hookline.StateFailed, 0
	})
	equal(t, "told", h.look(t, &w, allIsYoung), []string{says(hookline.MetricUndeliverable, o, 0)})
	anew := hookline.Request{Method: "POST", URL: "https://example.com/", Body: []byte("anew")}
	mustDo(t, h.requeue(t, o.ID, &anew))
	equal(t, "told while it waits", h.look(t, &w, allIsYoung), []string{})
	h.try(t, o, 1, hookline.StateDelivered)
	equal(t, "told when it was sent", h.look(t, &w, allIsYoung), []string{says(hookline.MetricSent, o, 1)})
}

func reportsSince(t *testing.T, h *house) {
	waiting, before := h.real(t, nil), h.real(t, nil)
	h.try(t, before, 1, hookline.StateDelivered)
	w := h.reporting(t, nil)
	h.try(t, waiting, 1, hookline.StateDelivered)
	equal(t, "told", h.look(t, &w, allIsYoung), []string{says(hookline.MetricSent, waiting, 1)})

	w.Enabled = false
	w = must(h.UpdateReportingWebhook(t.Context(), w))(t)
	missed, later := h.real(t, nil), h.real(t, nil)
	h.try(t, missed, 1, hookline.StateDelivered)
	mustDo(t, h.SaveUntold(t.Context(), hookline.Untold{WebhookID: w.ID, Tries: 3, NextTryAt: received, Failure: "No.", FailedAt: received}))
	w.Enabled = true
	w = must(h.UpdateReportingWebhook(t.Context(), w))(t)
	equal(t, "failure of before", w.Standing.Tries, 0)
	h.try(t, later, 1, hookline.StateDelivered)
	equal(t, "told after the pause", h.look(t, &w, allIsYoung), []string{says(hookline.MetricSent, later, 1)})
}

func reportsStanding(t *testing.T, h *house) {
	w := h.reporting(t, nil)
	h.heard()
	mustDo(t, h.SaveTold(t.Context(), hookline.Told{WebhookID: w.ID, Place: w.Standing.Place + 5, Told: 2, ToldAt: received, Dropped: 1, DroppedAt: received}))
	h.wantTold(t, "save what was told", hookline.TopicReports(w.ID))
	mustDo(t, h.SaveUntold(t.Context(), hookline.Untold{WebhookID: w.ID, Tries: 3, NextTryAt: received.Add(time.Hour), Failure: "The receiver answered 500.", FailedAt: received}))
	want := w.Standing
	want.Place, want.Told, want.ToldAt, want.Dropped, want.DroppedAt = want.Place+5, 2, received, 1, received
	want.Tries, want.NextTryAt, want.Failure, want.FailedAt = 3, received.Add(time.Hour), "The receiver answered 500.", received
	h.reopen()
	equal(t, "standing", must(h.ReportingWebhook(t.Context(), w.ID))(t).Standing, want)

	mustDo(t, h.SaveTold(t.Context(), hookline.Told{WebhookID: w.ID, Place: w.Standing.Place, Dropped: 1, DroppedAt: received.Add(time.Second)}))
	got := must(h.ReportingWebhook(t.Context(), w.ID))(t).Standing
	equal(t, "place, which never goes back, and tries after one was dropped", []int64{got.Place, int64(got.Tries), int64(got.Dropped)}, []int64{want.Place, 3, 2})
	h.heard()
	mustDo(t, h.RetryReports(t.Context(), w.ID))
	h.wantTold(t, "retry", hookline.TopicReporting)
	equal(t, "next try", must(h.ReportingWebhook(t.Context(), w.ID))(t).Standing.NextTryAt, time.Time{})

	w.URL = "https://example.org/"
	w = must(h.UpdateReportingWebhook(t.Context(), w))(t)
	equal(t, "tries at a new address", []any{w.Standing.Tries, w.Standing.Failure, w.Standing.Told}, []any{0, "", 2})
	mustDo(t, h.SaveUntold(t.Context(), hookline.Untold{WebhookID: w.ID, Tries: 1, NextTryAt: received, Failure: "No.", FailedAt: received}))
	mustDo(t, h.SaveTold(t.Context(), hookline.Told{WebhookID: w.ID, Told: 1, ToldAt: received.Add(time.Minute)}))
	equal(t, "tries after one was told", must(h.ReportingWebhook(t.Context(), w.ID))(t).Standing.Tries, 0)
}
