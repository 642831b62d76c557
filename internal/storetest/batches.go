package storetest

import (
	"fmt"
	"testing"
	"time"

	"hookline/internal/hookline"
)

var batchPromises = []promise{
	{"parts are gathered by action and key, durably", batchGathered},
	{"a batch takes its parts whole, and once", batchCreated},
	{"a batch may take a part of its last part", batchSplit},
	{"what is owed and what was requested has the body that the parts make", batchBody},
	{"what a batch carried is told in the order of its body", batchEvents},
	{"what was gathered goes with its destination", batchOfDeletedDestination},
	{"a batch can be taken apart, each event with its body and a key of its own", batchSplitUp},
}

// gather records a part with an item for each event.
func (h *house) gather(t *testing.T, actionID, key string, due time.Time, eventIDs ...string) hookline.BatchPart {
	t.Helper()
	p := hookline.BatchPart{
		DestinationID: "dst_1", ActionID: actionID, Key: key, DueAt: due,
		Request: hookline.Request{Method: "POST", URL: "https://example.com", Headers: []hookline.Header{{Name: "X-A", Value: "1"}}},
	}
	for _, id := range eventIDs {
		p.Items = append(p.Items, hookline.BatchItem{EventID: id, PersonID: "per_1", Body: []byte(`"` + id + `"`)})
	}
	at := must(h.FanoutCursor(t.Context()))(t)
	mustDo(t, h.RecordFanout(t.Context(), hookline.Fanout{From: at, To: h.ids.NewKeyed("evt"), Parts: []hookline.BatchPart{p}}))
	return p
}

func (h *house) waiting(t *testing.T, actionID, key string, items int) []hookline.BatchPart {
	t.Helper()
	return must(h.BatchParts(t.Context(), actionID, key, items))(t)
}

func eventsOf(parts []hookline.BatchPart) []string {
	var ids []string
	for _, p := range parts {
		for _, i := range p.Items {
			ids = append(ids, i.EventID)
		}
	}
	return ids
}

func batchGathered(t *testing.T, h *house) {
	h.heard()
	first := h.gather(t, "act_1", "k1", received.Add(2*time.Second), evt(1), evt(2))
	h.wantTold(t, "record", hookline.TopicBatches)
	h.gather(t, "act_1", "k1", received.Add(time.Second), evt(3))
	h.gather(t, "act_1", "k2", received.Add(3*time.Second), evt(3))
	h.gather(t, "act_2", "k1", received.Add(4*time.Second), evt(4))
	h.reopen()
	equal(t, "waiting", must(h.WaitingBatches(t.Context()))(t), []hookline.BatchWaiting{
		{ActionID: "act_1", Key: "k1", Count: 3, DueAt: received.Add(time.Second)},
		{ActionID: "act_1", Key: "k2", Count: 1, DueAt: received.Add(3 * time.Second)},
		{ActionID: "act_2", Key: "k1", Count: 1, DueAt: received.Add(4 * time.Second)},
	})
	parts := h.waiting(t, "act_1", "k1", 10)
	equal(t, "events", eventsOf(parts), []string{evt(1), evt(2), evt(3)})
	first.ID = parts[0].ID
	equal(t, "first part", parts[0], first)
	equal(t, "an event's waits", must(h.ListBatchWaits(t.Context(), evt(3)))(t), []hookline.BatchWait{
		{ActionID: "act_1", DueAt: received.Add(time.Second)}, {ActionID: "act_1", DueAt: received.Add(3 * time.Second)},
	})
	equal(t, "waits of none", must(h.ListBatchWaits(t.Context(), evt(9)))(t), []hookline.BatchWait{})
	equal(t, "enough for two", eventsOf(h.waiting(t, "act_1", "k1", 2)), []string{evt(1), evt(2)})
	equal(t, "enough for one", eventsOf(h.waiting(t, "act_1", "k1", 1)), []string{evt(1), evt(2)})
}

// batch makes a delivery of parts, of the last one only the first items.
func (h *house) batch(t *testing.T, parts []hookline.BatchPart, ofLast int) (hookline.Owed, error) {
	t.Helper()
	o := newOwed("dst_1")
	o.BatchSize = len(eventsOf(parts)) - len(parts[len(parts)-1].Items) + ofLast
	return h.CreateBatch(t.Context(), o, parts, ofLast)
}

