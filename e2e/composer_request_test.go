//go:build e2e

package e2e

import (
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// TestComposerRequest writes the address, the headers and the body of a request without knowing how they are spelled:
// parameters in rows, a password in its own field, a form instead of JSON; and trips over what a template may not be.
func TestComposerRequest(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	v.expects("status of 422") // forms that come back
	setUp(v)
	key := makeSource(v)
	call(t, url, key, "identify", `{"userId":"u1","traits":{"email":"ana@example.com","note":"first\nsecond"}}`)
	call(t, url, key, "track", `{"userId":"u1","event":"Order Placed","properties":{"plan":"R&D","total":20}}`)
	v.composes()
	v.fill("Name", "Orders")

	v.editsParameters()
	v.authenticates()
	v.choosesContent()
	v.meetsBounds()
	v.findsItKept()
	v.seesItFailBeforeSending(url, key)
}

func (v *visitor) editsParameters() {
	v.t.Helper()
	v.fill("Address (URL)", `https://example.com/orders?plan={{ event.properties.plan | append: "&=" }}&q=a+b#top`)
	v.click("Edit parameters as rows")
	v.until(`document.activeElement.id === "param-0"`)
	if got := v.value("Parameter 1: value"); got != `{{ event.properties.plan | append: "&=" }}` {
		v.t.Errorf("the first parameter is %s", got)
	}
	v.fill("Parameter 1: value", "{{ event.properties.plan }}")
	v.click("Add parameter")
	v.until(`document.activeElement.id === "param-2"`)
	v.types("note")
	v.fill("Parameter 3: value", "Q&A = 50 %")
	v.sees("https://example.com/orders?plan=R%26D&q=a+b&note=Q%26A%20=%2050%20%25#top")
	v.inspect("composer-request-rows")
	v.click("Remove parameter 2")
	v.until(`document.activeElement.id === "param-0"`)
	v.click("Edit parameters as text")
	v.until(`document.activeElement.id === "field-url"`)
	if got := v.value("Address (URL)"); got != `https://example.com/orders?plan={{ event.properties.plan }}&note=Q%26A%20=%2050%20%25#top` {
		v.t.Errorf("the address is %s", got)
	}
	v.fill("Address (URL)", `https://example.com/?a={% if event.x %}1&b={% endif %}2`)
	v.click("Edit parameters as rows")
	v.sees("a tag begins in one parameter and ends in another")
	v.fill("Address (URL)", "https://example.com/orders?total={{ event.properties.total }}")
}

func (v *visitor) authenticates() {
	v.t.Helper()
	const how = "How the receiver knows you"
	v.choose(how, "Bearer token")
	v.sees("Enter the token, or choose “None” above.")
	v.inspect("composer-request-token")
	v.choose(how, "API key in the address")
	v.fill("Name of the parameter", "api_key")
	v.fill("Key in the address", "k&1")
	v.sees("&api_key=k%261")
	v.choose(how, "User and password (Basic)")
	v.fill("User", "ana@example.com")
	v.fill("Password", "hunter2:/@")
	v.until(`document.querySelector("#preview .sent-headers").innerText.includes("Authorization\n••••")`)
	v.seesNot("api_key=k")
	v.click("Show Password")
	v.until(`document.querySelector("#field-auth_password").type === "text"`)
	v.click("Show Password")
	if shown := v.text("#preview"); strings.Contains(shown, "hunter2") {
		v.t.Errorf("the preview shows the password: %s", shown)
	}
	v.inspect("composer-request-password")
}

func (v *visitor) choosesContent() {
	v.t.Helper()
	v.writes("{\n  \"plan\": \"{{ event.properties.plan }}\",\n  \"who\": \"Q&A\"\n}")
	v.choose("The body is", "Form (a=1&b=2)")
	v.sees("This body is JSON, and the receiver is told that it is a form.")
	v.until(`document.querySelector("#header-0-value").value === "application/x-www-form-urlencoded"`)
	v.until(`document.querySelector("code-editor").getAttribute("language") === "liquid"`)
	v.sees("Values are encoded for forms")
	v.inspect("composer-request-form-offered")
	v.click("Write it as a form")
	v.holds("plan={{ event.properties.plan }}&who=Q%26A")
	v.sees("plan=R%26D&who=Q%26A")
	v.seesNot("the receiver is told that it is a form")
	v.fill("Header 1: value", "text/xml")
	v.until(`document.querySelector("#field-content").value === "xml"`)
	v.fill("Header 1: value", "application/json")
	v.until(`document.querySelector("#field-content").value === "json"`)
	v.choose("The body is", "Plain text")
	v.until(`document.querySelector("#header-0-value").value === "text/plain"`)
	v.choose("The body is", "JSON")
	v.sees("This body is a form, and the receiver is told that it is JSON.")
	v.click("Write it as JSON")
	v.holds("{\n  \"plan\": \"{{ event.properties.plan }}\",\n  \"who\": \"Q&A\"\n}")
}

func (v *visitor) meetsBounds() {
	v.t.Helper()
	v.writes("▮{\"a\": \"{{ customer.name | default: “friend” }}\"}")
	v.sees("use straight quotation marks")
	v.until(inEditor(".cm-lintRange-error") + " !== null")
	v.writes(`{"a": "{{ customer.email | upcse }}"}`)
	v.sees("did you mean upcase?")
	v.click("Save, keep it off")
	v.sees("The action was not saved.")
	v.until(`document.querySelector("code-editor")?.view !== undefined`)
	v.holds(`{"a": "{{ customer.email | upcse }}"}`)
	if got := v.value("Password"); got != "hunter2:/@" {
		v.t.Errorf("the password came back as %q", got)
	}
	v.writes(`{"a": "{{}}"}`)
	v.sees("nothing stands between the braces of {{}}")
	v.writes(`{"a": "{{ customer.email }}"}`)
	v.fill("Address (URL)", "{{ customer.hook }}")
	v.sees("A user and a password need an address that begins with https:// or http://.")
	v.sees("With what is filled in here, the address is empty.")
	v.inspect("composer-request-empty-address")
	v.fill("Address (URL)", "https://example.com/orders")
	v.click("Add header")
	v.until(`document.activeElement.id === "header-1-name"`)
	v.types("X-Note")
	v.fill("Header 2: value", "{{ customer.note }}")
	v.sees("a header cannot hold a line break")
	v.sees("Header 2, line 1, column 4")
}

// findsItKept opens the action anew: everything is where it was put, and the password is not in the address.
func (v *visitor) findsItKept() {
	v.t.Helper()
	v.click("Save and enable")
	if v.count("[name=despite]") > 0 {
		v.clickOn(v.find("[name=despite]").First())
	}
	v.sees("Saved.")
	if address, user, password := v.value("Address (URL)"), v.value("User"), v.value("Password"); address != "https://example.com/orders" || user != "ana@example.com" || password != "hunter2:/@" {
		v.t.Errorf("kept are %q, %q, %q", address, user, password)
	}
	v.seesNot("Compared with the saved version")
}

func (v *visitor) seesItFailBeforeSending(url, key string) {
	v.t.Helper()
	call(v.t, url, key, "track", `{"userId":"u1","event":"Order Placed","properties":{"plan":"R&D","total":21}}`)
	v.open("/sent?state=failed")
	v.seesElement("tbody tr a")
	v.clickOn(v.find("tbody tr a").First())
	v.sees("Header 2 could not be made: line 1, column 4.")
	v.sees("write | strip_newlines behind it")
}

// TestComposerRequestWithoutScripts does the same by forms alone.
func TestComposerRequestWithoutScripts(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url, withoutScripts)
	setUp(v)
	v.open("/destinations/new")
	v.fill("Name", "CRM")
	v.click("Create destination")
	v.click("Add the first action")
	v.fill("Name", "Orders")
	v.fill("Address (URL)", "https://example.com/orders?a=1&b=2")
	v.click("Edit parameters as rows")
	v.fill("Parameter 2: value", "x & y")
	v.click("Add parameter")
	v.fill("Parameter 3: name", "c")
	v.click("Edit parameters as text")
	if got := v.value("Address (URL)"); got != "https://example.com/orders?a=1&b=x%20%26%20y&c=" {
		t.Errorf("the address is %s", got)
	}
	v.choose("How the receiver knows you", "User and password (Basic)")
	v.fill("User", "ana")
	v.fill("Password", "geheim")
	v.choose("The body is", "Form (a=1&b=2)")
	area := v.find("#field-body")
	v.must("fill the body", area.Fill(`{"plan": "{{ event.properties.plan }}"}`, playwright.LocatorFillOptions{Timeout: patience}))
	v.click("Show the preview anew")
	if got := v.value("Header 1: value"); got != "application/x-www-form-urlencoded" {
		t.Errorf("the content type is %s", got)
	}
	v.click("Write it as a form")
	got, err := area.InputValue(playwright.LocatorInputValueOptions{Timeout: patience})
	v.must("read the body", err)
	if got != "plan={{ event.properties.plan }}" {
		t.Errorf("the body is %q", got)
	}
	v.click("Save, keep it off")
	v.sees("Saved.")
	if user, password := v.value("User"), v.value("Password"); user != "ana" || password != "geheim" {
		t.Errorf("kept are %q and %q", user, password)
	}
}
