//go:build e2e

package e2e

import "testing"

// TestTestSend is how somebody finds out what a receiver answers before anything depends on it, keeps a value of the
// answer, and sees it when an answer lacks it.
func TestTestSend(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	setUp(v)
	s := &story{visitor: v, url: url}
	s.makeAnsweringBin()
	s.makeSourceOf("Ana")
	s.makeDestinationOff()
	s.composeForTest()
	s.sendTest()
	s.pickFromAnswer()
	s.saveAndEnable()
	s.seeItSet()
	s.seeTheDoubt()
}

// answers lets the bin answer this body.
func (s *story) answers(body string) {
	s.t.Helper()
	s.open(s.bin + "/edit")
	s.fill("With this text", body)
	s.click("Save")
	s.at(s.bin)
}

func (s *story) makeAnsweringBin() {
	s.open("/bins/new")
	s.fill("Name", "CRM stand-in")
	s.click("Create bin")
	s.sees("Nothing received yet")
	s.bin, s.binURL = s.path(), s.value("Send to this URL")
	s.answers(`{"lead_id": 42, "lead": {"plan": "pro", "tags": ["new", "paying"]}}`)
}

func (s *story) makeSourceOf(name string) {
	s.open("/sources/new")
	s.fill("Name", "Website")
	s.click("Create source")
	s.sees("No event yet")
	s.source, s.writeKey = s.path(), s.value("Write key")
	call(s.t, s.url, s.writeKey, "identify", `{"userId":"u1","traits":{"email":"ana@example.com","first_name":"`+name+`"}}`)
	call(s.t, s.url, s.writeKey, "track", `{"userId":"u1","event":"Signed Up","properties":{"plan":"pro"}}`)
	s.sees("Signed Up")
}

func (s *story) makeDestinationOff() {
	s.open("/destinations/new")
	s.check("Website", true)
	s.fill("Name", "CRM")
	s.click("Create destination")
	s.sees("CRM")
}

func (s *story) composeForTest() {
	s.open("/destinations")
	s.click("CRM")
	s.clickOn(s.find(`a[href$="/actions/new"]`).First())
	s.fill("Name", "Make a lead")
	s.fill("Address (URL)", s.binURL)
	s.until(`document.querySelector("#preview").innerText.includes("/b/")`)
	s.inspect("test-send-before")
}

func (s *story) sendTest() {
	s.click("Send a test")
	s.sees("The receiver answered 200 OK")
	s.sees("Until the first byte")
	s.sees("A test goes to the receiver all the same.")
	s.until(`document.querySelector("#test").innerText.includes('"lead_id": 42')`)
	if got := s.value("Name"); got != "Make a lead" {
		s.t.Errorf("the name is now %q", got)
	}
	s.inspect("test-send-answer")
}

func (s *story) pickFromAnswer() {
	s.click("lead_id: 42 → set attribute lead_id")
	s.until(`document.querySelector("#attribute-0-value")?.value === "{{ response.lead_id }}"`)
	s.sees("would set lead_id to 42 (number); now: none")
	s.inspect("test-send-response")
}

func (s *story) saveAndEnable() {
	s.click("Save and enable")
	s.sees("Saved.")
	s.open("/sent?origin=test")
	s.sees("Tests only")
	s.inspect("test-send-in-sent")
	s.open("/destinations")
	s.click("CRM")
	s.clickOn(s.find(`.on-off button[role="switch"]`).First())
	s.sees("is on")
}

func (s *story) seeItSet() {
	call(s.t, s.url, s.writeKey, "track", `{"userId":"u1","event":"Paid"}`)
	s.open("/sent?origin=event")
	s.seesElement("tbody tr a")
	s.clickOn(s.find("tbody tr a").First())
	s.sees("The answer set lead_id to 42.")
	s.inspect("test-send-set")
	s.open("/people")
	s.click("ana@example.com")
	s.seesElement(`tr:has-text("lead_id"):has-text("42"):has-text("Answer to a webhook")`)
}

func (s *story) seeTheDoubt() {
	s.answers(`{"ok": true}`)
	call(s.t, s.url, s.writeKey, "track", `{"userId":"u1","event":"Paid again"}`)
	s.open("/sent?state=doubted")
	s.sees("lead_id was not set")
	s.inspect("test-send-doubted")
	s.clickOn(s.find("tbody tr a").First())
	s.sees("Delivered, with a doubt, at the first try")
	s.inspect("test-send-doubt")
}
