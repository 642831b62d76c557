//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// TestFailures is a day at the support desk: three receivers refuse for three reasons, each is one thing to repair
// with the right people and words, and is looked after until nothing of it is left.
func TestFailures(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	s := &failureStory{story: &story{visitor: v, url: url}}
	setUp(v)
	s.tells([]chapter{
		{"nothing fails", s.nothing},
		{"three receivers refuse", s.furnish},
		{"each is one failure", s.see},
		{"what is wrong, and what was changed before", s.read},
		{"assigned and noted", s.assign},
		{"snoozed", s.snooze},
		{"resolved, and back by itself", s.resolve},
		{"delivered at last", s.repair},
		{"without scripts, by support staff", s.withoutScripts},
		{"the manual", s.look},
	})
}

type failureStory struct {
	*story
	destination string   // the path of its page
	bins        []string // the paths of theirs
	failure     string   // the path of the one that is looked after
}

func (s *failureStory) nothing() {
	s.open("/failures")
	s.sees("Nothing fails")
	s.inspect("failures-empty")
	s.click("Assigned to me")
	s.sees("Nothing is assigned to you")
	s.inspect("failures-mine-empty")
}

func (s *failureStory) furnish() {
	s.writeKey = makeSource(s.visitor)
	for user, email := range map[string]string{"u1": "bea@example.com", "u2": "carl@example.com", "u3": "dora@example.com"} {
		call(s.t, s.url, s.writeKey, "identify", `{"userId":"`+user+`","traits":{"email":"`+email+`"}}`)
	}
	s.open("/destinations/new")
	s.check("Website", true)
	s.fill("Name", "CRM")
	s.check("Enable destination", true)
	s.click("Create destination")
	s.sees("No action yet")
	s.destination = s.path()
	s.makeAction("Tell who signed up", "Signed Up", s.makeReceiver("Key", "401", `{"error":"bad key 17 of \"team\""}`, "0"))
	s.choose("Method", "PUT")
	s.fill("What changed? (optional)", "they want PUT")
	s.click("Save")
	s.sees("This is version 2.")
	s.makeAction("Tell who paid", "Paid", s.makeReceiver("Field", "422", `{"field":"email","is":"taken"}`, "0"))
	s.makeAction("Tell who left", "Left", s.makeReceiver("Chatter", "200", "", "20000"))
}

// makeReceiver makes a bin that answers like this, and gives its address.
func (s *failureStory) makeReceiver(name, status, body, size string) string {
	s.open("/bins/new")
	s.fill("Name", name)
	s.fill("Answer with status", status)
	s.fill("With this text", body)
	s.fill("Or with this many bytes", size)
	s.click("Create bin")
	s.sees("Nothing received yet")
	s.bins = append(s.bins, s.path())
	return s.value("Send to this URL")
}

func (s *failureStory) makeAction(name, event, address string) {
	s.open(s.destination + "/actions/new")
	s.fill("Name", name)
	s.click("Write it as text")
	s.fill("Trigger as text", `type = "track" and event = "`+event+`"`)
	s.fill("Address (URL)", address)
	s.click("Save and enable")
	s.sees("Saved.")
}

func (s *failureStory) track(user, event string) {
	s.t.Helper()
	call(s.t, s.url, s.writeKey, "track", `{"userId":"`+user+`","event":"`+event+`"}`)
}

func (s *failureStory) see() {
	s.open("/failures")
	s.sees("Nothing fails")
	s.track("u1", "Signed Up")
	s.track("u2", "Signed Up")
	s.track("u1", "Signed Up")
	s.track("u3", "Paid")
	s.track("u2", "Left")
	s.until(`document.querySelectorAll("li.failure").length === 3`) // by itself, without a reload
	s.until(`document.querySelector("#open-failures").innerText.startsWith("3")`)
	for title, words := range map[string][]string{
		"The receiver says 401": {"it does not accept our sign-in", "CRM: Tell who signed up · 3 webhooks", "bea@example.com and carl@example.com", "error: bad key … of …", "3 in the last hour", "The method of this action was changed by ana@example.com (version 2: “they want PUT”)"},
		"The receiver says 422": {"does not accept it", "CRM: Tell who paid · 1 webhook · dora@example.com", "field: email · is: taken"},
		"The answer is larger":  {"CRM: Tell who left · 1 webhook · carl@example.com", "Ask it for a shorter answer"},
	} {
		text, err := s.find("li.failure").Filter(hasText(title)).InnerText()
		s.must("read "+title, err)
		text = strings.Join(strings.Fields(text), " ")
		for _, part := range words {
			if !strings.Contains(text, part) {
				s.t.Errorf("%s: it lacks %q: %s", title, part, text)
			}
		}
	}
	s.inspect("failures")
	s.open("/")
	s.sees("What to repair")
	s.inspect("overview-failures")
}

