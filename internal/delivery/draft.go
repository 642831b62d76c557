package delivery

import (
	"context"
	"errors"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

// PreviewDraft gives the request that SendDraft would send now, and what its
// sender should know. It changes nothing.
func (r *Resender) PreviewDraft(ctx context.Context, deliveryID string) (compose.Made, error) {
	d, err := r.store.DeliveryRow(ctx, deliveryID)
	if err != nil {
		return compose.Made{}, err
	}
	made, _, err := r.Anew(ctx, d.Delivery)
	return made, plainly(err)
}

// SendDraft makes a draft due at once, composed with the person's attributes of
// this moment. askedBy is the e-mail of who pressed Send.
func (r *Resender) SendDraft(ctx context.Context, deliveryID, askedBy string) error {
	d, err := r.store.DeliveryRow(ctx, deliveryID)
	if err != nil {
		return err
	}
	if d.State != hookline.StateDraft {
		return hookline.ErrNoDraft
	}
	made, version, err := r.Anew(ctx, d.Delivery)
	if err != nil {
		return plainly(err)
	}
	return r.store.SendDraft(ctx, hookline.Requeue{DeliveryID: deliveryID, Request: &made.Request, AskedBy: askedBy, ActionVersion: version})
}

// plainly turns a template's decision not to send into what a page can say.
func plainly(err error) error {
	if cancelled, is := errors.AsType[*compose.Cancelled](err); is {
		return hookline.Conflict(cancelled.Error())
	}
	return err
}

// maySendDraft refuses a draft of whom nothing can or may be sent any more.
func (r *Resender) maySendDraft(ctx context.Context, d hookline.Delivery) error {
	if d.PersonID == "" {
		return hookline.Conflict(hookline.DraftOfNobody)
	}
	person, err := r.store.Person(ctx, d.PersonID)
	switch {
	case hookline.KindOf(err) == hookline.KindNotFound:
		return hookline.Conflict(hookline.DraftOfNobody)
	case err != nil:
		return err
	case person.Suppressed:
		return hookline.Conflict("This person is suppressed, so nothing is sent about them. Discard the draft, or end the suppression on the person’s page first.")
	}
	return nil
}
