package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"hookline/internal/hookline"
)

type replayStore interface {
	BeginReplay(ctx context.Context, p hookline.Replay) (before hookline.Replay, known bool, err error)
	EndReplay(ctx context.Context, p hookline.Replay) error
}

// maxReplayKey is the longest Idempotency-Key, in bytes.
const maxReplayKey = 255

// answerOnce makes a thing once, however often the call comes: the second call
// gets the first one's answer. A call that was refused leaves nothing behind,
// so it may be corrected under its key.
func (m *manage) answerOnce(c *call, found *route, key string) error {
	if len(key) > maxReplayKey {
		return hookline.Invalid("This Idempotency-Key is too long: at most 255 bytes.", nil)
	}
	p := hookline.Replay{TokenID: c.token.ID, Key: key, Hash: c.fingerprint(), At: time.Now()}
	before, known, err := m.Store.BeginReplay(c.Context(), p)
	if err != nil {
		return err
	}
	if known {
		return c.replay(before, p.Hash)
	}
	// The caller may hang up between making and keeping the answer.
	c.Request = c.WithContext(context.WithoutCancel(c.Context()))
	given, err := found.run(c)
	if err != nil {
		m.endReplay(c, p)
		return err
	}
	if p.Status, p.Body, err = c.encode(found, given); err != nil {
		return err
	}
	m.endReplay(c, p)
	c.write(p.Status, p.Body)
	return nil
}

// endReplay has nobody to tell when it fails: the thing is made, and the key
// answers that nobody knows until it is forgotten.
func (m *manage) endReplay(c *call, p hookline.Replay) {
	if err := m.Store.EndReplay(c.Context(), p); err != nil {
		m.Logger.ErrorContext(c.Context(), "keep answer for Idempotency-Key", "token", c.token.ID, "problem", err)
	}
}

// replay answers a call that came before.
func (c *call) replay(before hookline.Replay, hash string) error {
	switch {
	case before.Hash != hash:
		return hookline.Conflict("This Idempotency-Key belongs to another call. Use a new key for a new call; a key is forgotten after 24 hours.")
	case before.Status == 0:
		return hookline.Conflict("A call with this Idempotency-Key has begun and has no answer. Try again in a moment; if this stays so, look whether the thing was made, and use a new key if not.")
	}
	c.w.Header().Set("Idempotency-Replayed", "true")
	c.write(before.Status, before.Body)
	return nil
}

// fingerprint tells one call from another.
func (c *call) fingerprint() string {
	sum := sha256.New()
	for _, part := range []string{c.Method, "\n", c.URL.EscapedPath(), "\n"} {
		sum.Write([]byte(part))
	}
	sum.Write(c.body)
	return hex.EncodeToString(sum.Sum(nil))
}
