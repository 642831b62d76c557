//go:build e2e

package e2e

import (
	"strconv"
	"testing"
)

// TestOneEvent is the main job from end to end, as the README's "way of one event" tells it: set-up, a source, a bin,
// a destination with an action, an event by HTTP, the delivery seen live, a receiver that breaks, and a resend.
func TestOneEvent(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	s := &story{visitor: v, url: url}
	s.tells([]chapter{
		{"set-up", s.setUp},
		{"bin", s.makeBin},
		{"source", s.makeSource},
		{"destination", s.makeDestination},
		{"trigger and composer", s.makeAction},
		{"event", s.sendEvent},
		{"delivered", s.seeDelivered},
		{"in the bin", s.seeInBin},
		{"receiver breaks", s.breakReceiver},
		{"retried and failed", s.seeFailed},
		{"resent with changed attributes", s.resend},
		{"people", s.seePeople},
		{"the other pages", s.lookAround},
	})
}

func (s *story) setUp() {
	s.open("/setup")
	s.inspect("setup")
	setUp(s.visitor)
	s.inspect("overview-empty")
}

func (s *story) makeBin() {
	s.open("/bins")
	s.inspect("bins-empty")
	s.click("Make the first bin")
	s.fill("Name", "CRM stand-in")
	s.inspect("bin-new")
	s.click("Create bin")
	s.sees("Nothing received yet")
	s.bin, s.binURL = s.path(), s.value("Send to this URL")
	s.inspect("bin-empty")
}

func (s *story) makeSource() {
	s.open("/sources")
	s.inspect("sources-empty")
	s.open("/sources/new")
	s.fill("Name", "Website")
	s.inspect("source-new")
	s.click("Create source")
	s.sees("No event yet")
	s.source, s.writeKey = s.path(), s.value("Write key")
	s.inspect("source-empty")
	// Something to build the trigger with: two events, one that will match and one that will not.
	call(s.t, s.url, s.writeKey, "identify", `{"userId":"u1","traits":{"email":"bea@example.com","first_name":"Bea \"the bee\"","plan":"free"}}`)
	call(s.t, s.url, s.writeKey, "track", `{"userId":"u1","event":"Signed Up","properties":{"plan":"pro","total":49.5}}`)
	call(s.t, s.url, s.writeKey, "batch", `{"batch":[{"type":"track","userId":"u1"},{"type":"page","anonymousId":"a7","name":"Pricing"}]}`)
	s.sees("Signed Up") // by itself, without a reload
	s.sees("Rejected")
	s.inspect("source")
	s.click("Signed Up")
	s.sees("\"plan\"")
	s.inspect("event")
}

func (s *story) makeDestination() {
	s.open("/destinations")
	s.inspect("destinations-empty")
	s.open("/destinations/new")
	s.check("Website", true)
	s.fill("Name", "CRM")
	s.click("Make one for me")
	s.sees("Made.")
	s.check("Enable destination", true)
	s.inspect("destination-new")
	s.click("Create destination")
	s.sees("CRM")
	s.inspect("destination")
}

func (s *story) makeAction() {
	s.open("/destinations")
	s.click("CRM")
	s.clickOn(s.find(`a[href$="/actions/new"]`).First())
	s.fill("Name", "Tell the CRM about new customers")
	s.buildTrigger()
	s.fill("Address (URL)", s.binURL)
	s.setBody("{\n  \"name\": \"{{ customer.first_name }}\",\n  \"plan\": \"{{ event.properties.plan \"\n}")
	s.sees("line 3") // the mistake is named while one types
	s.inspect("action-mistake")
	s.setBody("{\n  \"name\": \"{{ customer.first_name }}\",\n  \"plan\": \"{{ event.properties.plan }}\",\n  \"mail\": \"{{ customer.email }}\"\n}")
	s.until(`document.querySelector("#preview").innerText.includes('bea@example.com')`)
	s.until(`document.querySelector("#preview").innerText.includes('the bee')`)
	s.inspect("action")
	s.click("Save and enable")
	s.sees("Tell the CRM about new customers")
	s.inspect("destination-with-action")
}

