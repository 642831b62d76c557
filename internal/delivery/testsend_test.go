package delivery

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/signing"
)

func (m *memory) CreateDelivery(_ context.Context, o hookline.Owed) (hookline.Owed, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	o.ID = fmt.Sprintf("dlv_test%d", len(m.owed))
	m.owed[o.ID] = &o
	return o, nil
}

// testOfOne is a test of an action of the one destination.
func testOfOne() Test {
	return Test{Owed: hookline.Owed{
		Delivery: hookline.Delivery{DestinationID: "dst_one", ActionID: "act_1", AskedBy: "ana@example.com"},
		Request:  hookline.Request{Method: "POST", URL: "https://dst_one.example/", Body: []byte("{}")},
	}}
}

func TestATestIsSentOnceWhateverHoldsItsDestination(t *testing.T) {
	for name, change := range map[string]func(*hookline.Destination){
		"nothing":        func(*hookline.Destination) {},
		"switched off":   func(d *hookline.Destination) { d.Enabled = false },
		"paused":         func(d *hookline.Destination) { d.Paused.At = noon },
		"one try at all": func(d *hookline.Destination) { d.MaxTries = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &configured{memory: newMemory(1, one)}
				delete(c.owed, "dlv_00000")
				c.begin(change)
				var got []outbound.Request
				r := receiver(func(r outbound.Request) (outbound.Response, error) {
					got = append(got, r)
					return outbound.Response{Status: 503}, nil
				})
				stop := c.run(t, r, Config{})
				id, err := c.e.Test(t.Context(), testOfOne())
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(4 * time.Hour)
				stop()
				if len(got) != 1 || got[0].Timeout != 4*time.Second || !signing.VerifyWorkspace("key", value(got[0], signing.HeaderWorkspaceTime), value(got[0], signing.HeaderWorkspace), got[0].Body) {
					t.Fatalf("sent %+v, want one signed request", got)
				}
				o := c.owed[id]
				if o.State != hookline.StateFailed || o.Origin != hookline.OriginTest || o.Reason != "The receiver answered 503 Service Unavailable. A test is tried once only." {
					t.Errorf("ended as %s of %s: %s", o.State, o.Origin, o.Reason)
				}
				if c.attempts[0].AskedBy != "ana@example.com" {
					t.Errorf("asked by %q", c.attempts[0].AskedBy)
				}
			})
		})
	}
}

func TestTestsSayNothingToTheBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &configured{memory: newMemory(1, one)}
		delete(c.owed, "dlv_00000")
		stop := c.run(t, func(outbound.Request) (outbound.Response, error) {
			return outbound.Response{}, &outbound.Error{Kind: outbound.KindConnect, Message: "nobody listens"}
		}, Config{})
		for range 3 * brokenInRow {
			if _, err := c.e.Test(t.Context(), testOfOne()); err != nil {
				t.Fatal(err)
			}
		}
		stop()
		if len(c.found) != 0 {
			t.Errorf("the gate heard of tests: %+v", c.found)
		}
	})
}

func TestASecondPressSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(1, one)
		sent := 0
		e := New(m, receiver(func(outbound.Request) (outbound.Response, error) {
			sent++
			time.Sleep(time.Second)
			return outbound.Response{Status: 200}, nil
		}), Config{}, slog.New(slog.DiscardHandler))
		ended := make(chan error, 1)
		go func() {
			_, err := e.Test(t.Context(), testOfOne())
			ended <- err
		}()
		synctest.Wait()
		underWay := hookline.Delivery{DestinationID: testOfOne().Owed.DestinationID, Origin: hookline.OriginTest}
		ids := e.Sending()
		if len(ids) == 1 {
			underWay.ID = ids[0]
		}
		if !e.IsSending(underWay) {
			t.Errorf("shown as on their way: %v", ids)
		}
		_, err := e.Test(t.Context(), testOfOne())
		if hookline.KindOf(err) != hookline.KindConflict {
			t.Errorf("the second press: %v", err)
		}
		if err := <-ended; err != nil || sent != 1 {
			t.Errorf("sent %d, %v", sent, err)
		}
		if _, err := e.Test(t.Context(), testOfOne()); err != nil || sent != 2 || len(e.Sending()) != 0 {
			t.Errorf("after the first one: %d sent, %v, on their way %v", sent, err, e.Sending())
		}
	})
}

func TestATestIsDoubtedAndChangesNobody(t *testing.T) {
	m := newMemory(1, one)
	e := New(m, receiver(func(outbound.Request) (outbound.Response, error) {
		return outbound.Response{Status: 200, Body: []byte(`{"plan":"pro"}`)}, nil
	}), Config{}, slog.New(slog.DiscardHandler))
	test := testOfOne()
	test.Response = hookline.Response{
		Attributes: []hookline.ResponseAttribute{{Name: "plan", Value: "{{ response.plan }}"}},
		Expect:     hookline.Expectation{Path: "lead.id"},
	}
	id, err := e.Test(t.Context(), test)
	if err != nil {
		t.Fatal(err)
	}
	if o := m.owed[id]; !o.Doubted() || o.Reason != "Accepted, but response.lead.id is missing." {
		t.Errorf("%s: %s", o.State, o.Reason)
	}
	if sets := m.attempts[0].Sets; sets != nil {
		t.Errorf("a test sets %v", sets)
	}
	if reason := m.attempts[0].Reason; !strings.Contains(reason, "lead.id") {
		t.Errorf("the attempt's reason is %q", reason)
	}
}
