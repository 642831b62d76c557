//go:build e2e

package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"hookline/internal/app"
)

// TestSignatures is a receiver that refuses webhooks, and the people who find out why: the key is shown and changed, a
// request is pasted and explained, and a firewall learns where webhooks come from.
func TestSignatures(t *testing.T) {
	received := make(chan toldReport, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what is cut short is not JSON, and seen below
		received <- toldReport{header: r.Header.Clone(), body: body}
	}))
	t.Cleanup(receiver.Close)
	url := newHouse(t, func(c *app.Config) { c.AllowCIDRs = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")} })
	v := visit(t, url)
	v.expects("status of 422") // forms that come back
	setUp(v)
	s := &signatureStory{story: &story{visitor: v, url: url}}
	s.revealKey()
	s.sendOne(receiver.URL, received)
	s.checkIt()
	s.rotate()
	s.verifyCode()
	s.endAnOldSecret()
	s.addresses()
}

type signatureStory struct {
	*story
	key         string
	destination string
	got         toldReport
}

func (s *signatureStory) revealKey() {
	s.open("/settings/signing-key")
	s.sees("The key is hidden.")
	s.click("Show key")
	s.key = s.value("Signing key")
	s.inspect("signing-key-shown")
	s.click("Hide key")
	s.sees("The key is hidden.")
}

func (s *signatureStory) sendOne(receiver string, received chan toldReport) {
	s.furnish()
	s.destination = s.path()
	s.open(s.destination + "/actions/new")
	s.fill("Name", "Tell the CRM")
	s.fill("Address (URL)", receiver+"/hook")
	s.click("Save and enable")
	s.sees("Saved.")
	call(s.t, s.url, s.writeKey, "track", `{"userId":"ana","event":"Signed Up","properties":{"plan":"pro/max"}}`)
	s.got = <-received
	if !s.got.signedWith(s.key) {
		s.t.Errorf("the signature of %s does not hold: %v", s.got.body, s.got.header)
	}
}

// headers are those that the receiver got, as its log might print them.
func (s *signatureStory) headers() string {
	var lines []string
	for name, values := range s.got.header {
		lines = append(lines, name+": "+values[0])
	}
	return strings.Join(lines, "\n")
}

func (s *signatureStory) check(headers, body, says string) {
	s.t.Helper()
	s.fill("Headers", headers)
	s.fill("Body", body)
	s.click("Check signature")
	s.sees(says)
}

func (s *signatureStory) checkIt() {
	s.open("/settings/signing-key")
	s.click("Check a signature")
	s.inspect("signature-check")
	s.check("", "", "Paste the headers as they arrived")
	s.inspect("signature-check-refused")
	s.check(s.headers(), string(s.got.body), "The signature is right, made with workspace key")
	s.sees("this is attempt 1 of")
	s.inspect("signature-right")

	var anew map[string]any
	s.must("read the body", json.Unmarshal(s.got.body, &anew))
	written, err := json.Marshal(anew)
	s.must("write the body anew", err)
	s.check(s.headers(), string(written), "The body was changed after it was signed")
	s.inspect("signature-body")
	s.check(strings.ReplaceAll(s.headers(), "X-Cio-Signature", "HTTP_X_CIO_SIGNATURE"), string(s.got.body), "a header was renamed")
	s.fill("When the receiver got it", "2020-01-01 00:00:00")
	s.check(s.headers(), string(s.got.body), "in the future")
	s.inspect("signature-clock")
	s.fill("When the receiver got it", "")
	s.clickOn(s.find(`#findings a[href^="/sent/"]`))
	s.sees("Delivered")

	plain := s.withoutScriptsAt("/settings/signing-key/check")
	plain.fill("Headers", "X-CIO-Signature: 12\nX-CIO-Timestamp: 5")
	plain.click("Check signature")
	plain.sees("is not 64 hex digits")
}

func (s *signatureStory) rotate() {
	s.open("/settings/signing-key")
	s.click("Make a new key")
	s.inspect("signing-key-rotate")
	s.click("Make a new key")
	s.sees("which has not begun to sign")
	s.sees("signs until")
	s.inspect("signing-key-next")
	s.click("Show keys")
	next := s.value("New key")
	if now := s.value("Signing key"); now != s.key || next == s.key {
		s.t.Errorf("the key in use is %q, the next one %q", now, next)
	}
	s.click("End the old key now")
	s.click("End the old key")
	s.sees("The new key signs from now on.")
	s.sees("Former keys")
	s.inspect("signing-key-former")
	s.open("/settings/signing-key/check")
	s.check(s.headers(), string(s.got.body), "has been replaced since")
	s.inspect("signature-old-key")
}

func (s *signatureStory) verifyCode() {
	s.open("/settings/signing-key")
	s.click("Python")
	s.sees("def verify_workspace(")
	s.click("Standard Webhooks")
	s.sees("def verify_standard(")
	s.inspect("signing-key-code")
}

func (s *signatureStory) endAnOldSecret() {
	s.open(s.destination + "/signing")
	s.click("Add a secret")
	s.sees("There is a new Standard Webhooks secret.")
	s.click("Add a new secret beside it")
	s.sees("All of these sign")
	s.click("End Older secret 1 in 7 days")
	s.sees("Signs until")
	s.inspect("signing-secret-ends")
}

// addresses are written down in the browser, and read by a firewall.
func (s *signatureStory) addresses() {
	s.open("/settings/ip-addresses/edit")
	s.fill("Addresses of region 1", "203.0.113.7\n2001:db8::7")
	s.click("Save")
	s.sees("The addresses are saved.")
	s.inspect("addresses")
	q, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.url+"/v1/info/ip_addresses", nil)
	s.must("ask for addresses", err)
	answer, err := http.DefaultClient.Do(q)
	s.must("ask for addresses", err)
	body, err := io.ReadAll(answer.Body)
	s.must("read addresses", err)
	s.must("read addresses", answer.Body.Close())
	if !strings.Contains(string(body), `"203.0.113.7"`) || !strings.Contains(string(body), `"2001:db8::7"`) {
		s.t.Errorf("a firewall reads %s", body)
	}
}
