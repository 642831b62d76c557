//go:build e2e

package e2e

import (
	"testing"
)

// TestCampaignDrafts is a support desk that looks at each webhook of a new campaign before it goes out.
func TestCampaignDrafts(t *testing.T) {
	k := newTour(t, campaignPlan{name: "Welcome", trigger: `event = "Signed Up"`, sets: setsLead})
	s := &draftStory{k}
	s.tells([]chapter{
		{"no drafts", s.none},
		{"people come to the step", s.come},
		{"one is sent with the attributes of the moment, and the person goes on", s.sendOne},
		{"one is discarded, and the person goes on without", s.discard},
		{"some are chosen, then all are sent", s.sendMany},
		{"some are chosen, then all are discarded, and their people go on without", s.discardMany},
		{"by keyboard alone", s.byKeyboard},
	})
}

type draftStory struct{ *tour }

func (s *draftStory) none() {
	s.open("/drafts")
	s.sees("No drafts")
	s.inspect("drafts-empty")
}

func (s *draftStory) come() {
	s.signsUp("ann", "free")
	s.sees("ann@example.com") // by itself
	s.signsUp("bob", "free")
	s.sees("bob@example.com")
	s.sees("Welcome: Create a lead")
	s.sees("Send all…")
	s.inspect("drafts")
}

// draftOf opens the draft about somebody.
func (s *draftStory) draftOf(user string) {
	s.open("/drafts")
	s.clickOn(s.find("tbody tr").Filter(hasText(user + "@example.com")).Locator(`a[href^="/drafts/"]`))
	s.sees("What would go now")
}

func (s *draftStory) sendOne() {
	s.draftOf("ann")
	s.sees("Waits at this step until the draft is sent")
	s.sees(`"free"`)
	call(s.t, s.url, s.writeKey, "identify", `{"userId":"ann","traits":{"plan":"pro"}}`)
	s.findsAt(s.path(), `"pro"`)
	s.inspect("draft")
	s.click("Send")
	s.sees("It is on its way.")
	s.sees("Delivered at the first try")
	s.crm.wants(s.t, `/leads {"who":"ann","plan":"pro"}`)
	s.crm.wants(s.t, `/team {"who":"ann","lead":"L-1"}`)
}

func (s *draftStory) discard() {
	s.draftOf("bob")
	s.click("Discard…")
	s.sees("without what the answer would have set")
	s.inspect("draft-discard")
	s.click("Discard draft")
	s.sees("The draft is discarded. Nothing was sent.")
	s.crm.wants(s.t, `/team {"who":"bob","lead":""}`)
}

func (s *draftStory) sendMany() {
	for _, user := range []string{"cat", "dan", "eva", "fay"} {
		s.signsUp(user, "free")
	}
	s.open("/drafts")
	s.until(`document.querySelectorAll("tbody tr").length === 4`)
	for _, user := range []string{"cat", "dan"} {
		s.clickOn(s.find("tbody tr").Filter(hasText(user + "@example.com")).Locator("input"))
	}
	s.click("Send 2 chosen…")
	s.sees("2 drafts will be sent now.")
	s.inspect("drafts-send")
	s.click("Send them")
	s.sees("It has begun.")
	s.sees("Finished")
	s.inspect("drafts-run")
	s.open("/drafts")
	s.until(`document.querySelectorAll("tbody tr").length === 2`)
	s.click("Send all…")
	s.sees("2 drafts will be sent now.")
	s.click("Send them")
	s.sees("Finished")
	for _, user := range []string{"cat", "dan", "eva", "fay"} {
		s.crm.wants(s.t, `/leads {"who":"`+user+`","plan":"free"}`)
	}
	s.open("/drafts")
	s.sees("No drafts")
}

func (s *draftStory) discardMany() {
	all := []string{"ida", "jon", "kim"}
	for _, user := range all {
		s.signsUp(user, "free")
	}
	s.open("/drafts")
	s.until(`document.querySelectorAll("tbody tr").length === 3`)
	s.clickOn(s.find("tbody tr").Filter(hasText("ida@example.com")).Locator("input"))
	s.click("Discard 1 chosen…")
	s.sees("1 draft will be discarded, as you chose.")
	s.click("Discard 1 draft")
	s.sees("Finished")
	s.open("/drafts")
	s.until(`document.querySelectorAll("tbody tr").length === 2`)
	s.inspect("drafts-bar")
	s.click("Discard all…")
	s.sees("2 drafts will be discarded: all that there are now, of all campaigns.")
	s.inspect("drafts-discard")
	s.click("Discard 2 drafts")
	s.sees("Finished")
	s.inspect("drafts-discarded")
	for _, user := range all {
		s.crm.wants(s.t, `/team {"who":"`+user+`","lead":""}`)
	}
	s.open("/drafts")
	s.sees("No drafts")
}

func (s *draftStory) byKeyboard() {
	s.signsUp("gus", "free")
	s.signsUp("hal", "free")
	s.open("/drafts")
	s.until(`document.querySelectorAll("tbody tr").length === 2`)
	k := keyboard{s.visitor}
	k.press(s.find("tbody tr").Filter(hasText("gus@example.com")).Locator(`a[href^="/drafts/"]`))
	s.sees("What would go now")
	k.press(s.control("Send"))
	s.sees("It is on its way.")
	s.open("/drafts")
	k.press(s.find("tbody tr input"))
	k.press(s.control("Send 1 chosen…"))
	s.sees("1 draft will be sent now.")
	k.press(s.control("Send them"))
	s.sees("Finished")
	s.crm.wants(s.t, `/leads {"who":"hal","plan":"free"}`)
}
