//go:build e2e

package e2e

import (
	"net/url"
	"strings"
	"testing"
)

// TestManual opens every page of the manual from the page before it, as a reader does, and looks at each on a desk in
// light and on a phone in the dark.
func TestManual(t *testing.T) {
	v := visit(t, newHouse(t))
	setUp(v)
	v.click("Manual")
	v.at("/manual")
	v.glance("manual")
	searchManual(v)
	readManual(v)
	helpFromPages(v)
}

func searchManual(v *visitor) {
	v.fill("Search the manual", "verify signature")
	v.presses("Enter")
	v.sees("places for “verify signature”")
	v.inspect("manual-found")
	v.clickOn(v.find("#found a").First())
	v.at("/manual/signatures")
	v.inspect("manual-signatures")
	v.clickOn(v.find(".code button[data-copy]").First())
	if text, ok := v.evaluate("navigator.clipboard.readText()").(string); !ok || !strings.Contains(text, "package verify") {
		v.t.Errorf("copied %q", text)
	}
	v.fill("Search the manual", "xylophone")
	v.presses("Enter")
	v.sees("Nothing found for “xylophone”")
	v.click("See the words")
	v.at("/manual/words")
}

// readManual begins at the first page and presses what leads to the next one, until there is none.
func readManual(v *visitor) {
	v.open("/manual/getting-started")
	pages := 1
	for v.count("a[rel=next]") > 0 {
		next, ok := v.evaluate(`document.querySelector("a[rel=next]").getAttribute("href")`).(string)
		if !ok {
			v.t.Fatal("the next page has no address")
		}
		v.clickOn(v.find("a[rel=next]"))
		v.at(next)
		pages++
		slug := strings.TrimPrefix(next, "/manual/")
		if slug == "api" {
			v.clickOn(v.find("details.manual-call summary").Nth(2))
		}
		switch slug {
		case "signatures": // looked at before
		case "shortcuts":
			v.inspect("manual-pictures")
		default:
			v.glance(slug)
		}
	}
	if pages < 20 {
		v.t.Errorf("only %d pages were read", pages)
	}
}

// glance is inspect without pictures, and with the two looks that differ most: some pages are very long on a phone.
func (v *visitor) glance(name string) {
	v.t.Helper()
	for _, look := range []int{2, 0} {
		v.lookWith(looks[look].width, looks[look].height, looks[look].colours)
		for _, finding := range v.axe() {
			v.t.Errorf("%s, %s: %s", name, looks[look].name, finding)
		}
		if wide := v.evaluate("document.documentElement.scrollWidth - innerWidth"); wide != 0 {
			v.t.Errorf("%s, %s: the page is %v px wider than the screen", name, looks[look].name, wide)
		}
	}
}

// helpFromPages follows the links that stand where somebody may wonder.
func helpFromPages(v *visitor) {
	for page, help := range map[string]string{
		"/sources": "How sources work", "/destinations": "How triggers work", "/people": "How people come about",
		"/sent": "How to find and resend", "/bins": "What bins are for", "/settings/signing-key": "How to verify signatures",
	} {
		v.open(page)
		v.click(help)
		v.seesElement(".manual-text")
	}
}

// TestManualOnAPhone reads and searches with a small screen and without scripts.
func TestManualOnAPhone(t *testing.T) {
	v := visit(t, newHouse(t), onPhone, withoutScripts)
	setUp(v)
	v.open("/manual/triggers#how-it-is-compared")
	v.sees("How it is compared")
	v.fill("Search the manual", "retry-after")
	v.presses("Enter")
	v.sees("places for “retry-after”")
	v.clickOn(v.find("#found a").First())
	if at, err := url.Parse(v.page.URL()); err != nil || at.Path != "/manual/retries" || at.Fragment != "retry-after" {
		t.Errorf("it leads to %s", v.page.URL())
	}
}
