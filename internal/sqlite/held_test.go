package sqlite

import (
	"fmt"
	"testing"
	"time"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

// TestManyHeldAreListedLikeFew: how much is held changes how it is looked for,
// and not what is found.
func TestManyHeldAreListedLikeFew(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	ctx := t.Context()
	var ids []string
	for i := range 3 {
		d, err := s.CreateDestination(ctx, hookline.Destination{Name: fmt.Sprint(i), Enabled: true, SignatureMode: hookline.SignWhole, Timeout: time.Second})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, d.ID)
	}
	for _, id := range ids[:2] {
		if err := s.PauseDestination(ctx, id, "ana@example.com", ""); err != nil {
			t.Fatal(err)
		}
	}
	states := []hookline.State{hookline.StateQueued, hookline.StateDelivered, hookline.StateRetrying, hookline.StateFailed, hookline.StateQueued}
	for i := range 60 {
		at := now().Add(time.Duration(i*7%60) * time.Minute)
		_, err := s.CreateDelivery(ctx, hookline.Owed{Delivery: hookline.Delivery{
			State: states[i%5], DestinationID: ids[i%3], CreatedAt: at, NextAttemptAt: at, UpdatedAt: at,
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	holds, err := s.holds(ctx)
	if err != nil || len(holds) != 2 {
		t.Fatalf("%v hold, %v", holds, err)
	}
	for _, f := range []hookline.DeliveryFilter{{State: hookline.StateHeld}, {State: hookline.StateHeld, DestinationID: ids[0]}} {
		at := hookline.Cursor{Limit: 5}
		for page := range 10 {
			few, err1 := list(ctx, s.reads, selectDeliveries(f, holds, nil), at, scanDeliveryRow)
			many, err2 := list(ctx, s.reads, walkHeld(f, holds), at, scanDeliveryRow)
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			if diff := cmp.Diff(few, many); diff != "" {
				t.Errorf("page %d of %+v (-few +many):\n%s", page, f, diff)
			}
			if !few.Older {
				break
			}
			at.Before = few.Rows[len(few.Rows)-1].ID
		}
		if at.Before == "" {
			t.Errorf("%+v has one page only", f)
		}
	}
}
