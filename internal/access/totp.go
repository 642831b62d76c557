package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// Codes as authenticator apps make them (RFC 6238): SHA-1, six digits, a new one
// every half minute; the one before and the one after count as well.
const (
	codeDigits  = 6
	codeSeconds = 30
	codeSlack   = 1
	codeKeySize = 20 // bytes, as RFC 4226 §4 recommends
)

var codeAlphabet = base32.StdEncoding.WithPadding(base32.NoPadding)

// newCodeKey makes a key in the form in which people type it.
func newCodeKey() string {
	var key [codeKeySize]byte
	_, _ = rand.Read(key[:]) // never fails since Go 1.24
	return codeAlphabet.EncodeToString(key[:])
}

// readCodeKey reads a key that newCodeKey made.
func readCodeKey(text string) ([]byte, bool) {
	key, err := codeAlphabet.DecodeString(strings.ToUpper(strings.ReplaceAll(text, " ", "")))
	return key, err == nil && len(key) == codeKeySize
}

// codeAt is the code of a step of time (RFC 4226 §5.3).
func codeAt(key []byte, step int64, digits int) string {
	mac := hmac.New(sha1.New, key)
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	number := binary.BigEndian.Uint32(sum[at:at+4]) & 0x7fffffff
	modulus := uint32(1)
	for range digits {
		modulus *= 10
	}
	return fmt.Sprintf("%0*d", digits, number%modulus)
}

// stepOf gives the step whose code this is at a moment. It takes the same time
// whether one is or none.
func stepOf(key []byte, code string, now time.Time) (step int64, ok bool) {
	current := now.Unix() / codeSeconds
	for s := current - codeSlack; s <= current+codeSlack; s++ {
		if subtle.ConstantTimeCompare([]byte(codeAt(key, s, codeDigits)), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}
