package signing_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hookline/internal/signing"
)

const (
	workspaceKey = "my_signing_key"
	sharedSecret = "abc123"
	newSecret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	oldSecret    = "whsec_dGhlLW9sZC1rZXktaXMtMzItYnl0ZXMtbG9uZy1vayE="
)

var (
	sentAt = time.Unix(1_700_000_000, 0)
	keys   = []signing.Key{
		{Scheme: signing.SchemeWorkspace, Name: "previous workspace key", Secret: "gone"},
		{Scheme: signing.SchemeWorkspace, Name: "workspace key", Secret: workspaceKey},
		{Scheme: signing.SchemeShared, Name: "secret of CRM", Secret: sharedSecret},
		{Scheme: signing.SchemeStandard, Name: "old secret of CRM", Secret: oldSecret},
	}
)

// signed makes the headers a delivery with all three schemes carries.
func signed(t *testing.T, body []byte) http.Header {
	t.Helper()
	standard, err := signing.Standard([]string{newSecret, oldSecret}, "dlv_1", sentAt, body)
	if err != nil {
		t.Fatal(err)
	}
	return http.Header{
		// Spelled as sent, not as net/http would: a bin may keep them so.
		"X-CIO-Signature":   {signing.Workspace(workspaceKey, sentAt, body)},
		"x-cio-timestamp":   {signing.Timestamp(sentAt)},
		"X-Signature":       {signing.Shared(sharedSecret, body)},
		"webhook-id":        {"dlv_1"},
		"webhook-timestamp": {signing.Timestamp(sentAt)},
		"webhook-signature": {standard},
	}
}

func TestVerifyAcceptsWhatWeSend(t *testing.T) {
	body := []byte(`{"a":1}`)
	want := []signing.Check{
		{Scheme: signing.SchemeWorkspace, OK: true, KeyName: "workspace key"},
		{Scheme: signing.SchemeShared, OK: true, KeyName: "secret of CRM"},
		{Scheme: signing.SchemeStandard, OK: true, KeyName: "old secret of CRM"},
	}
	got := signing.Verify(signed(t, body), body, keys, sentAt.Add(time.Second))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Verify (-want +got):\n%s", diff)
	}
}

func TestVerifyUnsigned(t *testing.T) {
	got := signing.Verify(http.Header{"Content-Type": {"application/json"}}, nil, keys, sentAt)
	if diff := cmp.Diff([]signing.Check{}, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("Verify (-want +got):\n%s", diff)
	}
}

func TestVerifyRefusals(t *testing.T) {
	body := []byte(`[{"a":1},{"b":2}]`)
	cases := []struct {
		name   string
		change func(http.Header)
		body   string
		keys   []signing.Key
		now    time.Time
		want   [3]string // reasons, by scheme; "" means it verifies
	}{
		{name: "body changed", body: `[{"a":2},{"b":2}]`, want: [3]string{"No key known", "No key known", "No key known"}},
		{name: "no keys", keys: []signing.Key{}, want: [3]string{"no key here", "no key here", "no key here"}},
		{name: "late", now: sentAt.Add(12 * time.Minute), want: [3]string{"12 minutes old", "", "12 minutes old"}},
		{name: "early", now: sentAt.Add(-6 * time.Minute), want: [3]string{"in the future", "", "in the future"}},
		{name: "timestamps gone", change: func(h http.Header) {
			delete(h, "x-cio-timestamp")
			delete(h, "webhook-timestamp")
		}, want: [3]string{"X-CIO-Timestamp is missing", "", "webhook-timestamp is missing"}},
		{name: "signatures gone", change: func(h http.Header) {
			delete(h, "X-CIO-Signature")
			delete(h, "webhook-signature")
		}, want: [3]string{"X-CIO-Signature is missing", "", "webhook-signature is missing"}},
		{name: "garbage", change: func(h http.Header) {
			h["X-CIO-Signature"] = []string{"hello"}
			h["X-Signature"] = []string{"e49731"}
			h["webhook-signature"] = []string{"v1a,abcd v2,zzzz"}
		}, want: [3]string{"not 64 hex", "not 40 hex", "no v1 signature"}},
		{name: "id gone", change: func(h http.Header) { delete(h, "webhook-id") }, want: [3]string{"", "", "webhook-id is missing"}},
		{name: "segment parity", change: func(h http.Header) {
			h["X-Signature"] = []string{signing.SharedFirst(sharedSecret, body)}
		}, want: [3]string{"", "Segment parity", ""}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			header, received, with, now := signed(t, body), body, keys, sentAt
			if c.change != nil {
				c.change(header)
			}
			if c.body != "" {
				received = []byte(c.body)
			}
			if c.keys != nil {
				with = c.keys
			}
			if !c.now.IsZero() {
				now = c.now
			}
			checks := signing.Verify(header, received, with, now)
			if len(checks) != len(c.want) {
				t.Fatalf("Verify gave %d checks, want %d: %+v", len(checks), len(c.want), checks)
			}
			for i, check := range checks {
				wantOK := c.want[i] == "" || c.want[i] == "Segment parity"
				if check.OK != wantOK || !strings.Contains(check.Reason, c.want[i]) || c.want[i] == "" && check.Reason != "" {
					t.Errorf("%s: OK = %t, reason %q; want %q", check.Scheme, check.OK, check.Reason, c.want[i])
				}
			}
		})
	}
}

func TestVerifyNeverShowsSecrets(t *testing.T) {
	body := []byte(`{}`)
	for _, check := range signing.Verify(signed(t, body), []byte(`{ }`), keys, sentAt) {
		for _, key := range keys {
			if strings.Contains(check.Reason, key.Secret) || strings.Contains(check.KeyName, key.Secret) {
				t.Errorf("%s: %q shows a secret", check.Scheme, check.Reason)
			}
		}
	}
}
