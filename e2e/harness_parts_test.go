//go:build e2e

package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"
)

func TestEveryPartLooksRightToEveryReader(t *testing.T) {
	_, base := newGallery(t)
	for name, path := range map[string]string{
		"gallery": "/", "forms": "/forms", "sign-in": "/sign-in", "missing": "/missing", "empty": "/empty",
	} {
		t.Run(name, func(t *testing.T) {
			v := visit(t, base)
			v.open(path)
			v.inspect(name)
		})
	}
}

func TestAFormThatFailsSaysWhy(t *testing.T) {
	_, base := newGallery(t)
	v := visit(t, base)
	v.expects("status of 422")
	v.open("/forms")
	v.click("Create destination")
	v.sees("This was not saved yet.")
	v.sees("Begin with https://.")
	v.inspect("forms-failed")
}

func TestEveryKindOfFieldCanBeFilled(t *testing.T) {
	_, base := newGallery(t)
	v := visit(t, base)
	v.open("/forms")
	v.fill("Name", "Warehouse")
	v.choose("Method", "PUT")
	v.check("PUT", true)
	v.check("Send people as well", false)
	v.clickOn(v.field("Headers"))
	v.presses("Tab") // indents
	v.types("x")
	v.presses("Escape")
	v.presses("Tab") // leaves
	v.until(`document.activeElement.type === "radio"`)
	sent := v.evaluate(`JSON.stringify([...new FormData(document.querySelector("main form"))].filter(([name]) => name !== "note"))`)
	want := `[["name","Warehouse"],["method","put"],["url",""],["wait","4"],["headers","Authorization: Bearer abc  x"],["kind","put"],["on","on"]]`
	if sent != want {
		t.Errorf("the form sends\n%s, want\n%s", sent, want)
	}
	if n := v.count("main form .form-label.required"); n != 2 {
		t.Errorf("%d fields are marked as needed, want 2", n)
	}
	if got := v.text("h1"); got != "New destination" {
		t.Errorf("the heading is %q", got)
	}
}

func TestTheEditorIsTheFormsField(t *testing.T) {
	_, base := newGallery(t)
	v := visit(t, base)
	v.open("/editor")
	v.seesElement("code-editor .cm-content")
	v.evaluate(`document.querySelector("main form").addEventListener("input", (e) => heard.textContent = e.target.name)`)
	v.clickOn(v.find("code-editor .cm-content"))
	v.presses("Control+End")
	v.types("// typed")
	v.until(`document.querySelector("textarea").value.endsWith("}// typed") && heard.textContent === "body"`)
	v.presses("Tab")
	v.until(`document.activeElement.localName === "code-editor"`)
	v.presses("Escape")
	v.presses("Tab")
	v.until(`document.activeElement.localName !== "code-editor"`)
	v.inspect("editor")
}

func TestALabelLeadsToTheEditorAndAMoveKeepsIt(t *testing.T) {
	_, base := newGallery(t)
	v := visit(t, base)
	v.open("/editor")
	v.seesElement("code-editor .cm-content")
	v.clickOn(v.find("label[for=field-body]"))
	v.until(`document.activeElement.localName === "code-editor"`)
	v.evaluate(`document.querySelector("main form").append(document.querySelector("code-editor"))`)
	v.until(`document.querySelector("code-editor").shadowRoot.querySelectorAll(".cm-content").length === 1`)
	v.evaluate(`document.querySelector("code-editor").insert("put in ")`)
	v.until(`document.querySelector("textarea").value.startsWith("put in {")`)
}

func TestFiltersAskAsSoonAsSomethingChanges(t *testing.T) {
	_, base := newGallery(t)
	v := visit(t, base)
	v.open("/filters")
	v.inspect("filters")
	v.fill("Search", "ada")
	v.sees("found for ada in all")
	v.choose("State", "Failed")
	v.sees("found for ada in failed")
	v.until(`location.search === "?q=ada&state=failed"`)
}

func TestWithoutScriptsTheTextareaIsThere(t *testing.T) {
	_, base := newGallery(t)
	v := visit(t, base, withoutScripts)
	v.open("/editor")
	v.fill("Body", "plain")
	if got := v.value("Body"); got != "plain" {
		t.Errorf("the body holds %q", got)
	}
	v.must("resize", v.page.SetViewportSize(390, 844))
	v.seesElement("#navigation")
}

func TestWhatDestroysAsksFirst(t *testing.T) {
	g, base := newGallery(t)
	v := visit(t, base)
	v.open("/")
	v.click("Delete destination")
	v.sees("Its 3 actions stop sending")
	v.inspect("confirm")
	v.click("Cancel")
	v.seesNot("Its 3 actions stop sending")
	if n := g.deleted.Load(); n != 0 {
		t.Fatalf("it was deleted %d times although it was cancelled", n)
	}
	v.click("Delete destination")
	v.click("Delete it")
	v.at("/empty")
	if n := g.deleted.Load(); n != 1 {
		t.Errorf("it was deleted %d times, want once", n)
	}
}

