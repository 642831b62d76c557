//go:build e2e

package e2e

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/app"
)

// TestDeliveryPage is a webhook that fails: somebody finds out why it was sent and why it failed, compares it with one
// that worked, gives it up, shows it to the receiver's engineer, and finds out why another event sent nothing.
func TestDeliveryPage(t *testing.T) {
	url := newHouse(t, func(c *app.Config) { c.RetryBase, c.Retries = 10*time.Minute, 4 })
	v := visit(t, url)
	s := &pageStory{failureStory: &failureStory{story: &story{visitor: v, url: url}}}
	setUp(v)
	s.tells([]chapter{
		{"one that worked", s.works},
		{"one that fails", s.fails},
		{"compared", s.compares},
		{"given up", s.cancels},
		{"shared", s.shares},
		{"why nothing was sent", s.asksWhy},
		{"without scripts, by support staff", s.withoutScripts},
		{"the manual", s.reads},
	})
}

type pageStory struct {
	*failureStory
	link string // what was shared
}

func (s *pageStory) works() {
	s.writeKey = makeSource(s.visitor)
	call(s.t, s.url, s.writeKey, "identify", `{"userId":"u1","traits":{"email":"bea@example.com","plan":"free"}}`)
	s.open("/destinations/new")
	s.check("Website", true)
	s.fill("Name", "CRM")
	s.check("Enable destination", true)
	s.click("Create destination")
	s.sees("No action yet")
	s.destination = s.path()
	s.makeAction("Tell who paid", "Paid", s.makeReceiver("CRM", "200", `{"ok":true}`, "0"))
	s.open(s.destination)
	s.click("Tell who paid")
	s.click("Write it as text")
	s.fill("Trigger as text", `event = "Paid" and (properties.total >= 50 or person.plan = "pro")`)
	s.click("Save")
	s.sees("Saved.")
	call(s.t, s.url, s.writeKey, "track", `{"userId":"u1","event":"Paid","properties":{"total":61,"for":"shoes & <b>bags</b>"}}`)
	s.open("/sent")
	s.sees("Delivered")
	s.click("CRM: Tell who paid")
	s.sees("Why it was sent")
	s.sees("total is at least 50")
	s.sees("until the first byte")
	s.delivery = s.path()
	s.inspect("delivery-delivered")
}

func (s *pageStory) fails() {
	s.open(s.bins[0] + "/edit")
	s.fill("Answer with status", "503")
	s.click("Save")
	call(s.t, s.url, s.writeKey, "track", `{"userId":"u1","event":"Paid","properties":{"total":99,"for":"hats"}}`)
	s.open("/sent?state=retrying")
	s.click("CRM: Tell who paid")
	s.delivery = s.path()
	s.sees("It is the 2nd of 5 tries at most.")
	s.sees("First try: 503 Service Unavailable")
	s.sees("a resend is no duplicate")
	s.clickOn(s.find("summary").Filter(hasText("The answer")))
	s.inspect("delivery-retrying")
	s.click("Copy as curl")
	copied, _ := s.evaluate("navigator.clipboard.readText()").(string)
	if !strings.HasPrefix(copied, "curl -X 'POST' 'http") || !strings.Contains(copied, `hats`) {
		s.t.Errorf("copied was %q", copied)
	}
}

func (s *pageStory) compares() {
	s.open(s.delivery)
	s.click("Compare with an earlier one")
	s.sees("it is the data that differs")
	s.sees("hats")
	s.inspect("delivery-compared")
}

func (s *pageStory) cancels() {
	s.open(s.delivery)
	s.click("Cancel retries")
	s.sees("Cancel the retries?")
	s.inspect("delivery-cancel")
	s.click("Cancel retries")
	s.sees("It is cancelled: no further try is made.")
	s.sees("Failed: cancelled by ana@example.com on ")
	s.inspect("delivery-cancelled")
}

func (s *pageStory) shares() {
	s.open("/settings/shared-links")
	s.sees("No link works now")
	s.inspect("shares-empty")
	s.open(s.delivery)
	s.choose("The link works for", "7 days")
	s.click("Make a link")
	s.sees("The link is made")
	s.link = strings.TrimPrefix(s.value("Link"), s.url)
	s.inspect("share-made")
	s.click("Done")
	s.sees("Works until")
	s.open("/settings")
	s.inspect("settings-with-links")
	s.open("/settings/shared-links")
	s.inspect("shares")

	guest := visit(s.t, s.url)
	guest.open(s.link)
	guest.sees("A webhook that was shared with you")
	guest.sees("First try: 503 Service Unavailable")
	guest.inspect("shared")
	s.clickOn(s.find("form[action*=revoke] button"))
	s.sees("The link is revoked.")
	guest.expects("status of 404")
	guest.open(s.link)
	guest.sees("This link does not work")
	guest.inspect("shared-no-more")
}

func (s *pageStory) asksWhy() {
	call(s.t, s.url, s.writeKey, "track", `{"userId":"u1","event":"Paid","properties":{"total":7}}`)
	s.open("/people")
	s.click("bea@example.com")
	s.click("Why was nothing sent?")
	s.sees("Did not match") // there is one destination only
	s.sees("total is 7")
	s.inspect("person-why")
	s.clickOn(s.control("Open the event Paid").First())
	s.sees("What it set off")
	s.inspect("event-why")
}

func (s *pageStory) withoutScripts() {
	s.open("/settings/team/new")
	s.fill("E-mail address", otherEmail)
	s.check("Support", true)
	s.fill("First password", otherPassword)
	s.click("Add user")
	s.sees(otherEmail)
	v := visit(s.t, s.url, withoutScripts)
	v.open("/login?next=" + s.delivery)
	v.fill("E-mail address", otherEmail)
	v.fill("Password", otherPassword)
	v.click("Sign in")
	v.at(s.delivery)
	v.choose("The link works for", "1 hour")
	v.click("Make a link")
	v.sees("The link is made")
	v.click("Done")
	v.sees("Works until")
	v.clickOn(v.find("form[action*=revoke] button"))
	v.sees("The link is revoked.")
	v.click("Compare with an earlier one")
	v.click("Show")
	v.sees("Their requests")
}

func (s *pageStory) reads() {
	s.open("/manual/one-webhook")
	s.sees("Why was nothing sent?")
	s.inspect("manual-one-webhook")
}
