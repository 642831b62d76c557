package main

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

var (
	testKeys  = secrets{workspace: "workspace", shared: "shared", standard: "whsec_" + base64.StdEncoding.EncodeToString([]byte("standard"))}
	testStart = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
)

// signedRequest is a request as a good sender makes it.
func signedRequest(d storedDelivery, at time.Time, status int) arrival {
	stamp := fmt.Sprint(at.Unix())
	h := http.Header{}
	h.Set("X-CIO-Idempotency-Key", d.IdempotencyKey)
	h.Set("X-CIO-Timestamp", stamp)
	h.Set("Webhook-Id", d.ID)
	h.Set("Webhook-Timestamp", stamp)
	body := d.Bodies[0]
	h.Set("X-CIO-Signature", hex.EncodeToString(sha256Of([]byte("workspace"), "v0:"+stamp+":"+body)))
	h.Set("X-Signature", hex.EncodeToString(sha1Of([]byte("shared"), body)))
	h.Set("Webhook-Signature", "v1,"+base64.StdEncoding.EncodeToString(sha256Of([]byte("standard"), d.ID+"."+stamp+"."+body)))
	return arrival{At: at, Path: "/", Header: h, Body: body, Status: status}
}

func attemptAt(number int, at time.Time, status int, outcome hookline.State) hookline.Attempt {
	return hookline.Attempt{Number: number, StartedAt: at, Duration: 10 * time.Millisecond, Status: status, Outcome: outcome}
}

// sound is a pair of ledgers in which all promises hold: an event with one
// delivery that was tried twice, two events in a batch, and an identify.
func sound() (ledgers, expectation) {
	t := newTold()
	t.accept([]string{"m1", "m2", "m3", "m4"})
	second := testStart.Add(110 * time.Millisecond)
	s := &stored{
		seen: map[string]int{"u1": 7},
		events: []storedEvent{
			{ID: "evt_1", MessageID: "m1", Kind: "Loaded"},
			{ID: "evt_2", MessageID: "m2", Kind: "Gathered"},
			{ID: "evt_3", MessageID: "m3", Kind: "Gathered"},
			{ID: "evt_4", MessageID: "m4", Kind: identify, UserID: "u1", Number: 7},
		},
		deliveries: []storedDelivery{
			{
				Delivery: hookline.Delivery{ID: "dlv_1", ActionID: "each", State: hookline.StateDelivered, IdempotencyKey: "k1", Attempts: 2},
				EventIDs: []string{"evt_1"}, Bodies: []string{`{"message": "m1"}`},
				Attempts: []hookline.Attempt{attemptAt(1, testStart, 503, hookline.StateRetrying), attemptAt(2, second, 200, hookline.StateDelivered)},
			},
			{
				Delivery: hookline.Delivery{ID: "dlv_2", ActionID: "gather", State: hookline.StateDelivered, IdempotencyKey: "k2", Attempts: 1},
				EventIDs: []string{"evt_2", "evt_3"}, Bodies: []string{`[{"message": "m2"},{"message": "m3"}]`},
				Attempts: []hookline.Attempt{attemptAt(1, testStart, 200, hookline.StateDelivered)},
			},
			{
				Delivery: hookline.Delivery{ID: "dlv_3", ActionID: "people", State: hookline.StateFailed, IdempotencyKey: "k3", Attempts: 1},
				EventIDs: []string{"evt_4"}, Bodies: []string{`{"message": "m4"}`},
				Attempts: []hookline.Attempt{attemptAt(1, testStart, 410, hookline.StateFailed)},
			},
		},
	}
	l := ledgers{told: t, stored: s, received: []arrival{
		signedRequest(s.deliveries[0], testStart, 503), signedRequest(s.deliveries[0], second, 200),
		signedRequest(s.deliveries[1], testStart, 200), signedRequest(s.deliveries[2], testStart, 410),
	}}
	return l, expectation{
		actions: map[string][]expected{"Loaded": {{actionID: "each"}}, "Gathered": {{actionID: "gather", batched: true}}, identify: {{actionID: "people"}}},
		keys:    testKeys, base: 100 * time.Millisecond, retries: 3, atOnce: 10, late: time.Second, drained: true,
	}
}

