package sqlite

import (
	"context"
	"fmt"
	"strings"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const tokenColumns = "id, name, hash, scope, made_by, created_at, last_used_at"

func scanToken(r row) (hookline.Token, error) {
	var one hookline.Token
	var created, used int64
	err := r.Scan(&one.ID, &one.Name, &one.Hash, &one.Scope, &one.MadeBy, &created, &used)
	one.CreatedAt, one.LastUsedAt = fromMicros(created), fromMicros(used)
	return one, err
}

// ListTokens gives all tokens, the oldest first.
func (s *Store) ListTokens(ctx context.Context) ([]hookline.Token, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+tokenColumns+" from tokens order by id")
	if err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	return collect(rows, scanToken)
}

// Token gives one token.
func (s *Store) Token(ctx context.Context, id string) (hookline.Token, error) {
	one, err := scanToken(s.reads.QueryRowContext(ctx, "select "+tokenColumns+" from tokens where id = $1", id))
	return one, found(err, "token")
}

// TokenByHash gives the token with this hash. It is looked up each time, so a
// revoked token is refused from the next call on.
func (s *Store) TokenByHash(ctx context.Context, hash string) (hookline.Token, error) {
	one, err := scanToken(s.reads.QueryRowContext(ctx, "select "+tokenColumns+" from tokens where hash = $1", hash))
	return one, found(err, "token")
}

// CreateToken adds a token and gives it its id and time.
func (s *Store) CreateToken(ctx context.Context, one hookline.Token) (hookline.Token, error) {
	one.Name = strings.TrimSpace(one.Name)
	if err := one.Validate(); err != nil {
		return hookline.Token{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Token, error) {
		one.ID, one.CreatedAt = s.ids.New("tok"), now()
		_, err := t.exec("insert into tokens ("+tokenColumns+") values ($1, $2, $3, $4, $5, $6, $7)",
			one.ID, one.Name, one.Hash, string(one.Scope), one.MadeBy, micros(one.CreatedAt), micros(one.LastUsedAt))
		if err != nil {
			return one, fmt.Errorf("insert token: %w", err)
		}
		return one, s.note(ctx, t, audit.Make(audit.OfToken(one)))
	})
}

// TouchToken notes a use of a token. Of two uses the later one counts.
func (s *Store) TouchToken(ctx context.Context, id string, at time.Time) error {
	return s.write(ctx, func(t *tx) error {
		n, err := t.exec("update tokens set last_used_at = case when last_used_at < $2 then $2 else last_used_at end where id = $1", id, micros(at))
		if err != nil {
			return fmt.Errorf("touch token: %w", err)
		}
		if n == 0 {
			return hookline.NotFound("token")
		}
		return nil
	})
}

// DeleteToken revokes a token, with the answers that were kept for it.
func (s *Store) DeleteToken(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		before, err := scanToken(t.queryRow("select "+tokenColumns+" from tokens where id = $1", id))
		if err := found(err, "token"); err != nil {
			return err
		}
		if err := deleteOne(t, "delete from tokens where id = $1", id, "token"); err != nil {
			return err
		}
		return s.note(ctx, t, audit.Delete(audit.OfToken(before)))
	})
}
