package storetest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

var resendPromises = []promise{
	{"what rests can be resent, all else is refused in words", resendStates},
	{"a resend makes due at once and begins the tries anew", resendQueued},
	{"requests are numbered and kept byte for byte, the original stays", resendRequests},
	{"without a request there is no original", resendNoOriginal},
	{"a deleted destination gets nothing", resendNowhere},
	{"of many who resend at once one wins", resendRace},
}

const asker = "ana@example.com"

func (h *house) requeue(t *testing.T, deliveryID string, request *hookline.Request) error {
	t.Helper()
	return h.Requeue(t.Context(), hookline.Requeue{DeliveryID: deliveryID, Request: request, AskedBy: asker})
}

// refused checks that a resend was refused in words and changed nothing.
func (h *house) refused(t *testing.T, d hookline.Delivery, request *hookline.Request, words string) {
	t.Helper()
	before := must(h.ListRequests(t.Context(), d.ID))(t)
	err := h.requeue(t, d.ID, request)
	wantKind(t, hookline.KindConflict, err)
	if e, ok := errors.AsType[*hookline.Error](err); !ok || !strings.Contains(e.Message, words) || !strings.HasSuffix(e.Message, ".") {
		t.Errorf("what is %s: refused with %v, want a sentence with %q", d.State, err, words)
	}
	equal(t, "refused one that is "+string(d.State), h.stored(t, d.ID), d)
	equal(t, "requests of one that is "+string(d.State), must(h.ListRequests(t.Context(), d.ID))(t), before)
}

func resendStates(t *testing.T, h *house) {
	destination := h.destination(t, "CRM")
	anew := hookline.Request{Method: "PUT", URL: "https://example.org/"}
	for _, state := range hookline.States() {
		words, refused := map[hookline.State]string{
			hookline.StateDraft: "draft", hookline.StateQueued: "already waits", hookline.StateSending: "sending",
			hookline.StateHeld: "held", hookline.StateDiscarded: "discarded",
		}[state]
		for _, request := range []*hookline.Request{nil, &anew} {
			d := h.delivery(t, destination.ID, state)
			if refused {
				h.refused(t, d, request, words)
				continue
			}
			mustDo(t, h.requeue(t, d.ID, request))
			equal(t, "state of what was "+string(state), h.stored(t, d.ID).State, hookline.StateQueued)
		}
	}
	wantKind(t, hookline.KindNotFound, h.requeue(t, "dlv_gone", nil))
}

func resendQueued(t *testing.T, h *house) {
	o := newOwed(h.destination(t, "CRM").ID)
	o.State, o.Tries, o.Attempts, o.LastStatus, o.Reason = hookline.StateFailed, 11, 23, 410, "The receiver answered 410."
	o.PersonID, o.EventID, o.NextAttemptAt = "per_1", evt(1), time.Time{}
	want := h.owe(t, o).Delivery
	h.heard()
	before := time.Now().Truncate(time.Microsecond)
	mustDo(t, h.requeue(t, want.ID, nil))
	after := time.Now()
	h.wantTold(t, "resend", hookline.TopicDeliveries, hookline.TopicSent, hookline.TopicDelivery(want.ID), hookline.TopicPerson("per_1"))
	h.reopen()
	got := h.stored(t, want.ID)
	if got.NextAttemptAt.Before(before) || got.NextAttemptAt.After(after) {
		t.Errorf("due at %v, asked for between %v and %v", got.NextAttemptAt, before, after)
	}
	want.State, want.Reason, want.Tries, want.AskedBy = hookline.StateQueued, "", 0, asker
	want.NextAttemptAt, want.UpdatedAt = got.NextAttemptAt, got.NextAttemptAt
	equal(t, "resent", got, want)

	owed := must(h.Owed(t.Context(), must(h.Due(t.Context(), want.DestinationID, after, 9))(t)))(t)
	equal(t, "owed", owedIDs(owed), []string{want.ID})
	equal(t, "key", owed[0].IdempotencyKey, o.IdempotencyKey)
	mustDo(t, h.Finish(t.Context(), newFinished(want.ID, 24)))
	got = h.stored(t, want.ID)
	equal(t, "tries and attempts", []int{got.Tries, got.Attempts}, []int{1, 24})
}

