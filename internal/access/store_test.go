package access

import (
	"context"
	"maps"
	"sync"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// memory is a Store that keeps the promises of the real one for as long as a test runs. The real one lives on a level
// above this package, and its goroutines and files do not go together with synctest's clock.
type memory struct {
	invitationStore // the tests of the pages invite, with the real store
	shareStore      // and share

	mu       sync.Mutex
	ids      hookline.IDs
	users    map[string]hookline.User
	sessions map[string]hookline.Session
	tokens   map[string]hookline.Token // by hash
	touches  int
	broken   error // what every read answers when set

	steps    map[string]hookline.TwoStep
	recovery map[string]bool // by user and hash

	untouchable error // what noting a token's use answers
}

func newMemory() *memory {
	return &memory{users: map[string]hookline.User{}, sessions: map[string]hookline.Session{}, tokens: map[string]hookline.Token{}, steps: map[string]hookline.TwoStep{}, recovery: map[string]bool{}}
}

func (m *memory) CountUsers(context.Context) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.users), m.broken
}

func (m *memory) CreateFirstUser(_ context.Context, u hookline.User) (hookline.User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.users) > 0 {
		return hookline.User{}, hookline.Conflict("There is a user already.")
	}
	return m.add(u), nil
}

func (m *memory) CreateUser(_ context.Context, u hookline.User) (hookline.User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, other := range m.users {
		if other.Email == u.Email {
			return hookline.User{}, hookline.Conflict("This e-mail address is taken.")
		}
	}
	return m.add(u), nil
}

func (m *memory) add(u hookline.User) hookline.User {
	u.ID, u.CreatedAt = m.ids.New("usr"), time.Now()
	m.users[u.ID] = u
	return u
}

func (m *memory) UserByEmail(_ context.Context, email string) (hookline.User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, u := range m.users {
		if u.Email == email {
			return u, m.broken
		}
	}
	return hookline.User{}, hookline.NotFound("user")
}

func (m *memory) User(_ context.Context, id string) (hookline.User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	u, ok := m.users[id]
	if !ok {
		return u, hookline.NotFound("user")
	}
	return u, m.broken
}

func (m *memory) UpdateUser(_ context.Context, u hookline.User) (hookline.User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.users[u.ID] = u
	return u, m.broken
}

func (m *memory) CreateSession(_ context.Context, s hookline.Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[s.IDHash] = s
	return m.broken
}

func (m *memory) Session(_ context.Context, idHash string) (hookline.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[idHash]
	if m.broken != nil {
		return s, m.broken
	}
	if !ok {
		return s, hookline.NotFound("session")
	}
	return s, nil
}

func (m *memory) TouchSession(_ context.Context, idHash string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.sessions[idHash]
	s.LastSeenAt = at
	m.sessions[idHash] = s
	m.touches++
	return nil
}

func (m *memory) DeleteSession(_ context.Context, idHash string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, idHash)
	return nil
}

func (m *memory) ListSessions(_ context.Context, userID string) ([]hookline.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []hookline.Session
	for _, s := range m.sessions {
		if s.UserID == userID {
			all = append(all, s)
		}
	}
	return all, m.broken
}

func (m *memory) EndSessions(_ context.Context, userID string, ends []hookline.SessionEnd) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, end := range ends {
		if m.sessions[end.IDHash].UserID == userID {
			delete(m.sessions, end.IDHash)
		}
	}
	return m.broken
}

func (m *memory) DeleteSessionsOf(_ context.Context, userID, exceptIDHash string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.sessions, func(hash string, s hookline.Session) bool {
		return s.UserID == userID && hash != exceptIDHash
	})
	return nil
}

func (m *memory) TwoStep(_ context.Context, userID string) (hookline.TwoStep, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, ok := m.steps[userID]
	if !ok {
		return t, hookline.NotFound("two-step sign-in")
	}
	return t, m.broken
}

func (m *memory) SetTwoStep(_ context.Context, t hookline.TwoStep, recovery []string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.steps[t.UserID] = t
	for _, hash := range recovery {
		m.recovery[t.UserID+hash] = true
	}
	return m.broken
}

func (m *memory) UseStep(_ context.Context, userID string, step int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.steps[userID]
	if t.Used >= step {
		return hookline.Conflict("This code was used already.")
	}
	t.Used = step
	m.steps[userID] = t
	return m.broken
}

func (m *memory) UseRecoveryCode(_ context.Context, userID, hash string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.recovery[userID+hash] {
		return hookline.NotFound("recovery code")
	}
	delete(m.recovery, userID+hash)
	return m.broken
}

func (m *memory) DeleteTwoStep(_ context.Context, userID string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, on := m.steps[userID]; !on {
		return hookline.NotFound("two-step sign-in")
	}
	delete(m.steps, userID)
	return m.broken
}

func (m *memory) CreateToken(_ context.Context, t hookline.Token) (hookline.Token, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := t.Validate(); err != nil {
		return hookline.Token{}, err
	}
	t.ID, t.CreatedAt = m.ids.New("tok"), time.Now()
	m.tokens[t.Hash] = t
	return t, m.broken
}

func (m *memory) TokenByHash(_ context.Context, hash string) (hookline.Token, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, ok := m.tokens[hash]
	if m.broken == nil && !ok {
		return t, hookline.NotFound("token")
	}
	return t, m.broken
}

func (m *memory) TouchToken(_ context.Context, id string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for hash, t := range m.tokens {
		if t.ID == id {
			t.LastUsedAt = at
			m.tokens[hash] = t
			m.touches++
		}
	}
	return m.untouchable
}

// guessAccount tries as often as nothing has to be waited for, without spending a hash on each.
func guessAccount(t *testing.T, d *Desk, s SignIn, times int) {
	t.Helper()
	for range times {
		if wait := d.accounts.begin(guess{s.Email, s.Password, s.Device}.key()); wait > 0 {
			t.Fatalf("a free try waits %v", wait)
		}
	}
}

// later moves what a throttle remembers of an account into the past.
func later(th *throttle, s SignIn, by time.Duration) {
	slot := th.slot(guess{email: s.Email, device: s.Device}.key())
	slot.last, slot.until = slot.last.Add(-by), slot.until.Add(-by)
}

func contextEndingSoon(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), time.Millisecond)
}