func TestSoundLedgersHold(t *testing.T) {
	l, e := sound()
	if found := check(l, e); len(found) > 0 {
		t.Errorf("found %v", found)
	}
}

// TestEachViolationIsFound doctors sound ledgers in one way each: a check that
// cannot fail would be worth nothing.
func TestEachViolationIsFound(t *testing.T) {
	for name, test := range map[string]struct {
		doctor func(*ledgers, *expectation)
		want   string
	}{
		"an accepted event is lost": {func(l *ledgers, _ *expectation) { l.told.accept([]string{"m9"}) }, "I1: message m9 was answered 2xx and is not stored"},
		"an event is stored twice": {func(l *ledgers, _ *expectation) {
			l.stored.events = append(l.stored.events, storedEvent{ID: "evt_9", MessageID: "m1", Kind: "Other"})
		}, "I1: message m1 is stored 2 times"},
		"a match has no delivery": {func(l *ledgers, _ *expectation) {
			l.stored.events = append(l.stored.events, storedEvent{ID: "evt_9", MessageID: "m9", Kind: "Loaded"})
		}, "I2: event evt_9 (Loaded, message m9) has no delivery of action each"},
		"half of a transaction's deliveries is missing": {func(_ *ledgers, e *expectation) {
			e.drained = false
			e.actions["Loaded"] = append(e.actions["Loaded"], expected{actionID: "also"})
		}, "I2: event evt_1 (Loaded, message m1) has no delivery of action also"},
		"a match has two deliveries": {func(l *ledgers, _ *expectation) {
			again := l.stored.deliveries[0]
			again.ID, again.IdempotencyKey, again.State, again.Attempts, again.Delivery.Attempts = "dlv_9", "k9", hookline.StateFailed, nil, 0
			l.stored.deliveries = append(l.stored.deliveries, again)
		}, "I2: event evt_1 has 2 deliveries of action each"},
		"an event is in two batches": {func(l *ledgers, _ *expectation) {
			l.stored.deliveries[0].ActionID, l.stored.deliveries[0].EventIDs = "gather", []string{"evt_2"}
		}, "I2: event evt_2 has 2 deliveries of action gather"},
		"a delivery that nothing set off": {func(l *ledgers, _ *expectation) { l.stored.deliveries[0].ActionID = "other" }, "has a delivery of action other, which it does not set off"},
		"a delivery of no event":          {func(l *ledgers, _ *expectation) { l.stored.deliveries[0].EventIDs = []string{"evt_9"} }, "I2: event evt_9 has a delivery and is not stored"},
		"a delivery hangs":                {func(l *ledgers, _ *expectation) { l.stored.deliveries[0].State = hookline.StateSending }, "I2: delivery dlv_1 is still sending"},
		"a retry without a time": {func(l *ledgers, _ *expectation) {
			d := &l.stored.deliveries[0]
			d.State, d.Attempts, d.Delivery.Attempts = hookline.StateRetrying, d.Attempts[:1], 1
		}, "I2: delivery dlv_1 is retrying and has no time at which it is due"},
		"delivered without a 2xx": {func(l *ledgers, _ *expectation) { l.received[1].Status = 503 }, "I3: delivery dlv_1 is delivered, and the receiver never answered it with 2xx"},
		"an answer that was never given": {func(l *ledgers, _ *expectation) {
			l.stored.deliveries[2].Attempts[0].Status = 418
		}, "I3: delivery dlv_3 has 1 attempts answered 418"},
		"a forged workspace signature": {func(l *ledgers, _ *expectation) { l.received[0].Header.Set("X-CIO-Signature", "00") }, "I3: a request with key k1, at 10:00:00: X-CIO-Signature is \"00\""},
		"a forged shared signature":    {func(l *ledgers, _ *expectation) { l.received[0].Header.Set("X-Signature", "00") }, "X-Signature is \"00\""},
		"a forged standard signature":  {func(l *ledgers, _ *expectation) { l.received[0].Header.Set("Webhook-Signature", "v1,") }, "Webhook-Signature is \"v1,\""},
		"a body that was changed":      {func(l *ledgers, _ *expectation) { l.received[0].Body = `{"message": "m2"}` }, "I3: a request with key k1"},
		"a stale time":                 {func(l *ledgers, _ *expectation) { l.received[0].At = testStart.Add(time.Minute) }, "I3: a request with key k1 came at 10:01:00 and is signed for"},
		"a request of nobody": {func(l *ledgers, _ *expectation) {
			d := l.stored.deliveries[0]
			d.IdempotencyKey = "k9"
			l.received = append(l.received, signedRequest(d, testStart, 200))
		}, "I3: a request with key k9 came, which no delivery has"},
		"another's id": {func(l *ledgers, _ *expectation) {
			d := l.stored.deliveries[0]
			d.ID = "dlv_9"
			l.received[0] = signedRequest(d, testStart, 503)
		}, "I3: the request of delivery dlv_1 calls itself dlv_9"},
		"a body the log has not": {func(l *ledgers, _ *expectation) { l.stored.deliveries[0].Bodies = []string{"{}"} }, "came with a body that the log does not have"},
		"other events than the log says": {func(l *ledgers, _ *expectation) {
			l.stored.deliveries[1].EventIDs = []string{"evt_3", "evt_2"}
		}, "I3: the request of delivery dlv_2 carries [m2 m3], the log says [m3 m2]"},
		"one key for two": {func(l *ledgers, _ *expectation) { l.stored.deliveries[2].IdempotencyKey = "k1" }, "I3: deliveries dlv_1 and dlv_3 have one idempotency key"},
		"sent twice without a kill": {func(l *ledgers, _ *expectation) {
			l.received = append(l.received, signedRequest(l.stored.deliveries[2], testStart, 410))
		}, "I3: delivery dlv_3 came 2 times, the log knows 1 attempts, after 0 kills"},
		"more doubles than were on their way": {func(l *ledgers, e *expectation) {
			e.kills, e.atOnce = 1, 1
			for i := range 2 {
				l.received = append(l.received, signedRequest(l.stored.deliveries[i], testStart, 200))
			}
		}, "I3: receivers saw 2 requests that the log does not know, after 1 kills with at most 1 on their way"},
		"a promised resend that never came": {func(l *ledgers, _ *expectation) { l.told.resent("dlv_1", true) }, "I3: delivery dlv_1: 1 resends were promised (and 0 perhaps), 0 attempts"},
		"a resend that nobody asked for": {func(l *ledgers, _ *expectation) {
			l.stored.deliveries[0].Attempts[1].AskedBy = "ana@example.com"
		}, "I3: delivery dlv_1: 0 resends were promised (and 0 perhaps), 1 attempts"},
		"a retry too early": {func(l *ledgers, _ *expectation) {
			l.stored.deliveries[0].Attempts[1].StartedAt = testStart.Add(60 * time.Millisecond)
		}, "I4: delivery dlv_1: attempt 2 came 50ms after the one before, agreed are 100ms"},
		"a retry too late": {func(l *ledgers, _ *expectation) {
			l.stored.deliveries[0].Attempts[1].StartedAt = testStart.Add(3 * time.Second)
		}, "I4: delivery dlv_1: attempt 2 came 2.99s after"},
		"a try after the end": {func(l *ledgers, _ *expectation) {
			l.stored.deliveries[0].Attempts[0].Outcome = hookline.StateFailed
		}, "I4: delivery dlv_1 was tried again (attempt 2, begun 10:00:00.110000) after it had ended as failed (attempt 1, begun 10:00:00.000000"},
		"too many tries":         {func(_ *ledgers, e *expectation) { e.retries = 0 }, "I4: delivery dlv_1 was tried 2 times, 1 are agreed"},
		"an attempt not counted": {func(l *ledgers, _ *expectation) { l.stored.deliveries[0].Delivery.Attempts = 1 }, "I5: delivery dlv_1 counts 1 attempts and has 2"},
		"a number left out":      {func(l *ledgers, _ *expectation) { l.stored.deliveries[0].Attempts[1].Number = 3 }, "I5: delivery dlv_1: its attempt 2 has the number 3"},
		"a state without its attempt": {func(l *ledgers, _ *expectation) {
			l.stored.deliveries[0].Attempts, l.stored.deliveries[0].Delivery.Attempts = nil, 0
		}, "I5: delivery dlv_1 is delivered without an attempt"},
		"a state that differs from its attempt": {func(l *ledgers, _ *expectation) { l.stored.deliveries[2].State = hookline.StateDelivered }, "I5: delivery dlv_3 is delivered, and its last attempt ended as failed"},
		"a person without their identify":       {func(l *ledgers, _ *expectation) { l.stored.seen = nil }, "I5: event evt_4 told number 7 of user u1"},
		"a person behind their identify":        {func(l *ledgers, _ *expectation) { l.stored.seen["u1"] = 6 }, "but the person has 6"},
		"a damaged database":                    {func(l *ledgers, _ *expectation) { l.stored.unsound = errors.New("page 7 is torn") }, "I6: the database is unsound: page 7 is torn"},
		"a refusal without words":               {func(l *ledgers, _ *expectation) { l.told.refuse(500, "POST /v1/track was answered 500") }, "I8: POST /v1/track was answered 500"},
	} {
		t.Run(name, func(t *testing.T) {
			l, e := sound()
			test.doctor(&l, &e)
			for _, v := range check(l, e) {
				if strings.Contains(v.String(), test.want) {
					return
				}
			}
			t.Errorf("found %q, want %q", check(l, e), test.want)
		})
	}
}

