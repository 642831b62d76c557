package delivery

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

// TestManyThatHangLeaveRoomForOthers has ten receivers that never answer and
// forty that do, with more before the ten than may be on its way at all.
func TestManyThatHangLeaveRoomForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(5000, func(i int) string { return fmt.Sprintf("dst_%02d", i%50) })
		begin, last := time.Now(), time.Duration(0)
		var mu sync.Mutex
		stop := running(t, m, func(r outbound.Request) (outbound.Response, error) {
			if r.URL < "https://dst_10" {
				time.Sleep(4 * time.Second)
				return outbound.Response{}, &outbound.Error{Kind: outbound.KindTimeout, Message: "timed out after 4 s"}
			}
			time.Sleep(time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			last = time.Since(begin)
			return outbound.Response{Status: 200}, nil
		}, Config{})
		time.Sleep(time.Minute)
		got := m.states()[hookline.StateDelivered]
		stop()
		if got != 4000 || last > time.Second {
			t.Errorf("%d of the 4000 of those that answer were delivered, the last after %v", got, last)
		}
	})
}

// TestAttemptIsRecordedHoweverLongTheStoreIsAway: a receiver that answered is
// not asked again because our disk was full for minutes.
func TestAttemptIsRecordedHoweverLongTheStoreIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(1, one)
		m.failFinish = 300
		sent := 0
		stop := running(t, m, func(r outbound.Request) (outbound.Response, error) { sent++; return ok(r) }, Config{})
		time.Sleep(10 * time.Minute)
		recorded := m.states()[hookline.StateDelivered]
		stop()
		if sent != 1 || recorded != 1 {
			t.Errorf("sent %d times, and %d recorded", sent, recorded)
		}
	})
}

// TestStopDoesNotWaitForAStoreThatIsAway: what could not be recorded is sent
// again by the next process.
func TestStopDoesNotWaitForAStoreThatIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(1, one)
		m.failFinish = 1 << 30
		stop := running(t, m, ok, Config{})
		time.Sleep(time.Minute)
		began := time.Now()
		stop()
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("stopping took %v", took)
		}
	})
}
