package main

import (
	"slices"
	"time"

	"hookline/internal/hookline"
)

// sentAsRecorded is I3: delivered means that a 2xx was really given; every
// request is signed, belongs to a delivery, and carries its key; and only a
// kill makes a receiver see more than the log knows.
func (a *audit) sentAsRecorded() {
	for i := range a.stored.deliveries {
		d := &a.stored.deliveries[i]
		if other := a.byKey[d.IdempotencyKey]; other != nil {
			a.violated("I3", "deliveries %s and %s have one idempotency key", other.ID, d.ID)
		}
		a.byKey[d.IdempotencyKey] = d
	}
	for i := range a.received {
		a.arrived(&a.received[i])
	}
	extra := 0
	for key, d := range a.byKey {
		extra += a.asReceived(d, a.arrivals[key])
		a.resentAsAsked(d)
	}
	if most := a.kills * a.atOnce; extra > most {
		a.violated("I3", "receivers saw %d requests that the log does not know, after %d kills with at most %d on their way", extra, a.kills, a.atOnce)
	}
}

// skew is how far a request's time may be from when it came.
const skew = 10 * time.Second

// arrived looks at one request by itself.
func (a *audit) arrived(r *arrival) {
	if wrong := a.keys.verify(r.Header, []byte(r.Body)); wrong != "" {
		a.violated("I3", "a request with key %s, at %s: %s", r.key(), r.At.Format(time.TimeOnly), wrong)
	}
	if at, err := sentAt(r.Header); err != nil || r.At.Sub(at).Abs() > skew {
		a.violated("I3", "a request with key %s came at %s and is signed for %s (%v)", r.key(), r.At.Format(time.TimeOnly), at.Format(time.TimeOnly), err)
	}
	d := a.byKey[r.key()]
	if d == nil {
		a.violated("I3", "a request with key %s came, which no delivery has; it carries %v", r.key(), r.messages())
		return
	}
	if id := r.Header.Get("Webhook-Id"); id != "" && id != d.ID {
		a.violated("I3", "the request of delivery %s calls itself %s", d.ID, id)
	}
	if !slices.Contains(d.Bodies, r.Body) {
		a.violated("I3", "the request of delivery %s came with a body that the log does not have: %.80s", d.ID, r.Body)
	}
	var carried []string
	for _, id := range d.EventIDs {
		if e := a.byID[id]; e != nil {
			carried = append(carried, e.MessageID)
		}
	}
	if !slices.Equal(r.messages(), carried) {
		a.violated("I3", "the request of delivery %s carries %v, the log says %v", d.ID, r.messages(), carried)
	}
}

// asReceived compares a delivery's attempts with what came, and tells how many
// more came than the log knows.
func (a *audit) asReceived(d *storedDelivery, came []arrival) (extra int) {
	given := map[int]int{}
	success := false
	for _, r := range came {
		given[r.Status]++
		success = success || r.Status >= 200 && r.Status <= 299
	}
	recorded := map[int]int{}
	for _, one := range d.Attempts {
		recorded[one.Status]++
	}
	for status, n := range recorded {
		if status != 0 && n > given[status] {
			a.violated("I3", "delivery %s has %d attempts answered %d, the receiver gave that answer %d times", d.ID, n, status, given[status])
		}
	}
	if d.State == hookline.StateDelivered && !success {
		a.violated("I3", "delivery %s is delivered, and the receiver never answered it with 2xx", d.ID)
	}
	extra = max(0, len(came)-len(d.Attempts))
	if extra > a.kills {
		a.violated("I3", "delivery %s came %d times, the log knows %d attempts, after %d kills", d.ID, len(came), len(d.Attempts), a.kills)
	}
	return extra
}

// resentAsAsked wants one attempt for each resend that was promised.
func (a *audit) resentAsAsked(d *storedDelivery) {
	if !a.drained {
		return
	}
	asked := 0
	for _, one := range d.Attempts {
		if one.AskedBy != "" {
			asked++
		}
	}
	r := a.told.resends[d.ID]
	if asked < r.taken || asked > r.taken+r.unknown {
		a.violated("I3", "delivery %s: %d resends were promised (and %d perhaps), %d attempts were made because somebody asked", d.ID, r.taken, r.unknown, asked)
	}
}
