//go:build e2e

package e2e

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hookline/internal/app"
)

// TestReporting is an engineer who has a warehouse told how webhooks end: set up, tried out, told, refused, told after
// all, and with another key.
func TestReporting(t *testing.T) {
	warehouse := newWarehouse(t)
	url := newHouse(t, func(c *app.Config) { c.AllowCIDRs = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")} })
	v := visit(t, url)
	v.expects("status of 422") // forms that come back
	setUp(v)
	s := &reportingStory{story: &story{visitor: v, url: url}, warehouse: warehouse}
	s.makeReporting()
	s.tryItOut()
	s.hearHowWebhooksEnd()
	s.warehouseBreaks()
	s.changeKey()
	s.others()
}

type reportingStory struct {
	*story
	warehouse *warehouse
	reporting string // the path of its page
	key       string
}

// warehouse is a receiver of reports that checks their signatures with code of its own.
type warehouse struct {
	*httptest.Server
	broken atomic.Bool

	mu  sync.Mutex
	got []toldReport
}

type toldReport struct {
	header     http.Header
	body       []byte
	EventID    string `json:"event_id"`
	ObjectType string `json:"object_type"`
	Metric     string `json:"metric"`
	Timestamp  int64  `json:"timestamp"`
	Data       struct {
		DeliveryID     string            `json:"delivery_id"`
		Identifiers    map[string]string `json:"identifiers"`
		Recipient      string            `json:"recipient"`
		FailureMessage string            `json:"failure_message"`
		Content        string            `json:"content"`
	} `json:"data"`
}

func newWarehouse(t *testing.T) *warehouse {
	w := &warehouse{}
	w.Server = httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		one := toldReport{header: r.Header.Clone(), body: body}
		if err != nil || json.Unmarshal(body, &one) != nil {
			t.Errorf("a report is no JSON: %q, %v", body, err)
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.got = append(w.got, one)
		if w.broken.Load() {
			answer.WriteHeader(http.StatusBadGateway)
			return
		}
		_, _ = io.WriteString(answer, `{"stored":true}`)
	}))
	t.Cleanup(w.Close)
	return w
}

// last waits until there are n reports, and gives the newest.
func (w *warehouse) last(t *testing.T, n int) toldReport {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		w.mu.Lock()
		got := w.got
		w.mu.Unlock()
		if len(got) >= n {
			return got[len(got)-1]
		}
	}
	t.Fatalf("%d reports did not come", n)
	return toldReport{}
}

func (w *warehouse) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.got)
}

// signedWith computes the signature anew, from the manual alone.
func (r toldReport) signedWith(key string) bool {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte("v0:" + r.header.Get("X-CIO-Timestamp") + ":"))
	mac.Write(r.body)
	given, err := hex.DecodeString(r.header.Get("X-CIO-Signature"))
	return err == nil && hmac.Equal(given, mac.Sum(nil))
}

func (s *reportingStory) makeReporting() {
	s.open("/settings")
	s.clickOn(s.find(`a[href="/settings/reporting-webhooks"]`))
	s.sees("No reporting webhook yet")
	s.inspect("reporting-empty")
	s.click("Make the first one")
	s.check("Sent", false)
	s.check("Failed", false)
	s.check("Undeliverable", false)
	s.fill("Address", "ftp://example.com")
	s.click("Create reporting webhook")
	s.sees("Give the reporting webhook a name")
	s.sees("Choose at least one thing to report")
	s.inspect("reporting-refused")
	s.fill("Name", "Data warehouse")
	s.fill("Address", s.warehouse.URL+"/reports")
	for _, metric := range []string{"Sent", "Failed", "Attempted", "Undeliverable"} {
		s.check(metric, true)
	}
	s.check("Include the body that was sent", true)
	s.click("Create reporting webhook")
	s.sees("The reporting webhook is ready.")
	s.reporting = s.path()
	s.inspect("reporting-new")
	s.click("Show key")
	s.key = s.value("Signing key")
	s.inspect("reporting-key")
	s.click("Hide key")
	s.sees("Show key")
}

func (s *reportingStory) tryItOut() {
	s.click("Send test")
	s.sees("The test was taken")
	s.until(`document.querySelector("#reporting-test").innerText.includes('"stored": true')`)
	s.inspect("reporting-test")
	if one := s.warehouse.last(s.t, 1); !one.signedWith(s.key) || one.ObjectType != "webhook" || one.Metric != "attempted" {
		s.t.Errorf("the test is %s with %v", one.body, one.header)
	}
	s.warehouse.broken.Store(true)
	s.click("Send test")
	s.sees("The receiver answered 502 Bad Gateway.")
	s.inspect("reporting-test-failed")
	s.warehouse.broken.Store(false)
}

