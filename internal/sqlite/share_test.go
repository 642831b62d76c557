package sqlite

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

func TestAShareThatHasExpiredIsNone(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	share := func(hash string, lasts time.Duration) hookline.Share {
		t.Helper()
		owed, err := s.CreateDelivery(t.Context(), hookline.Owed{Delivery: hookline.Delivery{State: hookline.StateFailed, Origin: hookline.OriginTest, CreatedAt: now()}})
		if err != nil {
			t.Fatal(err)
		}
		one, err := s.CreateShare(t.Context(), hookline.Share{CodeHash: hash, DeliveryID: owed.ID, MadeBy: "ana@example.com"}, lasts)
		if err != nil {
			t.Fatal(err)
		}
		return one
	}
	old := share("old", time.Hour)
	err := s.write(t.Context(), func(t *tx) error { // an hour passes
		_, err := t.exec("update shares set expires_at = $1", micros(now()))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Share(t.Context(), "old"); hookline.KindOf(err) != hookline.KindNotFound {
		t.Errorf("expired it gives %v", err)
	}
	if all, err := s.ListShares(t.Context(), ""); err != nil || len(all) != 0 {
		t.Errorf("listed are %v, %v", all, err)
	}
	share("new", 7*24*time.Hour)
	if _, err := s.DeleteShare(t.Context(), old.ID); hookline.KindOf(err) != hookline.KindNotFound {
		t.Errorf("it was not swept out: %v", err)
	}
}
