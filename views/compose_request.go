package views

import (
	"strconv"
	"strings"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/views/ui"
)

// RequestTyped is the part of a request's template that has fields of its own in the form: the address without its
// authentication, and without its parameters while these are rows; and the authentication.
type RequestTyped struct {
	Address string
	AsRows  bool // the parameters are rows
	Params  []compose.Param
	Told    string // why they are not
	Auth    compose.Auth
}

// MaxParams is the most parameters that an address has as rows; longer ones are edited as text.
const MaxParams = 100

// ParamID is the id of the name of the parameter at place i.
func ParamID(i int) string { return "param-" + strconv.Itoa(i) }

// hides says whether the header at place i has its place under Authentication instead.
func (m ComposerModel) hides(i int) bool { return m.Request.Auth.HeaderPlace() == i+1 }

// shownHeaders is how many rows of headers there are.
func (m ComposerModel) shownHeaders() int {
	if m.Request.Auth.HeaderPlace() > 0 {
		return len(m.Template.Headers) - 1
	}
	return len(m.Template.Headers)
}

// authOptions are the ways in which a receiver knows who sends.
func authOptions() []ui.Option {
	return []ui.Option{
		{Value: "", Label: "None"},
		{Value: string(compose.AuthBasic), Label: "User and password (Basic)"},
		{Value: string(compose.AuthBearer), Label: "Bearer token"},
		{Value: string(compose.AuthHeader), Label: "API key in a header"},
		{Value: string(compose.AuthQuery), Label: "API key in the address"},
	}
}

// contentOptions are the kinds of bodies.
func contentOptions() []ui.Option {
	labels := map[compose.Content]string{
		compose.ContentJSON: "JSON", compose.ContentForm: "Form (a=1&b=2)", compose.ContentXML: "XML",
		compose.ContentText: "Plain text", compose.ContentHTML: "HTML", compose.ContentOther: "Other…",
	}
	var options []ui.Option
	for _, content := range compose.Contents() {
		options = append(options, ui.Option{Value: string(content), Label: labels[content]})
	}
	return options
}

// contentHint says where the content type stands, which is the one that counts.
func contentHint(t hookline.Template) string {
	if compose.ContentOf(t.ContentType()) == compose.ContentOther {
		return "Write what it is in the header Content-Type above, such as text/csv."
	}
	return "It stands in the header Content-Type above."
}

// bodyOffer is what a body of another kind than its content type can be changed into: "to-form" or "to-json", "" for
// nothing.
func bodyOffer(t hookline.Template) string {
	body := strings.TrimSpace(t.Body)
	switch compose.ContentOf(t.ContentType()) {
	case compose.ContentForm:
		if _, err := compose.FormOfJSON(body); err == nil && body != "{}" {
			return "to-form"
		}
	case compose.ContentJSON:
		if _, err := compose.JSONOfForm(body); err == nil {
			return "to-json"
		}
	}
	return ""
}
