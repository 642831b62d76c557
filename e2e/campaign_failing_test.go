//go:build e2e

package e2e

import (
	"testing"
)

// TestCampaignFailing is a CRM that refuses leads: people go on without lead_id, the numbers say who, and once the CRM
// is mended they are sent again and have it. By keyboard it is the request that is mended: the CRM takes leads elsewhere.
func TestCampaignFailing(t *testing.T) {
	k := newTour(t, campaignPlan{name: "Welcome", trigger: `event = "Signed Up"`, auto: true, sets: setsLead})
	s := &failingStory{tour: k}
	s.tells([]chapter{
		{"people go on without it", s.goOn},
		{"the numbers say who", s.seeWho},
		{"mended, and sent again", s.sendAgain},
		{"by keyboard alone", s.byKeyboard},
	})
}

type failingStory struct {
	*tour
	numbers, without string // paths
}

func (s *failingStory) goOn() {
	s.crm.becomes(true, "")
	s.signsUp("ann", "free")
	s.signsUp("bob", "free")
	s.crm.wants(s.t, `/team {"who":"ann","lead":""}`)
	s.crm.wants(s.t, `/team {"who":"bob","lead":""}`)
}

func (s *failingStory) seeWho() {
	s.open("/campaigns")
	s.click("Welcome")
	s.sees("Create a lead")
	s.sees("2 people went on without lead_id")
	s.click("Numbers")
	s.sees("2 people went on without lead_id")
	s.numbers = s.path()
	s.inspect("campaign-numbers-failing")
	s.click("2 people went on without lead_id")
	s.sees("ann@example.com")
	s.sees("404 Not Found")
	s.without = s.path()
	s.inspect("campaign-without")
}

func (s *failingStory) sendAgain() {
	s.crm.becomes(false, "")
	s.click("Send again…")
	s.sees("2 webhooks fit the filter.")
	s.sees("Campaign: Welcome")
	s.click("Go on…")
	s.click("Send them")
	s.sees("Finished")
	s.open(s.without)
	s.sees("Nobody went on without it")
	s.inspect("campaign-without-nobody")
	s.open(s.numbers)
	s.seesNot("went on without")
	for _, user := range []string{"ann", "bob"} {
		s.open("/people?q=" + user)
		s.click(user + "@example.com")
		s.sees("lead_id")
	}
}

func (s *failingStory) byKeyboard() {
	s.crm.becomes(true, "")
	s.signsUp("cat", "free")
	s.crm.wants(s.t, `/team {"who":"cat","lead":""}`)
	s.open("/campaigns")
	k := keyboard{s.visitor}
	k.press(s.control("Welcome"))
	k.press(s.control("1 person went on without lead_id"))
	s.sees("404 Not Found")
	k.press(s.control("Mend the request"))
	k.write(s.field("Address (URL)"), s.crm.URL+"/v2/leads")
	k.press(s.control("Save"))
	s.sees("/v2/leads, sent automatically.")
	k.press(s.control("1 person went on without lead_id"))
	k.press(s.control("Send again…"))
	s.sees("1 webhook fits the filter.")
	k.press(s.control("Go on…"))
	k.press(s.control("Send them"))
	s.sees("Finished")
	s.crm.wants(s.t, `/v2/leads {"who":"cat","plan":"free"}`)
	s.open(s.without)
	s.sees("Nobody went on without it")
}
