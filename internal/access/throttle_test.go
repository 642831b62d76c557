package access

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestWaitDoublesFromOneSecondToFifteenMinutes(t *testing.T) {
	for n, want := range map[int]time.Duration{
		-1: 0, 0: time.Second, 1: 2 * time.Second, 2: 4 * time.Second, 9: 512 * time.Second, 10: 15 * time.Minute, 1000: 15 * time.Minute,
	} {
		if got := waitAfter(n); got != want {
			t.Errorf("after %d: %v, want %v", n, got, want)
		}
	}
}

func TestTenTriesAreFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		th := newThrottle(10)
		for i := range 10 {
			if wait := th.begin("ana"); wait != 0 {
				t.Fatalf("try %d waits %v", i+1, wait)
			}
		}
		if wait := th.begin("ana"); wait != time.Second {
			t.Fatalf("the eleventh try waits %v, want 1s", wait)
		}
		if wait := th.begin("ben"); wait != 0 {
			t.Fatalf("somebody else waits %v", wait)
		}
		time.Sleep(time.Second)
		if wait := th.begin("ana"); wait != 0 {
			t.Fatalf("after its second the try waits another %v", wait)
		}
		if wait := th.begin("ana"); wait != 2*time.Second {
			t.Fatalf("then it waits %v, want 2s", wait)
		}
	})
}

func TestAThousandTriesAtOnceAreTenChecks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		th := newThrottle(10)
		var passed atomic.Int32
		var all sync.WaitGroup
		for range 1000 {
			all.Go(func() {
				if th.begin("ana") == 0 {
					passed.Add(1)
				}
			})
		}
		all.Wait()
		if passed.Load() != 10 {
			t.Fatalf("%d of 1000 tries at one moment were looked at, want 10", passed.Load())
		}
	})
}

func TestADayOfGuessingIsAHundredChecks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		th := newThrottle(10)
		checks := 0
		for end := time.Now().Add(23 * time.Hour); time.Now().Before(end); time.Sleep(time.Second) {
			if th.begin("ana") == 0 {
				checks++
			}
		}
		if checks < 20 || checks > 115 {
			t.Fatalf("%d checks in a day", checks)
		}
	})
}

func TestFailuresAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		th := newThrottle(2)
		th.begin("ana")
		th.begin("ana")
		time.Sleep(forgottenAfter + time.Second)
		th.begin("ana")
		if wait := th.begin("ana"); wait != 0 {
			t.Fatalf("a day later the second try waits %v", wait)
		}
	})
}

func TestARightPasswordDoesNotClearWhatFailedBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		th := newThrottle(3)
		for range 4 {
			th.begin("192.0.2.1")
			time.Sleep(time.Minute)
		}
		th.begin("192.0.2.1")
		th.takeBack("192.0.2.1")
		if wait := th.begin("192.0.2.1"); wait == 0 {
			t.Fatal("signing in to one's own account made the next guess free")
		}
	})
}

func TestMemoryIsBounded(t *testing.T) {
	th := newThrottle(10)
	before := cap(th.slots)
	for i := range 200_000 {
		th.begin(fmt.Sprintf("user-%d@example.com", i))
	}
	if cap(th.slots) != before {
		t.Fatalf("%d slots became %d", before, cap(th.slots))
	}
}
