package hookline

import (
	"slices"
	"testing"
	"time"
)

func TestKeysComeBackFromTheirIDs(t *testing.T) {
	var last []string
	for _, key := range []int64{1, 31, 32, 1_700_000_000_000_000, KeyAt(time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)), 1<<55 - 1} {
		id := KeyID("evt", key)
		if got := KeyOf(id); got != key || len(id) != len("evt_")+keyDigits {
			t.Errorf("%d became %q and came back as %d", key, id, got)
		}
		last = append(last, id)
	}
	if !slices.IsSorted(last) {
		t.Errorf("ids are not in the order of their keys: %q", last)
	}
}

func TestWhatIsNoKeyHasNone(t *testing.T) {
	for _, id := range []string{"", "evt_", "evt_7", "00000000007", "evt_0000000000u", "evt_0000000000l", "evt-00000000007", "src_0dq3k8f2m1c0a9x7r5t2"} {
		if key := KeyOf(id); key != 0 {
			t.Errorf("%q has the key %d", id, key)
		}
	}
	if id := KeyID("evt", 0); id != "" {
		t.Errorf("nothing has the id %q", id)
	}
}

func TestKeysAndIDsShareOneOrder(t *testing.T) {
	var ids IDs
	ids.AfterKey(KeyAt(time.Now().Add(time.Hour)))
	first := ids.Key()
	ids.New("per")
	if second := ids.Key(); second != first+2 {
		t.Errorf("after %d and an id came %d", first, second)
	}
}
