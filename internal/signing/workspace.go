package signing

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"
)

// Workspace returns the value of X-CIO-Signature: the hex HMAC-SHA256, under
// key, of "v0:", the unix seconds of at, ":" and the raw body. The same seconds
// belong in X-CIO-Timestamp, see [Timestamp]. An empty body is signed as such.
func Workspace(key string, at time.Time, body []byte) string {
	var sum [sha256.Size]byte
	return hex.EncodeToString(workspaceMAC(sum[:0], key, Timestamp(at), body))
}

// Timestamp returns the unix seconds of at in decimal, as both timestamp headers
// carry them.
func Timestamp(at time.Time) string {
	return strconv.FormatInt(at.Unix(), 10)
}

// VerifyWorkspace says whether signature was made by [Workspace] with key over
// this timestamp and body, in constant time. It does not judge the timestamp's
// age, see [VerifyTimestamp].
func VerifyWorkspace(key, timestamp, signature string, body []byte) bool {
	given, err := hex.DecodeString(signature)
	if err != nil {
		return false
	}
	return hmac.Equal(given, workspaceMAC(nil, key, timestamp, body))
}

// VerifyTimestamp says whether timestamp (unix seconds in decimal) lies within
// [Tolerance] of now. The error is a sentence for a person.
func VerifyTimestamp(timestamp string, now time.Time) error {
	// 40 bits reach the year 36812 and keep the subtraction below from
	// overflowing: the number is the sender's to choose.
	seconds, err := strconv.ParseInt(timestamp, 10, 41)
	if err != nil {
		return &timestampError{text: "The timestamp " + strconv.Quote(clip(timestamp)) + " is not a plausible number of seconds since 1970."}
	}
	age, limit := now.Unix()-seconds, int64(Tolerance/time.Second)
	switch {
	case age > limit:
		return &timestampError{text: "The timestamp is " + inWords(age) + " old; more than 5 minutes counts as a replay."}
	case age < -limit:
		return &timestampError{text: "The timestamp is " + inWords(-age) + " in the future; check both clocks."}
	}
	return nil
}

// timestampError carries a sentence that is shown as it stands.
type timestampError struct{ text string }

func (e *timestampError) Error() string { return e.text }

// inWords tells a span of seconds in the largest unit that keeps it readable.
func inWords(seconds int64) string {
	switch {
	case seconds < 2*60*60:
		return strconv.FormatInt(seconds/60, 10) + " minutes"
	case seconds < 2*24*60*60:
		return strconv.FormatInt(seconds/3600, 10) + " hours"
	}
	return strconv.FormatInt(seconds/86400, 10) + " days"
}

// clip keeps a stranger's text short inside a sentence.
func clip(s string) string {
	const most = 40
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// workspaceMAC appends the raw MAC to dst. It takes the timestamp as text so
// that verification covers the very characters that were sent.
func workspaceMAC(dst []byte, key, timestamp string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(key))
	head := make([]byte, 0, 32)
	head = append(head, "v0:"...)
	head = append(head, timestamp...)
	head = append(head, ':')
	mac.Write(head)
	mac.Write(body)
	return mac.Sum(dst)
}
