package api

import (
	"strings"

	"hookline/internal/hookline"
)

// attributeForm is an attribute that is set from an answer, given or shown.
type attributeForm struct {
	Name  string `json:"name" required:"true" example:"lead_id"`
	Value string `json:"value" required:"true" doc:"Liquid, with the roots response (the answer's JSON), response_status, customer and event." example:"{{ response.lead_id }}"`
}

// expectForm is what a good answer looks like, given or shown.
type expectForm struct {
	Statuses  []int  `json:"statuses" doc:"The good ones of 200 to 299; none: all of them. Another 2xx is delivered with a doubt."`
	Path      string `json:"path" doc:"What must be in the answer's JSON, such as lead.id; empty: nothing."`
	Kind      string `json:"kind" doc:"What stands there: text, number, boolean, list or object; empty: anything but null."`
	EmptyIsOK bool   `json:"empty_is_ok" default:"false" doc:"Whether an attribute whose value comes out empty is no doubt."`
}

func showAttributes(r hookline.Response) []attributeForm {
	shown := make([]attributeForm, len(r.Attributes))
	for i, a := range r.Attributes {
		shown[i] = attributeForm(a)
	}
	return shown
}

func showExpectation(r hookline.Response) expectForm {
	e := r.Expect
	return expectForm{append([]int{}, e.Statuses...), e.Path, e.Kind, e.EmptyIsOK}
}

func (f actionForm) response() hookline.Response {
	e := f.Expect
	r := hookline.Response{Expect: hookline.Expectation{Statuses: e.Statuses, Path: strings.TrimSpace(e.Path), Kind: e.Kind, EmptyIsOK: e.EmptyIsOK}}
	for _, a := range f.Attributes {
		r.Attributes = append(r.Attributes, hookline.ResponseAttribute{Name: strings.TrimSpace(a.Name), Value: strings.TrimSpace(a.Value)})
	}
	return r
}
