package storetest

import (
	"context"
	"testing"
	"time"

	"hookline/internal/hookline"
)

type deliveryStore interface {
	CreateDelivery(ctx context.Context, o hookline.Owed) (hookline.Owed, error)
	DeliveryRow(ctx context.Context, id string) (hookline.DeliveryRow, error)
}

// delivery records a delivery of a destination that stands in a state.
func (h *house) delivery(t *testing.T, destinationID string, state hookline.State) hookline.Delivery {
	t.Helper()
	d := hookline.Delivery{
		State: state, Origin: hookline.OriginTest, DestinationID: destinationID, ActionID: "act_1",
		IdempotencyKey: hookline.Secret(), RequestNumber: 1, CreatedAt: received, UpdatedAt: received,
	}
	if state == hookline.StateQueued || state == hookline.StateRetrying {
		d.NextAttemptAt = received.Add(time.Hour)
	}
	request := hookline.Request{Method: "POST", URL: "https://example.com/", Body: []byte("{}")}
	return must(h.CreateDelivery(t.Context(), hookline.Owed{Delivery: d, Request: request}))(t).Delivery
}
