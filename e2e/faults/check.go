package main

import (
	"fmt"
	"slices"
	"time"

	"hookline/internal/hookline"
)

// expectation is what the ledgers are held to.
type expectation struct {
	actions map[string][]expected // by kind of event
	keys    secrets
	base    time.Duration // the wait before a second try
	retries int
	kills   int           // how often the process ended without a word
	atOnce  int           // the most attempts that are begun and not recorded at once
	late    time.Duration // how much later than its time a retry may come; 0: it is not looked at
	drained bool          // nothing is owed any more: all that was to be done must have been done
}

// expected is one action that an event sets off.
type expected struct {
	actionID string
	batched  bool // what it owes may still be gathered
	perhaps  bool // it may have been switched off when the event came
}

// violation is a promise that does not hold, in words with ids.
type violation struct{ invariant, what string }

func (v violation) String() string { return v.invariant + ": " + v.what }

// audit looks for violations.
type audit struct {
	ledgers
	expectation
	found []violation

	byMessage map[string]*storedEvent
	byID      map[string]*storedEvent
	byKey     map[string]*storedDelivery
	arrivals  map[string][]arrival // by idempotency key
}

// check says what of I1 to I8 the ledgers contradict. I7, what a process
// complains of, is in its log, which whoever ran it looks at.
func check(l ledgers, e expectation) []violation {
	a := &audit{
		ledgers: l, expectation: e,
		byMessage: map[string]*storedEvent{}, byID: map[string]*storedEvent{}, byKey: map[string]*storedDelivery{}, arrivals: map[string][]arrival{},
	}
	for _, r := range l.received {
		a.arrivals[r.key()] = append(a.arrivals[r.key()], r)
	}
	a.acceptedIsStored()
	a.owedOnce()
	a.sentAsRecorded()
	a.onSchedule()
	a.wholeUnits()
	if l.stored.unsound != nil {
		a.violated("I6", "the database is unsound: %v", l.stored.unsound)
	}
	for _, wrong := range l.told.wrong {
		a.violated("I8", "%s", wrong)
	}
	return a.found
}

// checkStored says what of the database alone contradicts I2, I5 and I6: for
// copies of which no receiver knows.
func checkStored(s *stored, e expectation) []violation {
	a := &audit{ledgers: ledgers{stored: s}, expectation: e, byMessage: map[string]*storedEvent{}, byID: map[string]*storedEvent{}}
	a.ledgers.told = newTold()
	a.acceptedIsStored()
	a.owedOnce()
	a.wholeUnits()
	if s.unsound != nil {
		a.violated("I6", "the database is unsound: %v", s.unsound)
	}
	return a.found
}

func (a *audit) violated(invariant, format string, args ...any) {
	a.found = append(a.found, violation{invariant, fmt.Sprintf(format, args...)})
}

// acceptedIsStored is I1: every event answered with 2xx is stored, once per
// message id.
func (a *audit) acceptedIsStored() {
	times := map[string]int{}
	for i := range a.stored.events {
		e := &a.stored.events[i]
		times[e.MessageID]++
		a.byMessage[e.MessageID], a.byID[e.ID] = e, e
	}
	for message, n := range times {
		if n > 1 {
			a.violated("I1", "message %s is stored %d times", message, n)
		}
	}
	for message := range a.told.accepted {
		if times[message] == 0 {
			a.violated("I1", "message %s was answered 2xx and is not stored", message)
		}
	}
}

// owedOnce is I2: every match of an event and an action has one delivery, and
// once all is done each is final or has a time at which it is due.
func (a *audit) owedOnce() {
	owed := map[string]map[string]int{} // event → action → how often
	for i := range a.stored.deliveries {
		d := &a.stored.deliveries[i]
		for _, id := range d.EventIDs {
			if owed[id] == nil {
				owed[id] = map[string]int{}
			}
			owed[id][d.ActionID]++
		}
		a.settled(d)
	}
	for id, actions := range owed {
		e := a.byID[id]
		if e == nil {
			a.violated("I2", "event %s has a delivery and is not stored", id)
			continue
		}
		for action, n := range actions {
			if !slices.ContainsFunc(a.actions[e.Kind], func(x expected) bool { return x.actionID == action }) {
				a.violated("I2", "event %s (%s) has a delivery of action %s, which it does not set off", id, e.Kind, action)
			} else if n > 1 {
				a.violated("I2", "event %s has %d deliveries of action %s", id, n, action)
			}
		}
	}
	for _, e := range a.stored.events {
		a.allOwed(e, owed[e.ID])
	}
}

