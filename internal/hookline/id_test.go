package hookline

import (
	"testing"
)

func TestIDsGrow(t *testing.T) {
	var ids IDs
	last := ""
	for range 10_000 {
		id := ids.New("evt")
		if id <= last {
			t.Fatalf("%s follows %s but does not sort after it", id, last)
		}
		last = id
	}
}

func TestIDsGrowAfterTheClockWasSetBack(t *testing.T) {
	var before, after IDs
	old := before.at("evt", 2_000_000)
	after.After(old)
	if next := after.at("evt", 1_000_000); next <= old {
		t.Fatalf("%s was made after %s but does not sort after it", next, old)
	}
}

func TestAfterIgnoresForeignText(t *testing.T) {
	var ids IDs
	for _, text := range []string{"", "evt", "evt_", "evt_zzzzzzzzzzzzzzzzzzzzz", "evt_!!!", "nonsense"} {
		ids.After(text)
	}
	if ids.last != 0 {
		t.Fatalf("an id that was not made here moved the clock to %d", ids.last)
	}
}

func TestSecretsDiffer(t *testing.T) {
	if a, b := Secret(), Secret(); a == b || len(a) != 32 {
		t.Fatalf("secrets %q and %q", a, b)
	}
}
