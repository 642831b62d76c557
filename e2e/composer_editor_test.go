//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// TestComposerEditor writes a body with the editor's help: mistakes underlined, completion, the list of values, the
// format button; and tries it on what is awkward, on an event that was searched for, and against the saved version.
func TestComposerEditor(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	setUp(v)
	key := makeSource(v)
	for i := range 35 {
		call(t, url, key, "identify", fmt.Sprintf(`{"userId":"u%d","traits":{"email":"person%d@example.com","company":%q}}`, i, i, []string{"", "Acme"}[i%2]))
		call(t, url, key, "track", fmt.Sprintf(`{"userId":"u%d","event":"Order Placed","properties":{"total":%d,"note":"first \"note\""}}`, i, i*10))
	}
	v.findsAt("/people", "person34@example.com")
	v.composes()

	v.seesMistakes()
	v.completes()
	v.insertsValues()
	v.formats()
	v.editsAsForm()
	v.choosesWhileThePreviewIsMade()
	v.triesAwkwardOnes()
	v.searchesForAnExample()
	v.comparesWithTheSaved()
}

// composes begins an action of a new destination.
func (v *visitor) composes() {
	v.t.Helper()
	v.open("/destinations/new")
	v.check("Website", true)
	v.fill("Name", "CRM")
	v.check("Enable destination", true)
	v.click("Create destination")
	v.click("Add the first action")
	v.sees("no address yet")
}

// body is the text in the editor.
const body = `document.querySelector("code-editor").view.state.doc.toString()`

// inEditor is a JavaScript expression for what a selector finds in the editor.
func inEditor(selector string) string {
	return fmt.Sprintf(`document.querySelector("code-editor").shadowRoot.querySelector(%q)`, selector)
}

// writes puts a text into the editor in the place of what was there, as pasting would, and the caret where ▮ stands,
// else at the end.
func (v *visitor) writes(text string) {
	v.t.Helper()
	before, after, _ := strings.Cut(text, "▮")
	v.seesElement("code-editor .cm-content")
	v.evaluate(fmt.Sprintf(`(({ view }) => {
		view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: %q }, selection: { anchor: %d }, userEvent: "input.paste" });
		view.focus();
	})(document.querySelector("code-editor"))`, before+after, len(before)))
	v.holds(before + after)
}

// holds waits until the editor holds exactly this.
func (v *visitor) holds(text string) {
	v.t.Helper()
	v.until(fmt.Sprintf(`%s === %q`, body, text))
}

func (v *visitor) seesMistakes() {
	v.t.Helper()
	v.writes("{\n  \"id\": ▮\n}")
	v.types("MAILBOX-ID")
	v.until(inEditor(".cm-lintRange-error") + `?.textContent === "MAILBOX-ID"`)
	if told := v.text("#preview [role=status]"); !strings.Contains(told, "text needs quotation marks around it") {
		v.t.Errorf("told is %q", told)
	}
	v.presses("F8")
	v.until(`document.querySelector("code-editor").view.state.selection.main.from === 10`)
	v.inspect("composer-editor-mistake")
	v.writes(`{"a": "{{ custmer.email }}"}`)
	v.until(inEditor(".cm-lintRange-warning") + `?.textContent === "custmer.email"`)
	v.sees("did you mean customer?")
	v.writes(`{"a": "{{ customer.email }}"}`)
	v.until(inEditor(".cm-lintRange") + " === null")
	v.seesNot("did you mean customer?")
}

func (v *visitor) completes() {
	v.t.Helper()
	v.writes("")
	v.types(`{"a": "{{ customer.com`)
	selected := inEditor(".cm-tooltip-autocomplete [aria-selected=true]") + "?.textContent"
	v.until(selected + `.startsWith("customer.company")`)
	v.until(inEditor(".cm-completionInfo") + `?.textContent === "empty for 51 % of people"`)
	v.inspect("composer-editor-completion")
	v.presses("Control+Space")
	v.seesElement("code-editor .cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled)")
	v.until(selected + `.startsWith("customer.company")`)
	v.clickOn(v.find("code-editor .cm-tooltip-autocomplete li").First())
	v.holds(`{"a": "{{ customer.company }}}`)
	v.types(" | upc")
	v.until(selected + `.startsWith("upcase")`)
	v.clickOn(v.find("code-editor .cm-tooltip-autocomplete li").Filter(hasText("upcase")))
	v.holds(`{"a": "{{ customer.company | upcase }}}`)
	v.writes("")
	v.types("{% if customer.id %}x{% end")
	v.until(selected + `.startsWith("endif")`)
	v.presses("Escape")
}

