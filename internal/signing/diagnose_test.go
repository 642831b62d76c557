package signing_test

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"hookline/internal/signing"

	"github.com/google/go-cmp/cmp"
)

// received is a request as it was sent, and what may have become of it since.
type received struct {
	header http.Header
	body   string
	at     time.Time
	keys   []signing.Key
	sent   string // the body that was sent; "" when it is not known
	stamps []signing.Stamped
	pasted bool
}

const sentBody = `{"name":"Žofie <zo@example.com>","url":"https://example.com/a","n":[1,2.50]}`

func wellSent(t *testing.T, body string) received {
	t.Helper()
	return received{header: signed(t, []byte(body)), body: body, at: sentAt.Add(time.Second), keys: keys}
}

func (r received) diagnose() map[signing.Scheme]signing.Finding {
	found := map[signing.Scheme]signing.Finding{}
	for _, f := range signing.Diagnose(signing.Case{
		Header: r.header, Body: []byte(r.body), Keys: r.keys, At: r.at, Original: []byte(r.sent), HasSent: r.sent != "", Stamps: r.stamps, Pasted: r.pasted,
	}) {
		found[f.Scheme] = f
	}
	return found
}

func rename(h http.Header, from, to string) {
	for name, values := range h {
		if strings.EqualFold(name, from) {
			delete(h, name)
			h[to] = values
			return
		}
	}
}

func value(h http.Header, name string) string {
	for spelled, values := range h {
		if strings.EqualFold(spelled, name) {
			return values[0]
		}
	}
	return ""
}

func set(h http.Header, name, value string) {
	rename(h, name, name)
	h[name] = []string{value}
}

