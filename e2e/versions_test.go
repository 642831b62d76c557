//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

const (
	otherEmail    = "ben@example.com"
	otherPassword = "battery horse correct"
)

// TestVersions is what becomes of an action that two people look after: every save is kept, any two are compared, an
// earlier one is used again, and nobody saves over the other without knowing.
func TestVersions(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	s := &versionStory{story: &story{visitor: v, url: url}}
	setUp(v)
	s.furnish()
	s.tells([]chapter{
		{"saved twice with a note", s.saveTwice},
		{"a delivery names its version", s.send},
		{"compared", s.compare},
		{"used again", s.goBack},
		{"two editors", s.meet},
		{"without scripts, and for those who only look", s.look},
	})
}

type versionStory struct {
	*story
	action string // the path of its composer
}

// furnish makes a source with an event, a bin, a destination and an action that sends to it.
func (s *versionStory) furnish() {
	s.open("/bins/new")
	s.fill("Name", "Stand-in")
	s.click("Create bin")
	s.sees("Nothing received yet")
	s.binURL = s.value("Send to this URL")
	s.writeKey = makeSource(s.visitor)
	call(s.t, s.url, s.writeKey, "track", `{"userId":"u1","event":"Signed Up","properties":{"plan":"pro","total":49.5}}`)
	call(s.t, s.url, s.writeKey, "track", `{"userId":"u2","event":"Left","properties":{"plan":"none","total":0}}`)
	s.open("/destinations/new")
	s.check("Website", true)
	s.fill("Name", "CRM")
	s.check("Enable destination", true)
	s.click("Create destination")
	s.click("Add the first action")
	s.fill("Name", "Tell the CRM")
	s.fill("Address (URL)", s.binURL)
	s.setBody("{\n  \"plan\": \"{{ event.properties.plan }}\"\n}")
	s.until(`document.querySelector("#preview").innerText.includes('none')`)
	s.click("Save and enable")
	s.sees("Saved.")
	s.sees("Versions (1)")
	s.action = s.path()
}

func (s *versionStory) saveTwice() {
	s.click("Versions (1)")
	s.sees("Now in use")
	s.inspect("versions-one")
	s.open(s.action)
	s.setBody("{\n  \"plan\": \"{{ event.properties.plan }}\",\n  \"total\": {{ event.properties.total }}\n}")
	s.fill("What changed? (optional)", "the total as well")
	s.inspect("versions-composer")
	s.click("Save")
	s.sees("This is version 2.")
	s.fill("Name", "Tell the CRM who signed up")
	s.choose("Method", "PUT")
	s.click("Write it as text")
	s.fill("Trigger as text", `type = "track" and event = "Signed Up"`)
	s.fill("What changed? (optional)", "only sign-ups")
	s.click("Save")
	s.sees("This is version 3.")
	s.click("Save") // changes nothing
	s.sees("Saved.")
	s.click("Versions (3)")
	s.sees("the total as well")
	s.sees("only sign-ups")
	if n := s.count("tbody tr"); n != 3 {
		s.t.Errorf("%d versions are listed, want 3", n)
	}
	s.inspect("versions")
	s.click("Version 1")
	s.sees("version 3 is in use now")
	s.inspect("version")
}

func (s *versionStory) send() {
	call(s.t, s.url, s.writeKey, "track", `{"userId":"u1","event":"Signed Up","properties":{"plan":"pro","total":7}}`)
	s.open("/sent?state=delivered")
	s.clickOn(s.find("tbody tr:first-child a").First())
	s.sees("still in use")
	s.delivery = s.path()
	s.click("Version 3")
	s.at(s.action + "/versions/3")
}

func (s *versionStory) compare() {
	s.open(s.action + "/versions")
	s.choose("Compare", "Version 1")
	s.choose("with", "Version 3, in use")
	s.click("Compare")
	s.at(s.action + "/versions/compare")
	s.sees("Tell the CRM who signed up")
	s.sees("When the event type is track and the event is Signed Up")
	s.sees(`+   "total": {{ event.properties.total }}`)
	s.sees("would send for this event")
	s.sees(`+   "total": 7`)
	s.inspect("versions-compared")
	s.choose("Made with", s.optionWith("Left"))
	s.sees("its trigger does not match")
	s.sees(`"plan": "none"`)
	s.until(`location.search.includes("example=evt_")`)
	s.inspect("versions-compared-another-event")
}

// optionWith is the text of the first option of the preview's choice that holds a text.
func (s *versionStory) optionWith(part string) string {
	s.t.Helper()
	text, err := s.find("#field-example option").Filter(hasText(part)).First().TextContent()
	s.must("find the option with "+part, err)
	return strings.TrimSpace(text)
}

func (s *versionStory) goBack() {
	s.open(s.action + "/versions/1")
	s.click("Use this version again")
	s.sees("Use version 1 again?")
	s.inspect("version-use")
	s.click("Use version 1 again")
	s.sees("Version 1 is in use again, as version 4.")
	s.sees("Back to version 1")
	s.open(s.action)
	if name, method := s.value("Name"), s.value("Method"); name != "Tell the CRM" || method != "POST" {
		s.t.Errorf("in use is %s, %s", name, method)
	}
	s.open(s.delivery)
	s.sees("version 4 is in use now")
	s.inspect("version-delivery")
}

// meet lets ben save while the administrator has the action open.
func (s *versionStory) meet() {
	s.open("/settings/team/new")
	s.fill("E-mail address", otherEmail)
	s.check("Editor", true)
	s.fill("First password", otherPassword)
	s.click("Add user")
	s.sees(otherEmail)
	s.open(s.action)
	s.fill("Name", "Tell the CRM of everything")
	s.fill("What changed? (optional)", "a better name")

	ben := visit(s.t, s.url)
	ben.open("/login?next=" + s.action)
	ben.fill("E-mail address", otherEmail)
	ben.fill("Password", otherPassword)
	ben.click("Sign in")
	ben.at(s.action)
	ben.choose("Method", "PATCH")
	ben.fill("What changed? (optional)", "they want PATCH")
	ben.click("Save")
	ben.sees("This is version 5.")

	s.expects("status of 409") // the form comes back
	s.click("Save")
	s.sees("The action was not saved, because " + otherEmail + " has saved it in the meantime.")
	s.sees("they want PATCH")
	if name, note := s.value("Name"), s.value("What changed? (optional)"); name != "Tell the CRM of everything" || note != "a better name" {
		s.t.Errorf("typed were %q and %q", name, note)
	}
	s.inspect("versions-conflict")
	s.choose("Method", "PATCH") // as ben wants it
	s.click("Save all the same")
	s.sees("This is version 6.")
	s.open(s.action + "/versions")
	s.sees("they want PATCH")
	s.sees("a better name")
	s.inspect("versions-many")
}

func (s *versionStory) look() {
	v := visit(s.t, s.url, withoutScripts)
	v.open("/login?next=" + s.action + "/versions")
	v.fill("E-mail address", otherEmail)
	v.fill("Password", otherPassword)
	v.click("Sign in")
	v.choose("Compare", "Version 2")
	v.click("Compare")
	v.sees("What they would send")
	v.choose("Made with", "An example event")
	v.click("Show with this")
	v.sees("This is an example, not an event of yours.")
	v.click("Use version 2 again")
	v.sees("Use version 2 again?")
	v.click("Use version 2 again")
	v.sees("Version 2 is in use again, as version 7.")
}
