//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// TestRecipes is the way of somebody who has a CRM and no idea of HTTP: find the recipe, fill it in, see the request,
// and land in the composer with all of it there.
func TestRecipes(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	v.expects("status of 422") // forms that come back
	setUp(v)
	key := makeSource(v)
	findsClose(v)
	v.click("Use this recipe")
	v.sees("The recipe was not used.")
	v.sees("Fill in “API key”.")
	v.inspect("recipes-close-refused")
	v.fill("API key", "api_s3cret")
	v.fill("Where leads come from", `The "new" page {{ customer.email }}`)
	v.sees(`The \"new\" page \u007b\u007b customer.email }}`)
	if preview := v.text("#preview"); !strings.Contains(preview, "ana@example.com") || strings.Contains(preview, "s3cret") {
		t.Errorf("the preview is %s", preview)
	}
	v.check("Website", true)
	v.inspect("recipes-close-filled")
	v.click("Use this recipe")
	v.sees("The action is made, and off.")
	if got := v.value("Name"); got != "Make a lead in Close" {
		t.Errorf("the action is called %q", got)
	}
	if got, user := v.value("Address (URL)"), v.value("User"); got != "https://api.close.com/api/v1/lead/" || user != "api_s3cret" {
		t.Errorf("it sends to %q as %q", got, user)
	}
	v.sees("When the event type is track and the event is Signed Up.")
	v.inspect("recipes-composer")

	v.open("/recipes/google-apps-script") // with code in it
	v.inspect("recipes-google-apps-script")
	triesWithABin(v, url, key)
	pastesACommand(v)
}

// findsClose looks around in the gallery, and opens what was looked for.
func findsClose(v *visitor) {
	v.t.Helper()
	v.open("/")
	v.click("Recipes")
	v.at("/recipes")
	v.inspect("recipes")
	v.fill("Search the recipes", "nothing like this")
	v.sees("No recipe has")
	v.inspect("recipes-nothing")
	v.fill("Search the recipes", "crm")
	v.sees("HubSpot")
	v.seesNot("Zendesk")
	v.click("Close")
	v.at("/recipes/close")
	v.sees("api.close.com/api/v1/lead/")
	v.inspect("recipes-close")
}

// triesWithABin sees what would arrive at Close, headers and all.
func triesWithABin(v *visitor, url, key string) {
	v.t.Helper()
	v.open("/recipes/close")
	v.fill("API key", "api_s3cret")
	v.choose("Destination", "Close")
	v.seesNot("Name of the new destination")
	v.click("Try it with a bin")
	v.sees("It sends to the new bin “Try: Close” for now")
	v.click("Save and enable")
	v.sees("Saved.")
	call(v.t, url, key, "identify", `{"userId":"u1","traits":{"email":"ana@example.com","first_name":"Ana","last_name":"Lindqvist"}}`)
	call(v.t, url, key, "track", `{"userId":"u1","event":"Signed Up","properties":{"plan":"Startup"}}`)
	v.open("/bins")
	v.click("Try: Close")
	v.sees("workspace key")
	v.clickOn(v.find("main tbody a").First())
	v.sees("/api/v1/lead/")
	v.sees("Basic YXBpX3MzY3JldDo=")
	v.sees("ana@example.com")
}

func pastesACommand(v *visitor) {
	v.t.Helper()
	v.open("/recipes")
	v.click("Paste a curl command")
	v.fill("Paste a curl command", "curl https://api.example.com/people -F file=@a.png")
	v.choose("Destination", "Close")
	v.click("Make the action")
	v.sees("sends a form with files")
	v.inspect("recipes-curl-refused")
	v.fill("Paste a curl command", `curl https://api.example.com/people -H 'X-Team: crm' -d '{"name": "{{ name }}"}' -H 'Content-Type: application/json'`)
	v.click("Make the action")
	v.sees("The action is made, and off.")
	v.sees(`{"name": "{{ name }}"}`)
	if got := v.value("Header 1: value"); got != "crm" {
		v.t.Errorf("the header is %q", got)
	}
}

// TestRecipesWithoutScripts does the same with forms alone.
func TestRecipesWithoutScripts(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url, withoutScripts)
	v.expects("status of 422")
	setUp(v)
	v.open("/recipes")
	v.fill("Search the recipes", "zendesk")
	v.click("Search")
	v.seesNot("Trello")
	v.click("Zendesk")
	v.fill("Subdomain", "moon")
	v.click("Show the preview anew")
	v.sees("https://moon.zendesk.com/api/v2/tickets.json")
	v.click("Use this recipe")
	v.sees("The recipe was not used.")
	v.fill("E-mail address of an agent", "ana@example.com")
	v.fill("API token", "tok")
	v.click("Use this recipe")
	v.sees("The action is made, and off.")
	if address, user, password := v.value("Address (URL)"), v.value("User"), v.value("Password"); address != "https://moon.zendesk.com/api/v2/tickets.json" ||
		user != "ana@example.com/token" || password != "tok" {
		t.Errorf("it sends to %q as %q with %q", address, user, password)
	}
}
