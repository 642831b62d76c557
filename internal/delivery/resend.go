package delivery

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

// Mode says what a resend sends.
type Mode string

// The modes.
const (
	Current  Mode = "current"  // composed anew: the action's template and the person as they are now
	Original Mode = "original" // the first request, byte for byte
	Each     Mode = "each"     // of a batch: each event on its own, with the body that it had in it
)

// ResendStore is what a resend reads and writes.
type ResendStore interface {
	DeliveryRow(ctx context.Context, id string) (hookline.DeliveryRow, error)
	ListRequests(ctx context.Context, deliveryID string) ([]hookline.RequestMade, error)
	Action(ctx context.Context, id string) (hookline.Action, error)
	Event(ctx context.Context, id string) (hookline.Event, error)
	Person(ctx context.Context, id string) (hookline.Person, error)
	Journey(ctx context.Context, id string) (hookline.Journey, error)
	// ListBatchEvents tells which events a batch carried, in its body's order.
	ListBatchEvents(ctx context.Context, deliveryID string) ([]hookline.BatchEvent, error)
	// Requeue makes a delivery due at once; KindConflict when its state does
	// not allow it.
	Requeue(ctx context.Context, q hookline.Requeue) error
	// SendDraft makes a draft due at once; KindConflict when it is none any more.
	SendDraft(ctx context.Context, q hookline.Requeue) error
	// SplitBatch makes a delivery of each event of a batch and says of how many;
	// KindConflict when it cannot be.
	SplitBatch(ctx context.Context, deliveryID, askedBy string) (int, error)
}

// Resender makes deliveries due again because a person asked.
type Resender struct {
	store   ResendStore
	compose *compose.Composer
}

// NewResender makes a resender.
func NewResender(store ResendStore, composer *compose.Composer) *Resender {
	return &Resender{store: store, compose: composer}
}

// PreviewResend gives the request that Resend would send, and what its sender
// should know. It changes nothing.
func (r *Resender) PreviewResend(ctx context.Context, deliveryID string, mode Mode) (compose.Made, error) {
	d, err := r.store.DeliveryRow(ctx, deliveryID)
	if err != nil {
		return compose.Made{}, err
	}
	switch mode {
	case Original:
		return r.original(ctx, deliveryID)
	case Each:
		return r.each(ctx, d.Delivery)
	}
	made, _, err := r.Anew(ctx, d.Delivery)
	return made, err
}

// each gives the request of the first of a batch's events, as a batch of one.
func (r *Resender) each(ctx context.Context, d hookline.Delivery) (compose.Made, error) {
	if d.BatchSize == 0 {
		return compose.Made{}, hookline.Conflict("This delivery is no batch, so there are no events to send one by one.")
	}
	made, err := r.original(ctx, d.ID)
	if err != nil {
		return made, err
	}
	var bodies []json.RawMessage
	if err := json.Unmarshal(made.Request.Body, &bodies); err != nil || len(bodies) == 0 {
		return made, hookline.Conflict("The events of this batch cannot be told apart. Resend the original bytes instead.")
	}
	made.Request.Body = hookline.JoinBodies([]hookline.BatchItem{{Body: bodies[0]}})
	return made, nil
}

// Resend makes a delivery due at once. It keeps its idempotency key, so that a
// receiver can tell that it is the same. askedBy is the e-mail of who asked.
func (r *Resender) Resend(ctx context.Context, deliveryID string, mode Mode, askedBy string) error {
	d, err := r.store.DeliveryRow(ctx, deliveryID)
	if err != nil {
		return err
	}
	if d.State == hookline.StateSending {
		return hookline.Conflict("This delivery is being sent right now. Wait for the answer, then decide.")
	}
	if mode == Each {
		_, err := r.store.SplitBatch(ctx, deliveryID, askedBy)
		return err
	}
	q := hookline.Requeue{DeliveryID: deliveryID, AskedBy: askedBy}
	if mode != Original {
		made, version, err := r.Anew(ctx, d.Delivery)
		if err != nil {
			return err
		}
		q.Request, q.ActionVersion = &made.Request, version
	}
	return r.store.Requeue(ctx, q)
}

func (r *Resender) original(ctx context.Context, deliveryID string) (compose.Made, error) {
	requests, err := r.store.ListRequests(ctx, deliveryID)
	if err != nil {
		return compose.Made{}, err
	}
	if len(requests) == 0 {
		return compose.Made{}, hookline.Conflict("No request could be made for this delivery, so there are no original bytes to send. Correct the action and resend it composed anew.")
	}
	if requests[0].BodyDeleted {
		return compose.Made{}, hookline.Conflict(hookline.BodyDeleted)
	}
	return compose.Made{Request: requests[0].Request}, nil
}

