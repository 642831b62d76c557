package delivery

import (
	"context"
	"errors"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

// Mode says what a resend sends.
type Mode string

// The modes.
const (
	Current  Mode = "current"  // composed anew: the action's template and the person as they are now
	Original Mode = "original" // the first request, byte for byte
)

// ResendStore is what a resend reads and writes.
type ResendStore interface {
	DeliveryRow(ctx context.Context, id string) (hookline.DeliveryRow, error)
	ListRequests(ctx context.Context, deliveryID string) ([]hookline.RequestMade, error)
	Action(ctx context.Context, id string) (hookline.Action, error)
	Event(ctx context.Context, id string) (hookline.Event, error)
	Person(ctx context.Context, id string) (hookline.Person, error)
	// Requeue makes a delivery due at once; KindConflict when its state does
	// not allow it.
	Requeue(ctx context.Context, q hookline.Requeue) error
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
	if mode == Original {
		return r.original(ctx, deliveryID)
	}
	return r.anew(ctx, d.Delivery)
}

// Resend makes a delivery due at once. It keeps its idempotency key, so that a
// receiver can tell that it is the same. askedBy is the e-mail of who asked.
func (r *Resender) Resend(ctx context.Context, deliveryID string, mode Mode, askedBy string) error {
	q := hookline.Requeue{DeliveryID: deliveryID, AskedBy: askedBy}
	if mode != Original {
		made, err := r.PreviewResend(ctx, deliveryID, mode)
		if err != nil {
			return err
		}
		q.Request = &made.Request
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
	return compose.Made{Request: requests[0].Request}, nil
}

func (r *Resender) anew(ctx context.Context, d hookline.Delivery) (compose.Made, error) {
	action, err := r.store.Action(ctx, d.ActionID)
	if hookline.KindOf(err) == hookline.KindNotFound {
		return compose.Made{}, hookline.Conflict("The action was deleted, so this cannot be composed anew. Resend the original bytes instead.")
	}
	if err != nil {
		return compose.Made{}, err
	}
	roots, err := r.roots(ctx, d)
	if err != nil {
		return compose.Made{}, err
	}
	made, err := r.compose.Preview(ctx, action.Template, roots)
	if e, ok := errors.AsType[*compose.Error](err); ok {
		return made, hookline.Invalid(compose.Reason(e), nil)
	}
	return made, err
}

// roots gives the event, and the person as they are now.
func (r *Resender) roots(ctx context.Context, d hookline.Delivery) (compose.Roots, error) {
	var roots compose.Roots
	if d.EventID != "" {
		event, err := r.store.Event(ctx, d.EventID)
		if err != nil {
			return roots, err
		}
		roots.Event = &event
	}
	if d.PersonID == "" {
		return roots, nil
	}
	person, err := r.store.Person(ctx, d.PersonID)
	if hookline.KindOf(err) == hookline.KindNotFound {
		return roots, hookline.Conflict("The person was deleted, so this cannot be composed anew. Resend the original bytes instead.")
	}
	if err != nil {
		return roots, err
	}
	roots.Person = &person
	return roots, nil
}
