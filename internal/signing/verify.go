package signing

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

// Key is a candidate a received request may have been signed with. Name is shown
// to people ("workspace key", "secret of CRM"); Secret never is.
type Key struct {
	Scheme Scheme
	Name   string
	Secret string
	Former bool // it has been replaced and signs nothing any more
}

// Check is the verdict on one scheme found in a request. When OK, KeyName tells
// whose key fits; otherwise Reason is a sentence that says why not. Reason may
// also add a remark to a good signature.
type Check struct {
	Scheme  Scheme
	OK      bool
	KeyName string
	Reason  string
}

// Verify judges every signature scheme that the headers of a received request
// claim, in the order workspace, shared, standard; schemes without a header are
// left out, so an unsigned request gives an empty list. now is the moment the
// request was received.
func Verify(header http.Header, body []byte, keys []Key, now time.Time) []Check {
	r := received{header: header, body: body, keys: keys, now: now}
	var checks []Check
	for _, judge := range []func(received) (Check, bool){judgeWorkspace, judgeShared, judgeStandard} {
		if check, present := judge(r); present {
			checks = append(checks, check)
		}
	}
	return checks
}

// received is what a judge looks at.
type received struct {
	header http.Header
	body   []byte
	keys   []Key
	now    time.Time
}

// get finds a header whatever its spelling: a map that was not filled by
// net/http holds names as they were sent.
func (r received) get(name string) string {
	if value := r.header.Get(name); value != "" {
		return value
	}
	for spelled, values := range r.header {
		if strings.EqualFold(spelled, name) && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

// match returns the first key of the scheme that fits; reason is set when none
// does.
func (r received) match(scheme Scheme, fits func(secret string) bool) (name, reason string, ok bool) {
	candidates := 0
	for _, key := range r.keys {
		if key.Scheme != scheme {
			continue
		}
		candidates++
		if fits(key.Secret) {
			return key.Name, "", true
		}
	}
	if candidates == 0 {
		return "", "There is no key here to check this signature with.", false
	}
	return "", "No key known here made this signature: the key differs, or the body or timestamp was changed on the way.", false
}

func judgeWorkspace(r received) (Check, bool) {
	signature, timestamp := r.get(HeaderWorkspace), r.get(HeaderWorkspaceTime)
	if signature == "" && timestamp == "" {
		return Check{}, false
	}
	check := Check{Scheme: SchemeWorkspace}
	switch {
	case signature == "":
		check.Reason = "X-CIO-Timestamp is there, but X-CIO-Signature is missing."
	case timestamp == "":
		check.Reason = "X-CIO-Signature is there, but X-CIO-Timestamp is missing."
	case !isHex(signature, 32):
		check.Reason = "X-CIO-Signature is not 64 hex digits."
	default:
		check.KeyName, check.Reason, check.OK = r.match(SchemeWorkspace, func(secret string) bool {
			return VerifyWorkspace(secret, timestamp, signature, r.body)
		})
		check.judgeTime(timestamp, r.now)
	}
	return check, true
}

func judgeShared(r received) (Check, bool) {
	signature := r.get(HeaderShared)
	if signature == "" {
		return Check{}, false
	}
	check := Check{Scheme: SchemeShared}
	if !isHex(signature, 20) {
		check.Reason = "X-Signature is not 40 hex digits."
		return check, true
	}
	check.KeyName, check.Reason, check.OK = r.match(SchemeShared, func(secret string) bool {
		return VerifyShared(secret, signature, r.body)
	})
	if check.OK {
		return check, true
	}
	if first, isArray := FirstElement(r.body); isArray {
		name, _, ok := r.match(SchemeShared, func(secret string) bool { return VerifyShared(secret, signature, first) })
		if ok {
			check.OK, check.KeyName = true, name
			check.Reason = "Only the first element of the batch is signed (Segment parity)."
		}
	}
	return check, true
}

func judgeStandard(r received) (Check, bool) {
	signatures, id, timestamp := r.get(HeaderStandard), r.get(HeaderStandardID), r.get(HeaderStandardTimestamp)
	if signatures == "" && id == "" && timestamp == "" {
		return Check{}, false
	}
	check := Check{Scheme: SchemeStandard}
	switch {
	case signatures == "":
		check.Reason = "The header webhook-signature is missing."
	case id == "":
		check.Reason = "The header webhook-id is missing."
	case timestamp == "":
		check.Reason = "The header webhook-timestamp is missing."
	case !hasStandardVersion(signatures):
		check.Reason = "The header webhook-signature holds no v1 signature."
	default:
		check.KeyName, check.Reason, check.OK = r.match(SchemeStandard, func(secret string) bool {
			return VerifyStandard(secret, id, timestamp, signatures, r.body)
		})
		check.judgeTime(timestamp, r.now)
	}
	return check, true
}

// judgeTime turns a good signature with a bad timestamp into a refusal, and
// keeps the key's name: that the key fits tells a person where to look.
func (c *Check) judgeTime(timestamp string, now time.Time) {
	if !c.OK {
		return
	}
	if err := VerifyTimestamp(timestamp, now); err != nil {
		c.OK = false
		c.Reason = "The signature is right, but: " + err.Error()
	}
}

func isHex(s string, size int) bool {
	raw, err := hex.DecodeString(s)
	return err == nil && len(raw) == size
}

// hasStandardVersion reports whether a well-formed v1 signature is in the list.
func hasStandardVersion(signatures string) bool {
	for signature := range strings.FieldsSeq(signatures) {
		encoded, found := strings.CutPrefix(signature, standardVersion)
		if _, err := base64.StdEncoding.DecodeString(encoded); found && err == nil {
			return true
		}
	}
	return false
}
