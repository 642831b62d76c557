package journey

import (
	"testing"
	"time"
)

func TestWalkingRestsWhileEventsComeIn(t *testing.T) {
	e := New(nil, nil, nil)
	e.began = time.Now().Add(-time.Minute)
	if got := e.rest(time.Millisecond); got != 0 {
		t.Errorf("after a minute without events it rests for %v", got)
	}
	e.EventsCame()
	for took, want := range map[time.Duration]time.Duration{time.Millisecond: 4 * time.Millisecond, time.Second: longestRest} {
		if got := e.rest(took); got != want {
			t.Errorf("after %v it rests for %v, not %v", took, got, want)
		}
	}
}
