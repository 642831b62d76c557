package sqlite

import (
	"context"
	"fmt"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const invitationColumns = "id, code_hash, email, role, made_by, created_at, expires_at"

func scanInvitation(r row) (hookline.Invitation, error) {
	var i hookline.Invitation
	var created, expires int64
	err := r.Scan(&i.ID, &i.CodeHash, &i.Email, &i.Role, &i.MadeBy, &created, &expires)
	i.CreatedAt, i.ExpiresAt = fromMicros(created), fromMicros(expires)
	return i, err
}

// ListInvitations gives those that can still be taken, the oldest first.
func (s *Store) ListInvitations(ctx context.Context) ([]hookline.Invitation, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+invitationColumns+" from invitations where expires_at > $1 order by id", micros(now()))
	if err != nil {
		return nil, fmt.Errorf("read invitations: %w", err)
	}
	return collect(rows, scanInvitation)
}

// CreateInvitation adds an invitation, in place of one that the same address
// has, and sweeps out those that have expired. It fails with KindConflict when
// the address is a user's.
func (s *Store) CreateInvitation(ctx context.Context, one hookline.Invitation) (hookline.Invitation, error) {
	one.Email = hookline.NormalEmail(one.Email)
	if err := one.Validate(); err != nil {
		return hookline.Invitation{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Invitation, error) {
		one.ID, one.CreatedAt = s.ids.New("inv"), now()
		one.ExpiresAt = one.CreatedAt.Add(hookline.InvitationLasts)
		if err := emailFree(t, hookline.User{Email: one.Email}); err != nil {
			return one, err
		}
		if _, err := t.exec("delete from invitations where email = $1 or expires_at <= $2", one.Email, micros(one.CreatedAt)); err != nil {
			return one, fmt.Errorf("delete invitations: %w", err)
		}
		_, err := t.exec("insert into invitations ("+invitationColumns+") values ($1, $2, $3, $4, $5, $6, $7)",
			one.ID, one.CodeHash, one.Email, string(one.Role), one.MadeBy, micros(one.CreatedAt), micros(one.ExpiresAt))
		if err != nil {
			return one, fmt.Errorf("insert invitation: %w", err)
		}
		return one, s.note(ctx, t, audit.Make(audit.OfInvitation(one)))
	})
}

// Invitation gives the invitation with this code while it can be taken.
func (s *Store) Invitation(ctx context.Context, codeHash string) (hookline.Invitation, error) {
	one, err := scanInvitation(s.reads.QueryRowContext(ctx, invitationQuery, codeHash, micros(now())))
	return one, found(err, "invitation")
}

const invitationQuery = "select " + invitationColumns + " from invitations where code_hash = $1 and expires_at > $2"

// TakeInvitation makes the user who was invited. Of many who take an invitation
// at once one becomes the user; the others hear that there is none.
func (s *Store) TakeInvitation(ctx context.Context, codeHash, passwordHash string) (hookline.User, error) {
	at := now()
	return writeFor(ctx, s, func(t *tx) (hookline.User, error) {
		one, err := scanInvitation(t.queryRow(invitationQuery, codeHash, micros(at)))
		if err := found(err, "invitation"); err != nil {
			return hookline.User{}, err
		}
		if err := deleteOne(t, "delete from invitations where id = $1", one.ID, "invitation"); err != nil {
			return hookline.User{}, err
		}
		return s.insertInvited(ctx, t, one, hookline.User{Email: one.Email, Role: one.Role, PasswordHash: passwordHash}, at)
	})
}

func (s *Store) insertInvited(ctx context.Context, t *tx, one hookline.Invitation, u hookline.User, at time.Time) (hookline.User, error) {
	u.ID, u.CreatedAt = s.ids.New("usr"), at
	if err := emailFree(t, u); err != nil {
		return u, err
	}
	if err := insertUser(t, u); err != nil {
		return u, err
	}
	made := audit.Make(audit.OfUser(u))
	made.Remark = "invited by " + one.MadeBy
	return u, s.note(ctx, t, made)
}

// DeleteInvitation withdraws an invitation.
func (s *Store) DeleteInvitation(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		before, err := scanInvitation(t.queryRow("select "+invitationColumns+" from invitations where id = $1", id))
		if err := found(err, "invitation"); err != nil {
			return err
		}
		if err := deleteOne(t, "delete from invitations where id = $1", id, "invitation"); err != nil {
			return err
		}
		return s.note(ctx, t, audit.Delete(audit.OfInvitation(before)))
	})
}
