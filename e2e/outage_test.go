//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// The people of the outage: whom the CRM refuses, of whom no age is known, which leaves a hole in the body, and whom
// the newsletter refuses.
const (
	refusedPeople = 1200
	agelessPeople = 600
	newsPeople    = 200
	allPeople     = refusedPeople + agelessPeople + newsPeople
)

// TestOutage is what the support desk is for: 2,000 webhooks fail for three reasons. A support person finds three
// things to repair; whoever may change actions repairs them; the support person sends everything again at a pace,
// through a pause, and although the program is killed twice.
func TestOutage(t *testing.T) {
	p, l := newProcess(t, "--allow-cidr", "127.0.0.0/8", "--retry-base", "200ms"), newLedger(t)
	ana, support := visit(t, p.url), visit(t, p.url)
	for _, v := range []*visitor{ana, support} { // while the program is down, a page that is open asks for it in vain
		v.expects("ERR_CONNECTION_REFUSED")
		v.expects("ERR_INCOMPLETE_CHUNKED_ENCODING")
	}
	s := &outageStory{story: &story{visitor: ana, url: p.url}, process: p, ledger: l, ana: ana, support: support, whole: t}
	setUp(ana)
	s.tells([]chapter{
		{"two actions that will not do", s.furnish},
		{"2,000 webhooks fail", s.fail},
		{"three things to repair", s.see},
		{"support sees no secret and changes no action", s.mayNot},
		{"the actions are repaired, and somebody changes a name", s.repair},
		{"what would go", s.lookBefore},
		{"at a pace, paused, killed, continued, killed again", s.resendAtPace},
		{"the report adds up", s.readReport},
		{"the other two", s.resendRest},
		{"nothing is left, and nothing came under two keys", s.nothingLeft},
	})
}

type outageStory struct {
	*story
	process *process
	ledger  *ledger
	ana     *visitor // may change everything
	support *visitor
	whole   *testing.T

	actions []string // the paths of their pages
	run     string   // the path of the run's page
}

// as goes on with another visitor, within the same chapter.
func (s *outageStory) as(v *visitor) {
	chapter := s.t
	s.t = s.whole
	s.visitor = v
	s.t = chapter
}

func (s *outageStory) furnish() {
	s.writeKey = makeSource(s.visitor)
	s.open("/destinations/new")
	s.check("Website", true)
	s.fill("Name", "CRM")
	s.check("Enable destination", true)
	s.click("Create destination")
	s.sees("No action yet")
	destination := s.path()
	s.makeAction(destination, "Tell the CRM", "Signed Up", "/crm", `{"name": "{{ customer.name }}", "age": {{ customer.age }}, "mail": "{{ customer.email }}"}`, "")
	s.makeAction(destination, "Tell the newsletter", "Subscribed", "/news", `{"name": {{ customer.name | json }}, "email": {{ customer.email | json }}}`, oldToken)
	s.open("/settings/team/new")
	s.fill("E-mail address", otherEmail)
	s.check("Support", true)
	s.fill("First password", otherPassword)
	s.click("Add user")
	s.sees(otherEmail)
}

func (s *outageStory) makeAction(destination, name, event, path, body, token string) {
	s.open(destination + "/actions/new")
	s.fill("Name", name)
	s.click("Write it as text")
	s.fill("Trigger as text", `type = "track" and event = "`+event+`"`)
	s.fill("Address (URL)", s.ledger.url+path)
	s.setBody(body)
	s.click("Add header")
	s.fill("Header 2: name", "X-Message")
	s.fill("Header 2: value", "{{ event.messageId }}")
	if token != "" {
		s.choose("How the receiver knows you", "Bearer token")
		s.fill("Token", token)
	}
	s.click("Save and enable")
	s.sees("Saved.")
	s.actions = append(s.actions, s.path())
}

