//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"regexp"
	"time"

	"github.com/playwright-community/playwright-go"
)

// open goes to a path of the visitor's server and returns the HTTP status.
func (v *visitor) open(path string) int {
	v.t.Helper()
	response, err := v.page.Goto(path, playwright.PageGotoOptions{Timeout: patience})
	v.must("open "+path, err)
	return response.Status()
}

// findsAt opens a page, which stays as it was opened, until it has the text: for what events bring about behind it.
func (v *visitor) findsAt(path, text string) {
	v.t.Helper()
	for end := time.Now().Add(time.Duration(*patience) * time.Millisecond); time.Now().Before(end); {
		v.open(path)
		n, err := v.page.GetByText(text).Filter(visibleOnly).Count()
		v.must("look for "+text, err)
		if n > 0 {
			return
		}
	}
	v.t.Fatalf("%s never had %q", path, text)
}

// control is the link or button with exactly this name.
func (v *visitor) control(name string) playwright.Locator {
	exact := playwright.PageGetByRoleOptions{Name: name, Exact: playwright.Bool(true)}
	return v.page.GetByRole("button", exact).Or(v.page.GetByRole("link", exact))
}

// click presses the link or button with exactly this name.
func (v *visitor) click(name string) {
	v.t.Helper()
	v.clickOn(v.control(name))
}

// clickOn presses what the locator finds.
func (v *visitor) clickOn(l playwright.Locator) {
	v.t.Helper()
	v.must("click", l.Click(playwright.LocatorClickOptions{Timeout: patience}))
}

// find is what a CSS or Playwright selector finds.
func (v *visitor) find(selector string) playwright.Locator {
	return v.page.Locator(selector)
}

// field is the form field with exactly this label.
func (v *visitor) field(label string) playwright.Locator {
	return v.page.GetByLabel(label, playwright.PageGetByLabelOptions{Exact: playwright.Bool(true)})
}

// fill puts a value into the field with this label.
func (v *visitor) fill(label, value string) {
	v.t.Helper()
	v.must("fill "+label, v.field(label).Fill(value, playwright.LocatorFillOptions{Timeout: patience}))
}

// types presses the keys of text one by one, in the element that has the focus.
func (v *visitor) types(text string) {
	v.t.Helper()
	v.must("type", v.page.Keyboard().Type(text))
}

// presses a key by its name, "Tab" or "Control+Enter", in the element that has the focus.
func (v *visitor) presses(key string) {
	v.t.Helper()
	v.must("press "+key, v.page.Keyboard().Press(key))
}

// choose picks the option with this text in the list with this label.
func (v *visitor) choose(label, option string) {
	v.t.Helper()
	_, err := v.field(label).SelectOption(playwright.SelectOptionValues{Labels: &[]string{option}},
		playwright.LocatorSelectOptionOptions{Timeout: patience})
	v.must("choose "+option+" in "+label, err)
}

// check sets the checkbox, switch or radio with this label.
func (v *visitor) check(label string, on bool) {
	v.t.Helper()
	v.must("check "+label, v.field(label).SetChecked(on, playwright.LocatorSetCheckedOptions{Timeout: patience}))
}

// downloads gives what is in the file that a deed brings.
func (v *visitor) downloads(deed func()) string {
	v.t.Helper()
	file, err := v.page.ExpectDownload(func() error { deed(); return nil }, playwright.PageExpectDownloadOptions{Timeout: patience})
	v.must("download", err)
	path, err := file.Path()
	v.must("find what was downloaded", err)
	text, err := os.ReadFile(path)
	v.must("read what was downloaded", err)
	return string(text)
}

// sees waits until the text is visible somewhere on the page.
func (v *visitor) sees(text string) {
	v.t.Helper()
	v.waitFor(v.page.GetByText(text).Filter(visibleOnly).First(), playwright.WaitForSelectorStateVisible, "see "+text)
}

var visibleOnly = playwright.LocatorFilterOptions{Visible: playwright.Bool(true)}

// seesNot waits until the text is nowhere visible.
func (v *visitor) seesNot(text string) {
	v.t.Helper()
	v.waitFor(v.page.GetByText(text).Filter(visibleOnly).First(), playwright.WaitForSelectorStateHidden, "no longer see "+text)
}

// seesElement waits until what the selector finds is visible.
func (v *visitor) seesElement(selector string) {
	v.t.Helper()
	v.waitFor(v.find(selector).First(), playwright.WaitForSelectorStateVisible, "see "+selector)
}

func (v *visitor) waitFor(l playwright.Locator, state *playwright.WaitForSelectorState, what string) {
	v.t.Helper()
	v.must(what, l.WaitFor(playwright.LocatorWaitForOptions{State: state, Timeout: patience}))
}

// at waits until the address is this path, with any query unless the path has one.
func (v *visitor) at(path string) {
	v.t.Helper()
	pattern := regexp.MustCompile(`^https?://[^/]+` + regexp.QuoteMeta(path) + `(\?.*)?$`)
	err := v.page.WaitForURL(pattern, playwright.PageWaitForURLOptions{Timeout: patience})
	v.must("be at "+path+" (is at "+v.page.URL()+")", err)
}

// text is what the one element that the selector finds says.
func (v *visitor) text(selector string) string {
	v.t.Helper()
	text, err := v.find(selector).InnerText(playwright.LocatorInnerTextOptions{Timeout: patience})
	v.must("read "+selector, err)
	return text
}

// value is what the field with this label holds.
func (v *visitor) value(label string) string {
	v.t.Helper()
	value, err := v.field(label).InputValue(playwright.LocatorInputValueOptions{Timeout: patience})
	v.must("read the field "+label, err)
	return value
}

// count is how many elements the selector finds now.
func (v *visitor) count(selector string) int {
	v.t.Helper()
	n, err := v.find(selector).Count()
	v.must("count "+selector, err)
	return n
}

// until waits for a JavaScript expression to be true, for what cannot be seen. The page itself asks again and again:
// the library's own waiting evaluates strings inside the page, which the page's policy refuses.
func (v *visitor) until(expression string) {
	v.t.Helper()
	v.untilWithin(*patience/1000, expression)
}

// untilWithin is until with a patience of its own, in seconds, for work that takes its time.
func (v *visitor) untilWithin(seconds float64, expression string) {
	v.t.Helper()
	met := v.evaluate(fmt.Sprintf(`(async () => {
		for (const end = Date.now() + %v * 1000; Date.now() < end; await new Promise((again) => setTimeout(again, 25)))
			if (%s) return true;
		return false;
	})()`, seconds, expression))
	if met != true {
		v.t.Fatalf("waited in vain until %s\nthe page says: %.2000v", expression, v.evaluate(`(document.querySelector("main") ?? document.body).innerText`))
	}
}

// evaluate gives the value of a JavaScript expression as encoding/json would read it.
func (v *visitor) evaluate(expression string) any {
	v.t.Helper()
	result, err := v.page.Evaluate(expression)
	v.must("evaluate "+expression, err)
	return result
}

// hasText narrows what a locator finds to what contains the text.
func hasText(text string) playwright.LocatorFilterOptions {
	return playwright.LocatorFilterOptions{HasText: text}
}
