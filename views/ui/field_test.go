package ui

import (
	"strings"
	"testing"
)

func TestInputTiesLabelHintAndErrorTogether(t *testing.T) {
	html := shown(t, Input(
		Field{Name: "url", Label: "Address", Value: `"><b>`, Hint: "Where to.", Error: "Begin with https://.", Required: true},
		InputOptions{Type: "url", Prefix: "POST", Mono: true},
	))
	mustContain(t, html, `<label class="form-label required" for="field-url">Address</label>`, `id="field-url"`, `type="url"`,
		`aria-describedby="field-url-error field-url-hint"`, `aria-invalid="true"`, `aria-required="true"`,
		`id="field-url-error"`, "Begin with https://.", `id="field-url-hint"`, `spellcheck="false"`, "POST",
		"&#34;&gt;&lt;b&gt;")
}

func TestAFieldWithoutTroubleSaysNothingOfIt(t *testing.T) {
	html := shown(t, Input(Field{Name: "name", Label: "Name"}, InputOptions{}))
	mustContain(t, html, `type="text"`)
	mustNotContain(t, html, "aria-invalid", "aria-describedby", "is-invalid", "field-error", "readonly", "disabled", "required")
}

func TestTextareaKeepsALeadingNewline(t *testing.T) {
	html := shown(t, Textarea(Field{Name: "body", Label: "Body", Value: "\n{}"}, TextareaOptions{Editor: "liquid-json", Rows: 9}))
	// HTML drops the first newline in a textarea; a second one must follow it.
	mustContain(t, html, ">\n\n{}</textarea>", `<code-editor language="liquid-json">`, "data-code", `rows="9"`)
}

func TestSelectAndRadiosMarkTheChosen(t *testing.T) {
	options := []Option{{Value: "a", Label: "First"}, {Value: "b", Label: "Second", Hint: "Slower."}, {Value: "c", Label: "Third", Disabled: true}}
	f := Field{Name: "kind", Label: "Kind", Value: "b", Error: "Choose one."}
	html := shown(t, Select(f, options))
	mustContain(t, html, `<option value="b" selected>Second</option>`, `<option value="c" disabled>`)
	if n := strings.Count(html, " selected"); n != 1 {
		t.Errorf("%d options are selected, want 1", n)
	}
	html = shown(t, Radios(f, options))
	mustContain(t, html, `<legend class="form-label">Kind</legend>`, `id="field-kind-b" value="b" checked aria-describedby="field-kind-b-hint"`, "Slower.", "Choose one.")
	if n := strings.Count(html, " checked"); n != 1 {
		t.Errorf("%d radios are checked, want 1", n)
	}
}

func TestCheckboxAndSwitch(t *testing.T) {
	mustContain(t, shown(t, Checkbox(Field{Name: "all", Label: "All"}, true)), `type="checkbox" checked`)
	html := shown(t, Switch(Field{Name: "on", Label: "On", Value: "yes", Hint: "Sends at once."}, false))
	mustContain(t, html, "form-switch", `value="yes"`, "Sends at once.")
	mustNotContain(t, html, "checked")
}

func TestFormErrorsLeadToTheFields(t *testing.T) {
	html := shown(t, FormErrors("This was not saved.", map[string]string{"url": "Give an address.", "name": "Give a name."}))
	mustContain(t, html, `role="alert"`, "This was not saved.", `href="#field-url"`)
	if strings.Index(html, "Give a name.") > strings.Index(html, "Give an address.") {
		t.Error("the order of the list is not steady")
	}
	if html := shown(t, FormErrors("", nil)); html != "" {
		t.Errorf("no trouble shows %q", html)
	}
}
