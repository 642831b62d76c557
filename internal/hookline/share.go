package hookline

import (
	"crypto/rand"
	"time"
)

// Share lets whoever has its link look at one delivery, without signing in and
// without what is secret. Only the hash of its code is kept.
type Share struct {
	ID         string // shr_…
	CodeHash   string // hex SHA-256 of the code in the link
	DeliveryID string
	MadeBy     string // the e-mail of who shared
	CreatedAt  time.Time
	ExpiresAt  time.Time
}

// ShareSpans lists how long a link can work, shortest first.
func ShareSpans() []time.Duration {
	return []time.Duration{time.Hour, 24 * time.Hour, 7 * 24 * time.Hour}
}

// Validate says at each field what is wrong; nil when nothing is. It goes by the
// times.
func (s Share) Validate() error {
	f := fields{}
	known := false
	for _, span := range ShareSpans() {
		known = known || s.ExpiresAt.Sub(s.CreatedAt) == span
	}
	f.check(known, "lasts", "Choose how long the link works.")
	return f.err("The link was not made.")
}

// Unguessable makes a text of 256 random bits, for links that let somebody in
// without signing in.
func Unguessable() string {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails since Go 1.24
	return idAlphabet.EncodeToString(raw[:])
}
