package hookline

import (
	"slices"
	"time"
)

// SigningKey is one of the workspace's keys for X-CIO-Signature. Of those that
// have begun to sign, the one that was made last does.
type SigningKey struct {
	Key       string
	CreatedAt time.Time
	SignsAt   time.Time // when it begins to sign; zero: when it was made
}

// Waits says whether it has not begun to sign.
func (k SigningKey) Waits(at time.Time) bool { return k.SignsAt.After(at) }

// InUse gives the key that signs at a time; false when there is none.
func InUse(keys []SigningKey, at time.Time) (key SigningKey, ok bool) {
	for _, k := range keys {
		if !k.Waits(at) && (!ok || k.CreatedAt.After(key.CreatedAt)) {
			key, ok = k, true
		}
	}
	return key, ok
}

// LiveSecrets are the destination's Standard Webhooks secrets that sign at a
// time, the newest first.
func (d Destination) LiveSecrets(at time.Time) []string {
	if len(d.StandardEnds) == 0 {
		return d.StandardSecrets
	}
	return slices.DeleteFunc(slices.Clone(d.StandardSecrets), func(secret string) bool { return d.HasEnded(secret, at) })
}

// HasEnded says whether a Standard Webhooks secret signs nothing any more.
func (d Destination) HasEnded(secret string, at time.Time) bool {
	end := d.StandardEnds[secret]
	return !end.IsZero() && !end.After(at)
}
