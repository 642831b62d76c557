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
	"strings"
	"sync"
	"testing"
	"time"

	"hookline/internal/app"

	"github.com/playwright-community/playwright-go"
)

// TestHealth is a team that wants to hear when something fails: it says whom to tell, sees on charts how webhooks fare,
// is told once that a destination fails and once that it is well again.
func TestHealth(t *testing.T) {
	team := newOnCall(t)
	url := newHouse(t, func(c *app.Config) {
		c.AllowCIDRs, c.AlertEvery = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, 300*time.Millisecond
	})
	v := visit(t, url)
	v.expects("status of 422") // forms that come back
	setUp(v)
	s := &healthStory{story: &story{visitor: v, url: url}, team: team}
	s.tells([]chapter{
		{"who is told", s.addChannels},
		{"by e-mail", s.addMail},
		{"the rules", s.setRules},
		{"charts", s.seeCharts},
		{"it fails", s.fails},
		{"it is well again", s.recovers},
		{"without scripts", s.plainly},
	})
}

type healthStory struct {
	*story
	team        *onCall
	destination string // the path of its page
	key         string // of the webhook
}

// onCall is where a team is told of alerts: /slack takes texts, /hook what is signed.
type onCall struct {
	*httptest.Server
	mu  sync.Mutex
	got []toldAlert
}

type toldAlert struct {
	path   string
	header http.Header
	body   []byte
	Text   string `json:"text"`
	Event  string `json:"event"`
}

func newOnCall(t *testing.T) *onCall {
	o := &onCall{}
	o.Server = httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		one := toldAlert{path: r.URL.Path, header: r.Header.Clone(), body: body}
		if err != nil || json.Unmarshal(body, &one) != nil {
			t.Errorf("an alert is no JSON: %q, %v", body, err)
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		o.got = append(o.got, one)
		_, _ = io.WriteString(answer, "ok <b>thanks</b>")
	}))
	t.Cleanup(o.Close)
	return o
}

// at gives what was told there, and waits until there is so much.
func (o *onCall) at(t *testing.T, path string, n int) []toldAlert {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var there []toldAlert
		o.mu.Lock()
		for _, one := range o.got {
			if one.path == path {
				there = append(there, one)
			}
		}
		o.mu.Unlock()
		if len(there) >= n {
			return there
		}
	}
	t.Fatalf("%d alerts did not come to %s", n, path)
	return nil
}

func (s *healthStory) addChannels() {
	s.open("/settings")
	s.clickOn(s.find(`a[href="/settings/alerts"]`))
	s.sees("No alert yet")
	s.inspect("alerts-empty")
	s.click("Add Slack")
	s.fill("Address", "ftp://example.com")
	s.click("Add channel")
	s.sees("Give the channel a name")
	s.inspect("alerts-slack-refused")
	s.fill("Name", "On-call chat")
	s.fill("Address", s.team.URL+"/slack")
	s.click("Add channel")
	s.sees("The channel is ready.")
	s.click("Send a test")
	s.sees("The test was taken")
	s.sees("ok <b>thanks</b>")
	s.inspect("alerts-slack-tested")
	s.open("/settings/alerts/channels/new?kind=webhook")
	s.fill("Name", "Incident desk")
	s.fill("Address", s.team.URL+"/hook")
	s.click("Add channel")
	s.click("Show key")
	s.key = s.value("Signing key")
	s.inspect("alerts-webhook-key")
	s.click("Hide key")
	s.click("Send a test")
	s.sees("The test was taken")
	one := s.team.at(s.t, "/hook", 1)[0]
	mac := hmac.New(sha256.New, []byte(s.key))
	mac.Write([]byte("v0:" + one.header.Get("X-CIO-Timestamp") + ":"))
	mac.Write(one.body)
	if given, err := hex.DecodeString(one.header.Get("X-CIO-Signature")); err != nil || !hmac.Equal(given, mac.Sum(nil)) {
		s.t.Errorf("the test is %s with %v", one.body, one.header)
	}
}

// addMail names a server at which nobody listens: the test says so.
func (s *healthStory) addMail() {
	s.open("/settings/alerts/channels/new?kind=email")
	s.inspect("alerts-mail-new")
	s.click("Add channel")
	s.sees("Enter at least one e-mail address to tell.")
	s.inspect("alerts-mail-refused")
	s.fill("Name", "Mail to the team")
	s.fill("Tell", "ana@example.com")
	s.fill("From", "hookline@example.com")
	s.fill("Mail server", "127.0.0.1")
	s.fill("Port", "2525")
	s.fill("User", "hookline")
	s.fill("Password", "p4ss w0rd")
	s.check("On", false)
	s.click("Add channel")
	s.sees("The channel is ready.")
	s.sees("One is kept, sealed")
	s.click("Send a test")
	s.sees("The test was not taken")
	s.sees("Connection refused")
	s.inspect("alerts-mail-tested")
}

