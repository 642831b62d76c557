//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/playwright-community/playwright-go"

	"hookline/internal/hookline"
)

// TestBacktest is how somebody finds out what an action would have done before it does anything: over a day, over a
// week, what breaks, and what a change changes. Saving what breaks asks first.
func TestBacktest(t *testing.T) {
	data := t.TempDir()
	week(t, data)
	url := newHouseOn(t, data)
	v := visit(t, url)
	v.expects("status of 422") // a form that asks before it saves
	setUp(v)
	v.findsAt("/people", "person6@example.com")
	s := &story{visitor: v, url: url}
	s.composeOrders()
	s.triesADay()
	s.triesAWeek()
	s.isAskedBeforeSaving()
	s.seesWhatChanges()
	s.triesWhatCannotBeTried()
}

// week makes a source to which an order came in on each of seven days, the newest an hour ago; and with that a sign-up
// and an order without a total.
func week(t *testing.T, data string) {
	t.Helper()
	store := openStore(t, data)
	source, err := store.CreateSource(t.Context(), hookline.Source{Name: "Shop", Enabled: true})
	if err != nil {
		t.Fatal(err)
	}
	var events []hookline.Event
	now := time.Now()
	add := func(ago time.Duration, kind hookline.EventType, name, user, more string) {
		at := now.Add(-ago)
		payload := fmt.Sprintf(`{"type":%q,"event":%q,"userId":%q,%s}`, kind, name, user, more)
		events = append(events, hookline.Event{
			SourceID: source.ID, Type: kind, Name: name, UserID: user, MessageID: fmt.Sprint("m", len(events)), Timestamp: at, ReceivedAt: at, Payload: json.RawMessage(payload),
		})
	}
	const day = 24 * time.Hour
	for i := range 7 {
		ago := time.Duration(6-i)*day + time.Hour
		user := fmt.Sprint("u", i)
		add(ago, hookline.Identify, "", user, fmt.Sprintf(`"traits":{"email":"person%d@example.com"}`, i))
		if i == 6 {
			add(ago, hookline.Track, "Signed Up", user, `"properties":{"plan":"pro"}`)
			add(ago, hookline.Track, "Order Placed", user, `"properties":{"currency":"EUR"}`)
		}
		add(ago, hookline.Track, "Order Placed", user, fmt.Sprintf(`"properties":{"total":%d,"currency":"EUR"}`, 10*i))
	}
	if _, err := store.AppendEvents(t.Context(), events, nil); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
}

func (s *story) composeOrders() {
	s.open("/destinations/new")
	s.check("Shop", true)
	s.fill("Name", "Warehouse")
	s.check("Enable destination", true)
	s.click("Create destination")
	s.click("Add the first action")
	s.fill("Name", "Tell the warehouse about orders")
	s.click("Write it as text")
	s.fill("Trigger as text", `type = "track" and event = "Order Placed"`)
	s.fill("Address (URL)", "https://example.com/orders")
	s.setBody(`{"total": {{ event.properties.total }}, "gift": "{{ event.properties.gift }}"}`)
	s.sees("https://example.com/orders")
}

// figures are the numbers of the back-test that is shown.
func (s *story) figures() string {
	s.t.Helper()
	return strings.Join(strings.Fields(s.text(".backtest-figures")), " ")
}

func (s *story) triesADay() {
	s.click("The last 24 hours")
	s.sees("2 of 4 events match the trigger.")
	s.sees("2 matching events in the busiest second")
	if got := s.figures(); got != "Would be sent 1 Could not be sent 1" {
		s.t.Errorf("of a day the figures are %s", got)
	}
	s.sees("For 1 of 2 matching events.")
	s.sees("In 1 of 1 requests.")
	s.inspect("backtest-day")
	href, err := s.find("#backtest .tone-bad a").GetAttribute("href", playwright.LocatorGetAttributeOptions{Timeout: patience})
	s.must("find the event that breaks it", err)
	v := visit(s.t, s.url, withoutScripts)
	v.open("/login?next=" + href)
	v.fill("E-mail address", adminEmail)
	v.fill("Password", adminPassword)
	v.click("Sign in")
	v.at(href)
	v.sees("Order Placed")
}

func (s *story) triesAWeek() {
	s.click("The last 7 days")
	s.sees("8 of 16 events match the trigger.")
	if got := s.figures(); got != "Would be sent 7 Could not be sent 1" {
		s.t.Errorf("of a week the figures are %s", got)
	}
	s.sees("In 7 of 7 requests.")
	s.seesElement("#backtest table")
	s.inspect("backtest-week")
}

func (s *story) isAskedBeforeSaving() {
	s.click("Save and enable")
	s.sees("Not saved yet: it does not work with what comes in")
	s.sees("The trigger matches 8 events of the latest, and for 1 of them no request can be made.")
	s.until(`document.activeElement.getAttribute("role") === "alert"`)
	if got := s.value("Name"); got != "Tell the warehouse about orders" {
		s.t.Errorf("the name is now %q", got)
	}
	s.inspect("backtest-asked")
	s.click("Save all the same")
	s.sees("Saved.")
	s.sees("This action is on.")
}

// seesWhatChanges mends the body, and tries the other trigger.
func (s *story) seesWhatChanges() {
	s.click("The last 7 days")
	s.sees("Beside the saved version nothing changes for these events.")
	s.setBody(`{"total": {{ event.properties.total | default: 0 }}}`)
	s.click("Write it as text")
	s.fill("Trigger as text", `type = "track"`)
	s.click("The last 7 days")
	s.sees("9 of 16 events match the trigger.")
	if got := s.figures(); got != "Would be sent 9 Could not be sent 0" {
		s.t.Errorf("mended, the figures are %s", got)
	}
	s.sees("Beside the saved version: 2 would be sent that are not sent now, 7 would be sent with another request.")
	s.clickOn(s.find("#backtest details summary").Filter(hasText("Newly sent")).First())
	s.clickOn(s.find("#backtest details summary").Filter(hasText("Another request")).First())
	s.sees(`+   "total": 60`)
	s.inspect("backtest-compared")
	s.fill("Trigger as text", `type = "page"`)
	s.click("The last 7 days")
	s.sees("0 of 16 events match the trigger.")
	s.sees("7 would no longer be sent")
	s.inspect("backtest-none")
}

func (s *story) triesWhatCannotBeTried() {
	s.fill("Trigger as text", `type = `)
	s.click("The last 24 hours")
	s.sees("It could not be tried")
	s.inspect("backtest-unfinished")
	s.fill("Trigger as text", `type = "track"`)
	s.click("Save")
	s.sees("Saved.")
}
