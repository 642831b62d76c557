//go:build e2e

package e2e

import (
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// TestDemo is a newcomer's first minute: an empty workspace, one click, life on every page, and one click back.
func TestDemo(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	setUp(v)
	v.sees("Look around first?")
	v.inspect("demo-offer")
	v.click("Fill it with a demo")
	v.sees("A demo is in this workspace")
	v.seesChart()
	v.inspect("demo-overview")
	v.readsTheNumbers()
	v.looksAround()
	v.followsTheCampaign()
	v.removesTheDemo()
}

// seesChart waits until something is painted.
func (v *visitor) seesChart() {
	v.t.Helper()
	v.until(`document.querySelector("health-chart").shadowRoot?.querySelector("canvas")?.width > 0`)
}

// readsTheNumbers finds the chart's numbers in the table, and each hour's webhooks behind its link.
func (v *visitor) readsTheNumbers() {
	v.t.Helper()
	v.clickOn(v.find("#health-numbers summary"))
	v.inspect("demo-overview-table")
	if n := v.count("#health-numbers tbody tr"); n != 24 {
		v.t.Errorf("the table has %d hours, want 24", n)
	}
	hover := playwright.LocatorHoverOptions{Timeout: patience, Position: &playwright.Position{X: 250, Y: 100}}
	v.must("point at the chart", v.find("health-chart").First().Hover(hover))
	v.until(`/\d\d:\d\d to \d\d:\d\d UTC: /.test(document.querySelector("health-chart").shadowRoot.querySelector(".readout").textContent)`)
	v.opensAnHour()
	v.inspect("demo-sent")
}

// opensAnHour looks behind the hour in which most was delivered: Sent lists the webhooks that were made in it. Which
// hours have none depends on the minute in which the demo was made.
func (v *visitor) opensAnHour() {
	v.t.Helper()
	hour, _ := v.evaluate(`[...document.querySelectorAll("#health-numbers tbody tr")].map((row) => ({
		at: row.querySelector("time").dateTime, delivered: Number(row.querySelector("td").innerText),
	})).sort((a, b) => b.delivered - a.delivered)[0].at`).(string)
	v.clickOn(v.find(`#health-numbers tbody a:has(time[datetime="` + hour + `"])`))
	v.at("/sent")
	v.sees("Demo: CRM and accounting")
	made := v.evaluate(`[...document.querySelectorAll("tbody tr")].map((row) => row.querySelector("time").dateTime.slice(0, 13))`)
	list, _ := made.([]any)
	if len(list) == 0 {
		v.t.Error("Sent lists no webhook of the hour")
	}
	for _, at := range list {
		if at != hour[:len("2006-01-02T15")] {
			v.t.Errorf("Sent lists a webhook of %v, want those of %s", at, hour)
		}
	}
}

// looksAround finds life on every main page.
func (v *visitor) looksAround() {
	v.t.Helper()
	for _, page := range []struct{ path, sees string }{
		{"/sources", "Demo: shop"},
		{"/destinations", "Demo: CRM and accounting"},
		{"/people", "customer.1001@example.com"},
		{"/sent", "Orders, several in a request"},
		{"/sent?state=failed", "400 Bad Request"},
		{"/sent?state=retrying", "503 Service Unavailable"},
		{"/sent?state=delivered", "Welcome new customers"},
		{"/bins", "Demo: accounting, which refuses"},
		{"/segments", "Demo: regular customers"},
		{"/campaigns", "Demo: a gift for regular customers"},
		{"/drafts", "Offer a gift"},
		{"/shortcuts", "Demo: open a ticket"},
	} {
		v.open(page.path)
		v.sees(page.sees)
	}
	for _, one := range []struct{ list, link, sees string }{
		{"/sources", "Demo: website", "Signed Up"},
		{"/destinations", "Demo: CRM and accounting", "Refunds to accounting"},
		{"/bins", "Demo: CRM", "workspace key"},
		{"/segments", "Demo: paying customers", "customer.1004@example.com"},
		{"/people", "customer.1004@example.com", "כהן"},
	} {
		v.open(one.list)
		v.click(one.link)
		v.sees(one.sees)
		v.inspect("demo-one-" + strings.TrimPrefix(one.list, "/"))
	}
}

// followsTheCampaign looks from the person whose page is open at what the campaign did for everybody.
func (v *visitor) followsTheCampaign() {
	v.t.Helper()
	v.sees("Demo: open a ticket")
	v.click("Demo: a gift for regular customers")
	v.sees("Create a lead")
	v.inspect("demo-journey")
	v.open("/drafts")
	v.clickOn(v.find(`tbody a[href^="/drafts/"]`).First())
	v.sees("L-2071")
	v.inspect("demo-draft")
	v.open("/campaigns")
	v.click("Demo: a gift for regular customers")
	v.sees("2 people went on without")
	v.inspect("demo-campaign")
	v.click("Numbers")
	v.sees("Until they are a regular customer")
	v.inspect("demo-campaign-numbers")
}

func (v *visitor) removesTheDemo() {
	v.t.Helper()
	v.open("/")
	v.click("Remove the demo")
	v.clickOn(v.find("#confirm [value=yes]"))
	v.sees("The demo is removed")
	v.sees("Look around first?")
	for path, says := range map[string]string{
		"/sources": "No source yet", "/people": "Nobody yet", "/sent": "Nothing sent yet", "/bins": "Make the first bin", "/destinations": "Make the first destination",
		"/segments": "No segment yet", "/campaigns": "No campaign yet", "/drafts": "No drafts", "/shortcuts": "Make the first shortcut",
	} {
		v.open(path)
		v.sees(says)
	}
}
