package sqlite

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync/atomic"

	"hookline/internal/hookline"
)

// suppressionKey is the setting with the key of the hashes: without it nobody
// can try names.
const suppressionKey = "suppression_key"

// suppressed remembers, for every event that comes in, of whom none is taken.
type suppressed struct{ known atomic.Pointer[suppressions] }

type suppressions struct {
	key    []byte
	hashes map[string]bool
}

// forget has them read again.
func (s *suppressed) forget() { s.known.Store(nil) }

// has says whether a name is one of somebody who was deleted, and of whom no
// more events are taken.
func (s *suppressed) has(t *tx, identity string) (bool, error) {
	known := s.known.Load()
	if known == nil {
		var err error
		if known, err = readSuppressions(t); err != nil {
			return false, err
		}
		s.known.Store(known)
	}
	return len(known.hashes) > 0 && identity != "" && known.hashes[known.hash(identity)], nil
}

func (s *suppressions) hash(identity string) string {
	sum := hmac.New(sha256.New, s.key)
	sum.Write([]byte(identity))
	return hex.EncodeToString(sum.Sum(nil))
}

func readSuppressions(t *tx) (*suppressions, error) {
	key, err := readSetting(t, suppressionKey)
	if err != nil {
		return nil, err
	}
	rows, err := t.query("select hash from suppressions")
	if err != nil {
		return nil, fmt.Errorf("read suppressions: %w", err)
	}
	hashes, err := collect(rows, func(r row) (hash string, err error) { return hash, r.Scan(&hash) })
	if err != nil {
		return nil, err
	}
	known := &suppressions{key: []byte(key), hashes: make(map[string]bool, len(hashes))}
	for _, hash := range hashes {
		known.hashes[hash] = true
	}
	return known, nil
}

// suppress keeps the hashes of the names of who is deleted.
func (s *Store) suppress(t *tx, d hookline.Deletion) error {
	if _, err := t.exec("insert into settings (key, value) values ($1, $2) on conflict (key) do nothing", suppressionKey, hookline.Secret()); err != nil {
		return fmt.Errorf("make suppression key: %w", err)
	}
	known, err := readSuppressions(t)
	if err != nil {
		return err
	}
	for _, name := range d.Names {
		if name == d.PersonID {
			continue
		}
		_, err := t.exec("insert into suppressions (hash, deletion_id) values ($1, $2) on conflict (hash) do nothing", known.hash(name), d.ID)
		if err != nil {
			return fmt.Errorf("insert suppression: %w", err)
		}
	}
	s.suppressed.forget()
	return nil
}

// suppressedReason is why an event of somebody who was deleted is refused.
const suppressedReason = "This person was deleted, and events of them are refused since. The event itself was not kept."

// refuseSuppressed notes an event of somebody who is not to be known, without
// what would name them.
func (s *Store) refuseSuppressed(t *tx, e hookline.Event) error {
	return s.appendRejection(t, &hookline.Rejection{
		SourceID: e.SourceID, Type: string(e.Type), Name: e.Name, Reason: suppressedReason, ReceivedAt: e.ReceivedAt,
	})
}

// mayBeKnown fails with KindConflict for a name of somebody who was deleted and
// suppressed.
func (s *Store) mayBeKnown(t *tx, identity string) error {
	refused, err := s.suppressed.has(t, identity)
	if err == nil && refused {
		err = hookline.Conflict(hookline.SuppressedPerson)
	}
	return err
}
