package signing_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"hookline/internal/signing"
)

// readVectors fills into from a file under testdata and fails on an empty one,
// so that a lost file cannot pass as a green table.
func readVectors[T any](t *testing.T, file string) []T {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var vectors []T
	if err := json.Unmarshal(raw, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) == 0 {
		t.Fatalf("%s holds no vectors", file)
	}
	return vectors
}

func TestWorkspaceVectors(t *testing.T) {
	type vector struct {
		Name, Key, Body, Signature string
		Timestamp                  int64
	}
	for _, v := range readVectors[vector](t, "workspace.json") {
		t.Run(v.Name, func(t *testing.T) {
			at, body := time.Unix(v.Timestamp, 999_999_999), []byte(v.Body)
			if got := signing.Workspace(v.Key, at, body); got != v.Signature {
				t.Errorf("Workspace = %s, want %s", got, v.Signature)
			}
			stamp := signing.Timestamp(at)
			if !signing.VerifyWorkspace(v.Key, stamp, v.Signature, body) {
				t.Error("VerifyWorkspace refuses the vector")
			}
			if signing.VerifyWorkspace(v.Key, stamp+"0", v.Signature, body) {
				t.Error("VerifyWorkspace takes another timestamp")
			}
			if signing.VerifyWorkspace(v.Key, stamp, v.Signature, append(body, ' ')) {
				t.Error("VerifyWorkspace takes another body")
			}
		})
	}
}

func TestSharedVectors(t *testing.T) {
	type vector struct{ Name, Secret, Body, Signature, First string }
	for _, v := range readVectors[vector](t, "shared.json") {
		t.Run(v.Name, func(t *testing.T) {
			body := []byte(v.Body)
			if got := signing.Shared(v.Secret, body); got != v.Signature {
				t.Errorf("Shared = %s, want %s", got, v.Signature)
			}
			if got := signing.SharedFirst(v.Secret, body); got != v.First {
				t.Errorf("SharedFirst = %s, want %s", got, v.First)
			}
			if !signing.VerifyShared(v.Secret, v.Signature, body) {
				t.Error("VerifyShared refuses the vector")
			}
			if signing.VerifyShared(v.Secret+"x", v.Signature, body) {
				t.Error("VerifyShared takes another secret")
			}
		})
	}
}

func TestFirstElement(t *testing.T) {
	for body, want := range map[string]string{
		`[1]`:                     `1`,
		`["a\u005d",2]`:           `"a\u005d"`,
		"[\n\t[ 1 , 2 ] ,3]":      `[ 1 , 2 ]`,
		`[{"n":1e400,"m":0.10} ]`: `{"n":1e400,"m":0.10}`,
		`[null,{}]`:               `null`,
		`[{"a":1}, broken`:        `{"a":1}`,
	} {
		if got, ok := signing.FirstElement([]byte(body)); !ok || string(got) != want {
			t.Errorf("FirstElement(%s) = %s, %t; want %s", body, got, ok, want)
		}
	}
	for _, body := range []string{``, `[]`, `[ ]`, `{"a":[1]}`, `"[1]"`, `[`, `[{"a":`, `x[1]`} {
		if got, ok := signing.FirstElement([]byte(body)); ok {
			t.Errorf("FirstElement(%s) = %s, want none", body, got)
		}
	}
}

func TestStandardVectors(t *testing.T) {
	type vector struct {
		Name, ID, Body, Signature string
		Secrets                   []string
		Timestamp                 int64
	}
	for _, v := range readVectors[vector](t, "standard.json") {
		t.Run(v.Name, func(t *testing.T) {
			at, body := time.Unix(v.Timestamp, 0), []byte(v.Body)
			got, err := signing.Standard(v.Secrets, v.ID, at, body)
			if err != nil || got != v.Signature {
				t.Fatalf("Standard = %s, %v; want %s", got, err, v.Signature)
			}
			for _, secret := range v.Secrets {
				if !signing.VerifyStandard(secret, v.ID, signing.Timestamp(at), v.Signature, body) {
					t.Errorf("VerifyStandard refuses the vector with %s", secret)
				}
			}
			if signing.VerifyStandard(v.Secrets[0], v.ID+"x", signing.Timestamp(at), v.Signature, body) {
				t.Error("VerifyStandard takes another id")
			}
			if signing.VerifyStandard(signing.NewStandardSecret(), v.ID, signing.Timestamp(at), v.Signature, body) {
				t.Error("VerifyStandard takes another secret")
			}
		})
	}
}