func (v *visitor) insertsValues() {
	v.t.Helper()
	v.fill("Address (URL)", "https://example.com/")
	v.presses("End")
	v.click("Insert a value")
	v.sees("Into: Address (URL)")
	v.types("customer")
	v.until(`document.querySelectorAll("#values [role=option]").length >= 3`)
	v.presses("ArrowDown")
	v.until(`document.querySelector("#values [aria-selected=true]").dataset.path === "customer.email"`)
	v.inspect("composer-editor-values")
	v.presses("Enter")
	if got := v.value("Address (URL)"); got != "https://example.com/{{ customer.email }}" {
		v.t.Errorf("the address is %s", got)
	}
	v.sees("https://example.com/person34%40example.com")

	v.writes(`{"n": ▮}`)
	v.click("Insert a value")
	v.sees("Into: Body")
	v.types("nothing like it")
	v.sees("Nothing found.")
	v.presses("Control+A")
	v.types("properties.total")
	v.until(`document.querySelectorAll("#values [role=option]").length === 1`)
	v.presses("Enter")
	v.holds(`{"n": {{ event.properties.total | json }}}`)
	v.click("Insert a value")
	v.presses("Escape")
	v.until(`!document.querySelector("#values").open`)
}

func (v *visitor) formats() {
	v.t.Helper()
	const compact = `{"total":{{ event.properties.total }},"note":"{{ event.properties.note | default: "none" }}"}`
	v.writes(compact)
	v.click("Format")
	v.holds("{\n  \"total\": {{ event.properties.total }},\n  \"note\": \"{{ event.properties.note | default: \"none\" }}\"\n}")
	v.presses("Control+Z")
	v.holds(compact)
	v.writes(`{"a": 1,}`)
	v.click("Format")
	v.sees("This cannot be formatted")
	v.inspect("composer-editor-not-formatted")
	v.writes(compact)
	v.seesNot("This cannot be formatted")
	v.click("Format")
	v.clickOn(v.find(".body-tools summary"))
	v.click("Send the whole event")
	v.holds("{{ event | json }}")
	v.until(`!document.querySelector(".body-tools details").open`)
	v.presses("Control+Z")
	v.sees(`"note": "first \"note\""`)
}

// editsAsForm changes a value among rows of names and values, and goes back to the text.
func (v *visitor) editsAsForm() {
	v.t.Helper()
	v.click("Edit as form")
	v.seesElement("#member-1")
	v.until(`document.activeElement.id === "member-0"`)
	v.fill("Value 2", `He said "{{ event.properties.note }}"`)
	v.sees(`He said \"first`)
	v.inspect("composer-editor-form")
	v.click("Edit as text")
	v.until(`document.querySelector("code-editor")?.view !== undefined`)
	v.holds("{\n  \"total\": {{ event.properties.total }},\n  \"note\": \"He said \\\"{{ event.properties.note }}\\\"\"\n}")
	v.writes(`{"a": [1]}`)
	v.click("Edit as form")
	v.sees("This body cannot be shown as a form")
	v.writes("{\n  \"total\": {{ event.properties.total }},\n  \"note\": \"{{ event.properties.note }}\"\n}")
}

// choosesWhileThePreviewIsMade chooses an example while the answer for the one before is on its way, which must not
// undo it.
func (v *visitor) choosesWhileThePreviewIsMade() {
	v.t.Helper()
	asked, chosen := make(chan struct{}), make(chan struct{})
	v.must("hold the next preview", v.page.Route("**/preview", func(route playwright.Route) {
		close(asked)
		<-chosen
		if err := route.Continue(); err != nil {
			v.t.Error(err)
		}
	}, 1))
	v.writes(`{"n": {{ event.properties.total }}}`)
	<-asked
	v.choose("Made with", "An example event")
	close(chosen)
	v.sees("This is an example")
	v.choose("Made with", "The newest event that fits")
	v.writes("{\n  \"total\": {{ event.properties.total }},\n  \"note\": \"{{ event.properties.note }}\"\n}")
}

func (v *visitor) triesAwkwardOnes() {
	v.t.Helper()
	v.choose("Made with", "Quotation marks and backslashes")
	v.sees("Made up: every text has quotation marks")
	v.sees(`says \"hi\"`)
	v.choose("Made with", "Written from right to left")
	v.sees("שלום עולם")
	v.choose("Made with", "Nothing is known")
	v.sees("The body is not valid JSON")
	v.until(inEditor(".cm-lintRange-error") + " !== null")
}