func batchCreated(t *testing.T, h *house) {
	for _, id := range []string{evt(1), evt(2), evt(3)} {
		h.gather(t, "act_1", "k", received, id)
	}
	parts := h.waiting(t, "act_1", "k", 2)
	made := must(h.batch(t, parts, 1))(t)
	h.reopen()
	rows := must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{}))(t).Rows
	equal(t, "deliveries", len(rows), 1)
	equal(t, "its id", rows[0].ID, made.ID)
	equal(t, "events in it", rows[0].BatchSize, 2)
	equal(t, "what still waits", eventsOf(h.waiting(t, "act_1", "k", 9)), []string{evt(3)})
	_, err := h.batch(t, parts, 1)
	wantKind(t, hookline.KindConflict, err)
	equal(t, "deliveries after a batch that was refused", len(must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{}))(t).Rows), 1)
}

func batchSplit(t *testing.T, h *house) {
	h.gather(t, "act_1", "k", received, evt(1), evt(2))
	h.gather(t, "act_1", "k", received.Add(time.Second), evt(3), evt(4), evt(5))
	made := must(h.batch(t, h.waiting(t, "act_1", "k", 9), 1))(t)
	h.reopen()
	equal(t, "what still waits", eventsOf(h.waiting(t, "act_1", "k", 9)), []string{evt(4), evt(5)})
	equal(t, "when it is due", must(h.WaitingBatches(t.Context()))(t)[0].DueAt, received.Add(time.Second))
	equal(t, "body", string(must(h.Owed(t.Context(), []string{made.ID}))(t)[0].Request.Body), `["`+evt(1)+`","`+evt(2)+`","`+evt(3)+`"]`)
	rest := must(h.batch(t, h.waiting(t, "act_1", "k", 9), 2))(t)
	equal(t, "body of the rest", string(must(h.Owed(t.Context(), []string{rest.ID}))(t)[0].Request.Body), `["`+evt(4)+`","`+evt(5)+`"]`)
}

func batchBody(t *testing.T, h *house) {
	h.gather(t, "act_1", "k", received, evt(1), evt(2))
	made := must(h.batch(t, h.waiting(t, "act_1", "k", 9), 2))(t)
	h.reopen()
	want := `["` + evt(1) + `","` + evt(2) + `"]`
	equal(t, "owed", string(must(h.Owed(t.Context(), []string{made.ID}))(t)[0].Request.Body), want)
	equal(t, "requested", string(must(h.ListRequests(t.Context(), made.ID))(t)[0].Request.Body), want)
}

func batchEvents(t *testing.T, h *house) {
	e, p := h.append(t, newEvent("src_1", "m1")), h.person(t, "u1", `{"email":"ana@example.com"}`)
	h.gather(t, "act_1", "k", received, evt(1), e.ID)
	h.gather(t, "act_1", "k", received, evt(9))
	parts := h.waiting(t, "act_1", "k", 9)
	made := must(h.batch(t, parts, 1))(t)
	for _, id := range []string{evt(1), e.ID, evt(9)} {
		rows := must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{EventID: id}, hookline.Cursor{}))(t).Rows
		if len(rows) != 1 || rows[0].ID != made.ID {
			t.Errorf("deliveries of %s: %+v", id, rows)
		}
	}
	for _, id := range []string{evt(2), evt(8), evt(10), ""} {
		if id != "" {
			equal(t, "deliveries of "+id, len(must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{EventID: id}, hookline.Cursor{}))(t).Rows), 0)
		}
	}
	equal(t, "events", must(h.ListBatchEvents(t.Context(), made.ID))(t), []hookline.BatchEvent{
		{EventID: evt(1), PersonID: "per_1"}, {EventID: e.ID, EventName: e.Name, PersonID: "per_1"}, {EventID: evt(9), PersonID: "per_1"},
	})
	equal(t, "events of no batch", len(must(h.ListBatchEvents(t.Context(), ""))(t)), 0)

	named := hookline.BatchPart{DestinationID: "dst_1", ActionID: "act_2", Key: "k", Items: []hookline.BatchItem{{EventID: e.ID, PersonID: p.ID}, {EventID: evt(1)}}}
	at := must(h.FanoutCursor(t.Context()))(t)
	mustDo(t, h.RecordFanout(t.Context(), hookline.Fanout{From: at, To: h.ids.NewKeyed("evt"), Parts: []hookline.BatchPart{named}}))
	made = must(h.batch(t, h.waiting(t, "act_2", "k", 9), 2))(t)
	equal(t, "people", must(h.ListBatchEvents(t.Context(), made.ID))(t), []hookline.BatchEvent{
		{EventID: e.ID, EventName: e.Name, PersonID: p.ID, PersonLabel: "ana@example.com"}, {EventID: evt(1)},
	})
}

