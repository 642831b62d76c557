//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestPause is what an operator does with a receiver that is moved, mended, slow or broken: nothing of what it is owed
// is lost, everybody sees what waits and why, and it is caught up with as they choose.
func TestPause(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	s := &pauseStory{story: &story{visitor: v, url: url}}
	setUp(v)
	s.furnish()
	s.destination = s.path()
	s.tellEverything()
	s.tells([]chapter{
		{"paused, taken back, paused again", s.pause},
		{"what comes in is held", s.hold},
		{"the others see it", s.seeHeld},
		{"resumed with the newest about each person", s.resumeNewest},
		{"a maintenance window", s.maintain},
		{"a pace", s.slowDown},
		{"the receiver breaks and recovers", s.breakAndRecover},
		{"without scripts", s.pauseWithoutScripts},
	})
}

type pauseStory struct {
	*story
	destination string // the path of its page
}

// tellEverything makes an action that sends every track event to the bin.
func (s *pauseStory) tellEverything() {
	s.open(s.destination + "/actions/new")
	s.fill("Name", "Tell the CRM")
	s.fill("Address (URL)", s.binURL)
	s.click("Save and enable")
	s.sees("Saved.")
}

func (s *pauseStory) track(user, event string) {
	s.t.Helper()
	call(s.t, s.url, s.writeKey, "track", fmt.Sprintf(`{"userId":%q,"event":%q}`, user, event))
}

func (s *pauseStory) pause() {
	s.open(s.destination)
	s.clickOn(s.find("summary").Filter(hasText("Pause for a while")))
	s.fill("Why", "moving to the new CRM")
	s.inspect("destination-pausing")
	s.click("Pause now")
	s.sees("The destination is paused.")
	s.sees("moving to the new CRM")
	s.inspect("destination-paused")
	s.click("Undo")
	s.sees("The destination is resumed.")
	s.seesNot("moving to the new CRM")
	s.clickOn(s.find("summary").Filter(hasText("Pause for a while")))
	s.fill("Why", "moving to the new CRM")
	s.presses("Enter")
	s.sees("The destination is paused.")
}

func (s *pauseStory) hold() {
	s.sees("Nothing waits for it")
	s.track("ana", "Signed Up")
	s.track("ana", "Upgraded")
	s.track("ben", "Signed Up")
	s.sees("3 webhooks") // by itself, without a reload
	s.inspect("destination-held")
	s.open(s.bin)
	s.sees("Nothing received yet")
}

func (s *pauseStory) seeHeld() {
	s.open("/destinations")
	s.sees("Paused")
	s.sees("3 webhooks")
	s.inspect("destinations-held")
	s.open("/")
	s.sees("Destinations that are not sent to as usual")
	s.inspect("overview-held")
	s.open("/sent?state=queued")
	s.sees("Nothing fits")
	s.open("/sent?state=held")
	s.sees("destination paused")
	if n := s.count("tbody tr"); n != 3 {
		s.t.Errorf("%d webhooks are held, want 3", n)
	}
	s.inspect("sent-held")
	s.clickOn(s.find("tbody tr:first-child a"))
	s.sees("Held: its destination is paused")
	s.sees("It is sent when somebody resumes the destination.")
	s.inspect("delivery-held")
}

func (s *pauseStory) resumeNewest() {
	s.open(s.destination)
	s.click("Resume")
	s.sees("What each choice would send now")
	facts := s.text("#choices")
	for _, want := range []string{"3 webhooks", "2 webhooks", "None older than 24 hours"} {
		if !strings.Contains(facts, want) {
			s.t.Errorf("the choices do not say %s: %s", want, facts)
		}
	}
	s.fill("How old may a webhook be?", "30")
	s.choose("Unit of the age", "minutes")
	s.until(`document.querySelector("#choices").innerText.includes("None older than 30 minutes")`)
	s.inspect("destination-resume")
	s.expects("status of 422")
	s.fill("At most", "fast")
	s.clickOn(s.find("main form button[type=submit]").Last())
	s.sees("Choose a rate between 0.01 and 10,000 a second")
	s.inspect("destination-resume-mistake")
	s.check("Only the newest about each person", true)
	s.fill("At most", "5")
	s.fill("Begin slowly", "0,1")
	s.clickOn(s.find("main form button[type=submit]").Last())
	s.at(s.destination)
	s.seesNot("Being resumed")
	s.open("/sent?state=delivered")
	s.until(`document.querySelectorAll("tbody tr").length === 2`)
	s.open("/sent?state=discarded")
	s.clickOn(s.find("tbody tr:first-child a"))
	s.sees("a newer webhook of this action about the same person was kept")
	s.inspect("delivery-skipped")
}