func (s *reportingStory) hearHowWebhooksEnd() {
	s.furnish()
	destination := s.path()
	s.open(destination + "/actions/new")
	s.fill("Name", "Tell the CRM")
	s.fill("Address (URL)", s.binURL)
	s.click("Save and enable")
	s.sees("Saved.")
	s.open(s.reporting)
	call(s.t, s.url, s.writeKey, "track", `{"userId":"ana","event":"Signed <b>Up</b>"}`)
	one := s.warehouse.last(s.t, 3)
	if one.Metric != "sent" || !one.signedWith(s.key) || one.Data.Identifiers["id"] != "ana" || one.Data.Recipient != s.binURL || one.Data.Content == "" || time.Since(time.Unix(one.Timestamp, 0)) > time.Minute {
		s.t.Errorf("the report is %s", one.body)
	}
	s.sees("1 report") // by itself, without a reload
	s.open("/sent/" + one.Data.DeliveryID)
	s.sees("Delivered")

	s.open(s.bin + "/edit")
	s.fill("Answer with status", "400")
	s.click("Save")
	call(s.t, s.url, s.writeKey, "track", `{"userId":"ana","event":"Paid"}`)
	if one = s.warehouse.last(s.t, 4); one.Metric != "failed" || one.Data.FailureMessage == "" || one.Data.Content != "" {
		s.t.Errorf("the report is %s", one.body)
	}
}

func (s *reportingStory) warehouseBreaks() {
	s.warehouse.broken.Store(true)
	call(s.t, s.url, s.writeKey, "track", `{"userId":"ana","event":"Left"}`)
	first := s.warehouse.last(s.t, 5)
	s.open(s.reporting)
	s.sees("The last report was not taken")
	s.sees("The receiver answered 502 Bad Gateway.")
	s.sees("1 report")
	s.inspect("reporting-failing")
	s.open("/settings/reporting-webhooks")
	s.sees("Failing")
	s.inspect("reporting-list")
	s.open(s.reporting)
	s.warehouse.broken.Store(false)
	n := s.warehouse.count()
	s.click("Try again now")
	s.sees("It is tried again now.")
	if again := s.warehouse.last(s.t, n+1); again.EventID != first.EventID || !again.signedWith(s.key) {
		s.t.Errorf("told again is %s, first was %s", again.body, first.body)
	}
	s.seesNot("The last report was not taken")
}

func (s *reportingStory) changeKey() {
	s.open(s.reporting)
	s.click("Make a new key")
	s.inspect("reporting-rotate")
	s.click("Make a new key")
	s.sees("There is a new key.")
	s.click("Show key")
	next := s.value("Signing key")
	n := s.warehouse.count()
	call(s.t, s.url, s.writeKey, "track", `{"userId":"ana","event":"Returned"}`)
	if one := s.warehouse.last(s.t, n+1); next == s.key || one.signedWith(s.key) || !one.signedWith(next) {
		s.t.Errorf("after the key was changed the report is %s with %v", one.body, one.header)
	}
}

// withoutScriptsAt is the administrator at a page, in a browser that runs no scripts.
func (s *story) withoutScriptsAt(path string) *visitor {
	s.t.Helper()
	v := visit(s.t, s.url, withoutScripts)
	v.open("/login?next=" + path)
	v.fill("E-mail address", adminEmail)
	v.fill("Password", adminPassword)
	v.click("Sign in")
	v.at(path)
	return v
}

// others do the same without scripts, and are asked before it is gone.
func (s *reportingStory) others() {
	s.open(s.reporting)
	s.check("On", false)
	s.click("Save")
	s.sees("nothing is kept for it while it is off")
	s.inspect("reporting-off")
	plain := s.withoutScriptsAt(s.reporting)
	plain.check("On", true)
	plain.click("Save")
	plain.sees("The reporting webhook is saved.")
	plain.click("Send test")
	plain.sees("The test was taken")
	plain.click("Delete reporting webhook")
	plain.sees("Delete this reporting webhook?")
	plain.click("Delete reporting webhook")
	plain.sees("The reporting webhook is deleted.")
}
