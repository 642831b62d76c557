package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// deliveryStore is what the stages that send do not ask for.
type deliveryStore interface {
	CreateDelivery(ctx context.Context, o hookline.Owed) (hookline.Owed, error)
	ListDeliveries(ctx context.Context, f hookline.DeliveryFilter, c hookline.Cursor) (hookline.Listing[hookline.DeliveryRow], error)
	ListAttempts(ctx context.Context, deliveryID string) ([]hookline.Attempt, error)
	ListBatchWaits(ctx context.Context, eventID string) ([]hookline.BatchWait, error)
	Backlog(ctx context.Context) (hookline.Backlog, error)
}

var deliveryPromises = []promise{
	{"a delivery is kept as it was made", deliveryKept},
	{"a row names what the delivery belongs to while that is there", deliveryNames},
	{"a list is narrowed by each filter and by several", deliveryList},
	{"a list is narrowed by the time of making", deliveryTimes},
	{"pages have no gaps and no repeats, whatever the filter", deliveryPages},
	{"the backlog tells what is owed and what is not fanned out yet", backlog},
}

// newOwed is due at received.
func newOwed(destinationID string) hookline.Owed {
	return hookline.Owed{
		Delivery: hookline.Delivery{
			State: hookline.StateQueued, Origin: hookline.OriginTest, DestinationID: destinationID, ActionID: "act_1",
			IdempotencyKey: hookline.Secret(), RequestNumber: 1, CreatedAt: received, NextAttemptAt: received, UpdatedAt: received,
		},
		Request: hookline.Request{Method: "POST", URL: "https://example.com/", Body: []byte("{}")},
	}
}

func (h *house) owe(t *testing.T, o hookline.Owed) hookline.Owed {
	t.Helper()
	return must(h.CreateDelivery(t.Context(), o))(t)
}

// delivery records a delivery of a destination that stands in a state.
func (h *house) delivery(t *testing.T, destinationID string, state hookline.State) hookline.Delivery {
	t.Helper()
	o := newOwed(destinationID)
	o.State, o.NextAttemptAt = state, time.Time{}
	if state == hookline.StateQueued || state == hookline.StateRetrying {
		o.NextAttemptAt = received.Add(time.Hour)
	}
	return h.owe(t, o).Delivery
}

// stored gives a delivery as it stands now.
func (h *house) stored(t *testing.T, id string) hookline.Delivery {
	t.Helper()
	return must(h.DeliveryRow(t.Context(), id))(t).Delivery
}

func rowID(r hookline.DeliveryRow) string { return r.ID }

func deliveryKept(t *testing.T, h *house) {
	wish := newOwed("dst_1")
	wish.Delivery = hookline.Delivery{
		State: hookline.StateRetrying, Origin: hookline.OriginEvent, DestinationID: "dst_1", ActionID: "act_1", EventID: evt(1), PersonID: "per_1",
		IdempotencyKey: "key", RequestNumber: 1, AskedBy: "ana@example.com", Tries: 3, Attempts: 7, LastStatus: 503, Reason: "“Busy”; try later.",
		CreatedAt: received, NextAttemptAt: received.Add(time.Minute), UpdatedAt: received.Add(time.Second),
	}
	got := h.owe(t, wish)
	if !strings.HasPrefix(got.ID, "dlv_") {
		t.Errorf("id %q", got.ID)
	}
	wish.ID = got.ID
	equal(t, "made", got, wish)

	bare := newOwed("dst_1")
	bare.State, bare.RequestNumber, bare.NextAttemptAt, bare.Request = hookline.StateFailed, 0, time.Time{}, hookline.Request{}
	bare = h.owe(t, bare)
	h.reopen()
	equal(t, "stored", h.stored(t, got.ID), wish.Delivery)
	equal(t, "requests", must(h.ListRequests(t.Context(), got.ID))(t),
		[]hookline.RequestMade{{DeliveryID: got.ID, Number: 1, Request: wish.Request, MadeAt: received}})
	equal(t, "stored without a request", h.stored(t, bare.ID), bare.Delivery)
	equal(t, "no requests", must(h.ListRequests(t.Context(), bare.ID))(t), []hookline.RequestMade{})
	_, err := h.DeliveryRow(t.Context(), "dlv_gone")
	wantKind(t, hookline.KindNotFound, err)
}

func deliveryNames(t *testing.T, h *house) {
	ctx := t.Context()
	d := h.destination(t, "CRM")
	a := h.action(t, d.ID, "Tell")
	e := h.append(t, newEvent("src_1", "m1"))
	p := h.person(t, "u1", `{"email":"ana@example.com"}`)
	o := newOwed(d.ID)
	o.ActionID, o.EventID, o.PersonID, o.Request.Method, o.Request.URL = a.ID, e.ID, p.ID, "PUT", "https://example.com/?a=1"
	o = h.owe(t, o)
	want := hookline.DeliveryRow{
		Delivery: o.Delivery, DestinationName: "CRM", ActionName: "Tell", PersonLabel: "ana@example.com", EventName: "Order Paid",
		Method: "PUT", URL: "https://example.com/?a=1", VersionInUse: 1,
	}
	check := func(what string) {
		t.Helper()
		equal(t, what, must(h.DeliveryRow(ctx, o.ID))(t), want)
		equal(t, what+", in a list", must(h.ListDeliveries(ctx, hookline.DeliveryFilter{}, hookline.Cursor{}))(t).Rows, []hookline.DeliveryRow{want})
	}
	check("all there")
	p.Attributes = []byte(`{}`)
	must(h.UpdatePerson(ctx, p))(t)
	want.PersonLabel = "u1"
	check("a person without an e-mail")
	mustDo(t, h.DeletePerson(ctx, p.ID))
	want.PersonLabel = ""
	check("person deleted")
	mustDo(t, h.DeleteAction(ctx, a.ID))
	want.ActionName, want.VersionInUse = "", 0
	check("action deleted")
	mustDo(t, h.DeleteDestination(ctx, d.ID))
	want.DestinationName, want.Delivery = "", h.stored(t, o.ID)
	check("destination deleted")

	nameless := newEvent("src_1", "m2")
	nameless.Type, nameless.Name = hookline.Identify, ""
	other := newOwed(d.ID)
	other.EventID = h.append(t, nameless).ID
	equal(t, "event without a name", must(h.DeliveryRow(ctx, h.owe(t, other).ID))(t).EventName, "identify")
}

