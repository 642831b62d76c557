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
	v.searchesFor("refund requested")
	if n, others := v.count("tbody tr"), v.count(`tbody tr:not(:has-text("Refund Requested"))`); n == 0 || others > 0 {
		t.Errorf("%d webhooks are found, and %d of them are others", n, others)
	}
	v.inspect("sent-search")
	v.findsByID()
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

// findsByID takes the id of a webhook, and filters beside it.
func (v *visitor) findsByID() {
	v.t.Helper()
	v.open("/sent?state=failed")
	id, err := v.find("tbody tr").First().GetAttribute("id")
	v.must("read the id of a row", err)
	v.open("/sent")
	v.searchesFor(id)
	if n := v.count("tbody tr"); n != 1 {
		v.t.Errorf("an id finds %d webhooks", n)
	}
	v.clickOn(v.find(`summary:has-text("Filter")`))
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