func (v *visitor) searchesForAnExample() {
	v.t.Helper()
	const search = "Search for an event or a person to make it with"
	v.fill(search, "person7@")
	v.sees("3 found; choose one below.")
	v.presses("Enter")
	v.choose("Made with", "person7@example.com")
	v.sees(`"total": 70`)
	v.fill(search, "")
	v.seesNot("3 found")
	v.choose("Made with", "The newest event that fits")
}

func (v *visitor) comparesWithTheSaved() {
	v.t.Helper()
	v.check("Formatted", true)
	v.sees("Line breaks and blanks are ours")
	v.fill("Name", "Orders")
	v.click("Save and enable")
	v.sees("Saved.")
	v.seesNot("Compared with the saved version")
	v.fill("Address (URL)", "https://example.com/elsewhere")
	v.sees("Compared with the saved version")
	v.sees("+ POST https://example.com/elsewhere")
	v.inspect("composer-editor-compared")
}

// TestComposerEditorWithoutScripts formats a body by a form.
func TestComposerEditorWithoutScripts(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url, withoutScripts)
	setUp(v)
	v.open("/destinations/new")
	v.fill("Name", "CRM")
	v.click("Create destination")
	v.click("Add the first action")
	if n := v.count("[data-insert-value]:visible"); n != 0 {
		t.Error("the list of values is offered, which needs scripts")
	}
	area := v.find("#field-body") // the preview has a part called Body too
	v.must("fill the body", area.Fill(`{"a":{{ event | json }}}`, playwright.LocatorFillOptions{Timeout: patience}))
	v.click("Format")
	got, err := area.InputValue(playwright.LocatorInputValueOptions{Timeout: patience})
	v.must("read the body", err)
	if got != "{\n  \"a\": {{ event | json }}\n}" {
		t.Errorf("the body is %q", got)
	}
	v.click("Edit as form")
	if name, value := v.value("Name 1"), v.value("Value 1"); name != "a" || value != "{{ event | json }}" {
		t.Errorf("as a form it is %q: %q", name, value)
	}
	v.choose("Made with", "Line breaks and tabs")
	v.click("Show the preview anew")
	v.sees("Made up: every text has line breaks")
}

// TestUndoGoesOnAfterASave saves, and takes back on the page that comes then what was written before.
func TestUndoGoesOnAfterASave(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	setUp(v)
	makeSource(v)
	v.composes()
	v.fill("Name", "Orders")
	v.fill("Address (URL)", "https://example.com/orders")
	v.writes(`{"a": 1}`)
	v.writes(`{"a": 2}`)
	v.click("Save, keep it off")
	v.sees("Saved.")
	v.until(`document.querySelector("code-editor")?.view !== undefined`)
	v.holds(`{"a": 2}`)
	v.evaluate(`document.querySelector("code-editor").focus()`)
	v.presses("Control+z")
	v.holds(`{"a": 1}`)
	v.presses("Control+y")
	v.holds(`{"a": 2}`)
}

// TestPreviewFollowsQuickly measures from a change in a template of 4 KB to the painted preview. It prints and does not
// judge: how long it takes depends on the machine.
func TestPreviewFollowsQuickly(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	setUp(v)
	key := makeSource(v)
	for i := range 30 {
		call(t, url, key, "track", fmt.Sprintf(`{"userId":"u%d","event":"Order Placed","properties":{"total":%d}}`, i, i))
	}
	v.composes()
	var b strings.Builder
	b.WriteString("{\"mark\": \"\"")
	for i := 0; b.Len() < 4000; i++ {
		fmt.Fprintf(&b, ",\n  \"member%d\": \"{{ event.properties.total }} and {{ event.userId | upcase }}\"", i)
	}
	v.writes(b.String() + "\n}")
	v.must("stop recording, which costs more than what is measured", v.page.Context().Tracing().Stop())
	took := v.evaluate(`(async () => {
		const view = document.querySelector("code-editor").view;
		const preview = document.getElementById("preview");
		const painted = (mark) => new Promise((done) => {
			const look = () => preview.textContent.includes(mark) ? requestAnimationFrame(() => setTimeout(done)) : requestAnimationFrame(look);
			look();
		});
		const times = [];
		for (let i = 0; i < 60; i++) {
			const begin = performance.now();
			view.dispatch({ changes: { from: 10, insert: "k" + i + "k" } });
			await painted("\"k" + i + "k");
			times.push(performance.now() - begin);
		}
		times.sort((a, b) => a - b);
		return [times[30], times[57]].map(Math.round);
	})()`)
	times, ok := took.([]any)
	if !ok || len(times) != 2 {
		t.Fatalf("measured %v", took)
	}
	t.Logf("from a keystroke to the painted preview of a 4 KB template: p50 %v ms, p95 %v ms", times[0], times[1])
}
