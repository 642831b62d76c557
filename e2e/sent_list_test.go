//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// TestSentList is a morning of support staff at the list in Sent: they narrow it, keep what they narrow it to every day,
// choose a few webhooks to send again, and watch what comes in without losing the row they read.
func TestSentList(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	s := &sentStory{pauseStory: &pauseStory{story: &story{visitor: v, url: url}}}
	setUp(v)
	s.furnish()
	s.destination = s.path()
	s.tellEverything()
	s.tells([]chapter{
		{"some fail, some arrive", s.happen},
		{"few filters at hand, all others behind a button", s.narrow},
		{"a view is saved, and Sent opens with it", s.saveView},
		{"rows are chosen", s.chooseRows},
		{"new rows do not move what is read", s.stayStill},
		{"as a file", s.download},
		{"on a phone the filters fill the screen", s.onPhone},
		{"without scripts", s.sentWithoutScripts},
	})
}

type sentStory struct {
	*pauseStory
}

// happen has six webhooks refused, about things whose names are no words, and three delivered.
func (s *sentStory) happen() {
	s.binAnswers("404")
	for i := range 6 {
		s.track(fmt.Sprintf("<u%d>", i), fmt.Sprintf("Order <b>%d</b>", i%2))
	}
	s.open("/sent?state=failed")
	s.until(`document.querySelectorAll("[data-sent-rows] tbody tr").length === 6`)
	s.binAnswers("200")
	for i := range 3 {
		s.track(fmt.Sprint("v", i), "Paid")
	}
	s.open("/sent?state=delivered")
	s.until(`document.querySelectorAll("[data-sent-rows] tbody tr").length === 3`)
}

func (s *sentStory) narrow() {
	s.open("/sent")
	s.until(`document.querySelector("[data-sent-tabs]").innerText.replace(/\s+/g, " ").includes("All 9 Failed 6 Retrying 0 Delivered 3")`)
	s.inspect("sent-list")
	s.choose("Destination", "CRM")
	s.choose("Made", "In the last hour")
	s.click("Search")
	s.sees("Destination: CRM")
	s.sees("Made: In the last hour")
	s.clickOn(s.find(`summary:has-text("More filters")`))
	s.choose("State", "Failed")
	s.fill("Last answer", "404")
	s.fill("Event name", "Order <b>1</b>")
	s.inspect("sent-list-filters")
	s.click("Show")
	s.sees("Event: Order <b>1</b>")
	s.seesRows(3)
	s.inspect("sent-list-narrowed")
	s.click("Remove the filter Event: Order <b>1</b>")
	s.seesRows(6)
	s.expects("status of 422")
	s.open("/sent?status=many")
	s.sees("three digits")
	s.inspect("sent-list-wrong")
	s.click("Remove all filters")
	s.seesRows(9)
}

func (s *sentStory) seesRows(n int) {
	s.t.Helper()
	s.until(fmt.Sprintf(`document.querySelectorAll("[data-sent-rows] tbody tr").length === %d`, n))
}

func (s *sentStory) saveView() {
	s.open("/sent?state=failed&destination=&status=404")
	s.click("Save as a view…")
	s.sees("State: Failed")
	s.expects("status of 422")
	s.click("Save view")
	s.sees("Give the view a name.")
	s.inspect("sent-view-wrong")
	s.fill("Name", "My <b>orders</b>")
	s.check("Sent opens with this view", true)
	s.click("Save view")
	s.sees("The view is saved.")
	s.inspect("sent-view-saved")
	s.open("/sent")
	s.seesRows(6)
	s.sees("Last answer: 404")
	s.clickOn(s.find(`nav[aria-label="States"] a`).First())
	s.click("Remove the filter Last answer: 404")
	s.seesRows(9)
	s.click("Edit views")
	s.sees("Sent opens with it")
	s.inspect("sent-views")
	s.click("Change My <b>orders</b>")
	s.check("Sent opens with this view", false)
	s.click("Save view")
	s.sees("The view is changed.")
	s.replaceView()
	s.open("/sent")
	s.seesRows(9)
}

// replaceView puts what the list is narrowed to now in the place of the view.
func (s *sentStory) replaceView() {
	s.open("/sent?state=failed")
	s.click("Save as a view…")
	s.choose("Save it as", "In place of “My <b>orders</b>”")
	s.inspect("sent-view-replace")
	s.click("Save view")
	s.sees("The view is saved.")
	s.click("Edit views")
	s.sees("My <b>orders</b>")
	if s.evaluate(`document.querySelector("main").innerText.includes("Last answer: 404")`) == true {
		s.t.Error("the view still has its filter of before")
	}
}

