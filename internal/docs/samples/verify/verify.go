// Package verify checks that a webhook came from Hookline.
package verify

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Workspace checks X-CIO-Signature. key is the workspace's signing key, body
// the bytes as they came. now is time.Now(), except in tests.
func Workspace(h http.Header, body []byte, key string, now time.Time) bool {
	stamp := h.Get("X-CIO-Timestamp")
	if !fresh(stamp, now) {
		return false
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte("v0:" + stamp + ":"))
	mac.Write(body)
	sent, err := hex.DecodeString(h.Get("X-CIO-Signature"))
	return err == nil && hmac.Equal(mac.Sum(nil), sent)
}

// Shared checks X-Signature with a destination's shared secret.
func Shared(h http.Header, body []byte, secret string) bool {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write(body)
	sent, err := hex.DecodeString(h.Get("X-Signature"))
	return err == nil && hmac.Equal(mac.Sum(nil), sent)
}

// Standard checks webhook-signature with a secret that begins with "whsec_".
func Standard(h http.Header, body []byte, secret string, now time.Time) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	stamp := h.Get("webhook-timestamp")
	if err != nil || !fresh(stamp, now) {
		return false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(h.Get("webhook-id") + "." + stamp + "."))
	mac.Write(body)
	want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for _, sent := range strings.Fields(h.Get("webhook-signature")) {
		if hmac.Equal([]byte(want), []byte(sent)) {
			return true
		}
	}
	return false
}

// fresh says whether a time lies within five minutes, so that nobody can
// record a webhook and play it again later.
func fresh(stamp string, now time.Time) bool {
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	return err == nil && now.Sub(time.Unix(seconds, 0)).Abs() <= 5*time.Minute
}
