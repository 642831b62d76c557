package web

import (
	"encoding/json"
	"html"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

// headed is a form with so many headers.
func headed(count int) url.Values {
	f := composed("save", "keep")
	f["header_name"], f["header_value"] = nil, nil
	for i := range count {
		f.Add("header_name", "X-"+strconv.Itoa(i+1))
		f.Add("header_value", "v")
	}
	return f
}

// bounds are what a template may not be, and what the composer says of it: where, and what to do.
var bounds = []struct {
	name    string
	form    func() url.Values
	field   string // at which saving is refused; "": it can be saved
	refused string
	where   string // in the preview; "": it has nothing to say
	says    string
}{
	{
		"a body too long", func() url.Values { return composed("body", "{\"a\": \"\n"+strings.Repeat("x", 64<<10)+"\"}") },
		"body", "This body has 65546 bytes, and at most 65536 (64 KB) are possible. From line 2, column 65529 on it is too much: shorten it.", "Body, line 2, column 65529", "from here on it is too long: it has 65546 bytes",
	},
	{"64 KB", func() url.Values { return composed("body", `{"a": "`+strings.Repeat("x", 64<<10-9)+`"}`) }, "", "", "", ""},
	{"50 headers", func() url.Values { return headed(50) }, "", "", "", ""},
	{"51 headers", func() url.Values { return headed(51) }, "headers", "A request has at most 50 headers, and this one has 51. Remove 1.", "", ""},
	{
		"a line break in a header", func() url.Values {
			return composed("header_value", "Dear {{ customer.note }}", "header_name", "X-Note")
		},
		"", "", "Header 1, line 1, column 9", "write | strip_newlines behind it",
	},
	{
		"an unknown filter", func() url.Values { return composed("body", "{\n  \"a\": \"{{ customer.email | upcse }}\"\n}") },
		"body", `Line 2, column 29: There is no filter "upcse"; did you mean upcase?`, "Body, line 2, column 29", `There is no filter "upcse"; did you mean upcase?`,
	},
	{
		"a filter like no other", func() url.Values { return composed("url", "https://example.com/{{ customer.id | frobnicate }}") },
		"url", `Line 1, column 38: There is no filter "frobnicate"; take it away, or choose one from the manual’s list of filters.`, "Address, line 1, column 38", "choose one from the manual’s list",
	},
	{
		"a tag that is open", func() url.Values { return composed("body", "{\n  \"a\": {% if customer.email %}1\n}") },
		"body", "Line 2, column 8: {% if customer.email %} is never closed; add {% endif %}.", "Body, line 2, column 8", "is never closed; add {% endif %}",
	},
	{
		"curly quotation marks", func() url.Values { return composed("body", `{"a": "{{ customer.name | default: “friend” }}"}`) },
		"body", "use straight quotation marks", "Body, line 1, column 36", "use straight quotation marks",
	},
	{
		"nothing between the braces", func() url.Values { return composed("body", `{"a": "{{}}"}`) },
		"", "", "Body, line 1, column 8", "nothing stands between the braces of {{}}, so it prints nothing; write what to fill in, such as {{ customer.email }}, or take it away",
	},
	{
		"an address that is empty", func() url.Values { return composed("url", "{{ customer.hook }}") },
		"", "", "Address, line 1, column 1", "With what is filled in here, the address is empty.",
	},
	{
		"an address without a host", func() url.Values { return composed("url", "https://{{ customer.hook }}/x") },
		"", "", "Address, line 1, column 9", "With what is filled in here, the address has no host.",
	},
}

func TestBoundsAreToldInPlace(t *testing.T) {
	for _, test := range bounds {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t, nil)
			website := s.source("Website")
			d := s.destination(hookline.Destination{Enabled: true}, website)
			s.person(hookline.Person{UserID: "u1", Email: "ana@x.example", Attributes: json.RawMessage(`{"email":"ana@x.example","note":"a\r\nX-Evil: 1"}`)})
			s.event(hookline.Event{SourceID: website.ID, Type: hookline.Track, Name: "Signed Up", UserID: "u1"})
			b := s.as(editor)
			seen := b.preview(d, test.form())
			if test.where == "" {
				seen.want(t, 200, "!tone-bad")
			} else {
				seen.want(t, 200, html.EscapeString(test.where)+"</strong>", html.EscapeString(test.says))
			}
			got := b.post("/destinations/"+d.ID+"/actions/new", test.form())
			if test.field == "" {
				if got.Code != 303 && !strings.Contains(got.Body.String(), "despite") {
					t.Errorf("not saved: %d %s", got.Code, got.seen())
				}
				return
			}
			got.want(t, 422, `href="#field-`+test.field+`"`, `id="field-`+test.field+`-error"`, html.EscapeString(test.refused))
			keepsAll(t, got, test.form())
		})
	}
}

// keepsAll: nothing that was typed is lost.
func keepsAll(t *testing.T, got *answer, typed url.Values) {
	t.Helper()
	page := got.Body.String()
	for _, name := range []string{"name", "url", "body", "header_name", "header_value"} {
		for _, value := range typed[name] {
			if !strings.Contains(page, html.EscapeString(strings.ReplaceAll(value, "\r\n", "\n"))) {
				t.Errorf("%s is lost: %.60q", name, value)
			}
		}
	}
}

// The place of what is wrong is told as the fields have it, not as the one text has it that they are parts of.
func TestPlacesAreThoseOfTheFields(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{}, s.source("Website"))
	b := s.as(editor)
	path := "/destinations/" + d.ID + "/actions/new"
	basic := composed("url", "https://example.com/{{ a | upcse }}", "auth", "basic", "auth_user", "ana", "auth_password", "hunter2")
	b.preview(d, basic).want(t, 200, "Address, line 1, column 28<", "!hunter2")
	b.post(path, basic).want(t, 422, "Line 1, column 28: ")
	inAuth := composed("url", "https://example.com/", "auth", "basic", "auth_user", "{{ a | upcse }}")
	b.preview(d, inAuth).want(t, 200, "Authentication</strong>", "did you mean upcase")
	b.post(path, inAuth).want(t, 422, `id="field-auth_user-error"`, "did you mean upcase", "!field-url-error")
	inToken := composed("auth", "bearer", "auth_token", "{{ a | upcse }}")
	b.preview(d, inToken).want(t, 200, "Authentication</strong>", "did you mean upcase")
	b.post(path, inToken).want(t, 422, `id="field-auth_token-error"`, "did you mean upcase")
	row := addressed("", "https://example.com/?own=1", "a", "b", "", "", "", "", "c", "{{ a | upcse }}", "")
	b.preview(d, row).want(t, 200, "Parameter 3</strong>", "did you mean upcase")
	b.post(path, row).want(t, 422, `id="field-url-error"`, "Parameter 3: There is no filter")
	front := addressed("", "https://example.com/{{ a | upcse }}?own=1", "a", "b", "")
	b.preview(d, front).want(t, 200, "Address, line 1, column 28<")
}