func (s *healthStory) setRules() {
	s.open("/settings/alerts")
	s.sees("On-call chat")
	s.fill("Share that fails", "200")
	s.click("Save rules")
	s.sees("Enter a share between 1 and 100 percent.")
	s.inspect("alerts-rules-refused")
	s.fill("Share that fails", "50")
	s.fill("Of at least", "4")
	s.click("Save rules")
	s.sees("The rules are saved.")
	s.inspect("alerts-rules")
}

// wantPainted waits until every chart has been drawn.
func (s *healthStory) wantPainted() {
	s.t.Helper()
	s.until(`[...document.querySelectorAll("health-chart")].length === 3 && [...document.querySelectorAll("health-chart")].every((c) => c.shadowRoot?.querySelector("canvas")?.width > 0)`)
}

func (s *healthStory) track(n int) {
	s.t.Helper()
	for range n {
		call(s.t, s.url, s.writeKey, "track", `{"userId":"ana","event":"Paid"}`)
	}
}

func (s *healthStory) seeCharts() {
	s.furnish()
	s.destination = s.path()
	s.open(s.destination)
	s.sees("Nothing was sent and nothing waited in the last 24 hours.")
	s.inspect("health-destination-empty")
	s.open(s.destination + "/actions/new")
	s.fill("Name", "Tell the CRM")
	s.fill("Address (URL)", s.binURL)
	s.click("Save and enable")
	s.sees("Saved.")
	s.open("/?range=1h")
	s.track(6)
	s.until(`document.querySelector("health-chart")?.getAttribute("aria-label").includes("6 delivered")`) // by itself, without a reload
	s.wantPainted()
	s.click("24 hours")
	s.wantPainted()
	s.inspect("health-overview-24h")
	s.click("7 days")
	s.wantPainted()
	s.inspect("health-overview-7d")
	s.click("1 hour")
	s.clickOn(s.find("#health-numbers summary"))
	s.wantPainted()
	s.inspect("health-overview-1h")
	s.must("point at the chart", s.find("health-chart").First().Hover(playwright.LocatorHoverOptions{Timeout: patience, Position: &playwright.Position{X: 500, Y: 100}}))
	s.until(`/\d\d:\d\d to \d\d:\d\d UTC: /.test(document.querySelector("health-chart").shadowRoot.querySelector(".readout").textContent)`)
}

func (s *healthStory) answer(status string) {
	s.open(s.bin + "/edit")
	s.fill("Answer with status", status)
	s.click("Save")
}

func (s *healthStory) fails() {
	s.answer("400")
	s.open("/")
	s.track(8)
	s.sees("is failing") // by itself, without a reload
	s.sees("Failing now")
	s.sees("Compare it with the body of the request")
	s.wantPainted()
	s.inspect("health-overview-failing")
	for path, n := range map[string]int{"/slack": 2, "/hook": 2} { // a test, and this
		if told := s.team.at(s.t, path, n); !strings.Contains(told[1].Text, "is failing") || path == "/hook" && told[1].Event != "alert.began" {
			s.t.Errorf("%s was told %s", path, told[1].body)
		}
	}
	s.click("All alerts")
	s.sees("Goes on")
	s.sees("On-call chat: told")
	s.inspect("alerts-open")
	s.open(s.destination + "?range=1h")
	s.wantPainted()
	s.inspect("health-destination-failing")
}

func (s *healthStory) recovers() {
	s.answer("200")
	s.open("/settings/alerts")
	s.track(12)
	s.sees("lasted") // by itself, without a reload
	told := s.team.at(s.t, "/hook", 3)
	if len(told) != 3 || told[2].Event != "alert.ended" || !strings.Contains(told[2].Text, "It lasted") {
		s.t.Errorf("told %d times, the last %s", len(told), told[len(told)-1].body)
	}
	s.sees("of its end, told")
	s.inspect("alerts-over")
	s.open("/")
	s.seesNot("All alerts")
}

// plainly sees the numbers as a table, saves the rules, and deletes a channel.
func (s *healthStory) plainly() {
	plain := s.withoutScriptsAt("/")
	plain.sees("Show as a table")
	plain.clickOn(plain.find("#health-numbers summary"))
	plain.sees("To be tried again")
	plain.picture("health-plain", true) // axe needs scripts
	plain.open("/settings/alerts")
	plain.fill("Due for", "20")
	plain.click("Save rules")
	plain.sees("The rules are saved.")
	plain.click("On-call chat")
	plain.click("Send a test")
	plain.sees("The test was taken")
	plain.click("Delete channel")
	plain.sees("Delete this alert channel?")
	plain.click("Delete channel")
	plain.sees("The channel is deleted.")
	s.open("/manual/health")
	s.sees("Charts and alerts")
	s.inspect("manual-health")
}
