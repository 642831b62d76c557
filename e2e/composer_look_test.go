//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// TestComposing is the way of somebody who does not code: a destination, and an action in it, with a trigger built
// from rows and a preview that follows.
func TestComposing(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	v.expects("status of 422") // forms that come back
	setUp(v)
	v.open("/destinations")
	v.inspect("composing-destinations-empty")
	key := makeSource(v)
	for i := range 12 {
		call(t, url, key, "identify", fmt.Sprintf(`{"userId":"u%d","traits":{"email":"person%d@example.com","first_name":"Ana","plan":"pro"}}`, i, i))
		call(t, url, key, "track", fmt.Sprintf(`{"userId":"u%d","event":"Order Placed","properties":{"total":%d,"currency":"EUR","products":[{"sku":"a-1"}]}}`, i, i*10))
	}
	call(t, url, key, "track", `{"userId":"u1","event":"Signed Up","properties":{"plan":"Startup","note":"says \"hello\"\nand goes"}}`)

	makeDestination(v)
	composeAction(v)
	afterComposing(v)
}

// makeSource makes a source and gives its write key.
func makeSource(v *visitor) string {
	v.open("/sources/new")
	v.fill("Name", "Website")
	v.click("Create source")
	v.sees("The source is ready.")
	return v.value("Write key")
}

func makeDestination(v *visitor) {
	v.open("/destinations/new")
	v.click("Create destination")
	v.sees("Give the destination a name")
	v.check("Website", true)
	v.fill("Name", "CRM")
	v.click("Make one for me")
	v.sees("Made.")
	if len(v.value("Shared secret")) < 20 || v.value("Name") != "CRM" {
		v.t.Errorf("secret %q, name %q", v.value("Shared secret"), v.value("Name"))
	}
	v.check("Enable destination", true)
	v.inspect("composing-destination-new")
	v.click("Create destination")
	v.sees("No action yet")
	v.inspect("composing-destination-without-action")
	v.click("Add the first action")
}

func composeAction(v *visitor) {
	v.sees("Matches 13 of the last 25 events")
	v.sees("no address yet")
	v.fill("Name", "Tell the CRM about orders")
	v.click("Add condition")
	v.seesElement("#c-1-value")
	if focus := v.evaluate("document.activeElement.id"); focus != "c-1-field" {
		v.t.Errorf("after adding a condition the focus is on %v", focus)
	}
	v.sees("Finish the condition that is still empty")
	v.fill("Condition 2: value", "Order Placed")
	v.sees("When the event type is track and the event is Order Placed.")
	v.sees("Matches 12 of the last 25 events")
	v.click("Add group")
	v.seesElement("#c-2-0-field")
	v.choose("Condition 3.1: what to look at", "Event property")
	v.seesElement("#c-2-0-key")
	v.fill("Condition 3.1: name of the property", "total")
	v.presses("Tab")
	v.choose("Condition 3.1: how to compare", "≥")
	v.until(`document.querySelector("#c-2-0-value-list option[value='110']") !== null`)
	v.fill("Condition 3.1: value", "100")
	v.sees("Matches 2 of the last 25 events")
	v.clickOn(v.find("#trigger-said summary"))
	v.sees("total is 0, not at least 100")
	v.fill("Address (URL)", "https://user:secret@example.com/orders/{{ event.properties.total }}")
	v.sees("https://example.com/orders/110")
	v.seesNot("no address yet")
	if !strings.Contains(v.text("#preview"), `"total":110`) {
		v.t.Errorf("the preview is %s", v.text("#preview"))
	}
	v.click("Add header")
	v.seesElement("#header-1-name")
	v.types("X-Team")
	v.fill("Header 2: value", "{{ customer.email }}")
	v.sees("person11@example.com")
	v.inspect("composing-composer")
	leaveUnsaved(v)
}

// leaveUnsaved tries to go away, is asked, and stays.
func leaveUnsaved(v *visitor) {
	asked := make(chan string, 1)
	v.page.Once("dialog", func(d playwright.Dialog) {
		asked <- d.Type()
		_ = d.Dismiss() // the page is asked whether it is still there
	})
	v.must("press Cancel", v.control("Cancel").Click(playwright.LocatorClickOptions{Timeout: patience, NoWaitAfter: playwright.Bool(true)}))
	if kind := <-asked; kind != "beforeunload" {
		v.t.Errorf("the browser asked %q", kind)
	}
	if v.value("Name") != "Tell the CRM about orders" {
		v.t.Error("what was typed is gone")
	}
}

func afterComposing(v *visitor) {
	v.clickOn(v.find("code-editor .cm-content"))
	v.presses("Control+Home")
	v.types("oops ")
	v.sees("Body, line 1")
	v.click("Write it as text")
	v.sees("Trigger as text")
	v.fill("Trigger as text", `type = "track" and`)
	v.sees("Line 1, column 19")
	v.inspect("composing-composer-wrong")
	v.click("Save and enable")
	v.sees("The action was not saved.")
	v.inspect("composing-composer-refused")
	v.fill("Trigger as text", `type = "track" and event = "Order Placed"`)
	v.click("Use rows")
	v.seesElement("#c-1-value")
	v.clickOn(v.find("code-editor .cm-content"))
	v.presses("Control+Home")
	for range "oops " {
		v.presses("Delete")
	}
	v.seesNot("Body, line 1")
	v.click("Save and enable")
	v.sees("Saved.")
	v.open("/destinations")
	v.inspect("composing-destinations")
	v.click("CRM")
	v.sees("When the event type is track and the event is Order Placed")
	v.inspect("composing-destination")
	v.click("Signatures")
	v.click("Add a secret")
	v.click("Show the secrets")
	v.sees("Secret in use")
	v.inspect("composing-destination-signing")
	v.open(strings.TrimSuffix(strings.TrimPrefix(v.page.URL(), "x"), "/signing/reveal") + "/edit")
	v.inspect("composing-destination-settings")
}

// TestComposingWithoutScripts builds the same with forms alone.
func TestComposingWithoutScripts(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url, withoutScripts)
	setUp(v)
	key := makeSource(v)
	call(t, url, key, "track", `{"userId":"u1","event":"Order Placed","properties":{"total":50}}`)
	v.open("/destinations/new")
	v.check("Website", true)
	v.fill("Name", "CRM")
	v.click("Make one for me")
	v.sees("Made.")
	v.click("Create destination")
	v.click("Add the first action")

	v.fill("Name", "Orders")
	v.fill("Address (URL)", "https://example.com/orders")
	v.click("Add condition")
	v.choose("Condition 2: what to look at", "Event property")
	v.click("Refresh")
	v.fill("Condition 2: name of the property", "total")
	v.choose("Condition 2: how to compare", "≥")
	v.click("Refresh")
	v.fill("Condition 2: value", "20")
	v.click("Write it as text")
	if got := v.value("Trigger as text"); got != `type = "track" and properties.total >= 20` {
		t.Errorf("as text: %s", got)
	}
	v.sees("Matches the only event that has come in so far")
	v.click("Add header")
	v.fill("Header 2: name", "X-Team")
	v.fill("Header 2: value", "crm {{ event.properties.total }}")
	v.click("Show the preview anew")
	v.sees("crm 50")
	if v.value("Name") != "Orders" || v.value("Address (URL)") != "https://example.com/orders" {
		t.Error("a step lost what was typed")
	}
	v.click("Save and enable")
	v.sees("Saved.")
	v.sees("its destination is off")
}
