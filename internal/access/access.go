// Package access answers two questions: who is it, and may they. It keeps
// users, checks passwords, slows guessing down, begins and ends sessions, and
// knows the tokens of programs.
package access

import (
	"context"
	"sync/atomic"
	"time"

	"hookline/internal/hookline"
)

// Store keeps users, sessions, tokens, invitations and two-step sign-in.
type Store interface {
	userStore
	sessionStore
	tokenStore
	invitationStore
	shareStore
	twoStepStore
}

type userStore interface {
	CountUsers(ctx context.Context) (int, error)
	CreateFirstUser(ctx context.Context, u hookline.User) (hookline.User, error)
	CreateUser(ctx context.Context, u hookline.User) (hookline.User, error)
	UserByEmail(ctx context.Context, email string) (hookline.User, error)
	User(ctx context.Context, id string) (hookline.User, error)
	UpdateUser(ctx context.Context, u hookline.User) (hookline.User, error)
}

type sessionStore interface {
	CreateSession(ctx context.Context, s hookline.Session) error
	Session(ctx context.Context, idHash string) (hookline.Session, error)
	TouchSession(ctx context.Context, idHash string, at time.Time) error
	DeleteSession(ctx context.Context, idHash string) error
	ListSessions(ctx context.Context, userID string) ([]hookline.Session, error)
	EndSessions(ctx context.Context, userID string, ends []hookline.SessionEnd) error
	DeleteSessionsOf(ctx context.Context, userID, exceptIDHash string) error
}

// Config is what a Desk needs. Idle and Absolute end a session: so long after
// its last use, and so long after its beginning; 0 means the default.
type Config struct {
	Store    Store
	Keys     Keys // seals the keys of two-step sign-in, which without it nobody can turn on
	Idle     time.Duration
	Absolute time.Duration
}

// The defaults of Config (OWASP ASVS 7.3: both ends documented and settable).
const (
	DefaultIdle     = 30 * time.Minute
	DefaultAbsolute = 12 * time.Hour
)

// Desk is where people show who they are. Safe for concurrent use.
type Desk struct {
	store    Store
	keys     Keys
	idle     time.Duration
	absolute time.Duration

	hashing   chan struct{} // a place for each hash that may run at a time
	nobody    string        // the hash that is checked when there is no such user
	accounts  *throttle
	addresses *throttle
	inUse     atomic.Bool // a user was seen; users are never deleted, so it stays true
}

// New makes a Desk.
func New(c Config) *Desk {
	d := &Desk{
		store:     c.Store,
		keys:      c.Keys,
		idle:      c.Idle,
		absolute:  c.Absolute,
		hashing:   make(chan struct{}, maxHashing),
		nobody:    hashPassword(hookline.Secret()),
		accounts:  newThrottle(freePerAccount),
		addresses: newThrottle(freePerAddress),
	}
	if d.idle <= 0 {
		d.idle = DefaultIdle
	}
	if d.absolute <= 0 {
		d.absolute = DefaultAbsolute
	}
	return d
}

// Absolute is the longest that a session lasts.
func (d *Desk) Absolute() time.Duration { return d.absolute }

// InUse says whether there is any user, so that nobody needs to be made first.
func (d *Desk) InUse(ctx context.Context) (bool, error) {
	if d.inUse.Load() {
		return true, nil
	}
	n, err := d.store.CountUsers(ctx)
	if err != nil {
		return false, err
	}
	d.inUse.Store(n > 0)
	return n > 0, nil
}