// deliveries of two destinations, actions, people and events, in each state,
// with two statuses. Their numbers tell what they are: see deliveryList.
func (h *house) manyDeliveries(t *testing.T) map[string]int {
	t.Helper()
	numbers := map[string]int{}
	for i := range 16 * len(hookline.States()) {
		o := newOwed(fmt.Sprint("dst_", i%2))
		o.ActionID, o.PersonID, o.EventID = fmt.Sprint("act_", i/2%2), fmt.Sprint("per_", i/4%2), evt(int64(i/8%2))
		o.State, o.LastStatus = hookline.States()[i/16], 200+300*(i%3%2)
		numbers[h.owe(t, o).ID] = i
	}
	return numbers
}

func deliveryList(t *testing.T, h *house) {
	numbers := h.manyDeliveries(t)
	type filter = hookline.DeliveryFilter
	for _, test := range []struct {
		filter filter
		fits   func(i int) bool
	}{
		{filter{}, func(int) bool { return true }},
		{filter{DestinationID: "dst_1"}, func(i int) bool { return i%2 == 1 }},
		{filter{ActionID: "act_1"}, func(i int) bool { return i/2%2 == 1 }},
		{filter{PersonID: "per_1"}, func(i int) bool { return i/4%2 == 1 }},
		{filter{EventID: evt(1)}, func(i int) bool { return i/8%2 == 1 }},
		{filter{Status: 500}, func(i int) bool { return i%3 == 1 }},
		{filter{Status: 200}, func(i int) bool { return i%3 != 1 }},
		{filter{DestinationID: "dst_0", PersonID: "per_1"}, func(i int) bool { return i%2 == 0 && i/4%2 == 1 }},
		{
			filter{State: hookline.StateFailed, DestinationID: "dst_0", ActionID: "act_1", PersonID: "per_0", EventID: evt(1), Status: 200},
			func(i int) bool { return i == 5*16+10 && i%3 != 1 },
		},
		{filter{PersonID: "per_9"}, func(int) bool { return false }},
		{filter{State: "unheard of"}, func(int) bool { return false }},
	} {
		h.checkFilter(t, test.filter, numbers, test.fits)
	}
	for n, state := range hookline.States() {
		is := func(i int) bool { return i/16 == n && state != hookline.StateHeld } // none is: no destination holds
		h.checkFilter(t, filter{State: state}, numbers, is)
		h.checkFilter(t, filter{State: state, PersonID: "per_0"}, numbers, func(i int) bool { return is(i) && i/4%2 == 0 })
	}
}

func (h *house) checkFilter(t *testing.T, f hookline.DeliveryFilter, numbers map[string]int, fits func(i int) bool) {
	t.Helper()
	var want, got []int
	for i := len(numbers) - 1; i >= 0; i-- {
		if fits(i) {
			want = append(want, i)
		}
	}
	for _, row := range must(h.ListDeliveries(t.Context(), f, hookline.Cursor{Limit: 1000}))(t).Rows {
		got = append(got, numbers[row.ID])
	}
	equal(t, fmt.Sprintf("%+v", f), got, want)
}

func deliveryTimes(t *testing.T, h *house) {
	var at []time.Time
	numbers := map[string]int{}
	for i := range 3 {
		o := newOwed("dst_1")
		o.CreatedAt = time.Now().UTC()
		at = append(at, o.CreatedAt)
		numbers[h.owe(t, o).ID] = i
	}
	h.checkFilter(t, hookline.DeliveryFilter{Since: at[1]}, numbers, func(i int) bool { return i >= 1 })
	h.checkFilter(t, hookline.DeliveryFilter{Until: at[2]}, numbers, func(i int) bool { return i < 2 })
	h.checkFilter(t, hookline.DeliveryFilter{Since: at[1], Until: at[2]}, numbers, func(i int) bool { return i == 1 })
	h.checkFilter(t, hookline.DeliveryFilter{Since: at[2].Add(time.Hour)}, numbers, func(int) bool { return false })
	h.checkFilter(t, hookline.DeliveryFilter{Until: at[2].Add(-time.Hour)}, numbers, func(int) bool { return false })
}

func deliveryPages(t *testing.T, h *house) {
	var ids []string
	for i := range 8 {
		o := newOwed("dst_1")
		o.State, o.ActionID, o.PersonID, o.EventID, o.LastStatus = hookline.StateFailed, "act_1", "per_1", evt(1), 500
		o.CreatedAt = received.Add(time.Duration(-i) * time.Hour) // the order is that of making, whatever the clock said
		ids = append(ids, h.owe(t, o).ID)
		h.owe(t, newOwed("dst_2"))
	}
	for _, f := range []hookline.DeliveryFilter{
		{State: hookline.StateFailed},
		{DestinationID: "dst_1"},
		{ActionID: "act_1", Status: 500},
		{PersonID: "per_1"},
		{EventID: evt(1)},
	} {
		checkPages(t, ids, rowID, func(c hookline.Cursor) (hookline.Listing[hookline.DeliveryRow], error) {
			return h.ListDeliveries(t.Context(), f, c)
		})
	}
}
