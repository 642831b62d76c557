package storetest

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

var batchPromises = []promise{
	{"items are gathered by action and key, durably", batchGathered},
	{"a batch takes its items whole, and once", batchCreated},
	{"what a batch carried is told in the order of its body", batchEvents},
	{"what was gathered goes with its destination", batchOfDeletedDestination},
}

func (h *house) item(t *testing.T, actionID, key, eventID string, due time.Time) hookline.BatchItem {
	t.Helper()
	i := hookline.BatchItem{
		DestinationID: "dst_1", ActionID: actionID, EventID: eventID, PersonID: "per_1", Key: key, DueAt: due,
		Request: hookline.Request{Method: "POST", URL: "https://example.com", Headers: []hookline.Header{{Name: "X-A", Value: "1"}}, Body: []byte(`"` + eventID + `"`)},
	}
	at := must(h.FanoutCursor(t.Context()))(t)
	mustDo(t, h.RecordFanout(t.Context(), hookline.Fanout{From: at, To: h.ids.NewKeyed("evt"), Items: []hookline.BatchItem{i}}))
	return i
}

func batchGathered(t *testing.T, h *house) {
	h.heard()
	h.item(t, "act_1", "k1", evt(1), received.Add(2*time.Second))
	h.wantTold(t, "record", hookline.TopicBatches)
	h.item(t, "act_1", "k1", evt(2), received.Add(time.Second))
	h.item(t, "act_1", "k2", evt(3), received.Add(3*time.Second))
	h.item(t, "act_2", "k1", evt(4), received.Add(4*time.Second))
	h.reopen()
	equal(t, "waiting", must(h.WaitingBatches(t.Context()))(t), []hookline.BatchWaiting{
		{ActionID: "act_1", Key: "k1", Count: 2, DueAt: received.Add(time.Second)},
		{ActionID: "act_1", Key: "k2", Count: 1, DueAt: received.Add(3 * time.Second)},
		{ActionID: "act_2", Key: "k1", Count: 1, DueAt: received.Add(4 * time.Second)},
	})
	items := must(h.BatchItems(t.Context(), "act_1", "k1", 10))(t)
	equal(t, "items", eventsOf(items), []string{evt(1), evt(2)})
	equal(t, "body", string(items[1].Request.Body), `"`+evt(2)+`"`)
	equal(t, "headers", items[0].Request.Headers, []hookline.Header{{Name: "X-A", Value: "1"}})
	equal(t, "one item", eventsOf(must(h.BatchItems(t.Context(), "act_1", "k1", 1))(t)), []string{evt(1)})
}

func eventsOf(items []hookline.BatchItem) []string {
	var ids []string
	for _, i := range items {
		ids = append(ids, i.EventID)
	}
	return ids
}

func (h *house) batch(t *testing.T, items []hookline.BatchItem) error {
	t.Helper()
	o := newOwed("dst_1")
	o.BatchSize, o.Request.Body = len(items), []byte(`[]`)
	_, err := h.CreateBatch(t.Context(), o, items)
	return err
}

func batchCreated(t *testing.T, h *house) {
	for _, id := range []string{evt(1), evt(2), evt(3)} {
		h.item(t, "act_1", "k", id, received)
	}
	items := must(h.BatchItems(t.Context(), "act_1", "k", 2))(t)
	mustDo(t, h.batch(t, items))
	h.reopen()
	rows := must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{}))(t).Rows
	equal(t, "deliveries", len(rows), 1)
	equal(t, "events in it", rows[0].BatchSize, 2)
	equal(t, "what still waits", eventsOf(must(h.BatchItems(t.Context(), "act_1", "k", 9))(t)), []string{evt(3)})
	wantKind(t, hookline.KindConflict, h.batch(t, items))
	equal(t, "deliveries after a batch that was refused", len(must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{}))(t).Rows), 1)
}

func batchEvents(t *testing.T, h *house) {
	for _, id := range []string{evt(1), evt(2)} {
		h.item(t, "act_1", "k", id, received)
	}
	mustDo(t, h.batch(t, must(h.BatchItems(t.Context(), "act_1", "k", 9))(t)))
	rows := must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{EventID: evt(2)}, hookline.Cursor{}))(t).Rows
	equal(t, "deliveries of one of its events", len(rows), 1)
	equal(t, "events", must(h.ListBatchEvents(t.Context(), rows[0].ID))(t), []hookline.BatchEvent{
		{EventID: evt(1), PersonID: "per_1"}, {EventID: evt(2), PersonID: "per_1"},
	})
	equal(t, "events of no batch", len(must(h.ListBatchEvents(t.Context(), ""))(t)), 0)
}

func batchOfDeletedDestination(t *testing.T, h *house) {
	d := h.destination(t, "CRM")
	at := must(h.FanoutCursor(t.Context()))(t)
	mustDo(t, h.RecordFanout(t.Context(), hookline.Fanout{From: at, To: evt(9), Items: []hookline.BatchItem{
		{DestinationID: d.ID, ActionID: "act_1", EventID: evt(1), Key: "k", DueAt: received},
	}}))
	h.item(t, "act_2", "k", evt(2), received)
	mustDo(t, h.DeleteDestination(t.Context(), d.ID))
	waiting := must(h.WaitingBatches(t.Context()))(t)
	if len(waiting) != 1 || waiting[0].ActionID != "act_2" {
		t.Errorf("waiting %+v", waiting)
	}
}
