package delivery

import (
	"context"
	"fmt"
	"sync"
	"time"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

// TestStore is what a test send writes beside what every attempt does.
type TestStore interface {
	// CreateDelivery records a delivery that no event made, and gives it its id.
	CreateDelivery(ctx context.Context, o hookline.Owed) (hookline.Owed, error)
}

// Test is what somebody wants to try out: a request, for whom, and what is made
// of the answer. Nothing of it needs to be kept yet.
type Test struct {
	Owed     hookline.Owed     // AskedBy is the e-mail of who asked
	Response hookline.Response // only told: a test changes nobody
	Roots    compose.Roots     // what the request was made from
}

// maxTests is how many tests may be on their way at once.
const maxTests = 16

// underWay is what is kept of a test until its attempt is recorded. When
// Hookline is killed meanwhile, that is how it ended: a test that nobody waits
// for any more must not go out later by itself.
const underWay = "This test was begun, and no answer was recorded: Hookline was stopped while it was on its way. Send another one."

// Test sends a request once, now, and gives the id of its delivery when the
// attempt is recorded. It goes the way of every attempt, with the same guard,
// signatures and time-out, but past the lines and gates of its destination: it
// is for finding out what the receiver says, so neither a pause nor an open
// breaker holds it back. Nor does the breaker hear how it ended: a template that
// is being written says little about the receiver, and a failed one must not
// stop what is owed, as one that went well is no proof that the rest would.
func (e *Engine) Test(ctx context.Context, t Test) (id string, err error) {
	leave, err := e.tests.enter(t.Owed.Delivery)
	if err != nil {
		return "", err
	}
	defer leave()
	ctx = context.WithoutCancel(ctx) // who leaves the page does not stop what is on its way
	routing, err := e.store.Routing(ctx)
	if err != nil {
		return "", fmt.Errorf("read configuration for test: %w", err)
	}
	o := t.Owed
	o.CreatedAt = time.Now().UTC()
	o.State, o.Origin, o.Reason, o.UpdatedAt = hookline.StateFailed, hookline.OriginTest, underWay, o.CreatedAt
	o.IdempotencyKey, o.RequestNumber = hookline.Secret(), 1
	if o, err = e.store.CreateDelivery(ctx, o); err != nil {
		return "", err
	}
	e.tests.begin(o.Delivery)
	f, _ := e.try(ctx, o, routing)
	if f.Outcome.State == hookline.StateDelivered && !t.Response.Unused() {
		e.useWith(ctx, t.Roots, t.Response, &f)
		f.Sets = nil
	}
	if err := e.store.Finish(ctx, f); err != nil {
		return "", err
	}
	e.logAttempt(ctx, o, f)
	return o.ID, nil
}

// tests are the tests on their way.
type tests struct {
	mu  sync.Mutex
	ids map[testOf]string // "" before it has one
}

// testOf is who tests what: one at a time, so that a second press of the button
// sends nothing twice.
type testOf struct{ by, destinationID, actionID string }

func keyOf(d hookline.Delivery) testOf { return testOf{d.AskedBy, d.DestinationID, d.ActionID} }

// enter begins a test, unless it must not begin; call leave at its end.
func (t *tests) enter(d hookline.Delivery) (leave func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, under := t.ids[keyOf(d)]; under {
		return nil, hookline.Conflict("Your last test of this action is still on its way. Its answer appears in Sent.")
	}
	if len(t.ids) >= maxTests {
		return nil, &hookline.Error{Kind: hookline.KindThrottled, Message: "Many tests are on their way just now. Try again in a moment.", RetryAfter: time.Second}
	}
	if t.ids == nil {
		t.ids = map[testOf]string{}
	}
	t.ids[keyOf(d)] = ""
	return func() { t.leave(keyOf(d)) }, nil
}

func (t *tests) begin(d hookline.Delivery) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ids[keyOf(d)] = d.ID
}

func (t *tests) leave(which testOf) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.ids, which)
}

// sending gives the ids of the deliveries on their way.
func (t *tests) sending() (ids []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, id := range t.ids {
		if id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}
