package app

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"hookline/internal/delivery"
	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/secret"
	"hookline/internal/sqlite"
	"hookline/internal/sqlite/home"
)

// held answers when it is told to.
type held struct{ begun, answer chan struct{} }

func (h held) Send(context.Context, outbound.Request) (outbound.Response, error) {
	h.begun <- struct{}{}
	<-h.answer
	return outbound.Response{Status: 200}, nil
}

// TestShowsWhatIsOnItsWay: the database says that a delivery is owed until an
// attempt has ended, people see that it is being sent.
func TestShowsWhatIsOnItsWay(t *testing.T) {
	store, err := sqlite.Open(t.Context(), home.New(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := store.CreateDestination(t.Context(), hookline.Destination{Name: "CRM", Enabled: true, SignatureMode: hookline.SignWhole, Timeout: hookline.MaxTimeout})
	if err != nil {
		t.Fatal(err)
	}
	owed, err := store.CreateDelivery(t.Context(), hookline.Owed{
		Delivery: hookline.Delivery{State: hookline.StateQueued, Origin: hookline.OriginTest, DestinationID: d.ID, RequestNumber: 1, NextAttemptAt: time.Now()},
		Request:  hookline.Request{Method: "POST", URL: "https://example.com/"},
	})
	if err != nil {
		t.Fatal(err)
	}
	receiver := held{make(chan struct{}), make(chan struct{})}
	engine := delivery.New(store, receiver, delivery.Config{}, slog.New(slog.DiscardHandler))
	shown := shownStore{store, engine, secret.NewReferences("")}
	states := func() (row, list hookline.State, sending int) {
		one, err1 := shown.DeliveryRow(t.Context(), owed.ID)
		all, err2 := shown.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{})
		some, err3 := shown.ListDeliveries(t.Context(), hookline.DeliveryFilter{State: hookline.StateSending}, hookline.Cursor{})
		if err1 != nil || err2 != nil || err3 != nil || len(all.Rows) != 1 {
			t.Fatal(err1, err2, err3, all.Rows)
		}
		return one.State, all.Rows[0].State, len(some.Rows)
	}
	check := func(when string, want hookline.State, wantSending int) {
		t.Helper()
		if row, list, sending := states(); row != want || list != want || sending != wantSending {
			t.Errorf("%s it is %s and listed as %s, and %d are being sent; want %s and %d", when, row, list, sending, want, wantSending)
		}
	}
	check("before", hookline.StateQueued, 0)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- engine.Run(ctx) }()
	<-receiver.begun
	check("while it is sent", hookline.StateSending, 1)
	if err := delivery.NewResender(shown, nil).Resend(t.Context(), owed.ID, delivery.Original, "ana@example.com"); hookline.KindOf(err) != hookline.KindConflict {
		t.Errorf("resent while it is sent: %v", err)
	}
	if err := store.PauseDestination(t.Context(), d.ID, "ana@example.com", ""); err != nil {
		t.Fatal(err)
	}
	check("while it is sent and its destination holds", hookline.StateSending, 1)
	close(receiver.answer)
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	check("after", hookline.StateDelivered, 0)
	if err := store.Close(); err != nil {
		t.Error(err)
	}
}