func (s *pauseStory) maintain() {
	s.open(s.destination + "/edit")
	s.sees("It is sent to at any time.")
	s.click("Add window")
	s.inspect("window-new")
	s.expects("status of 422")
	s.click("Add window")
	s.sees("Choose the days on which it begins.")
	s.inspect("window-mistake")
	s.check("Once", true)
	now := time.Now().UTC()
	s.fill("Begins", now.Add(-time.Hour).Format("2006-01-02T15:04"))
	s.fill("Ends", now.Add(time.Hour).Format("2006-01-02T15:04"))
	s.clickOn(s.find("#field-note"))
	s.types("new disks")
	s.inspect("window-once")
	s.click("Add window")
	s.sees("The maintenance window is added.")
	s.inspect("destination-settings")
	s.track("cleo", "Signed Up")
	s.open(s.destination)
	s.sees("Under maintenance")
	s.sees("1 webhook")
	s.inspect("destination-maintenance")
	s.open(s.destination + "/edit")
	s.clickOn(s.find("#windows form button"))
	s.click("Remove window")
	s.sees("The maintenance window is removed.")
	s.open("/sent?state=delivered")
	s.until(`document.querySelectorAll("tbody tr").length === 3`)
}

// slowDown sends nine at four a second, which takes two seconds.
func (s *pauseStory) slowDown() {
	s.open(s.destination + "/edit")
	s.fill("At most", "4")
	s.click("Save settings")
	s.sees("At most 4 a second")
	begin := time.Now()
	for i := range 9 {
		s.track(fmt.Sprint("u", i), "Signed Up")
	}
	s.open("/sent?state=delivered")
	s.until(`document.querySelectorAll("tbody tr").length === 12`)
	if took := time.Since(begin); took < 1900*time.Millisecond {
		s.t.Errorf("nine webhooks at four a second took %s", took)
	}
	s.open(s.destination + "/edit")
	s.fill("At most", "")
	s.click("Save settings")
	s.sees("As fast as it answers")
}

func (s *pauseStory) breakAndRecover() {
	s.binAnswers("503")
	s.open(s.destination)
	var orders []string
	for i := range 150 { // so many that what went well within the last minute is less than a tenth
		orders = append(orders, fmt.Sprintf(`{"type":"track","userId":"u%d","event":"Order Paid"}`, i))
	}
	call(s.t, s.url, s.writeKey, "batch", `{"batch":[`+strings.Join(orders, ",")+`]}`)
	s.sees("Its receiver is broken")
	s.sees("failed because of the receiver")
	s.inspect("destination-broken")
	s.open("/destinations")
	s.sees("Broken")
	s.open("/sent?state=held")
	s.sees("receiver broken")
	s.clickOn(s.find("tbody tr:first-child a"))
	s.sees("Held: its receiver is broken.")
	s.inspect("delivery-broken")
	s.binAnswers("200")
	s.open(s.destination)
	s.click("Try now")
	s.sees("is sent at once.")
	s.seesNot("Its receiver is broken")
	s.open("/sent?state=held")
	s.sees("Nothing is held")
}

func (s *pauseStory) binAnswers(status string) {
	s.open(s.bin + "/edit")
	s.fill("Answer with status", status)
	s.click("Save")
	s.sees("Stand-in")
}

// pauseWithoutScripts signs in once more in a browser that runs no JavaScript.
func (s *pauseStory) pauseWithoutScripts() {
	v := visit(s.t, s.url, withoutScripts)
	v.open("/login?next=" + s.destination)
	v.fill("E-mail address", adminEmail)
	v.fill("Password", adminPassword)
	v.click("Sign in")
	v.at(s.destination)
	v.clickOn(v.find("summary").Filter(hasText("Pause for a while")))
	v.click("Pause now")
	v.sees("The destination is paused.")
	v.click("Resume")
	v.check("None that is too old", true)
	v.clickOn(v.find("main form button[type=submit]").Last())
	v.at(s.destination)
	v.sees("This destination is on")
}
