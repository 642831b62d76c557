package sqlite

import (
	"testing"

	"hookline/internal/hookline"
)

// TestLatestMovesSayWhenOlderOnesMayBeMissing has one segment that moved before
// very many moves of another one.
func TestLatestMovesSayWhenOlderOnesMayBeMissing(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	moves := func(segment string, first, n int) {
		t.Helper()
		err := s.write(t.Context(), func(t *tx) error {
			_, err := t.exec(`with recursive n (i) as (select $2 union all select i + 1 from n where i < $2 + $3 - 1)
				insert into segment_moves (id, segment_id, person_id, entered, event_id, at) select i, $1, 'per_1', 1, 0, i from n`, segment, first, n)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	want := func(when, segment string, n int, all bool) {
		t.Helper()
		found, whole, err := s.LatestMoves(t.Context(), segment, 10)
		if err != nil || len(found) != n || whole != all {
			t.Errorf("%s: %d moves of %s, all of them: %t (%v); want %d, %t", when, len(found), segment, whole, err, n, all)
		}
	}
	want("nobody moved", "seg_old", 0, true)
	moves("seg_old", 1, 3)
	moves("seg_busy", 4, hookline.LookedMoves-3)
	want("as many moves as are looked through", "seg_old", 3, true)
	moves("seg_busy", hookline.LookedMoves+1, 1)
	want("one more", "seg_old", 2, false)
	want("as many as are wanted", "seg_busy", 10, true)
	moves("seg_busy", hookline.LookedMoves+2, 2)
	want("all lie behind", "seg_old", 0, false)
}
