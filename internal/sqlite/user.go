package sqlite

import (
	"context"
	"fmt"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const userColumns = "id, email, role, password_hash, disabled, created_at"

func scanUser(r row) (hookline.User, error) {
	var u hookline.User
	var created int64
	err := r.Scan(&u.ID, &u.Email, &u.Role, &u.PasswordHash, &u.Disabled, &created)
	u.CreatedAt = fromMicros(created)
	return u, err
}

// CountUsers counts all users, also the disabled ones.
func (s *Store) CountUsers(ctx context.Context) (int, error) {
	return countUsers(s.reads.QueryRowContext(ctx, countUsersQuery))
}

const countUsersQuery = "select count(*) from users"

func countUsers(r row) (n int, err error) {
	if err = r.Scan(&n); err != nil {
		return 0, fmt.Errorf("count users: %w", err)
	}
	return n, nil
}

// ListUsers gives all users, the oldest first.
func (s *Store) ListUsers(ctx context.Context) ([]hookline.User, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+userColumns+" from users order by id")
	if err != nil {
		return nil, fmt.Errorf("read users: %w", err)
	}
	return collect(rows, scanUser)
}

// User gives one user.
func (s *Store) User(ctx context.Context, id string) (hookline.User, error) {
	u, err := scanUser(s.reads.QueryRowContext(ctx, "select "+userColumns+" from users where id = $1", id))
	return u, found(err, "user")
}

func readUser(t *tx, id string) (hookline.User, error) {
	u, err := scanUser(t.queryRow("select "+userColumns+" from users where id = $1", id))
	return u, found(err, "user")
}

// UserByEmail gives the user with this e-mail address, in upper or lower case.
func (s *Store) UserByEmail(ctx context.Context, email string) (hookline.User, error) {
	u, err := scanUser(s.reads.QueryRowContext(ctx, "select "+userColumns+" from users where email = $1", hookline.NormalEmail(email)))
	return u, found(err, "user")
}

// CreateFirstUser adds the first user, who is an enabled administrator
// whatever u says. It fails with KindConflict when there is any user: the
// count and the insert are one unit, so of two who race one wins.
func (s *Store) CreateFirstUser(ctx context.Context, u hookline.User) (hookline.User, error) {
	u.Role, u.Disabled = hookline.Admin, false
	return s.createUser(ctx, u, func(t *tx) error {
		n, err := countUsers(t.queryRow(countUsersQuery))
		if err != nil {
			return err
		}
		if n > 0 {
			return hookline.Conflict("This Hookline has been set up already. Sign in instead.")
		}
		return nil
	})
}

// CreateUser adds a user. It fails with KindConflict when the e-mail address is
// another user's.
func (s *Store) CreateUser(ctx context.Context, u hookline.User) (hookline.User, error) {
	return s.createUser(ctx, u, func(*tx) error { return nil })
}

func (s *Store) createUser(ctx context.Context, u hookline.User, check func(*tx) error) (hookline.User, error) {
	u.Email = hookline.NormalEmail(u.Email)
	if err := u.Validate(); err != nil {
		return hookline.User{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.User, error) {
		if err := check(t); err != nil {
			return u, err
		}
		u.ID, u.CreatedAt = s.ids.New("usr"), now()
		if err := emailFree(t, u); err != nil {
			return u, err
		}
		if err := insertUser(t, u); err != nil {
			return u, err
		}
		return u, s.note(ctx, t, audit.Make(audit.OfUser(u)))
	})
}

func insertUser(t *tx, u hookline.User) error {
	_, err := t.exec("insert into users ("+userColumns+") values ($1, $2, $3, $4, $5, $6)",
		u.ID, u.Email, string(u.Role), u.PasswordHash, u.Disabled, micros(u.CreatedAt))
	if err != nil {
		return fmt.Errorf("insert user: %w", err)
	}
	return nil
}

// UpdateUser changes everything but id and time. It fails with KindConflict
// when the e-mail address is another user's, and when no enabled administrator
// would be left: then nobody could ever let anybody in again.
func (s *Store) UpdateUser(ctx context.Context, u hookline.User) (hookline.User, error) {
	u.Email = hookline.NormalEmail(u.Email)
	if err := u.Validate(); err != nil {
		return hookline.User{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.User, error) {
		before, err := readUser(t, u.ID)
		if err != nil {
			return u, err
		}
		if err := emailFree(t, u); err != nil {
			return u, err
		}
		stored, err := scanUser(t.queryRow("update users set email = $2, role = $3, password_hash = $4, disabled = $5 where id = $1 returning "+userColumns,
			u.ID, u.Email, string(u.Role), u.PasswordHash, u.Disabled))
		if err := found(err, "user"); err != nil {
			return u, err
		}
		if err := adminLeft(t); err != nil {
			return stored, err
		}
		return stored, s.noteChange(ctx, t, audit.OfUser(before), audit.OfUser(stored))
	})
}

func emailFree(t *tx, u hookline.User) error {
	var n int
	if err := t.queryRow("select count(*) from users where email = $1 and id <> $2", u.Email, u.ID).Scan(&n); err != nil {
		return fmt.Errorf("look up e-mail: %w", err)
	}
	if n == 0 {
		return nil
	}
	taken := hookline.Conflict("The user could not be saved.")
	taken.Fields = map[string]string{"email": "Another user has this e-mail address. Use a different one."}
	return taken
}

func adminLeft(t *tx) error {
	var n int
	if err := t.queryRow("select count(*) from users where role = $1 and disabled = $2", string(hookline.Admin), false).Scan(&n); err != nil {
		return fmt.Errorf("count administrators: %w", err)
	}
	if n == 0 {
		return hookline.Conflict("This is the last enabled administrator. Make somebody else an administrator first.")
	}
	return nil
}
