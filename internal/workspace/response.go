package workspace

import (
	"strings"

	"hookline/internal/hookline"
)

// Response is what an action makes of an answer, in a file.
type Response struct {
	Attributes []ResponseAttribute `yaml:"attributes,omitempty"`
	Expect     Expectation         `yaml:"expect,omitempty"`
}

// ResponseAttribute is an attribute that is set from an answer, in a file.
type ResponseAttribute struct {
	Name  string `yaml:"name"`
	Value text   `yaml:"value"`
}

// Expectation is what a good answer looks like, in a file.
type Expectation struct {
	Statuses  []int  `yaml:"statuses,omitempty,flow"`
	Path      string `yaml:"path,omitempty"`
	Kind      string `yaml:"kind,omitempty"`
	EmptyIsOK bool   `yaml:"empty_is_ok,omitempty"`
}

// responseOf is nil when nothing is made of the answer.
func responseOf(r hookline.Response) *Response {
	if r.Unused() {
		return nil
	}
	out := &Response{Expect: Expectation{r.Expect.Statuses, r.Expect.Path, r.Expect.Kind, r.Expect.EmptyIsOK}}
	for _, a := range r.Attributes {
		out.Attributes = append(out.Attributes, ResponseAttribute{a.Name, text(a.Value)})
	}
	return out
}

// wanted is what the file asks for; nothing when it does not mention it.
func (r *Response) wanted() (want hookline.Response) {
	if r == nil {
		return want
	}
	e := r.Expect
	want.Expect = hookline.Expectation{Statuses: e.Statuses, Path: e.Path, Kind: e.Kind, EmptyIsOK: e.EmptyIsOK}
	for _, a := range r.Attributes {
		want.Attributes = append(want.Attributes, hookline.ResponseAttribute{Name: strings.TrimSpace(a.Name), Value: string(a.Value)})
	}
	return want
}

func responseFields(r hookline.Response) []Field {
	lines := make([]string, len(r.Attributes))
	for i, a := range r.Attributes {
		lines[i] = a.Name + ": " + a.Value
	}
	fine := ""
	if r.Expect.EmptyIsOK {
		fine = "true"
	}
	return []Field{
		{Name: "response.attributes", After: strings.Join(lines, "\n")},
		{Name: "response.expect.statuses", After: r.Expect.StatusList()},
		{Name: "response.expect.path", After: r.Expect.Path},
		{Name: "response.expect.kind", After: r.Expect.Kind},
		{Name: "response.expect.empty_is_ok", After: fine},
	}
}
