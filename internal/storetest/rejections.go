package storetest

import (
	"fmt"
	"testing"

	"hookline/internal/hookline"
)

var rejectionPromises = []promise{
	{"a rejection is kept beside the events of its call", rejectionKept},
	{"what is not text is kept as text", rejectionText},
	{"pages have no gaps and no repeats", rejectionPages},
}

func newRejection(sourceID, payload string) hookline.Rejection {
	return hookline.Rejection{
		SourceID: sourceID, Type: "trakc", Name: "Order Paid", Reason: "This type is not known.",
		ReceivedAt: received, Payload: payload,
	}
}

func rejectionKept(t *testing.T, h *house) {
	events := []hookline.Event{newEvent("src_1", "m1")}
	rejections := []hookline.Rejection{newRejection("src_1", `{"type":"trakc"}`), newRejection("src_1", "[")}
	must(h.AppendEvents(t.Context(), events, rejections))(t)
	h.reopen()
	must(h.Event(t.Context(), events[0].ID))(t)
	equal(t, "rejection", must(h.Rejection(t.Context(), rejections[0].ID))(t), rejections[0])
	list := must(h.ListRejections(t.Context(), "src_1", hookline.Cursor{}))(t)
	equal(t, "list", list.Rows, []hookline.Rejection{rejections[1], rejections[0]})
	_, err := h.Rejection(t.Context(), "rej_gone")
	wantKind(t, hookline.KindNotFound, err)
}

func rejectionText(t *testing.T, h *house) {
	one := []hookline.Rejection{newRejection("src_1", "a\xffb")}
	must(h.AppendEvents(t.Context(), nil, one))(t)
	equal(t, "payload", must(h.Rejection(t.Context(), one[0].ID))(t).Payload, "a\uFFFDb")
}

func rejectionPages(t *testing.T, h *house) {
	var ids []string
	for i := range 8 {
		pair := []hookline.Rejection{newRejection("src_1", fmt.Sprint(i)), newRejection("src_2", fmt.Sprint(i))}
		must(h.AppendEvents(t.Context(), nil, pair))(t)
		ids = append(ids, pair[0].ID)
	}
	checkPages(t, ids, func(r hookline.Rejection) string { return r.ID }, func(c hookline.Cursor) (hookline.Listing[hookline.Rejection], error) {
		return h.ListRejections(t.Context(), "src_1", c)
	})
}
