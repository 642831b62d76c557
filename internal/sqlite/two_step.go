package sqlite

import (
	"context"
	"fmt"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// TwoStep says how somebody is asked for a code.
func (s *Store) TwoStep(ctx context.Context, userID string) (hookline.TwoStep, error) {
	t := hookline.TwoStep{UserID: userID}
	var made int64
	err := s.reads.QueryRowContext(ctx, "select sealed, made_at, used, (select count(*) from recovery_codes where user_id = $1) from two_steps where user_id = $1", userID).
		Scan(&t.Sealed, &made, &t.Used, &t.Recovery)
	t.MadeAt = fromMicros(made)
	return t, found(err, "two-step sign-in")
}

// SetTwoStep turns it on, in the place of what was, with the hashes of new
// recovery codes.
func (s *Store) SetTwoStep(ctx context.Context, two hookline.TwoStep, recovery []string) error {
	return s.write(ctx, func(t *tx) error {
		user, err := readUser(t, two.UserID)
		if err != nil {
			return err
		}
		if _, err := forgetTwoStep(t, user.ID); err != nil {
			return err
		}
		_, err = t.exec("insert into two_steps (user_id, sealed, made_at, used) values ($1, $2, $3, $4)", user.ID, two.Sealed, micros(two.MadeAt), two.Used)
		if err != nil {
			return fmt.Errorf("insert two-step sign-in: %w", err)
		}
		for _, hash := range recovery {
			if _, err := t.exec("insert into recovery_codes (user_id, hash) values ($1, $2)", user.ID, hash); err != nil {
				return fmt.Errorf("insert recovery code: %w", err)
			}
		}
		return s.note(ctx, t, audit.OfUser(user).Say(audit.Changed, "two-step sign-in turned on"))
	})
}

func forgetTwoStep(t *tx, userID string) (n int64, err error) {
	if _, err = t.exec("delete from recovery_codes where user_id = $1", userID); err == nil {
		n, err = t.exec("delete from two_steps where user_id = $1", userID)
	}
	return n, wrapped(err, "delete two-step sign-in")
}

// UseStep takes the code of a step. It fails with KindConflict when that of this
// step or a later one was taken before: of two who come with one code one wins.
func (s *Store) UseStep(ctx context.Context, userID string, step int64) error {
	return s.write(ctx, func(t *tx) error {
		n, err := t.exec("update two_steps set used = $2 where user_id = $1 and used < $2", userID, step)
		if err != nil {
			return fmt.Errorf("use code: %w", err)
		}
		if n == 0 {
			return hookline.Conflict("This code was used already.")
		}
		return nil
	})
}

// UseRecoveryCode takes a recovery code, which is gone with it. It fails with
// KindNotFound when there is none such.
func (s *Store) UseRecoveryCode(ctx context.Context, userID, hash string) error {
	return s.write(ctx, func(t *tx) error {
		n, err := t.exec("delete from recovery_codes where user_id = $1 and hash = $2", userID, hash)
		if err != nil {
			return fmt.Errorf("use recovery code: %w", err)
		}
		if n == 0 {
			return hookline.NotFound("recovery code")
		}
		return nil
	})
}

// DeleteTwoStep turns it off. It fails with KindNotFound when it is not on.
func (s *Store) DeleteTwoStep(ctx context.Context, userID string) error {
	return s.write(ctx, func(t *tx) error {
		user, err := readUser(t, userID)
		if err != nil {
			return err
		}
		n, err := forgetTwoStep(t, userID)
		if err != nil {
			return err
		}
		if n == 0 {
			return hookline.NotFound("two-step sign-in")
		}
		return s.note(ctx, t, audit.OfUser(user).Say(audit.Changed, "two-step sign-in turned off"))
	})
}