func TestDiagnose(t *testing.T) {
	former := []signing.Key{{Scheme: signing.SchemeWorkspace, Name: "new key", Secret: "qq-not-it"}}
	for _, key := range keys {
		if key.Scheme == signing.SchemeWorkspace {
			key.Former = true
			former = append(former, key)
		}
	}
	base64Of := func(text string) string {
		raw, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return base64.StdEncoding.EncodeToString(raw)
	}
	for name, test := range map[string]struct {
		change  func(r *received)
		verdict signing.Verdict
		says    string
	}{
		"right":                    {func(*received) {}, signing.VerdictRight, "made with workspace key. If the receiver refuses it"},
		"old key":                  {func(r *received) { r.keys = former }, signing.VerdictOldKey, "has been replaced"},
		"another key":              {func(r *received) { r.keys = former[:1] }, signing.VerdictUnknown, "No key here made this signature"},
		"no key":                   {func(r *received) { r.keys = nil }, signing.VerdictNoKey, "no key here"},
		"line end added":           {func(r *received) { r.body += "\n" }, signing.VerdictBody, "a line end was added at its end"},
		"blanks around":            {func(r *received) { r.body = "  " + r.body + " \n" }, signing.VerdictBody, "blanks were added around it"},
		"mark":                     {func(r *received) { r.body = "\xef\xbb\xbf" + r.body }, signing.VerdictBody, "a byte order mark was put before it"},
		"pretty":                   {func(r *received) { r.body = "{\n  " + strings.TrimPrefix(r.body, "{") }, signing.VerdictBody, "with blanks and line breaks"},
		"slashes":                  {func(r *received) { r.body = strings.ReplaceAll(r.body, "/", `\/`) }, signing.VerdictBody, "slashes in its JSON were escaped"},
		"letters":                  {func(r *received) { r.body = strings.ReplaceAll(r.body, "Ž", `\u017d`) }, signing.VerdictBody, "letters in its JSON were escaped"},
		"signs":                    {func(r *received) { r.body = strings.NewReplacer("<", `\u003c`, ">", `\u003E`).Replace(r.body) }, signing.VerdictBody, "in its JSON were escaped"},
		"letters, slashes, blanks": {func(r *received) { r.body = strings.NewReplacer("/", `\/`, "Ž", `\u017d`, ",", ", ").Replace(r.body) }, signing.VerdictBody, "with blanks and with letters and slashes escaped"},
		"order of keys, as was sent": {func(r *received) {
			r.sent, r.body = sentBody, `{"n":[1,2.5],"name":"Žofie <zo@example.com>","url":"https://example.com/a"}`
		}, signing.VerdictBody, "another order of keys"},
		"another body than was sent": {func(r *received) { r.sent, r.body = sentBody, `{"name":"Ana"}` }, signing.VerdictBody, "is 14 bytes long and was 77, and differs from byte 10 on"},
		"another body":               {func(r *received) { r.body = `{"name":"Ana"}` }, signing.VerdictUnknown, "byte for byte"},
		"milliseconds":               {func(r *received) { set(r.header, "X-CIO-Timestamp", value(r.header, "X-CIO-Timestamp")+"000") }, signing.VerdictTimestamp, "milliseconds"},
		"time of another attempt": {func(r *received) {
			r.stamps = []signing.Stamped{{Attempt: 1, Timestamp: "5"}, {Attempt: 2, Timestamp: value(r.header, "X-CIO-Timestamp")}}
			set(r.header, "X-CIO-Timestamp", "5")
			delete(r.header, "webhook-timestamp")
		}, signing.VerdictTimestamp, "is that of attempt 2"},
		"time of the other header": {func(r *received) { set(r.header, "X-CIO-Timestamp", "5") }, signing.VerdictTimestamp, "than that in webhook-timestamp"},
		"late":                     {func(r *received) { r.at = sentAt.Add(12 * time.Minute) }, signing.VerdictStale, "12 minutes old"},
		"early":                    {func(r *received) { r.at = sentAt.Add(-3 * time.Hour) }, signing.VerdictStale, "3 hours in the future"},
		"at no known time":         {func(r *received) { r.at = time.Time{} }, signing.VerdictRight, "The signature is right"},
		"base64":                   {func(r *received) { set(r.header, "X-CIO-Signature", base64Of(value(r.header, "X-CIO-Signature"))) }, signing.VerdictEncoding, "in Base64"},
		"capitals": {func(r *received) {
			set(r.header, "X-CIO-Signature", strings.ToUpper(value(r.header, "X-CIO-Signature")))
		}, signing.VerdictEncoding, "capital letters"},
		"prefix":         {func(r *received) { set(r.header, "X-CIO-Signature", "sha256="+value(r.header, "X-CIO-Signature")) }, signing.VerdictEncoding, "“sha256=” before it"},
		"cut":            {func(r *received) { set(r.header, "X-CIO-Signature", value(r.header, "X-CIO-Signature")[:40]) }, signing.VerdictMalformed, "not 64 hex digits"},
		"signature gone": {func(r *received) { rename(r.header, "X-CIO-Signature", "X-Else") }, signing.VerdictMissing, "X-CIO-Signature is missing, though X-CIO-Timestamp is there"},
		"time gone": {func(r *received) {
			rename(r.header, "X-CIO-Timestamp", "X-Else")
			delete(r.header, "webhook-timestamp")
		}, signing.VerdictMissing, "X-CIO-Timestamp is missing"},
		"renamed":           {func(r *received) { rename(r.header, "X-CIO-Signature", "X-Forwarded-X-CIO-Signature") }, signing.VerdictRenamed, "X-Forwarded-X-CIO-Signature instead of X-CIO-Signature"},
		"as CGI names them": {func(r *received) { rename(r.header, "X-CIO-Signature", "HTTP_X_CIO_SIGNATURE") }, signing.VerdictRenamed, "HTTP_X_CIO_SIGNATURE"},
		"two things": {func(r *received) {
			r.body += "\n"
			rename(r.header, "X-CIO-Signature", "HTTP_X_CIO_SIGNATURE")
		}, signing.VerdictBody, "a header was renamed"},
	} {
		t.Run(name, func(t *testing.T) {
			r := wellSent(t, sentBody)
			r.keys = append([]signing.Key{}, r.keys...)
			test.change(&r)
			f := r.diagnose()[signing.SchemeWorkspace]
			if f.Verdict != test.verdict || !strings.Contains(f.Text, test.says) {
				t.Errorf("%s: %s; want %s with %q", f.Verdict, f.Text, test.verdict, test.says)
			}
			if !strings.HasSuffix(f.Text, ".") {
				t.Errorf("%q is no sentence", f.Text)
			}
			for _, key := range r.keys {
				if strings.Contains(f.Text, key.Secret) {
					t.Errorf("%q shows a secret", f.Text)
				}
			}
		})
	}
}