// fail has everybody told of, and then everything go wrong that can.
func (s *outageStory) fail() {
	var people, events []string
	for i := range allPeople {
		event, age := "Signed Up", `,"age":30`
		switch {
		case i >= refusedPeople+agelessPeople:
			event = "Subscribed"
		case i >= refusedPeople:
			age = ""
		}
		people = append(people, fmt.Sprintf(`{"type":"identify","userId":"u%d","traits":{"name":"\"Ace\" %d","email":"u%d@example.com"%s}}`, i, i, i, age))
		events = append(events, fmt.Sprintf(`{"type":"track","userId":"u%d","event":"%s","messageId":"m%d"}`, i, event, i))
	}
	s.batches(people)
	s.batches(events)
	s.open("/failures")
	s.untilWithin(60, `[...document.querySelectorAll("li.failure")].map((li) => li.innerText).join().match(/1,200 webhooks[^]*600 webhooks|600 webhooks[^]*1,200 webhooks/) && document.body.innerText.includes("200 webhooks")`)
}

// see is what the support person finds.
func (s *outageStory) see() {
	s.as(s.support)
	s.open("/login?next=/failures")
	s.fill("E-mail address", otherEmail)
	s.fill("Password", otherPassword)
	s.click("Sign in")
	s.sees("Failures")
	if n := s.count("li.failure"); n != 3 {
		s.t.Fatalf("there are %d failures, want 3", n)
	}
	for title, words := range map[string][]string{
		"The receiver says 422": {"it understands what we send and does not accept it", "CRM: Tell the CRM · 1,200 webhooks", "u1199@example.com", "Mend the body in the action"},
		"The body is no JSON":   {"CRM: Tell the CRM · 600 webhooks", "u1799@example.com", "A value is missing where JSON needs one"},
		"The receiver says 401": {"it does not accept our sign-in", "CRM: Tell the newsletter · 200 webhooks", "u1999@example.com"},
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
	s.inspect("outage")
}

func (s *outageStory) mayNot() {
	s.openFailure("The receiver says 401")
	s.sees("200 to repair, of 200 that failed like this")
	s.click("I look after it")
	s.sees("You look after it now.")
	s.hides(oldToken)
	s.clickOn(s.find("main table tbody a").First())
	s.sees("The receiver answered 401 Unauthorized")
	s.hides(oldToken)
	s.expects("status of 403")
	for _, path := range append(s.actions, "/settings/tokens", "/settings/secrets/new", "/sources/new") {
		if status := s.open(path); status == 200 {
			s.hides(oldToken)
			if n := s.count(`main form[method=post] button:has-text("Save")`); n > 0 {
				s.t.Errorf("%s lets support staff save", path)
			}
		} else if status != 403 {
			s.t.Errorf("%s: %d", path, status)
		}
	}
}

// hides wants a text nowhere in what the page is made of.
func (s *outageStory) hides(text string) {
	s.t.Helper()
	html, err := s.page.Content()
	s.must("read the page", err)
	if strings.Contains(html, text) {
		s.t.Errorf("%s shows %s", s.path(), text)
	}
}

func (s *outageStory) openFailure(title string) {
	s.t.Helper()
	s.open("/failures")
	s.clickOn(s.find("li.failure a").Filter(hasText(title)).First())
}

// repair is the work of somebody who may change actions.
func (s *outageStory) repair() {
	s.as(s.ana)
	s.open(s.actions[0])
	s.setBody(`{"name": "{{ customer.name }}", "age": {{ customer.age | json }}, "email": "{{ customer.email }}"}`)
	s.fill("What changed? (optional)", "the CRM calls it email now")
	s.click("Save")
	s.sees("Saved.")
	s.open(s.actions[1])
	s.fill("Token", newToken)
	s.click("Save")
	s.sees("Saved.")
	s.as(s.support)
	call(s.t, s.url, s.writeKey, "identify", `{"userId":"u7","traits":{"name":"Person Seven"}}`)
}

func (s *outageStory) lookBefore() {
	s.openFailure("The receiver says 422")
	s.sees("The body of this action was changed by ana@example.com")
	s.click("Resend the group")
	s.sees("1,200 webhooks fit the filter.")
	// So many as it could look at in its time, a thousand at most: each of them would be another request.
	s.sees("There are too many to look at each: these figures are of the oldest ")
	s.until(`(([, looked], [, changed]) => looked !== undefined && looked !== "0" && looked === changed)(
		document.querySelector("main").innerText.match(/these figures are of the oldest ([\d,]+)\./) ?? [],
		document.querySelector("main").innerText.match(/Sent with another request than last time\s+([\d,]+)/) ?? [])`)
	s.sees(": another request")
	s.inspect("outage-resend")
}

// done is how many webhooks of a run the page says are done, and whether it still says so of a run.
const done = `Number((document.querySelector("main").innerText.match(/([\d,]+) of 1,200 webhooks/) ?? ["", "0"])[1].replace(",", ""))`

func (s *outageStory) resendAtPace() {
	s.fill("At most", "60")
	s.click("Go on…")
	s.sees("Up to 1,200 webhooks will be sent over about 20 seconds.")
	s.click("Send them")
	s.sees("It has begun.")
	s.run = s.path()
	s.until(done + " >= 60") // it shows by itself how far it is
	s.click("Pause")
	s.sees("Paused. What was due already is still sent")
	s.inspect("outage-paused")
	s.process.kill()
	s.process.start()
	s.open(s.run)
	s.sees("Paused")
	s.until(done + " >= 60 && " + done + " < 1200")
	s.click("Continue")
	s.sees("It goes on.")
	s.until(done + " >= 500")
	s.process.kill()
	if n := s.ledger.count(); n < 500 || n >= refusedPeople {
		s.t.Errorf("%d were taken when it was killed in the middle", n)
	}
	s.process.start()
	s.open(s.run)
	s.untilWithin(60, `document.querySelector("main").innerText.includes("Finished")`) // by itself
}

func (s *outageStory) readReport() {
	s.sees("1,200 of 1,200 webhooks done.")
	if rows := s.count("main table tbody tr"); rows != 1 {
		s.t.Errorf("the report has %d rows, want one", rows)
	}
	s.until(`/Delivered\s+1,200/.test(document.querySelector("main table").innerText)`)
	s.sees("at most 60 a second")
	s.sees(otherEmail)
	s.inspect("outage-report")
	s.clickOn(s.find(`a[aria-label="Show in Sent: Delivered"]`))
	s.sees("There: Delivered")
	if n := s.ledger.count(); n != refusedPeople {
		s.t.Errorf("the CRM took %d, want %d", n, refusedPeople)
	}
	if got := s.ledger.of("m7"); got.Name != "Person Seven" || got.Email != "u7@example.com" {
		s.t.Errorf("with the attributes of now it is %+v", got)
	}
}

func (s *outageStory) resendRest() {
	for title, n := range map[string]int{"The body is no JSON": agelessPeople, "The receiver says 401": newsPeople} {
		s.openFailure(title)
		s.click("Resend the group")
		s.sees(fmt.Sprintf("%d webhooks fit the filter.", n))
		s.fill("At most", "")
		s.click("Go on…")
		s.click("Send them")
		s.sees("It has begun.")
		s.untilWithin(60, fmt.Sprintf(`document.querySelector("main").innerText.includes("%d of %d webhooks done.")`, n, n))
	}
}

func (s *outageStory) nothingLeft() {
	s.open("/failures")
	s.sees("Nothing fails")
	s.open("/sent?state=failed")
	s.sees("Nothing fits")
	s.inspect("outage-over")
	s.ledger.agree(allPeople, 2*60)
	if got := s.ledger.of("m1300"); got.Name != `"Ace" 1300` || got.Path != "/crm" {
		s.t.Errorf("a name with quotation marks is %+v", got)
	}
	s.as(s.ana)
	s.open("/settings/audit?kind=resend")
	s.sees("Paused: resend")
	if n := s.count("main table tbody tr"); n != 5 {
		s.t.Errorf("the audit log has %d entries of resends, want 5", n)
	}
}
