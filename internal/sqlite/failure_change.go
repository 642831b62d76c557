package sqlite

import (
	"context"
	"fmt"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// ChangeFailure does with a failure what somebody asks for, as one unit, and notes
// each thing that it changed. It fails with KindInvalid when it is to be assigned
// to who could not look after it.
func (s *Store) ChangeFailure(ctx context.Context, id string, c hookline.FailureChange) error {
	at := now()
	c, err := c.Tidy(at)
	if err != nil {
		return err
	}
	key := hookline.KeyOf(id)
	return s.write(ctx, func(t *tx) error {
		f, _, err := scanFailure(t.queryRow("select "+failureColumns+" from failures where id = $1", key))
		if err := found(err, "failure"); err != nil {
			return err
		}
		name, err := actionName(t, f.ActionID)
		if err != nil {
			return err
		}
		t.changed(hookline.TopicFailures)
		note := func(deed hookline.FailureDeed, text string) error {
			if err := s.noteFailure(t, key, hookline.FailureNote{By: c.By, At: at, Deed: deed, Text: text}); err != nil {
				return err
			}
			return s.note(ctx, t, audit.OfFailure(f, name).Say(audit.Changed, audit.FailureRemark(deed, text)))
		}
		if c.Assign && c.AssignTo != f.AssignedTo {
			email, err := assignFailure(t, key, c.AssignTo)
			if err != nil {
				return err
			}
			if err := note(hookline.DeedAssign, email); err != nil {
				return err
			}
		}
		if err := turnFailure(t, key, f, c, at, note); err != nil || c.Note == "" {
			return err
		}
		return note(hookline.DeedNote, c.Note)
	})
}

// assignFailure gives the e-mail of whom it is now; "" for nobody.
func assignFailure(t *tx, key int64, userID string) (email string, err error) {
	if userID != "" {
		u, err := readUser(t, userID)
		if hookline.KindOf(err) == hookline.KindNotFound || err == nil && (u.Disabled || !u.Role.Allows(hookline.Support)) {
			return "", hookline.Invalid("The failure was not changed.", map[string]string{"assigned_to": "Choose somebody who may look after failures: support staff, an editor or an administrator."})
		}
		if err != nil {
			return "", err
		}
		email = u.Email
	}
	_, err = t.exec("update failures set assigned_to = $2 where id = $1", key, userID)
	return email, wrapped(err, "assign failure")
}

// turnFailure changes the state of a failure.
func turnFailure(t *tx, key int64, f hookline.Failure, c hookline.FailureChange, at time.Time, note func(hookline.FailureDeed, string) error) error {
	switch {
	case c.State == "", c.State == f.State && c.State != hookline.FailureSnoozed:
		return nil
	case c.State == hookline.FailureResolved:
		if err := resolveFailure(t, key); err != nil {
			return err
		}
		return note(hookline.DeedResolve, "")
	}
	if f.State == hookline.FailureResolved {
		if err := openFailure(t, key, at); err != nil {
			return err
		}
	}
	_, err := t.exec("update failures set state = $2, snoozed_until = $3 where id = $1", key, string(c.State), micros(c.SnoozedUntil))
	if err != nil {
		return fmt.Errorf("change failure: %w", err)
	}
	if c.State == hookline.FailureSnoozed {
		return note(hookline.DeedSnooze, c.SnoozedUntil.UTC().Format(time.RFC3339))
	}
	return note(hookline.DeedReopen, "")
}
