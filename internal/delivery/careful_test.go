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
