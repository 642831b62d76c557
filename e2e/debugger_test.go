//go:build e2e

package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// TestDebugger is what an engineer does while they connect an app: send an example, see what it set off, watch calls
// come in, stop to look, mend and send again; and what they tell the people who run a firewall.
func TestDebugger(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	s := &story{visitor: v, url: url}
	setUp(v)
	s.furnish()
	s.tells([]chapter{
		{"an example is sent", s.sendExample},
		{"it is used to compose", s.composeWithIt},
		{"calls come in", s.watchCalls},
		{"the list stands still", s.pauseCalls},
		{"an event is opened and sent again", s.lookAtEvent},
		{"without scripts", s.debugWithoutScripts},
		{"IP addresses", s.listAddresses},
	})
}

// furnish makes a bin, a source, and a destination that listens to it.
func (s *story) furnish() {
	s.open("/bins/new")
	s.fill("Name", "Stand-in")
	s.click("Create bin")
	s.bin, s.binURL = s.path(), s.value("Send to this URL")
	s.open("/sources/new")
	s.fill("Name", "Website")
	s.click("Create source")
	s.source, s.writeKey = s.path(), s.value("Write key")
	s.open("/destinations/new")
	s.check("Website", true)
	s.fill("Name", "CRM")
	s.check("Enable destination", true)
	s.click("Create destination")
	s.sees("CRM")
}

func (s *story) sendExample() {
	s.open(s.source)
	s.click("Debugger")
	s.sees("No call yet")
	s.click("Send an example")
	s.at(s.source + "/tester")
	s.expects("status of 422")
	s.setBody("{\n  \"userId\": \"ana-1\",\n  \"event\" \"Signed Up\"\n}")
	s.click("Send")
	s.sees("Line 3, column 11")
	s.inspect("tester-mistake")
	s.setBody("{\n  \"userId\": \"ana-1\",\n  \"event\": \"Signed Up\",\n  \"properties\": {\"plan\": \"pro\"}\n}")
	s.click("Send")
	s.sees("The event was taken")
	s.sees("It has no action yet")
}

func (s *story) composeWithIt() {
	s.click("New action with this event")
	s.sees("Signed Up")
	s.fill("Name", "Tell the CRM")
	s.fill("Address (URL)", s.binURL)
	s.until(`document.querySelector("#preview").innerText.includes("Signed Up")`)
	s.click("Save and enable")
	s.sees("Saved.")
}

func (s *story) watchCalls() {
	s.open(s.source + "/debugger")
	call(s.t, s.url, s.writeKey, "track", `{"userId":"ana-1","event":"Order Paid","messageId":"m1","properties":{"total":49.5}}`)
	s.sees("Order Paid") // by itself, without a reload
	call(s.t, s.url, s.writeKey, "track", `{"userId":"ana-1","event":"Order Paid","messageId":"m1","properties":{"total":49.5}}`)
	s.seesElement("tr[id^=dup_]")
	call(s.t, s.url, s.writeKey, "batch", `{"batch":[{"type":"track","userId":"ana-1"},{"type":"page","anonymousId":"visitor-7","name":"Pricing"}]}`)
	s.sees("The track call has no event name")
	s.inspect("debugger")
	s.clickOn(s.find("tr[id^=dup_] a"))
	s.sees("Why it was left out")
	s.inspect("duplicate")
	s.open(s.source + "/debugger")
	s.fill("Search", "visitor-7")
	s.click("Show")
	s.seesElement("tr[id^=evt_]")
	if n := s.count("tbody tr"); n != 1 {
		s.t.Errorf("the search shows %d calls", n)
	}
}

func (s *story) pauseCalls() {
	s.open(s.source + "/debugger")
	s.click("Pause")
	s.sees("Nothing has come in since.")
	call(s.t, s.url, s.writeKey, "page", `{"userId":"ana-1","name":"Checkout"}`)
	s.open(strings.TrimPrefix(s.page.URL(), s.url))
	s.sees("More has come in since.")
	s.seesNot("Checkout")
	s.inspect("debugger-paused")
	s.click("Resume")
	s.sees("Checkout")
}

func (s *story) lookAtEvent() {
	s.open(s.source + "/debugger?name=Order+Paid&state=accepted")
	s.clickOn(s.find("tr[id^=evt_] a"))
	s.sees("Delivered")
	s.clickOn(s.find(".effects summary"))
	s.sees("the event type is track")
	s.inspect("event-effects")
	s.click("Raw")
	s.sees(`"properties":{"total":49.5}`)
	s.click("Send again")
	s.sees("Send this event again?")
	s.clickOn(s.find("main form button[type=submit]"))
	s.sees("The event was taken")
	s.sees("Delivered")
	s.open(s.source + "/debugger?type=page")
	s.clickOn(s.find("tr[id^=evt_] a").First())
	s.sees("Did not match")
	s.sees("the event type is “page”")
	s.inspect("event-not-matched")
}

// debugWithoutScripts signs in once more in a browser that runs no JavaScript.
func (s *story) debugWithoutScripts() {
	v := visit(s.t, s.url, withoutScripts)
	v.open("/login?next=" + s.source + "/debugger")
	v.fill("E-mail address", adminEmail)
	v.fill("Password", adminPassword)
	v.click("Sign in")
	v.at(s.source + "/debugger")
	v.click("Pause")
	v.sees("Paused")
	v.click("Tester")
	v.choose("Begin with", "alias")
	v.click("Begin with this")
	v.expects("status of 422")
	v.fill("Call", `{"userId":"ana-1","previousId":`)
	v.click("Send")
	v.sees("Line 1, column")
	v.fill("Call", `{"userId":"ana-1","previousId":"visitor-7"}`)
	v.click("Send")
	v.sees("The event was taken")
}

func (s *story) listAddresses() {
	s.open("/settings")
	s.click("IP addresses Where requests come from, for receivers behind a firewall.")
	s.sees("No address is listed yet")
	s.click("List addresses")
	s.fill("Addresses of region 1", "203.0.113.7\nhooks.example.com")
	s.click("Save")
	s.sees("Line 2:")
	s.inspect("ip-addresses-mistake")
	s.fill("Proxy of region 1", "http://ana:s3cret@proxy.example.com:3128")
	s.fill("Addresses of region 1", "203.0.113.7\n198.51.100.0/24")
	s.click("Save")
	s.sees("The addresses are saved.")
	s.click("Send a request")
	s.sees("The bin saw 127.0.0.1")
	s.sees("inside address")
	s.sees("Requests leave through the proxy http://proxy.example.com:3128")
	s.inspect("ip-addresses")
	s.click("Edit")
	s.inspect("ip-addresses-form")
	answer, err := http.Get(s.url + "/v1/info/ip_addresses?region=default") //nolint:noctx // the house ends with the test
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		s.t.Errorf("programs are answered %s", answer.Status)
	}
}