func batchOfDeletedDestination(t *testing.T, h *house) {
	d := h.destination(t, "CRM")
	at := must(h.FanoutCursor(t.Context()))(t)
	mustDo(t, h.RecordFanout(t.Context(), hookline.Fanout{From: at, To: evt(9), Parts: []hookline.BatchPart{
		{DestinationID: d.ID, ActionID: "act_1", Key: "k", DueAt: received, Items: []hookline.BatchItem{{EventID: evt(1)}}},
	}}))
	h.gather(t, "act_2", "k", received, evt(2))
	mustDo(t, h.DeleteDestination(t.Context(), d.ID))
	waiting := must(h.WaitingBatches(t.Context()))(t)
	if len(waiting) != 1 || waiting[0].ActionID != "act_2" {
		t.Errorf("waiting %+v", waiting)
	}
}

func batchSplitUp(t *testing.T, h *house) {
	crm := h.destination(t, "CRM").ID
	p := hookline.BatchPart{
		DestinationID: crm, ActionID: "act_1", Key: "k", DueAt: received, Request: hookline.Request{Method: "PUT", URL: "https://example.com/b"},
		Items: []hookline.BatchItem{{EventID: evt(1), PersonID: "per_1", Body: []byte(`{"n":1}`)}, {EventID: evt(2), Body: []byte(`{"n":2}`)}},
	}
	at := must(h.FanoutCursor(t.Context()))(t)
	mustDo(t, h.RecordFanout(t.Context(), hookline.Fanout{From: at, To: h.ids.NewKeyed("evt"), Parts: []hookline.BatchPart{p}}))
	o := newOwed(crm)
	o.BatchSize = 2
	o = must(h.CreateBatch(t.Context(), o, h.waiting(t, "act_1", "k", 9), 2))(t)
	_, err := h.SplitBatch(t.Context(), o.ID, asker)
	wantKind(t, hookline.KindConflict, err)
	f := newFinished(o.ID, 1)
	f.Outcome = hookline.Outcome{State: hookline.StateFailed, Reason: "One of them is wrong."}
	mustDo(t, h.Finish(t.Context(), f))
	var keys [2][]string
	for round := range keys {
		h.heard()
		equal(t, "made", must(h.SplitBatch(t.Context(), o.ID, asker))(t), 2)
		h.wantTold(t, "split", hookline.TopicDeliveries, hookline.TopicSent)
		h.reopen()
		due := must(h.Due(t.Context(), crm, time.Now(), 9))(t)
		owed := must(h.Owed(t.Context(), due[len(due)-2:]))(t)
		for i, one := range owed {
			equal(t, "body", string(one.Request.Body), fmt.Sprintf(`[{"n":%d}]`, i+1))
			equal(t, "size, who asked", []any{one.BatchSize, one.AskedBy, one.Request.Method}, []any{1, asker, "PUT"})
			equal(t, "events", must(h.ListBatchEvents(t.Context(), one.ID))(t), []hookline.BatchEvent{{EventID: p.Items[i].EventID, PersonID: p.Items[i].PersonID}})
			keys[round] = append(keys[round], one.IdempotencyKey)
		}
	}
	equal(t, "keys the second time", keys[1], keys[0])
	if keys[0][0] == keys[0][1] || keys[0][0] == o.IdempotencyKey {
		t.Errorf("keys %q of the batch %s", keys[0], o.IdempotencyKey)
	}
	_, err = h.SplitBatch(t.Context(), h.delivery(t, crm, hookline.StateFailed).ID, asker)
	wantKind(t, hookline.KindConflict, err)
	_, err = h.SplitBatch(t.Context(), "dlv_gone", asker)
	wantKind(t, hookline.KindNotFound, err)
}