// TestWhatMayBeIsNoViolation holds the check to what a crash does allow.
func TestWhatMayBeIsNoViolation(t *testing.T) {
	for name, doctor := range map[string]func(*ledgers, *expectation){
		"an event without an answer is stored": func(l *ledgers, _ *expectation) { delete(l.told.accepted, "m1") },
		"a double after a kill": func(l *ledgers, e *expectation) {
			e.kills = 1
			l.received = append(l.received, signedRequest(l.stored.deliveries[0], testStart, 200))
		},
		"nothing is fanned out yet": func(l *ledgers, e *expectation) {
			e.drained = false
			l.stored.events = append(l.stored.events, storedEvent{ID: "evt_9", MessageID: "m9", Kind: "Loaded"})
		},
		"a batch is still being gathered": func(l *ledgers, e *expectation) {
			e.drained = false
			l.stored.deliveries = append(l.stored.deliveries[:1:1], l.stored.deliveries[2])
			l.received = append(l.received[:2:2], l.received[3])
		},
		"on its way when it was killed": func(l *ledgers, e *expectation) {
			e.drained, e.kills = false, 1
			l.stored.deliveries[2].State, l.stored.deliveries[2].Attempts, l.stored.deliveries[2].Delivery.Attempts = hookline.StateSending, nil, 0
		},
		"a resend nobody knows of": func(l *ledgers, _ *expectation) { l.told.resent("dlv_1", false) },
		"a resend after the end": func(l *ledgers, _ *expectation) {
			l.told.resent("dlv_1", true)
			d := &l.stored.deliveries[0]
			again := attemptAt(3, testStart.Add(time.Second), 200, hookline.StateDelivered)
			again.AskedBy = "ana@example.com"
			d.Attempts, d.Delivery.Attempts = append(d.Attempts, again), 3
			l.received = append(l.received, signedRequest(*d, testStart.Add(time.Second), 200))
		},
		"an action that was switched off": func(l *ledgers, e *expectation) {
			e.actions["Loaded"] = append(e.actions["Loaded"], expected{actionID: "off", perhaps: true})
		},
	} {
		t.Run(name, func(t *testing.T) {
			l, e := sound()
			doctor(&l, &e)
			if found := check(l, e); len(found) > 0 {
				t.Errorf("found %v", found)
			}
		})
	}
}
