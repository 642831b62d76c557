package main

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// secrets are what requests are signed with. Signatures are computed here
// anew, from the documents alone, with nothing of Hookline's in between.
type secrets struct {
	workspace string // signs X-CIO-Signature
	shared    string // signs X-Signature
	standard  string // whsec_…, signs webhook-signature
}

// verify says what is wrong with a request's signatures, "" when nothing is.
func (s secrets) verify(h http.Header, body []byte) string {
	stamp := h.Get("X-CIO-Timestamp")
	for _, one := range []struct{ name, got, want string }{
		{"X-CIO-Signature", h.Get("X-CIO-Signature"), hex.EncodeToString(sha256Of([]byte(s.workspace), "v0:"+stamp+":"+string(body)))},
		{"X-Signature", h.Get("X-Signature"), hex.EncodeToString(sha1Of([]byte(s.shared), string(body)))},
		{"Webhook-Signature", h.Get("Webhook-Signature"), s.standardOf(h, body)},
	} {
		if one.want != "" && !hmac.Equal([]byte(one.got), []byte(one.want)) {
			return fmt.Sprintf("%s is %q, and %q is right", one.name, one.got, one.want)
		}
	}
	return ""
}

func (s secrets) standardOf(h http.Header, body []byte) string {
	if s.standard == "" {
		return ""
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s.standard, "whsec_"))
	if err != nil {
		return "no signature can be right: " + err.Error()
	}
	text := h.Get("Webhook-Id") + "." + h.Get("Webhook-Timestamp") + "." + string(body)
	return "v1," + base64.StdEncoding.EncodeToString(sha256Of(key, text))
}

func sha256Of(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

func sha1Of(key []byte, text string) []byte {
	mac := hmac.New(sha1.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// sentAt is the time that a request says it was signed at.
func sentAt(h http.Header) (time.Time, error) {
	seconds, err := strconv.ParseInt(h.Get("X-CIO-Timestamp"), 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("read time of request: %w", err)
	}
	return time.Unix(seconds, 0), nil
}
