package signing

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
)

// Shared returns the value of X-Signature: the hex HMAC-SHA1 of the raw body
// under a destination's shared secret. SHA-1 is Segment's choice, which existing
// receivers check; inside an HMAC its collisions do no harm.
func Shared(secret string, body []byte) string {
	var sum [sha1.Size]byte
	return hex.EncodeToString(sharedMAC(sum[:0], secret, body))
}

// SharedFirst is [Shared] as Segment signs a batch: when the body is a JSON array
// only the bytes of its first element are signed, exactly as they stand in the
// body. A body that is no array, or an empty one, is signed whole.
func SharedFirst(secret string, body []byte) string {
	if first, ok := FirstElement(body); ok {
		return Shared(secret, first)
	}
	return Shared(secret, body)
}

// FirstElement returns the raw bytes of the first element of a JSON array,
// without the blanks around it; ok is false when body does not begin with an
// array that has one. What follows the element is not read.
func FirstElement(body []byte) (first []byte, ok bool) {
	dec := json.NewDecoder(bytes.NewReader(body))
	if open, err := dec.Token(); err != nil || open != json.Delim('[') || !dec.More() {
		return nil, false
	}
	var raw json.RawMessage
	if err := dec.Decode(&raw); err != nil {
		return nil, false
	}
	return raw, true
}

// VerifyShared says whether signature was made by [Shared] with secret over body,
// in constant time.
func VerifyShared(secret, signature string, body []byte) bool {
	given, err := hex.DecodeString(signature)
	if err != nil {
		return false
	}
	return hmac.Equal(given, sharedMAC(nil, secret, body))
}

func sharedMAC(dst []byte, secret string, body []byte) []byte {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write(body)
	return mac.Sum(dst)
}