// chooseRows chooses by the mouse and by the keyboard, and leads to the page that sends.
func (s *sentStory) chooseRows() {
	s.open("/sent?state=failed")
	s.seesRows(6)
	s.clickOn(s.find("td.choose input").First())
	s.must("reach the second box", s.find("td.choose input").Nth(1).Focus())
	s.presses("Space")
	s.sees("Resend 2 chosen…")
	s.inspect("sent-list-chosen")
	s.check("Choose all on this page", true)
	s.sees("Resend 6 chosen…")
	s.check("Choose all on this page", false)
	s.clickOn(s.find("td.choose input").Nth(2))
	s.clickOn(s.find("td.choose input").Nth(3))
	s.click("Resend 2 chosen…")
	s.sees("2 webhooks fit the filter.")
	s.sees("2 chosen webhooks")
	s.inspect("sent-list-resend-chosen")
	s.click("Go on…")
	s.click("Send them")
	s.sees("Finished")
	s.open("/sent?state=failed")
	s.seesRows(4)
}

// stayStill watches: rows come in by themselves, but not under the hand, and not when the list is to stay as it is.
func (s *sentStory) stayStill() {
	s.open("/sent?destination=")
	s.seesRows(9)
	s.track("w1", "Paid")
	s.seesRows(10)
	s.click("Pause")
	s.sees("The list stays as it is.")
	s.track("w2", "Paid")
	s.sees("1 new webhook.")
	s.track("w3", "Paid")
	s.sees("2 new webhooks.")
	s.seesRows(10)
	s.inspect("sent-list-paused")
	s.click("Show them")
	s.seesRows(12)
	s.until(`document.activeElement.matches("[data-still]")`)
	s.click("Pause")
	s.seesNot("The list stays as it is.")
	s.must("go into the table", s.find("[data-sent-rows] tbody a").Nth(3).Focus())
	s.track("w4", "Paid")
	s.sees("1 new webhook.")
	s.seesRows(12)
	s.must("leave the table", s.field("Search").Focus())
	s.seesRows(13)
	s.seesNot("1 new webhook.")
	s.clickOn(s.find("td.choose input").First())
	s.track("w5", "Paid")
	s.sees("1 new webhook.")
	s.click("Show them")
	s.seesRows(14)
	s.sees("Resend 1 chosen…") // and still chosen
	s.until(`document.querySelector("[data-sent-tabs]").innerText.replace(/\s+/g, " ").includes("All 14")`)
}

func (s *sentStory) download() {
	s.open("/sent?state=failed")
	file, err := s.page.ExpectDownload(func() error {
		return s.control("Download as CSV").Click(playwright.LocatorClickOptions{Timeout: patience})
	})
	s.must("download", err)
	if name := file.SuggestedFilename(); !strings.HasPrefix(name, "hookline-sent-") || !strings.HasSuffix(name, ".csv") {
		s.t.Errorf("the file is called %s", name)
	}
	if lines := s.evaluate(`fetch("/sent/export?state=failed").then((r) => r.text()).then((text) => text.trim().split("\r\n").length)`); fmt.Sprint(lines) != "5" {
		s.t.Errorf("the file has %v lines, want 5", lines)
	}
}

// onPhone opens the filters on a small screen, and leaves them by the keyboard.
func (s *sentStory) onPhone() {
	s.must("take a small screen", s.page.SetViewportSize(390, 844))
	s.open("/sent?state=failed")
	s.clickOn(s.find(`summary:has-text("More filters")`))
	if covers := s.evaluate(`document.querySelector("details.sheet").getBoundingClientRect().height >= innerHeight`); covers != true {
		s.t.Error("the filters do not fill the screen")
	}
	s.presses("Escape")
	s.until(`!document.querySelector("details.sheet").open && document.activeElement.localName === "summary"`)
	s.presses("Enter")
	s.fill("Event name", "Order <b>1</b>")
	s.click("Show")
	s.sees("Event: Order <b>1</b>")
	s.inspect("sent-list-phone")
}

// sentWithoutScripts narrows, saves and resends in a browser that runs no JavaScript.
func (s *sentStory) sentWithoutScripts() {
	v := visit(s.t, s.url, withoutScripts)
	v.open("/login?next=/sent%3Fstate%3Dfailed")
	v.fill("E-mail address", adminEmail)
	v.fill("Password", adminPassword)
	v.click("Sign in")
	v.clickOn(v.find(`summary:has-text("More filters")`))
	v.fill("Tries, at least", "1")
	v.click("Show")
	v.sees("Tries: at least 1")
	v.click("Save as a view…")
	v.fill("Name", "By hand")
	v.click("Save view")
	v.sees("The view is saved.")
	v.expects("status of 409")
	v.click("Resend chosen…")
	v.sees("Nothing is chosen.")
	v.open("/sent?state=failed")
	v.clickOn(v.find("td.choose input").First())
	v.click("Resend chosen…")
	v.sees("1 webhook fits the filter.")
	v.click("Go on…")
	v.click("Send them")
	v.sees("It has begun.")
}