// attemptNow lets the delivery's next attempt fail, and gives the request that was sent.
func (h *house) attemptNow(t *testing.T, deliveryID string, n int) hookline.Owed {
	t.Helper()
	owed := must(h.Owed(t.Context(), []string{deliveryID}))(t)
	if len(owed) != 1 {
		t.Fatalf("owed %d, want 1", len(owed))
	}
	f := newFinished(deliveryID, n)
	f.Attempt.RequestNumber = owed[0].RequestNumber
	f.Outcome = hookline.Outcome{State: hookline.StateFailed, Reason: "Gone."}
	mustDo(t, h.Finish(t.Context(), f))
	return owed[0]
}

func resendRequests(t *testing.T, h *house) {
	o := newOwed(h.destination(t, "CRM").ID)
	o.Request = hookline.Request{
		Method: "PUT", URL: "https://example.com/ü?a=%00&b=<c>", Body: []byte("\x00\xff\xfe half a rune \xc3\r\n\u2028"),
		Headers: []hookline.Header{{Name: "X-B", Value: `<"ü">`}, {Name: "x-a", Value: ""}, {Name: "X-B", Value: "2"}},
	}
	o = h.owe(t, o)
	text, none := o.Request, o.Request
	text.Method, text.Body = "PATCH", []byte("12345") // digits stay bytes
	none.URL, none.Body = "https://example.org/", nil
	want := []hookline.RequestMade{{DeliveryID: o.ID, Number: 1, Request: o.Request, MadeAt: received}}
	h.attemptNow(t, o.ID, 1)
	for i, step := range []struct {
		anew *hookline.Request
		sent hookline.Request
	}{{&text, text}, {nil, o.Request}, {&none, none}, {nil, o.Request}} {
		mustDo(t, h.requeue(t, o.ID, step.anew))
		made := must(h.ListRequests(t.Context(), o.ID))(t)
		number := 1
		if step.anew != nil {
			number = len(want) + 1
			want = append(want, hookline.RequestMade{DeliveryID: o.ID, Number: number, Request: *step.anew, MadeBy: asker, MadeAt: made[len(made)-1].MadeAt})
		}
		row := must(h.DeliveryRow(t.Context(), o.ID))(t)
		equal(t, "row", []string{row.Method, row.URL}, []string{step.sent.Method, step.sent.URL})
		sent := h.attemptNow(t, o.ID, 2+i)
		equal(t, "sent", sent.Request, step.sent)
		equal(t, "its number", sent.RequestNumber, number)
	}
	h.reopen()
	equal(t, "requests", must(h.ListRequests(t.Context(), o.ID))(t), want)
	if last := want[len(want)-1].MadeAt; time.Since(last) > time.Minute || last.Location() != time.UTC {
		t.Errorf("made at %v", last)
	}
	equal(t, "requests of another", must(h.ListRequests(t.Context(), "dlv_gone"))(t), []hookline.RequestMade{})
}

func resendNoOriginal(t *testing.T, h *house) {
	o := newOwed(h.destination(t, "CRM").ID)
	o.State, o.RequestNumber, o.NextAttemptAt, o.Request = hookline.StateFailed, 0, time.Time{}, hookline.Request{}
	o = h.owe(t, o)
	h.refused(t, o.Delivery, nil, "original")
	anew := hookline.Request{Method: "PUT", URL: "https://example.org/", Body: []byte("corrected")}
	mustDo(t, h.requeue(t, o.ID, &anew))
	equal(t, "sent", h.attemptNow(t, o.ID, 1).Request, anew)
	mustDo(t, h.requeue(t, o.ID, nil))
	equal(t, "original", h.attemptNow(t, o.ID, 2).Request, anew)
}

func resendNowhere(t *testing.T, h *house) {
	destination := h.destination(t, "CRM")
	d := h.delivery(t, destination.ID, hookline.StateDelivered)
	mustDo(t, h.DeleteDestination(t.Context(), destination.ID))
	anew := hookline.Request{Method: "PUT", URL: "https://example.org/"}
	h.refused(t, d, nil, "deleted")
	h.refused(t, d, &anew, "deleted")
}

func resendRace(t *testing.T, h *house) {
	d := h.delivery(t, h.destination(t, "CRM").ID, hookline.StateFailed)
	errs := atOnce(8, func(int) error {
		return h.requeue(t, d.ID, &hookline.Request{Method: "PUT", URL: "https://example.org/"})
	})
	wantWinners(t, 1, hookline.KindConflict, errs)
	equal(t, "requests", len(must(h.ListRequests(t.Context(), d.ID))(t)), 2)
}
