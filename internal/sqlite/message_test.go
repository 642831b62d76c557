package sqlite

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// midnight is between two days.
var midnight = time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)

func (s *Store) takes(t *testing.T, source, message string, at time.Time) bool {
	t.Helper()
	again, err := s.AppendEvents(t.Context(), []hookline.Event{{SourceID: source, MessageID: message, Type: hookline.Track, ReceivedAt: at, Payload: json.RawMessage("{}")}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return again == 0
}

// TestMessagesAreKnownForADay, whichever days it lies in.
func TestMessagesAreKnownForADay(t *testing.T) {
	for _, first := range []time.Time{midnight, midnight.Add(-time.Nanosecond).Truncate(time.Microsecond), midnight.Add(7 * time.Hour)} {
		s := openStore(t, t.TempDir(), nil)
		for _, call := range []struct {
			source string
			after  time.Duration
			taken  bool
		}{
			{"src_1", 0, true},
			{"src_1", time.Microsecond, false},
			{"src_2", time.Hour, true},
			{"src_1", 18 * time.Hour, false},
			{"src_1", dedupeWindow - time.Microsecond, false},
			{"src_1", dedupeWindow, true},
			{"src_1", dedupeWindow + time.Hour, false},
			{"src_2", dedupeWindow + time.Hour, true},
			{"src_1", 2*dedupeWindow - time.Microsecond, false},
			{"src_1", 4 * dedupeWindow, true},
		} {
			if got := s.takes(t, call.source, "m1", first.Add(call.after)); got != call.taken {
				t.Errorf("first at %v, from %s after %v: taken %t", first, call.source, call.after, got)
			}
		}
	}
}

// TestTwoMessagesWithOneHash are both taken, and the later one is known.
func TestTwoMessagesWithOneHash(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	s.takes(t, "src_1", "m1", midnight)
	other := messageHash(hookline.Event{SourceID: "src_1", MessageID: "m2", ReceivedAt: midnight}, 0)
	if err := s.write(t.Context(), func(t *tx) error {
		_, err := t.exec("update message_ids set hash = $1", other)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if !s.takes(t, "src_1", "m2", midnight) || s.takes(t, "src_1", "m2", midnight) {
		t.Error("the second is lost, or not known")
	}
}

// TestOldMessagesAreForgotten, some thousand at a time, and those that matter are
// not.
func TestOldMessagesAreForgotten(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	at := now()
	var old []hookline.Event
	for i := range forgetAtOnce + 10 {
		old = append(old, hookline.Event{SourceID: "src_1", MessageID: fmt.Sprint("old-", i), Type: hookline.Track, ReceivedAt: at.Add(-3 * dedupeWindow), Payload: json.RawMessage("{}")})
	}
	if _, err := s.AppendEvents(t.Context(), old, nil); err != nil {
		t.Fatal(err)
	}
	s.takes(t, "src_1", "new", at.Add(-dedupeWindow+time.Minute))
	for _, want := range []int64{forgetAtOnce, 10, 0} {
		if n, err := writeFor(t.Context(), s, forgetOldest); err != nil || n != want {
			t.Errorf("forgot %d, %v; want %d", n, err, want)
		}
	}
	if s.takes(t, "src_1", "new", at) {
		t.Error("what came within a day is not known")
	}
}

// TestHashesOfADayLieTogether, above those of all days before, until 2059.
func TestHashesOfADayLieTogether(t *testing.T) {
	for _, at := range []time.Time{midnight, time.Date(2059, 9, 1, 0, 0, 0, 0, time.UTC)} {
		for _, message := range []string{"a", "b", "c"} {
			e := hookline.Event{MessageID: message, ReceivedAt: at.Add(time.Hour)}
			if h := messageHash(e, 0); h < firstHash(at) || h >= firstHash(at.AddDate(0, 0, 1)) || messageHash(e, -1) >= firstHash(at) {
				t.Errorf("%v: %d", at, h)
			}
		}
	}
}
