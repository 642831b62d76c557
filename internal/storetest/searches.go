package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"hookline/internal/hookline"
)

// lookStore can be told to bring everything into its late indexes.
type lookStore interface {
	CompleteIndexes(ctx context.Context) error
}

var lookPromises = []promise{
	{"a text is found in each thing that a delivery has", lookFinds},
	{"a text is found as it stands: no character means another", lookIsLiteral},
	{"an id and a person's name are found, whatever was sent", lookNames},
	{"secrets, and what the inside answers, are not found", lookSecrets},
	{"pages of a search have no gaps and no repeats", lookPages},
	{"what was deleted is not found", lookGone},
}

// sent makes a delivery with a body and, when it is not "", an answer.
func (h *house) sent(t *testing.T, body, answer string, change func(*hookline.Owed)) hookline.Owed {
	t.Helper()
	o := newOwed("dst_1")
	o.Request.Body = []byte(body)
	if change != nil {
		change(&o)
	}
	o = h.owe(t, o)
	if answer == "" {
		return o
	}
	f := newFinished(o.ID, 1)
	f.Attempt.Answer = []byte(answer)
	mustDo(t, h.Finish(t.Context(), f))
	return o
}

// wantFound searches, before and after all that there is has entered the late
// indexes.
func (h *house) wantFound(t *testing.T, f hookline.DeliveryFilter, want ...string) {
	t.Helper()
	for _, when := range []string{"at once", "later"} {
		l := must(h.ListDeliveries(t.Context(), f, hookline.Cursor{}))(t)
		slices.Sort(want)
		equal(t, fmt.Sprintf("%+v %s", f, when), slices.Sorted(slices.Values(idsOf(l, rowID))), want)
		if l.Stopped != "" {
			t.Errorf("%+v stopped at %s", f, l.Stopped)
		}
		mustDo(t, h.CompleteIndexes(t.Context()))
	}
}

func lookFinds(t *testing.T, h *house) {
	p := h.person(t, "cust-77", `{"email":"ana@example.com","first_name":"Ana","last_name":"Lima"}`)
	e := newEvent("src_1", "msg-4711")
	e.Name = "Order Paid"
	e = h.append(t, e)
	d := h.sent(t, `{"note":"deliver \u00e0 Paris"}`, `{"error":"No such SKU"}`, func(o *hookline.Owed) {
		o.PersonID, o.EventID, o.IdempotencyKey, o.Request.URL = p.ID, e.ID, "abc123def", "https://hooks.example.net/v2?list=9"
	})
	h.sent(t, `{"note":"another"}`, "fine", nil)
	for _, text := range []string{
		"hooks.example.net/v2", "list=9", "à paris", "DELIVER", "no such sku", "answered 503", "order paid", "msg-4711", "abc123def",
		"ana lima", "ana@example.com", "cust-77", "ANA@", e.ID, d.ID,
	} {
		f := hookline.DeliveryFilter{Query: text}
		if text == "answered 503" {
			f.Status = 503 // which the other has as well
			f.EventName = "Order Paid"
		}
		h.wantFound(t, f, d.ID)
	}
	for _, none := range []string{"ris", "such no", "order paid twice", "https://hooks.example.net/v3"} {
		h.wantFound(t, hookline.DeliveryFilter{Query: none})
	}
	h.wantFound(t, hookline.DeliveryFilter{Query: "paris", EventName: "Order Paid", Status: 503, Attempts: 1, DestinationID: "dst_1"}, d.ID)
	h.wantFound(t, hookline.DeliveryFilter{Query: "paris", DestinationID: "dst_2"})
}

