//go:build e2e

package e2e

import "testing"

// TestSentSearch is support staff looking for one webhook among all that were sent: by a text, by who it is about, by
// what went wrong, and by what is not there.
func TestSentSearch(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	setUp(v)
	v.click("Fill it with a demo")
	v.sees("A demo is in this workspace")
	v.open("/sent")
	v.sees("Demo: CRM and accounting")
	all := v.count("tbody tr")
	v.searchesFor("Signed Up")
	if n := v.count("tbody tr"); n == 0 || n >= all {
		t.Errorf("%d webhooks are found among %d", n, all)
	}
	v.inspect("sent-search")
	v.findsWhatAnAnswerSays()
	v.findsNothing()
	v.isToldWhatIsWrong()
}

// searchesFor types a text and presses Enter, as one does.
func (v *visitor) searchesFor(text string) {
	v.t.Helper()
	v.fill("Search", text)
	v.presses("Enter")
	v.at("/sent")
	v.sees("Search: " + text)
}

func (v *visitor) findsWhatAnAnswerSays() {
	v.t.Helper()
	v.open("/sent?state=failed")
	id, err := v.find("tbody tr").First().GetAttribute("id")
	v.must("read the id of a row", err)
	v.open("/sent")
	v.searchesFor(id)
	if n := v.count("tbody tr"); n != 1 {
		v.t.Errorf("an id finds %d webhooks", n)
	}
	v.clickOn(v.find("details summary").First())
	v.fill("Tries, at least", "1")
	v.choose("Made by", "Events")
	v.inspect("sent-filters")
	v.click("Show")
	v.sees("Tries: at least 1")
	v.sees("Search: " + id)
	if n := v.count("tbody tr"); n != 1 {
		v.t.Errorf("with filters an id finds %d webhooks", n)
	}
}

func (v *visitor) findsNothing() {
	v.t.Helper()
	v.open("/sent")
	v.searchesFor(`100%_"<b>nothing</b>`)
	v.sees("Nothing fits")
	v.inspect("sent-search-none")
}

func (v *visitor) isToldWhatIsWrong() {
	v.t.Helper()
	v.expects("status of 422")
	v.open("/sent?attempts=many")
	v.sees("Enter a whole number from 1 to 9999.")
	v.inspect("sent-search-wrong")
}
