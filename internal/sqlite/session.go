package sqlite

import (
	"context"
	"fmt"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const sessionColumns = "id_hash, user_id, created_at, last_seen_at, expires_at, agent, address"

func scanSession(r row) (hookline.Session, error) {
	var s hookline.Session
	var created, seen, expires int64
	err := r.Scan(&s.IDHash, &s.UserID, &created, &seen, &expires, &s.Agent, &s.Address)
	s.CreatedAt, s.LastSeenAt, s.ExpiresAt = fromMicros(created), fromMicros(seen), fromMicros(expires)
	return s, err
}

// CreateSession adds a session of a user who exists. It also sweeps out the
// sessions that have expired, which nobody else would.
func (s *Store) CreateSession(ctx context.Context, one hookline.Session) error {
	at := micros(now())
	return s.write(ctx, func(t *tx) error {
		if _, err := t.exec("delete from sessions where expires_at <= $1", at); err != nil {
			return fmt.Errorf("delete expired sessions: %w", err)
		}
		user, err := readUser(t, one.UserID)
		if err != nil {
			return err
		}
		_, err = t.exec("insert into sessions ("+sessionColumns+") values ($1, $2, $3, $4, $5, $6, $7)",
			one.IDHash, one.UserID, micros(one.CreatedAt), micros(one.LastSeenAt), micros(one.ExpiresAt), hookline.CutAgent(one.Agent), one.Address)
		if err != nil {
			return fmt.Errorf("insert session: %w", err)
		}
		return s.noteSignIn(ctx, t, user)
	})
}

// noteSignIn keeps that a user came in, from where the stranger was who asked.
func (s *Store) noteSignIn(ctx context.Context, t *tx, user hookline.User) error {
	stranger, known := audit.By(ctx)
	if !known {
		return nil
	}
	by := audit.Actor{Kind: audit.User, ID: user.ID, Name: user.Email, From: stranger.From}
	return s.noteOf(t, by, audit.OfUser(user).Say(audit.SignedIn, ""))
}

// Session gives one session, also one that has expired: when a session ends is
// for those to judge who know the rules.
func (s *Store) Session(ctx context.Context, idHash string) (hookline.Session, error) {
	one, err := scanSession(s.reads.QueryRowContext(ctx, "select "+sessionColumns+" from sessions where id_hash = $1", idHash))
	return one, found(err, "session")
}

// TouchSession notes a use of the session. Of two uses the later one counts,
// in whatever order they are told.
func (s *Store) TouchSession(ctx context.Context, idHash string, at time.Time) error {
	return s.write(ctx, func(t *tx) error {
		n, err := t.exec("update sessions set last_seen_at = case when last_seen_at < $2 then $2 else last_seen_at end where id_hash = $1",
			idHash, micros(at))
		if err != nil {
			return fmt.Errorf("touch session: %w", err)
		}
		if n == 0 {
			return hookline.NotFound("session")
		}
		return nil
	})
}

// DeleteSession ends a session. To end one that is not there is no error.
func (s *Store) DeleteSession(ctx context.Context, idHash string) error {
	return s.deleteSessions(ctx, "delete from sessions where id_hash = $1", idHash)
}

// DeleteSessionsOf ends all sessions of a user but one; "" spares none.
func (s *Store) DeleteSessionsOf(ctx context.Context, userID, exceptIDHash string) error {
	return s.deleteSessions(ctx, "delete from sessions where user_id = $1 and id_hash <> $2", userID, exceptIDHash)
}

func (s *Store) deleteSessions(ctx context.Context, statement string, args ...any) error {
	return s.write(ctx, func(t *tx) error {
		if _, err := t.exec(statement, args...); err != nil {
			return fmt.Errorf("delete sessions: %w", err)
		}
		return nil
	})
}

// ListSessions gives the sessions of a user, the last one used first, also those
// that have expired.
func (s *Store) ListSessions(ctx context.Context, userID string) ([]hookline.Session, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+sessionColumns+" from sessions where user_id = $1 order by last_seen_at desc, id_hash", userID)
	if err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	return collect(rows, scanSession)
}

// EndSessions ends those of a user's sessions that a person chose. The remark
// goes into the audit log, for each one that was there.
func (s *Store) EndSessions(ctx context.Context, userID string, ends []hookline.SessionEnd) error {
	return s.write(ctx, func(t *tx) error {
		user, err := readUser(t, userID)
		if err != nil {
			return err
		}
		for _, end := range ends {
			n, err := t.exec("delete from sessions where id_hash = $1 and user_id = $2", end.IDHash, userID)
			if err != nil {
				return fmt.Errorf("end session: %w", err)
			}
			if n == 0 {
				continue // it has ended by itself
			}
			if err := s.note(ctx, t, audit.OfUser(user).Say(audit.SignedOut, end.Remark)); err != nil {
				return err
			}
		}
		return nil
	})
}