func lookIsLiteral(t *testing.T, h *house) {
	d := h.sent(t, `100% of x_1 "quoted" OR (a AND b*) near/2 -- ; ' \\ end`, "", nil).ID
	h.sent(t, "100 of x-1 quoted", "", nil)
	for _, text := range []string{"100%", "x_1", `"quoted"`, "or (a", "b*", "near/2", "-- ;", ";", "'", `\\`, "%"} {
		h.wantFound(t, hookline.DeliveryFilter{Query: text}, d)
	}
	for _, none := range []string{"%100", "x%1", "100_", "quoted*", "a OR b", "**", `"of"`, "(x"} {
		h.wantFound(t, hookline.DeliveryFilter{Query: none})
	}
}

func lookNames(t *testing.T, h *house) {
	p := h.person(t, "u-1", `{}`)
	before := h.sent(t, "nothing of them", "", func(o *hookline.Owed) { o.PersonID = p.ID }).ID
	mustDo(t, h.CompleteIndexes(t.Context()))
	p.Attributes = []byte(`{"email":"bo@example.com"}`)
	must(h.UpdatePerson(t.Context(), p))(t)
	text := h.sent(t, "for bo@example.com", "", nil).ID
	h.wantFound(t, hookline.DeliveryFilter{Query: "bo@example.com"}, before, text)
	h.wantFound(t, hookline.DeliveryFilter{Query: "bo@example.com", PersonID: p.ID}, before)
	h.wantFound(t, hookline.DeliveryFilter{Query: before}, before)
	h.wantFound(t, hookline.DeliveryFilter{Query: before, DestinationID: "dst_2"})
	h.wantFound(t, hookline.DeliveryFilter{Query: "dlv_0000000000z"})
}

func lookSecrets(t *testing.T, h *house) {
	o := h.sent(t, "body", "", func(o *hookline.Owed) { o.Request.URL = "https://example.com/?api_key=hidden&list=7" })
	f := newFinished(o.ID, 1)
	f.Attempt.Answer, f.Attempt.Timings.Inside = []byte("confidential"), true
	mustDo(t, h.Finish(t.Context(), f))
	h.wantFound(t, hookline.DeliveryFilter{Query: "hidden"})
	h.wantFound(t, hookline.DeliveryFilter{Query: "api_key=h"})
	h.wantFound(t, hookline.DeliveryFilter{Query: "confidential"})
	h.wantFound(t, hookline.DeliveryFilter{Query: "list=7"}, o.ID)
}

func lookPages(t *testing.T, h *house) {
	var ids []string
	p := h.person(t, "walker", `{}`)
	for i := range 8 {
		ids = append(ids, h.sent(t, fmt.Sprint("order ", i), "", func(o *hookline.Owed) {
			if i%2 == 0 {
				o.PersonID, o.Request.Body = p.ID, []byte("of theirs")
			} else {
				o.Request.Body = []byte("of walker")
			}
		}).ID)
		h.sent(t, "something else", "", nil)
		if i == 4 {
			mustDo(t, h.CompleteIndexes(t.Context()))
		}
	}
	checkPages(t, ids, rowID, func(c hookline.Cursor) (hookline.Listing[hookline.DeliveryRow], error) {
		return h.ListDeliveries(t.Context(), hookline.DeliveryFilter{Query: "walker"}, c)
	})
}

func lookGone(t *testing.T, h *house) {
	d := h.destination(t, "CRM")
	kept := h.sent(t, "order", "", func(o *hookline.Owed) { o.DestinationID = d.ID }).ID
	mustDo(t, h.CompleteIndexes(t.Context()))
	p := h.person(t, "short", `{"name":"Gone Soon"}`)
	theirs := h.sent(t, "order", "", func(o *hookline.Owed) { o.PersonID, o.DestinationID = p.ID, d.ID }).ID
	h.wantFound(t, hookline.DeliveryFilter{Query: "gone soon"}, theirs)
	mustDo(t, h.DeletePerson(t.Context(), p.ID))
	h.wantFound(t, hookline.DeliveryFilter{Query: "gone soon"})
	mustDo(t, h.DeleteDestination(t.Context(), d.ID))
	h.wantFound(t, hookline.DeliveryFilter{Query: "order"}, kept, theirs)
}
