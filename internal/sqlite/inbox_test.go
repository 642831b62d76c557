package sqlite

import (
	"sync"
	"testing"
)

// TestInboxLosesNothing: whatever is put in before the inbox is closed is taken
// once, in its line's order, however many put at once and however few fit into
// a group.
func TestInboxLosesNothing(t *testing.T) {
	const callers, each = 8, 2000
	b := newInbox()
	units := map[*unit][2]int{} // caller and number
	var all sync.WaitGroup
	var mu sync.Mutex
	for caller := range callers {
		all.Go(func() {
			for n := range each {
				u := &unit{}
				mu.Lock()
				units[u] = [2]int{caller, n}
				mu.Unlock()
				if !b.put(u, caller%2 == 0) {
					t.Error("the inbox is closed")
				}
			}
		})
	}
	go func() { all.Wait(); b.close() }()
	var last [callers]int
	taken := 0
	for range b.bell {
		for group := b.take(nil); len(group) > 0; group = b.take(nil) {
			if taken += len(group); len(group) > maxGroup {
				t.Errorf("%d in a group", len(group))
			}
			mu.Lock()
			for _, u := range group {
				caller, n := units[u][0], units[u][1]
				if n != last[caller] {
					t.Fatalf("of caller %d number %d came, not %d", caller, n, last[caller])
				}
				last[caller]++
			}
			mu.Unlock()
		}
		if b.done() {
			break
		}
	}
	if taken != callers*each {
		t.Errorf("%d were taken of %d", taken, callers*each)
	}
	if b.put(&unit{}, false) {
		t.Error("something came in after the end")
	}
}