func (s *failureStory) read() {
	s.open("/failures")
	s.click("The receiver says 401: it does not accept our sign-in")
	s.failure = s.path()
	s.sees("Put the right one into the action.")
	s.sees("3 to repair, of 3 that failed like this")
	s.sees("What happened around its beginning")
	s.sees("The method of this action was changed by ana@example.com")
	s.sees("First try: 401 Unauthorized")
	s.inspect("failure")
	s.click("Show them in Sent")
	s.at("/sent")
	s.sees("Failure: The receiver says 401")
	if n := s.count("tbody tr"); n != 3 {
		s.t.Errorf("%d webhooks are listed, want 3", n)
	}
	s.inspect("failure-sent")
}

func (s *failureStory) assign() {
	s.open("/settings/team/new")
	s.fill("E-mail address", otherEmail)
	s.check("Support", true)
	s.fill("First password", otherPassword)
	s.click("Add user")
	s.sees(otherEmail)
	s.open(s.failure)
	s.click("I look after it")
	s.sees("You look after it now.")
	s.fill("Note", "They gave us a new key,\nit comes tomorrow.")
	s.track("u3", "Signed Up")
	s.sees("4 to repair, of 4 that failed like this") // what is typed outlives it
	s.click("Write note")
	s.sees("The note was written.")
	s.sees("it comes tomorrow.")
	s.choose("Who looks after it", otherEmail)
	s.click("Assign")
	s.sees("ana@example.com assigned it to " + otherEmail)
	s.inspect("failure-assigned")
	s.expects("status of 422")
	s.click("Write note")
	s.sees("Write something first.")
	s.inspect("failure-note-missing")
}

func (s *failureStory) snooze() {
	s.open(s.failure)
	s.clickOn(s.find("summary").Filter(hasText("Snooze")))
	s.inspect("failure-snoozing")
	s.click("For a week")
	s.sees("It is snoozed until")
	s.until(`document.querySelector("#open-failures").innerText.startsWith("2")`)
	s.open("/failures?state=snoozed")
	s.sees("The receiver says 401")
	s.inspect("failures-snoozed")
	s.open(s.failure)
	s.click("End the snooze")
	s.sees("It is open again.")
}

func (s *failureStory) resolve() {
	s.open(s.failure)
	s.click("Resolve")
	s.sees("It is resolved.")
	s.inspect("failure-resolved")
	s.open("/failures?state=resolved")
	s.sees("The receiver says 401")
	s.inspect("failures-resolved")
	s.open(s.failure)
	s.track("u1", "Signed Up")
	s.sees("It opened again by itself: one more failed after it had been resolved")
	s.sees("Open again")
	s.inspect("failure-returned")
}

func (s *failureStory) repair() {
	s.open(s.bins[1] + "/edit")
	s.fill("Answer with status", "200")
	s.click("Save")
	s.open("/failures")
	s.clickOn(s.find("li.failure a").Filter(hasText("422")))
	s.sees("1 to repair, of 1 that failed like this")
	failure := s.path()
	s.click("Open this webhook")
	s.click("Resend")
	s.clickOn(s.find(`main form[action$="/resend"] button[type=submit]`).Last())
	s.sees("Delivered")
	s.open(failure)
	s.sees("It was resolved by itself: nothing of it is left")
	s.sees("Nothing is left of it")
	s.inspect("failure-mended")
}

func (s *failureStory) withoutScripts() {
	v := visit(s.t, s.url, withoutScripts)
	v.open("/login?next=/failures?assigned=me")
	v.fill("E-mail address", otherEmail)
	v.fill("Password", otherPassword)
	v.click("Sign in")
	v.click("The receiver says 401: it does not accept our sign-in")
	v.fill("Note", "I have called them.")
	v.click("Write note")
	v.sees("ben@example.com wrote")
	v.clickOn(v.find("summary").Filter(hasText("Snooze")))
	v.click("For an hour")
	v.sees("ben@example.com snoozed it until")
	v.choose("Who looks after it", "Nobody")
	v.click("Assign")
	v.sees("It is assigned to nobody.")
	v.click("Resolve")
	v.sees("ben@example.com resolved it")
}

func (s *failureStory) look() {
	s.open("/manual/failures")
	s.sees("What is one failure")
	s.inspect("manual-failures")
}