func TestStandardRefusals(t *testing.T) {
	good := signing.NewStandardSecret()
	for name, call := range map[string]struct {
		secrets []string
		id      string
	}{
		"no secret":      {nil, "dlv_1"},
		"empty id":       {[]string{good}, ""},
		"id with stop":   {[]string{good}, "dlv.1"},
		"not base64":     {[]string{"whsec_%%%"}, "dlv_1"},
		"short":          {[]string{"whsec_c2hvcnQ="}, "dlv_1"},
		"long":           {[]string{"whsec_" + strings.Repeat("AAAA", 22)}, "dlv_1"},
		"second is poor": {[]string{good, "whsec_c2hvcnQ="}, "dlv_1"},
	} {
		if got, err := signing.Standard(call.secrets, call.id, time.Unix(0, 0), nil); err == nil {
			t.Errorf("%s: Standard = %q, want an error", name, got)
		} else if strings.Contains(err.Error(), "c2hvcnQ") {
			t.Errorf("%s: the error shows the secret: %v", name, err)
		}
	}
}

func TestNewKeys(t *testing.T) {
	if a, b := signing.NewKey(), signing.NewKey(); a == b || len(a) != 64 {
		t.Errorf("NewKey gives %q and %q, want two different ones of 64 digits", a, b)
	}
	secret := signing.NewStandardSecret()
	key, err := signing.DecodeStandardSecret(secret)
	if err != nil || len(key) != 32 || !strings.HasPrefix(secret, "whsec_") {
		t.Errorf("NewStandardSecret gives %q (%d bytes, %v)", secret, len(key), err)
	}
}

func TestVerifyTimestamp(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	for stamp, want := range map[string]string{
		"1700000000":           "",
		"1699999700":           "",
		"1700000300":           "",
		"1699999699":           "5 minutes old",
		"1700000301":           "in the future",
		"1699900000":           "27 hours old",
		"0":                    "days old",
		"-9223372036854775808": "not a plausible",
		"9223372036854775807":  "not a plausible",
		"yesterday":            "not a plausible",
		"":                     "not a plausible",
		"1700000000.5":         "not a plausible",
	} {
		err := signing.VerifyTimestamp(stamp, now)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("VerifyTimestamp(%q) = %v, want %q", stamp, err, want)
		}
	}
}

// documentedReceiver is the check that the user documentation gives to receivers
// in Go, retold: it must agree with us without sharing a line of our code.
func documentedReceiver(secret, signature string, timestamp int, body []byte) bool {
	sent, err := hex.DecodeString(signature)
	if err != nil {
		return false
	}
	hash := hmac.New(sha256.New, []byte(secret))
	for _, part := range [][]byte{[]byte("v0:"), []byte(strconv.Itoa(timestamp)), []byte(":"), body} {
		hash.Write(part)
	}
	return hmac.Equal(hash.Sum(nil), sent)
}

func TestWorkspaceAgreesWithDocumentedReceiver(t *testing.T) {
	for _, body := range []string{"", "{}", "plain text", "\x00\xff binary", strings.Repeat("x", 100_000)} {
		key, at := signing.NewKey(), time.Unix(1_700_000_000, 0)
		signature := signing.Workspace(key, at, []byte(body))
		if !documentedReceiver(key, signature, 1_700_000_000, []byte(body)) {
			t.Errorf("the documented receiver refuses a body of %d bytes", len(body))
		}
		if documentedReceiver(key, signature, 1_700_000_001, []byte(body)) {
			t.Errorf("the documented receiver takes a wrong timestamp for a body of %d bytes", len(body))
		}
	}
}

func BenchmarkWorkspace(b *testing.B) {
	body, at := []byte(strings.Repeat("x", 600)), time.Unix(1_700_000_000, 0)
	b.ReportAllocs()
	for b.Loop() {
		signing.Workspace("my_signing_key", at, body)
	}
}
