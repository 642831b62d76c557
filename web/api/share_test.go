package api

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/hookline"
)

// flood begins calls of a source until it is refused.
func flood(t *testing.T, s *shares, sourceID string) (leave []func()) {
	t.Helper()
	for {
		out, err := s.enter(t.Context(), sourceID)
		if err == nil {
			leave = append(leave, out)
			continue
		}
		if hookline.KindOf(err) != hookline.KindThrottled {
			t.Fatal(err)
		}
		return leave
	}
}

func TestSharesOfThoseWhoCallAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shares{}
		alone := flood(t, s, "a")
		if len(alone) != allCalls {
			t.Errorf("alone it had %d calls under way, want %d", len(alone), allCalls)
		}
		if n := len(flood(t, s, "b")); n != allCalls/2 {
			t.Errorf("beside another it had %d, want %d", n, allCalls/2)
		}
		for _, leave := range alone[:allCalls/2] {
			leave()
		}
		if n := len(flood(t, s, "a")); n != 0 {
			t.Errorf("a source that has its share got %d more", n)
		}
		alone[allCalls/2]()
		if n := len(flood(t, s, "a")); n != 1 {
			t.Errorf("for one call that ended it got %d", n)
		}
		for i := range 100 {
			if _, err := s.enter(t.Context(), fmt.Sprint("src_", i)); err != nil {
				t.Fatalf("source %d was refused its first call: %v", i, err)
			}
		}
		if n := len(flood(t, s, "late")); n != leastShare {
			t.Errorf("among many it had %d, want %d", n, leastShare)
		}
	})
}

func TestSharesGrowWhenOthersAreGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shares{}
		leave, err := s.enter(t.Context(), "b")
		if err != nil {
			t.Fatal(err)
		}
		leave()
		if n := len(flood(t, s, "a")); n != allCalls/2 {
			t.Errorf("beside one that called just now: %d", n)
		}
		time.Sleep(activeFor + 2*time.Second)
		if n := len(flood(t, s, "a")); n != allCalls/2 {
			t.Errorf("alone again it got %d more, want %d", n, allCalls/2)
		}
		if len(s.sources) != 1 {
			t.Errorf("%d sources are remembered", len(s.sources))
		}
	})
}

func TestARefusalTakesItsTimeUnlessNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shares{}
		flood(t, s, "a")
		began := time.Now()
		if _, err := s.enter(t.Context(), "a"); err == nil || time.Since(began) < holdBack*2/3 || time.Since(began) > holdBack*4/3 {
			t.Errorf("refused after %v: %v", time.Since(began), err)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		began = time.Now()
		if _, err := s.enter(gone, "a"); err == nil || time.Since(began) != 0 {
			t.Errorf("a caller who had left was held for %v: %v", time.Since(began), err)
		}
	})
}

// TestAFloodIsAnswered429 asks the face itself.
func TestAFloodIsAnswered429(t *testing.T) {
	h := newHouse(t)
	face, ok := h.server.Config.Handler.(*API)
	if !ok {
		t.Fatal("the handler is another one")
	}
	var leave func()
	for range allCalls {
		var err error
		if leave, err = face.shares.enter(t.Context(), website.ID); err != nil {
			t.Fatal(err)
		}
	}
	a := h.post("/v1/track", `{"userId":"u","event":"e"}`)
	if a.status != 429 || a.header.Get("Retry-After") != "1" || !strings.Contains(a.body, "Send this call again in a second") {
		t.Errorf("answered %d, Retry-After %q: %s", a.status, a.header.Get("Retry-After"), a.body)
	}
	leave()
	h.stillTakes()
	h.stillTakes() // what was taken gave its place back
}