// allOwed looks at one event: what it owes is written down at once, so it has
// nothing, or all but what is still being gathered.
func (a *audit) allOwed(e storedEvent, owed map[string]int) {
	for _, x := range a.actions[e.Kind] {
		if x.perhaps || owed[x.actionID] > 0 {
			continue
		}
		if a.drained || len(owed) > 0 && !x.batched {
			a.violated("I2", "event %s (%s, message %s) has no delivery of action %s", e.ID, e.Kind, e.MessageID, x.actionID)
		}
	}
}

func (a *audit) settled(d *storedDelivery) {
	if !a.drained {
		return
	}
	switch d.State {
	case hookline.StateDelivered, hookline.StateFailed, hookline.StateDraft, hookline.StateDiscarded:
	case hookline.StateRetrying, hookline.StateHeld:
		if d.NextAttemptAt.IsZero() {
			a.violated("I2", "delivery %s is %s and has no time at which it is due", d.ID, d.State)
		}
	default:
		a.violated("I2", "delivery %s is still %s", d.ID, d.State)
	}
}

// onSchedule is I4: the waits between tries, and how many there are.
func (a *audit) onSchedule() {
	for i := range a.stored.deliveries {
		d := &a.stored.deliveries[i]
		tries := 0
		for i, now := range d.Attempts {
			if i == 0 || now.AskedBy != "" {
				tries = 1
				continue
			}
			tries++
			a.followed(d, d.Attempts[i-1], now, tries)
		}
	}
}

// followed looks at a try that the engine made by itself after another.
func (a *audit) followed(d *storedDelivery, before, now hookline.Attempt, tries int) {
	if before.Outcome != hookline.StateRetrying {
		a.violated("I4", "delivery %s was tried again (attempt %d, begun %s) after it had ended as %s (attempt %d, begun %s, ended %s), and nobody had asked", d.ID,
			now.Number, clock(now.StartedAt), before.Outcome, before.Number, clock(before.StartedAt), clock(before.StartedAt.Add(before.Duration)))
		return
	}
	if tries > a.retries+1 {
		a.violated("I4", "delivery %s was tried %d times, %d are agreed", d.ID, tries, a.retries+1)
		return
	}
	wait := a.base << (tries - 2)
	waited := now.StartedAt.Sub(before.StartedAt.Add(before.Duration))
	if waited < wait*8/10 || a.late > 0 && waited > wait*12/10+a.late {
		a.violated("I4", "delivery %s: attempt %d came %v after the one before, agreed are %v ± 20 %%", d.ID, now.Number, waited, wait)
	}
}

// clock is a time of day, as exact as it is stored.
func clock(t time.Time) string { return t.Format("15:04:05.000000") }

// wholeUnits is I5: what belongs to one transaction is there whole or not at
// all: an attempt with what it made of its delivery, and an identify's
// delivery with what it told of its person.
func (a *audit) wholeUnits() {
	latest := map[string]storedEvent{}
	fannedOut := map[string]bool{}
	for i := range a.stored.deliveries {
		d := &a.stored.deliveries[i]
		a.attemptsWhole(d)
		for _, id := range d.EventIDs {
			fannedOut[id] = true
		}
	}
	for _, e := range a.stored.events {
		if e.Kind == identify && fannedOut[e.ID] {
			latest[e.UserID] = e
		}
	}
	for user, e := range latest {
		if got, known := a.stored.seen[user]; !known || got != e.Number {
			a.violated("I5", "event %s told number %d of user %s and has its delivery, but the person has %d (known: %v)", e.ID, e.Number, user, got, known)
		}
	}
}

func (a *audit) attemptsWhole(d *storedDelivery) {
	if len(d.Attempts) != d.Delivery.Attempts {
		a.violated("I5", "delivery %s counts %d attempts and has %d", d.ID, d.Delivery.Attempts, len(d.Attempts))
	}
	for i, one := range d.Attempts {
		if one.Number != i+1 {
			a.violated("I5", "delivery %s: its attempt %d has the number %d", d.ID, i+1, one.Number)
		}
	}
	if len(d.Attempts) == 0 {
		if d.State == hookline.StateDelivered || d.State == hookline.StateRetrying {
			a.violated("I5", "delivery %s is %s without an attempt", d.ID, d.State)
		}
		return
	}
	last := d.Attempts[len(d.Attempts)-1]
	switch d.State {
	case hookline.StateDelivered, hookline.StateFailed, hookline.StateRetrying:
		if last.Outcome != d.State && d.AskedBy == "" {
			a.violated("I5", "delivery %s is %s, and its last attempt ended as %s", d.ID, d.State, last.Outcome)
		}
	}
}
