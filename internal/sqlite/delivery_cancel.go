package sqlite

import (
	"context"
	"fmt"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// CancelDelivery makes a delivery that is owed a failed one, because a person
// asked; the reason says who and when. It fails with KindConflict when it is not
// owed. Failures are left as they are: there is nothing to repair in what
// somebody gave up.
func (s *Store) CancelDelivery(ctx context.Context, id, by string) error {
	at := now()
	return s.write(ctx, func(t *tx) error {
		d, err := scanDelivery(t.queryRow("select "+deliveryColumns+" from deliveries where id = $1", hookline.KeyOf(id)))
		if err := found(err, "delivery"); err != nil {
			return err
		}
		if !d.State.Owed() {
			return hookline.Conflict("This webhook does not wait to be sent, so there is nothing to cancel.")
		}
		_, err = t.exec("update deliveries set state = 'failed', reason = $2, next_attempt_at = 0, asked_by = '', updated_at = $3 where id = $1",
			hookline.KeyOf(id), d.CancelledReason(by, at), micros(at))
		if err != nil {
			return fmt.Errorf("cancel delivery: %w", err)
		}
		if err := endStep(t, d.JourneyID, hookline.KeyOf(id), nil); err != nil {
			return err
		}
		changedDelivery(t, d)
		return s.noteDelivery(ctx, t, d, audit.Cancelled, "")
	})
}
