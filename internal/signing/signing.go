// Package signing signs requests and verifies signatures in the three schemes
// that receivers know: the workspace's v0 HMAC-SHA256, the destination's hex
// HMAC-SHA1, and Standard Webhooks, where several keys may be live during a
// rotation. Everything here is a pure function of its arguments, except the two
// makers of fresh keys.
package signing

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"time"
)

// Tolerance is how far a signed timestamp may lie from the receiver's clock, in
// either direction, before a captured request counts as a replay. Five minutes
// is what the verifiers of Standard Webhooks allow.
const Tolerance = 5 * time.Minute

// The header names of the three schemes, spelled as they go out. Header names
// are case-insensitive (RFC 9110 §5.1); [Verify] accepts any spelling.
const (
	HeaderWorkspace         = "X-CIO-Signature"
	HeaderWorkspaceTime     = "X-CIO-Timestamp"
	HeaderShared            = "X-Signature"
	HeaderStandard          = "webhook-signature"
	HeaderStandardID        = "webhook-id"
	HeaderStandardTimestamp = "webhook-timestamp"
)

// Scheme names one of the three ways to sign.
type Scheme string

const (
	// SchemeWorkspace is the workspace's signing key, in X-CIO-Signature.
	SchemeWorkspace Scheme = "workspace"
	// SchemeShared is a destination's shared secret, in X-Signature.
	SchemeShared Scheme = "shared"
	// SchemeStandard is Standard Webhooks, in webhook-signature.
	SchemeStandard Scheme = "standard"
)

// keyBytes is the entropy of a new key: as long as the widest hash in use, so
// that the key is never the weak part (RFC 2104 §3).
const keyBytes = 32

// NewKey makes a signing key or shared secret: 64 hex digits, 256 random bits.
func NewKey() string {
	return hex.EncodeToString(randomKey())
}

// NewStandardSecret makes a Standard Webhooks secret: "whsec_" and the base64 of
// 32 random bytes.
func NewStandardSecret() string {
	return standardPrefix + base64.StdEncoding.EncodeToString(randomKey())
}

// randomKey cannot fail: crypto/rand ends the process rather than return weak
// bytes.
func randomKey() []byte {
	key := make([]byte, keyBytes)
	rand.Read(key)
	return key
}