// buildTrigger makes "event name is Signed Up and property plan is one of pro, team", row by row.
func (s *story) buildTrigger() {
	for s.count(`.trigger-row`) > 0 {
		n := s.count(`.trigger-row`)
		s.click("Remove condition 1")
		s.until(`document.querySelectorAll(".trigger-row").length < ` + strconv.Itoa(n))
	}
	s.addCondition(1, "Event name")
	s.fill("Condition 1: value", "Signed Up")
	s.addCondition(2, "Event property")
	s.fill("Condition 2: name of the property", "plan")
	s.presses("Tab")
	s.choose("Condition 2: how to compare", "is one of")
	s.until(`document.querySelector(".trigger-row textarea") !== null`)
	s.fill("Condition 2: value", "pro\nteam")
	s.sees("1 of the last")
	s.inspect("action-trigger")
	s.clickOn(s.find("#trigger-said summary"))
	s.sees("Does not")
}

func (s *story) addCondition(n int, field string) {
	s.click("Add condition")
	s.until(`document.querySelectorAll(".trigger-row").length === ` + strconv.Itoa(n))
	label := "Condition " + strconv.Itoa(n) + ": what to look at"
	s.choose(label, field)
	s.until(`document.querySelector('[aria-label="Condition ` + strconv.Itoa(n) + `: value"]') !== null`)
}

// setBody puts text into the body's editor the way a person pastes it.
func (s *story) setBody(text string) {
	s.clickOn(s.find("code-editor .cm-content").First())
	s.presses("Control+A")
	s.must("paste", s.page.Keyboard().InsertText(text))
}

func (s *story) sendEvent() {
	s.open("/sent")
	s.sees("Nothing sent yet")
	s.inspect("sent-empty")
	call(s.t, s.url, s.writeKey, "track", `{"userId":"u1","event":"Signed Up","properties":{"plan":"team"}}`)
}

func (s *story) seeDelivered() {
	s.sees("Delivered") // the list, open since before the event, shows it by itself
	s.inspect("sent")
	s.click("CRM: Tell the CRM about new customers")
	s.sees("What happened")
	s.delivery = s.path()
	s.inspect("delivery")
}

func (s *story) seeInBin() {
	s.open(s.bin)
	s.sees("workspace key")
	s.seesNot("no key fits")
	s.inspect("bin")
	s.clickOn(s.find("table a").First())
	s.sees("the bee")
	s.inspect("bin-request")
}

func (s *story) breakReceiver() {
	s.answerWith("503")
	s.open("/sent")
	call(s.t, s.url, s.writeKey, "track", `{"userId":"u1","event":"Signed Up","properties":{"plan":"pro"}}`)
	s.sees("503")
}

func (s *story) answerWith(status string) {
	s.open(s.bin + "/edit")
	s.fill("Answer with status", status)
	s.click("Save")
	s.sees("CRM stand-in")
}

func (s *story) seeFailed() {
	s.clickOn(s.find(`tbody tr:first-child a`))
	s.sees("Given up after 3 tries")
	s.delivery = s.path()
	s.inspect("delivery-failed")
}

func (s *story) resend() {
	call(s.t, s.url, s.writeKey, "identify", `{"userId":"u1","traits":{"email":"bea@new.example.com"}}`)
	s.answerWith("200")
	s.open(s.delivery)
	s.click("Resend")
	s.until(`document.body.innerText.includes("bea@new.example.com")`) // what will go, before it goes
	s.inspect("resend")
	s.clickOn(s.find(`main form button[type=submit]`).Last())
	s.at(s.delivery)
	s.sees("Delivered")
	s.sees(adminEmail)
	s.inspect("delivery-resent")
	s.open(s.bin)
	s.clickOn(s.find("table a").First())
	s.sees("bea@new.example.com")
}

func (s *story) seePeople() {
	s.open("/people")
	s.sees("bea@new.example.com")
	s.inspect("people")
	s.click("bea@new.example.com")
	s.sees("the bee")
	s.inspect("person")
}

func (s *story) lookAround() {
	for name, path := range map[string]string{
		"overview": "/", "sources": "/sources", "destinations": "/destinations", "bins": "/bins", "settings": "/settings",
		"signing-key": "/settings/signing-key", "team": "/settings/team", "user-new": "/settings/team/new", "account": "/account",
	} {
		if status := s.open(path); status != 200 {
			s.t.Errorf("%s answers %d", path, status)
		}
		s.inspect(name)
	}
	s.expects("status of 404")
	s.open("/nowhere")
	s.inspect("not-found")
	s.open("/")
	s.clickOn(s.find("details summary .avatar").First())
	s.click("Sign out")
	s.at("/login")
	s.inspect("login")
}
