package delivery

import (
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

func TestPanicInOneSendFailsThatDeliveryAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(20, one)
		stop := running(t, m, func(r outbound.Request) (outbound.Response, error) {
			if string(r.Body) == "dlv_00007" {
				panic("index out of range")
			}
			return ok(r)
		}, Config{})
		time.Sleep(time.Minute)
		stop()
		bad := m.owed["dlv_00007"]
		want := "Something went wrong in Hookline while this was sent; its log says more."
		if bad.State != hookline.StateFailed || bad.Attempts != 1 || bad.Reason != want {
			t.Errorf("%s after %d attempts: %s", bad.State, bad.Attempts, bad.Reason)
		}
		if n := m.states()[hookline.StateDelivered]; n != 19 {
			t.Errorf("%d of the 19 others were delivered", n)
		}
	})
}

// TestOurOwnTroubleOpensNoBreaker: without a descriptor left every try fails,
// which says nothing of any receiver.
func TestOurOwnTroubleOpensNoBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(100, one)
		begin := time.Now()
		stop := running(t, m, func(r outbound.Request) (outbound.Response, error) {
			if time.Since(begin) < 5*time.Second {
				return outbound.Response{}, &outbound.Error{Kind: outbound.KindExhausted, Message: "Hookline itself has too many open connections"}
			}
			return ok(r)
		}, Config{Schedule: Schedule{Base: time.Second}})
		time.Sleep(20 * time.Second)
		stop()
		if n := m.states()[hookline.StateDelivered]; n != 100 {
			t.Errorf("%d of 100 were delivered soon after the trouble was over: %v", n, m.states())
		}
	})
}
