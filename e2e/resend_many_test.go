//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// TestResendMany is what a support desk does after a receiver was wrong for a while: find what failed, look what would
// go now, choose a pace, and watch it being brought through.
func TestResendMany(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	s := &resendStory{pauseStory: &pauseStory{story: &story{visitor: v, url: url}}}
	setUp(v)
	s.furnish()
	s.destination = s.path()
	s.tellEverything()
	s.tells([]chapter{
		{"many fail", s.manyFail},
		{"what would go", s.lookBefore},
		{"how fast, and the question", s.choosePace},
		{"it runs, is paused, and ends", s.watch},
		{"what became of them", s.readReport},
		{"it waits for a receiver that is paused", s.waitForReceiver},
		{"without scripts", s.resendWithoutScripts},
	})
}

type resendStory struct {
	*pauseStory
	run string // the path of its page
}

// manyFail has a dozen webhooks refused, about people some of whom have names that are no words.
func (s *resendStory) manyFail() {
	s.open("/resends")
	s.sees("Nothing was resent yet")
	s.inspect("resends-empty")
	s.binAnswers("404")
	var orders []string
	for i := range 12 {
		orders = append(orders, fmt.Sprintf(`{"type":"track","userId":"<u%d>","event":"Order <b>%d</b>"}`, i, i%3))
	}
	call(s.t, s.url, s.writeKey, "batch", `{"batch":[`+strings.Join(orders, ",")+`]}`)
	s.open("/sent?state=failed")
	s.until(`document.querySelectorAll("tbody tr").length === 12`)
	s.binAnswers("200")
}

func (s *resendStory) lookBefore() {
	s.open("/sent?state=failed")
	s.inspect("resend-sent")
	s.click("Resend these…")
	s.sees("12 webhooks fit the filter.")
	s.sees(": nothing changes")
	s.inspect("resend-new")
	s.click("Original bytes")
	s.sees("byte for byte")
	s.open(s.destination)
	s.click("Tell the CRM")
	s.fill("Address (URL)", s.binURL+"?mended=yes")
	s.click("Save")
	s.sees("Saved.")
	s.open("/resends/new?state=failed")
	s.sees(": another request")
	s.sees("?mended=yes")
	s.inspect("resend-new-changed")
}

func (s *resendStory) choosePace() {
	s.expects("status of 422")
	s.fill("At most", "fast")
	s.click("Go on…")
	s.sees("Choose a rate between 0.01 and 10,000 a second")
	s.inspect("resend-mistake")
	s.fill("At most", "0,5")
	s.click("Go on…")
	s.sees("12 webhooks will be sent to 1 receiver over about 24 seconds.")
	s.inspect("resend-question")
}

func (s *resendStory) watch() {
	s.click("Send them")
	s.sees("It has begun.")
	s.run = s.path()
	s.until(`document.querySelector("progress").value > 0`)
	s.click("Pause")
	s.sees("Paused. What was due already is still sent")
	s.inspect("resend-paused")
	s.click("Continue")
	s.until(`(document.querySelector("progress")?.value ?? 12) > 6`) // it is gone when all is done
	s.sees("Finished")                                               // by itself, without a reload
	s.until(`document.querySelector("main").innerText.includes("12 of 12 webhooks done.")`)
	s.until(`/Delivered\s+12/.test(document.querySelector("main table").innerText)`)
	s.inspect("resend-finished")
}

func (s *resendStory) readReport() {
	s.clickOn(s.find(`a[aria-label="Show in Sent: Delivered"]`))
	s.at("/sent")
	s.sees("There: Delivered")
	if n := s.count("tbody tr"); n != 12 {
		s.t.Errorf("Sent lists %d of the run, want 12", n)
	}
	s.inspect("resend-in-sent")
	s.clickOn(s.find("tbody tr a").First())
	s.sees("Delivered at the 2nd try")
	s.open("/resends")
	s.sees("12 of 12")
	s.inspect("resends")
	s.open(s.bin)
	s.sees("mended=yes")
}

// waitForReceiver resends what was delivered, to a receiver that is paused, and gives it up.
func (s *resendStory) waitForReceiver() {
	s.open(s.destination)
	s.clickOn(s.find("summary").Filter(hasText("Pause for a while")))
	s.click("Pause now")
	s.sees("The destination is paused.")
	s.open("/resends/new")
	s.sees("Left out: delivered already")
	s.inspect("resend-left-out")
	s.click("Send these again, too")
	s.sees("among them were delivered before")
	s.inspect("resend-duplicates")
	s.click("Go on…")
	s.click("Send them")
	s.sees("It waits for a receiver")
	s.inspect("resend-waits")
	s.click("Cancel")
	s.sees("Cancel this resend?")
	s.inspect("resend-cancel")
	s.click("Cancel the resend")
	s.sees("Cancelled. What was due already is still sent")
	s.inspect("resend-cancelled")
}

// resendWithoutScripts begins a run in a browser that runs no JavaScript, and pauses it.
func (s *resendStory) resendWithoutScripts() {
	s.open(s.destination)
	s.click("Resume")
	s.clickOn(s.find("main form button[type=submit]").Last())
	s.at(s.destination)
	s.open("/sent?state=delivered")
	s.seesElement("tbody tr")
	v := visit(s.t, s.url, withoutScripts)
	v.open("/login?next=/sent%3Fstate%3Ddelivered")
	v.fill("E-mail address", adminEmail)
	v.fill("Password", adminPassword)
	v.click("Sign in")
	v.click("Resend these…")
	v.click("Original bytes")
	v.fill("At most", "0.5")
	v.click("Go on…")
	v.sees("receiver over about")
	v.click("Send them")
	v.sees("It has begun.")
	v.click("Pause")
	v.sees("Paused. What was due already is still sent")
	v.click("Continue")
	v.sees("It goes on.")
	v.click("Cancel")
	v.click("Cancel the resend")
	v.sees("Cancelled. What was due already is still sent")
}