// Anew composes a delivery's request by the action as it is now, and says which
// version of it that is. It changes nothing.
func (r *Resender) Anew(ctx context.Context, d hookline.Delivery) (made compose.Made, version int, err error) {
	if d.Origin == hookline.OriginTest && (d.ActionID == "" || d.EventID == "") {
		return made, 0, hookline.Conflict("This was a test of an action that was not saved, or with an example event, so it cannot be composed anew. Resend the original bytes, or send another test.")
	}
	if d.State == hookline.StateDraft {
		if err := r.maySendDraft(ctx, d); err != nil {
			return made, 0, err
		}
	}
	action, err := r.store.Action(ctx, d.ActionID)
	if hookline.KindOf(err) == hookline.KindNotFound {
		return made, 0, hookline.Conflict("The action was deleted, so this cannot be composed anew. Resend the original bytes instead.")
	}
	if err != nil {
		return made, 0, err
	}
	if d.BatchSize > 0 {
		made, err = r.batchAnew(ctx, d, action.Template)
	} else {
		made, err = r.one(ctx, action.Template, d)
	}
	return made, action.Version, err
}

// batchAnew composes each event of a batch anew and joins what still may share
// a request.
func (r *Resender) batchAnew(ctx context.Context, d hookline.Delivery, t hookline.Template) (compose.Made, error) {
	carried, err := r.store.ListBatchEvents(ctx, d.ID)
	if err != nil {
		return compose.Made{}, err
	}
	if len(carried) == 0 {
		return compose.Made{}, hookline.Conflict("The events of this batch were deleted, so it cannot be composed anew. Resend the original bytes instead.")
	}
	var items []hookline.BatchItem
	var all compose.Made
	size := 2
	for _, e := range carried {
		made, err := r.one(ctx, t, hookline.Delivery{EventID: e.EventID, PersonID: e.PersonID})
		if err != nil {
			return made, err
		}
		if len(items) == 0 {
			all.Request = made.Request
		}
		items = append(items, hookline.BatchItem{Body: bytes.TrimSpace(made.Request.Body)})
		size += len(made.Request.Body) + 1
		all.Warnings = append(all.Warnings, made.Warnings...)
		if !sameButBody(all.Request, made.Request) {
			return all, hookline.Conflict("With the action as it is now, the events of this batch no longer go to one address with the same headers. Resend the original bytes instead.")
		}
	}
	if size > hookline.MaxBatchBytes {
		return all, hookline.Conflict("With the action as it is now, this batch would be larger than 4 MB. Resend the original bytes instead.")
	}
	all.Request.Body = hookline.JoinBodies(items)
	return all, nil
}

func sameButBody(a, b hookline.Request) bool {
	return a.Method == b.Method && a.URL == b.URL && slices.Equal(a.Headers, b.Headers)
}

// one composes anew what is owed for the event, person and journey that d names.
func (r *Resender) one(ctx context.Context, t hookline.Template, d hookline.Delivery) (compose.Made, error) {
	roots, err := r.roots(ctx, d)
	if err != nil {
		return compose.Made{}, err
	}
	made, err := r.compose.Preview(ctx, t, roots)
	if e, ok := errors.AsType[*compose.Error](err); ok {
		return made, hookline.Invalid(compose.Reason(e), nil)
	}
	return made, err
}

// roots gives what a request is made from: the person as they are now, and the
// event, or the journey with what it began with and was answered.
func (r *Resender) roots(ctx context.Context, d hookline.Delivery) (compose.Roots, error) {
	person, err := r.person(ctx, d.PersonID)
	if err != nil {
		return compose.Roots{}, err
	}
	if d.JourneyID != "" {
		journey, err := r.store.Journey(ctx, d.JourneyID)
		if hookline.KindOf(err) == hookline.KindNotFound {
			return compose.Roots{}, hookline.Conflict("The journey that sent this was deleted with its campaign, so this cannot be composed anew. Resend the original bytes instead.")
		}
		return compose.OfJourney(&journey, person), err
	}
	roots := compose.Roots{Person: person}
	if d.EventID == "" {
		return roots, nil
	}
	event, err := r.store.Event(ctx, d.EventID)
	if hookline.KindOf(err) == hookline.KindNotFound {
		return roots, hookline.Conflict("The event was deleted, as Settings → Retention says, so this cannot be composed anew. Resend the original bytes instead.")
	}
	roots.Event = &event
	return roots, err
}

// person gives the person as they are now; nil when none is named.
func (r *Resender) person(ctx context.Context, id string) (*hookline.Person, error) {
	if id == "" {
		return nil, nil
	}
	person, err := r.store.Person(ctx, id)
	if hookline.KindOf(err) == hookline.KindNotFound {
		return nil, hookline.Conflict("The person was deleted, so this cannot be composed anew. Resend the original bytes instead.")
	}
	return &person, err
}