func TestCopyingSaysThatItDid(t *testing.T) {
	_, base := newGallery(t)
	v := visit(t, base)
	v.open("/")
	v.click("Copy text")
	v.until(`document.getElementById("announce").textContent === "Copied"`)
	if got := v.evaluate("navigator.clipboard.readText()"); got != "copied text" {
		t.Errorf("the clipboard holds %q", got)
	}
}

func TestASecretIsShownOnDemand(t *testing.T) {
	_, base := newGallery(t)
	v := visit(t, base)
	v.open("/")
	v.click("Show Signing key")
	v.seesElement("input#key[type=text]")
	v.click("Show Signing key")
	v.seesElement("input#key[type=password]")
}

func TestTheThemeIsChosenAndKept(t *testing.T) {
	_, base := newGallery(t)
	v := visit(t, base)
	v.open("/")
	v.clickOn(v.find(".user-menu > summary"))
	v.inspect("menu")
	v.clickOn(v.find(".theme-switch label").Filter(hasText("Dark")))
	v.until(`document.documentElement.dataset.bsTheme === "dark"`)
	v.presses("Escape")
	v.until(`!document.querySelector(".user-menu").open`)
	v.open("/forms")
	v.until(`document.documentElement.dataset.bsTheme === "dark" && document.querySelector("input[value=dark]").checked`)
}

func TestThePhonesMenuOpens(t *testing.T) {
	_, base := newGallery(t)
	v := visit(t, base, onPhone)
	v.open("/")
	if shown := v.evaluate(`document.getElementById("navigation").checkVisibility()`); shown != false {
		t.Error("the navigation is open before anybody asked")
	}
	v.click("Menu")
	v.seesElement("#navigation a[aria-current]")
	v.until(`document.querySelector(".navbar-toggler").getAttribute("aria-expanded") === "true"`)
	v.inspect("phone-menu")
}

func TestALivePartChangesAndKeepsWhatIsTyped(t *testing.T) {
	g, base := newGallery(t)
	v := visit(t, base)
	v.open("/live-page")
	v.fill("Search", "half a wo")
	v.clickOn(v.find("main summary"))
	v.clickOn(v.field("Search"))
	g.changes <- "second"
	v.until(`document.getElementById("shown").textContent === "second"`)
	if got := v.value("Search"); got != "half a wo" {
		t.Errorf("the field holds %q after the refresh", got)
	}
	if open := v.evaluate(`document.querySelector("main details").open`); open != true {
		t.Error("the refresh closed what was opened")
	}
}

func TestALivePartHealsAndLeavesQuietly(t *testing.T) {
	g, base := newGallery(t)
	v := visit(t, base)
	v.open("/live-page")
	g.changes <- "missed"
	v.until(`document.getElementById("shown").textContent === "missed"`)
	g.changes <- "after it healed"
	v.until(`document.getElementById("shown").textContent === "after it healed"`)
	for range 3 {
		v.open("/empty")
		v.open("/live-page")
	}
	for range 3 { // away before the page's scripts have run: they never hear that it is left
		_, err := v.page.Goto("/live-page", playwright.PageGotoOptions{Timeout: patience, WaitUntil: playwright.WaitUntilStateCommit})
		v.must("begin to open a page", err)
		v.open("/slow")
	}
}

func TestAFailedRequestIsSaid(t *testing.T) {
	_, base := newGallery(t)
	v := visit(t, base)
	v.expects("status of 500")
	v.expects("Response Status Error Code 500")
	v.open("/")
	v.click("Fetch what is broken")
	v.sees("The receiver cannot be reached just now.")
	v.clickOn(v.find("#trouble [data-dismiss]"))
	v.seesNot("The receiver cannot be reached just now.")
}

func TestTheHarnessNoticesWhatThePolicyRefuses(t *testing.T) {
	_, base := newGallery(t)
	v := visit(t, base)
	v.open("/empty")
	v.evaluate(`document.body.insertAdjacentHTML("beforeend", "<p style='color:red'>x</p>")`)
	v.evaluate("new Promise((done) => setTimeout(done))")
	complaints := strings.Join(v.unexpected(), "\n")
	v.expects("style")
	if !strings.Contains(complaints, "policy refused style-src") {
		t.Errorf("the refused style went unnoticed: %q", complaints)
	}
}

func TestStatusesAreSeen(t *testing.T) {
	_, base := newGallery(t)
	v := visit(t, base)
	v.expects("status of 404")
	if status := v.open("/nowhere"); status != http.StatusNotFound {
		t.Errorf("status %d, want 404", status)
	}
}