func TestDiagnoseLineEnds(t *testing.T) {
	for sent, came := range map[string]string{
		"{\n\"a\": 1\n}":       "{\r\n\"a\": 1\r\n}",
		"{\r\n\"a\": 1\r\n}":   "{\n\"a\": 1\n}",
		"a=1&b=2\n":            "a=1&b=2",
		"{\n  \"a\": \"b\"\n}": `{"a":"b"}`,
		`{"a": [1, "x, y:"]}`:  `{"a":[1,"x, y:"]}`,
	} {
		r := wellSent(t, sent)
		r.body = came
		for scheme, f := range r.diagnose() {
			if f.Verdict != signing.VerdictBody || f.KeyName == "" {
				t.Errorf("%q for %q, %s: %s %s", came, sent, scheme, f.Verdict, f.Text)
			}
		}
	}
	r := wellSent(t, "{\r\n\"a\": 1\r\n}\r\n")
	r.body, r.pasted = "{\n\"a\": 1\n}\n", true
	for scheme, f := range r.diagnose() {
		if !f.Right() || !strings.Contains(f.Text, "line ends") {
			t.Errorf("pasted, %s: %s %s", scheme, f.Verdict, f.Text)
		}
	}
}

func TestDiagnoseOtherSchemes(t *testing.T) {
	const batch = `[{"a":1},{"b":2}]`
	r := wellSent(t, batch)
	for _, key := range keys {
		if key.Scheme == signing.SchemeShared {
			set(r.header, "X-Signature", signing.SharedFirst(key.Secret, []byte(batch)))
		}
	}
	if f := r.diagnose()[signing.SchemeShared]; f.Verdict != signing.VerdictFirst || !f.Right() || !strings.Contains(f.Text, "Segment parity") {
		t.Errorf("%+v", f)
	}
	r = wellSent(t, batch)
	r.body = "[ {\"a\":1}, {\"b\":2} ]"
	for scheme, f := range r.diagnose() {
		if f.Verdict != signing.VerdictBody {
			t.Errorf("%s: %+v", scheme, f)
		}
	}
	r = wellSent(t, batch)
	delete(r.header, "webhook-id")
	if f := r.diagnose()[signing.SchemeStandard]; f.Verdict != signing.VerdictMissing || !strings.Contains(f.Text, "webhook-id") {
		t.Errorf("%+v", f)
	}
	if got := signing.Diagnose(signing.Case{Header: http.Header{"Accept": {"*/*"}}}); len(got) != 0 {
		t.Errorf("of an unsigned request: %+v", got)
	}
}

func TestReadHeaders(t *testing.T) {
	want := http.Header{"X-CIO-Timestamp": {"1613063089"}, "x-cio-signature": {"b8ef:36"}}
	for name, text := range map[string]string{
		"lines":    "POST /hook HTTP/1.1\r\nX-CIO-Timestamp: 1613063089\r\nx-cio-signature:b8ef:36\r\n\r\n",
		"curl":     "curl https://example.com \\\n  -H 'X-CIO-Timestamp: 1613063089' \\\n  --header \"x-cio-signature: b8ef:36\" \\\n",
		"verbose":  "> X-CIO-Timestamp: 1613063089\n> x-cio-signature: b8ef:36\n",
		"object":   `{"X-CIO-Timestamp": 1613063089, "x-cio-signature": ["b8ef:36"]}`,
		"pairs":    `[["X-CIO-Timestamp", "1613063089"], ["x-cio-signature", "b8ef:36"]]`,
		"flat":     `["X-CIO-Timestamp", "1613063089", "x-cio-signature", "b8ef:36"]`,
		"named":    `[{"name": "X-CIO-Timestamp", "value": "1613063089"}, {"name": "x-cio-signature", "value": "b8ef:36"}]`,
		"logged":   "'X-CIO-Timestamp': '1613063089',\n'x-cio-signature': 'b8ef:36',\n",
		"no JSON":  "{\n\"X-CIO-Timestamp\": \"1613063089\",\n\"x-cio-signature\": \"b8ef:36\",\n",
		"too much": "Hello there: nothing\n\nX-CIO-Timestamp: 1613063089\nx-cio-signature: b8ef:36",
	} {
		if diff := cmp.Diff(want, signing.ReadHeaders(text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
