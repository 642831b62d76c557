package storetest

import (
	"context"
	"testing"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

type shareStore interface {
	ListShares(ctx context.Context, deliveryID string) ([]hookline.Share, error)
	DeleteShare(ctx context.Context, id string) (hookline.Share, error)
}

var sharePromises = []promise{
	{"a link is kept as it was made, until it is revoked", shareKept},
	{"a link leads to a delivery, and works for one of the spans there are", shareRefused},
	{"links leave entries without their codes", shareAudited},
}

func (h *house) share(t *testing.T, deliveryID, hash string) hookline.Share {
	t.Helper()
	return must(h.CreateShare(t.Context(), hookline.Share{CodeHash: hash, DeliveryID: deliveryID, MadeBy: asker}, time.Hour))(t)
}

func shareKept(t *testing.T, h *house) {
	d, other := h.delivery(t, "dst_1", hookline.StateFailed), h.delivery(t, "dst_1", hookline.StateDelivered)
	one, two := h.share(t, d.ID, "hash one"), h.share(t, other.ID, "hash two")
	if one.ExpiresAt.Sub(one.CreatedAt) != time.Hour || one.DeliveryID != d.ID || time.Since(one.CreatedAt).Abs() > time.Minute {
		t.Errorf("made is %+v", one)
	}
	h.reopen()
	equal(t, "all", must(h.ListShares(t.Context(), ""))(t), []hookline.Share{two, one})
	equal(t, "of one", must(h.ListShares(t.Context(), d.ID))(t), []hookline.Share{one})
	equal(t, "by its code", must(h.Share(t.Context(), "hash one"))(t), one)
	h.heard()
	equal(t, "revoked", must(h.DeleteShare(t.Context(), one.ID))(t), one)
	equal(t, "told", h.heard(), []hookline.Topic{hookline.TopicDelivery(d.ID)})
	_, err := h.Share(t.Context(), "hash one")
	wantKind(t, hookline.KindNotFound, err)
	_, err = h.DeleteShare(t.Context(), one.ID)
	wantKind(t, hookline.KindNotFound, err)
	equal(t, "left", must(h.ListShares(t.Context(), ""))(t), []hookline.Share{two})
}

func shareRefused(t *testing.T, h *house) {
	_, err := h.CreateShare(t.Context(), hookline.Share{CodeHash: "x", DeliveryID: "dlv_gone"}, time.Hour)
	wantKind(t, hookline.KindNotFound, err)
	d := h.delivery(t, "dst_1", hookline.StateFailed)
	for _, lasts := range []time.Duration{0, -time.Hour, time.Minute, 365 * 24 * time.Hour} {
		_, err := h.CreateShare(t.Context(), hookline.Share{CodeHash: "x", DeliveryID: d.ID}, lasts)
		wantKind(t, hookline.KindInvalid, err)
	}
	h.share(t, d.ID, "x")
	if _, err := h.CreateShare(t.Context(), hookline.Share{CodeHash: "x", DeliveryID: d.ID}, time.Hour); err == nil {
		t.Error("two links have one code")
	}
}

func shareAudited(t *testing.T, h *house) {
	d := h.delivery(t, "dst_1", hookline.StateFailed)
	one := must(h.CreateShare(audit.With(t.Context(), ana), hookline.Share{CodeHash: "hush", DeliveryID: d.ID, MadeBy: asker}, time.Hour))(t)
	if e := h.did(t); e.Deed != audit.Created || e.Kind != audit.Share || e.ThingName != d.ID || len(e.After) == 0 {
		t.Errorf("kept is %+v", e)
	}
	must(h.DeleteShare(audit.With(t.Context(), ana), one.ID))(t)
	if e := h.did(t); e.Deed != audit.Deleted || e.Kind != audit.Share {
		t.Errorf("kept is %+v", e)
	}
}
