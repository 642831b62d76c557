package signing

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
)

// standardPrefix marks a symmetric Standard Webhooks secret; standardVersion
// marks a signature made with one.
const (
	standardPrefix  = "whsec_"
	standardVersion = "v1,"
)

// Standard returns the value of webhook-signature: for each secret "v1," and the
// base64 HMAC-SHA256 of id, ".", the unix seconds of at, "." and the raw body,
// separated by blanks, in the order given. While keys rotate, pass the new
// secret first and the old one after it. The id stays the same across retries;
// at is the attempt's time.
func Standard(secrets []string, id string, at time.Time, body []byte) (string, error) {
	if len(secrets) == 0 {
		return "", errors.New("sign standard webhook: no secret given")
	}
	if err := CheckStandardID(id); err != nil {
		return "", err
	}
	var out []byte
	for _, secret := range secrets {
		key, err := DecodeStandardSecret(secret)
		if err != nil {
			return "", err
		}
		if len(out) > 0 {
			out = append(out, ' ')
		}
		out = append(out, standardVersion...)
		out = base64.StdEncoding.AppendEncode(out, standardMAC(key, id, Timestamp(at), body))
	}
	return string(out), nil
}

// CheckStandardID refuses an id that holds a full stop or is empty: the full
// stop separates the signed parts, so an id with one could be read two ways.
func CheckStandardID(id string) error {
	if id == "" || strings.Contains(id, ".") {
		return fmt.Errorf("check webhook id: %q must be non-empty and hold no full stop", clip(id))
	}
	return nil
}

// DecodeStandardSecret returns the key bytes of a "whsec_" secret. The prefix
// may be missing, as in the reference libraries. Keys shorter than 24 bytes or
// longer than 64 are refused, as the specification asks. The error never shows
// the secret.
func DecodeStandardSecret(secret string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, standardPrefix))
	if err != nil {
		return nil, errors.New("decode standard webhooks secret: not base64 after whsec_")
	}
	if len(key) < 24 || len(key) > 64 {
		return nil, fmt.Errorf("decode standard webhooks secret: %d bytes long, want 24 to 64", len(key))
	}
	return key, nil
}

// VerifyStandard says whether one of the space-separated signatures was made
// with secret over id, timestamp and body, in constant time for each. Signatures
// of other versions are passed over, as the specification asks. It does not
// judge the timestamp's age, see [VerifyTimestamp].
func VerifyStandard(secret, id, timestamp, signatures string, body []byte) bool {
	key, err := DecodeStandardSecret(secret)
	if err != nil {
		return false
	}
	want := standardMAC(key, id, timestamp, body)
	for signature := range strings.FieldsSeq(signatures) {
		encoded, found := strings.CutPrefix(signature, standardVersion)
		if !found {
			continue
		}
		given, err := base64.StdEncoding.DecodeString(encoded)
		if err == nil && hmac.Equal(given, want) {
			return true
		}
	}
	return false
}

func standardMAC(key []byte, id, timestamp string, body []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	return mac.Sum(nil)
}
