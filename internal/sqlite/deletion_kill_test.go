package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"
	"testing"

	"hookline/internal/hookline"
)

// breakingOff is a store that fails after so many units, as one that is killed.
type breakingOff struct {
	*Store
	left atomic.Int64
}

var errKilled = errors.New("the process is killed")

func (b *breakingOff) RemoveDeliveries(ctx context.Context, id string, of []hookline.Delivery) error {
	if b.left.Add(-1) < 0 {
		return errKilled
	}
	return b.Store.RemoveDeliveries(ctx, id, of[:min(20, len(of))])
}

func (b *breakingOff) RemoveEvents(ctx context.Context, id string, of []string) error {
	if b.left.Add(-1) < 0 {
		return errKilled
	}
	return b.Store.RemoveEvents(ctx, id, of[:min(20, len(of))])
}

func (b *breakingOff) SweepTexts(ctx context.Context, d hookline.Deletion, _ int) (bool, error) {
	if b.left.Add(-1) < 0 {
		return false, errKilled
	}
	return b.Store.SweepTexts(ctx, d, 25)
}

func (b *breakingOff) SweepWords(ctx context.Context, d hookline.Deletion) (bool, error) {
	if b.left.Add(-1) < 0 {
		return false, errKilled
	}
	return b.Store.SweepWords(ctx, d)
}

// TestDeletionGoesOnAfterAKill breaks the deletion off again and again, opens the
// database anew each time, and comes to the same end.
func TestDeletionGoesOnAfterAKill(t *testing.T) {
	tr := newTrail(t)
	d := tr.begin(false)
	kills := 0
	for ; ; kills++ {
		if kills > 500 {
			t.Fatal("it comes to no end")
		}
		store := &breakingOff{Store: tr.Store}
		store.left.Store(3)
		tr.carryOut(store)
		tr.holds("after a kill")
		now, err := tr.Deletion(t.Context(), d.ID)
		tr.must(err)
		if now.State == hookline.DeletionFinished {
			d = now
			break
		}
		tr.must(tr.Close())
		tr.start()
	}
	if kills < 10 {
		t.Errorf("it was broken off %d times only", kills)
	}
	if d.Counts[hookline.DeletedEvents] != 92 || d.Counts[hookline.DeletedDeliveries] != 90 || d.Counts[hookline.DeletedRejections] != 90 {
		t.Errorf("removed were %v", d.Counts)
	}
	tr.otherStays()
}

// TestDeletionWaitsForWhatCameInBefore: an event that was not worked out would
// make the person again, so they are removed after it.
func TestDeletionWaitsForWhatCameInBefore(t *testing.T) {
	tr := newTrail(t)
	e := []hookline.Event{{SourceID: "src_1", Type: hookline.Track, Name: "Late", MessageID: "late", UserID: veraID, ReceivedAt: now(), Payload: json.RawMessage(`{"userId":"` + veraID + `"}`)}}
	_, err := tr.AppendEvents(t.Context(), e, nil)
	tr.must(err)
	d := tr.begin(false)
	if d.State != hookline.DeletionWaiting {
		t.Fatalf("it is %s", d.State)
	}
	if _, err := tr.BeginDeletion(t.Context(), hookline.DeletionWish{PersonID: tr.vera.ID}); hookline.KindOf(err) != hookline.KindConflict {
		t.Errorf("begun twice: %v", err)
	}
	gone, err := tr.RemovePerson(t.Context(), d.ID)
	if err != nil || gone {
		t.Fatalf("removed: %v, %v", gone, err)
	}
	tr.fannedOut()
	if gone, err = tr.RemovePerson(t.Context(), d.ID); err != nil || !gone {
		t.Fatalf("removed: %v, %v", gone, err)
	}
	if _, err := tr.Person(t.Context(), tr.vera.ID); hookline.KindOf(err) != hookline.KindNotFound {
		t.Errorf("the person: %v", err)
	}
}

// TestSuppressedAreRefused: events of somebody who was deleted and suppressed are
// refused, without a trace of who it was, until they are let in again.
func TestSuppressedAreRefused(t *testing.T) {
	tr := newTrail(t)
	d := tr.begin(true)
	tr.carryOut(tr.Store)
	send := func(user, device, message string) string {
		e := []hookline.Event{{SourceID: "src_9", Type: hookline.Track, Name: "Back", MessageID: message, UserID: user, AnonymousID: device, ReceivedAt: now(), Payload: json.RawMessage(`{"userId":"` + user + `"}`)}}
		_, err := tr.AppendEvents(t.Context(), e, nil)
		tr.must(err)
		return e[0].ID
	}
	if id := send(veraID, "", "m1") + send("", veraDevice, "m2"); id != "" {
		t.Errorf("taken as %s", id)
	}
	if send(olgaID, "", "m3") == "" {
		t.Error("another's event was refused")
	}
	refused, err := tr.ListRejections(t.Context(), "src_9", hookline.Cursor{})
	tr.must(err)
	if len(refused.Rows) != 2 || refused.Rows[0].Payload != "" || refused.Rows[0].Reason != suppressedReason {
		t.Errorf("rejections: %+v", refused.Rows)
	}
	tr.must(tr.Close())
	tr.start()
	if send(veraID, "", "m4") != "" {
		t.Error("taken after a restart")
	}
	if _, _, err := tr.PutPerson(t.Context(), veraID, json.RawMessage("{}")); hookline.KindOf(err) != hookline.KindConflict {
		t.Errorf("put: %v", err)
	}
	tr.must(tr.AllowAgain(t.Context(), d.ID))
	if send(veraID, "", "m5") == "" {
		t.Error("refused although they are let in again")
	}
	if err := tr.AllowAgain(t.Context(), d.ID); hookline.KindOf(err) != hookline.KindConflict {
		t.Errorf("let in twice: %v", err)
	}
}
