//go:build e2e

package e2e

import (
	"testing"

	"hookline/internal/hookline"
)

// TestCampaignNumbers is two campaigns with one goal, of which one may count towards it; and an answer that adds to what
// a person has, to the last digit.
func TestCampaignNumbers(t *testing.T) {
	k := newTour(t,
		campaignPlan{
			name: "Counts", trigger: `event = "Signed Up"`, auto: true, conversion: true,
			sets: []hookline.ResponseAttribute{
				{Name: "lifetime_value", Value: "{{ customer.lifetime_value | plus: response.amount }}"},
				{Name: "points", Value: "{{ customer.points | plus: response.points }}"},
			},
		},
		campaignPlan{name: "Does not count", trigger: `event = "Signed Up"`, auto: true},
	)
	s := &numbersStory{tour: k}
	s.tells([]chapter{
		{"an answer adds exactly", s.addExactly},
		{"who buys converts, where that is allowed", s.convert},
		{"a resend from the campaign's Sent uses what changed, and sets attributes", s.resend},
		{"by keyboard alone", s.byKeyboard},
	})
}

type numbersStory struct {
	*tour
	person string // the path of the page
}

func (s *numbersStory) addExactly() {
	s.crm.becomes(false, `{"amount":0.2,"points":9007199254740993}`)
	call(s.t, s.url, s.writeKey, "identify", `{"userId":"ann","traits":{"email":"ann@example.com","plan":"free","lifetime_value":0.1,"points":12345678901234567890}}`)
	s.does("ann", "Signed Up")
	s.crm.wants(s.t, `/team {"who":"ann","lead":""}`)
	s.open("/people?q=ann")
	s.click("ann@example.com")
	s.person = s.path()
	s.findsAt(s.person, "0.3")
	s.findsAt(s.person, "12354686100489308883")
	s.seesNot("0.30000000000000004")
}

func (s *numbersStory) convert() {
	s.does("ann", "Bought")
	s.does("ann", "Bought")
	s.open("/campaigns")
	s.click("Counts")
	s.click("Numbers")
	s.untilWithin(20, `[...document.querySelectorAll("main tbody tr")].some((row) => row.innerText.includes("Create a lead") && row.lastElementChild.innerText.trim() === "1")`)
	s.sees("not counted") // of the other step
	s.inspect("campaign-numbers")
	s.open("/campaigns")
	s.click("Does not count")
	s.click("Numbers")
	s.sees("No webhook step of this campaign may count")
	s.inspect("campaign-numbers-not")
}

func (s *numbersStory) resend() {
	call(s.t, s.url, s.writeKey, "identify", `{"userId":"ann","traits":{"plan":"pro"}}`)
	s.findsAt(s.person, "pro")
	s.open("/campaigns")
	s.click("Counts")
	s.clickOn(s.find(`a[href^="/sent?campaign="]`).First())
	s.sees("Campaign: Counts")
	s.inspect("campaign-sent")
	s.click("Counts: Create a lead")
	s.click("Resend")
	s.sees("pro")
	s.clickOn(s.find(`form button[type="submit"]`).Filter(hasText("Resend")))
	s.sees("Delivered at the 2nd try")
	s.crm.wants(s.t, `/leads {"who":"ann","plan":"pro"}`)
	s.findsAt(s.person, "0.5")
}

// byKeyboard goes from the list to the numbers, reads the chart's table, and resends from the campaign's Sent.
func (s *numbersStory) byKeyboard() {
	s.open("/campaigns")
	k := keyboard{s.visitor}
	k.press(s.control("Counts"))
	k.press(s.control("Numbers"))
	k.press(s.control("7 days"))
	s.sees("made in the last 7 days")
	numbers := s.path()
	k.press(s.find("summary").Filter(hasText("Show as a table")))
	s.until(`[...document.querySelectorAll("#campaign-days tbody tr")].some((row) => row.lastElementChild.innerText.trim() === "1")`)
	k.press(s.find("#campaign-days tbody a").Last())
	s.sees("Campaign: Counts")
	s.open(numbers)
	k.press(s.find(`a[href^="/sent?campaign="]`).First())
	s.sees("Campaign: Counts")
	k.press(s.control("Counts: Create a lead"))
	k.press(s.control("Resend"))
	s.sees("This may be a duplicate")
	k.press(s.find(`form button[type="submit"]`).Filter(hasText("Resend")))
	s.sees("Delivered at the 3rd try")
	s.findsAt(s.person, "0.7")
}
