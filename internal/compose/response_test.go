package compose

import (
	"strings"
	"testing"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

func TestTyped(t *testing.T) {
	for output, want := range map[string]string{
		"42": "42", " 42\n": "42", "-1.50": "-1.50", "12345678901234567890": "12345678901234567890", "1e3": "1e3",
		"true": "true", "false": "false", `{ "a": [1, 2] }`: `{"a":[1,2]}`, "[]": "[]",
		"007": `"007"`, "+49 151": `"+49 151"`, "4.": `"4."`, "12 34": `"12 34"`, "pro": `"pro"`, "True": `"True"`, `{"a"`: `"{\"a\""`, `"quoted"`: `"\"quoted\""`,
		"": "", " \n\t": "", "null": "",
	} {
		if got := string(Typed(output)); got != want {
			t.Errorf("%q became %s, want %s", output, got, want)
		}
	}
}

func TestUse(t *testing.T) {
	attributes := func(pairs ...string) hookline.Response {
		var r hookline.Response
		for i := 0; i < len(pairs); i += 2 {
			r.Attributes = append(r.Attributes, hookline.ResponseAttribute{Name: pairs[i], Value: pairs[i+1]})
		}
		return r
	}
	expects := func(e hookline.Expectation) hookline.Response { return hookline.Response{Expect: e} }
	fine := attributes("lead_id", "{{ response.lead_id }}")
	fine.Expect.EmptyIsOK = true
	const lead = `{"lead_id":42,"lead":{"id":"L1","tags":["a"],"ok":true,"none":null}}`
	for name, test := range map[string]struct {
		response hookline.Response
		status   int
		body     string
		sets     string
		reason   string
	}{
		"set":              {attributes("lead_id", "{{ response.lead_id }}", "by", "{{ customer.email }} {{ event.event }}"), 200, lead, `lead_id=42 by="ana@example.com Signed Up"`, ""},
		"arithmetic":       {attributes("sum", "{{ customer.id | plus: response.lead_id }}"), 200, lead, `sum=165`, ""},
		"a list":           {attributes("tags", "{{ response.lead.tags | json }}"), 200, lead, `tags=["a"]`, ""},
		"the status":       {attributes("status", "{{ response_status }}"), 201, "", `status=201`, ""},
		"empty":            {attributes("lead_id", "{{ response.lead_id }}"), 200, `{}`, "", "Accepted, but lead_id was not set, because its value is empty."},
		"empty is fine":    {fine, 200, `{}`, "", ""},
		"no JSON":          {attributes("lead_id", "{{ response.lead_id }}"), 200, `OK`, "", "Accepted, but lead_id was not set, because its value is empty."},
		"one of two":       {attributes("a", "{{ response.none }}", "b", "1"), 200, lead, "b=1", "Accepted, but a was not set, because its value is empty."},
		"Liquid fails":     {attributes("a", "{{ response.lead_id | divided_by: 0 }}"), 200, lead, "", "Accepted, but a was not set: "},
		"cancelled":        {attributes("a", "{% cancel %}"), 200, lead, "", "Accepted, but a was not set, because its value is empty."},
		"too long":         {attributes("a", "{% for i in (1..9000) %}ab{% endfor %}"), 200, lead, "", "Accepted, but a was not set: its value is longer than 16 KB."},
		"a good status":    {expects(hookline.Expectation{Statuses: []int{200, 201}}), 201, "", "", ""},
		"another status":   {expects(hookline.Expectation{Statuses: []int{200, 201}}), 202, "", "", "Accepted, but the answer was 202 Accepted instead of 200, 201."},
		"what must be":     {expects(hookline.Expectation{Path: "lead.id", Kind: "text"}), 200, lead, "", ""},
		"with its root":    {expects(hookline.Expectation{Path: "response.lead.id"}), 200, lead, "", ""},
		"in a list":        {expects(hookline.Expectation{Path: "lead.tags.0", Kind: "text"}), 200, lead, "", ""},
		"missing":          {expects(hookline.Expectation{Path: "id"}), 200, lead, "", "Accepted, but response.id is missing."},
		"behind a text":    {expects(hookline.Expectation{Path: "lead.id.x"}), 200, lead, "", "Accepted, but response.lead.id.x is missing."},
		"null":             {expects(hookline.Expectation{Path: "lead.none"}), 200, lead, "", "Accepted, but response.lead.none is missing."},
		"of another kind":  {expects(hookline.Expectation{Path: "lead_id", Kind: "text"}), 200, lead, "", "Accepted, but response.lead_id is a number, not a text."},
		"true or false":    {expects(hookline.Expectation{Path: "lead.ok", Kind: "boolean"}), 200, lead, "", ""},
		"an object":        {expects(hookline.Expectation{Path: "lead", Kind: "list"}), 200, lead, "", "Accepted, but response.lead is an object, not a list."},
		"where no JSON is": {expects(hookline.Expectation{Path: "id"}), 200, "<html>", "", "Accepted, but response.id is missing, because the answer is no JSON."},
		"two doubts": {
			hookline.Response{Attributes: []hookline.ResponseAttribute{{Name: "a", Value: "{{ response.x }}"}}, Expect: hookline.Expectation{Path: "id"}},
			200, lead, "",
			"Accepted, but response.id is missing; a was not set, because its value is empty.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			answer := ReadAnswer(test.status, []byte(test.body))
			used := New().Use(t.Context(), test.response, Roots{Event: signedUp, Person: ana, Answer: &answer})
			var sets []string
			for _, s := range used.Sets {
				sets = append(sets, s.Name+"="+string(s.Value))
			}
			if diff := cmp.Diff(test.sets, strings.Join(sets, " ")); diff != "" {
				t.Errorf("sets (-want +got)\n%s", diff)
			}
			reason := used.Reason()
			if prefix, open := strings.CutSuffix(test.reason, ": "); open && strings.HasPrefix(reason, prefix) && len(reason) > len(test.reason) {
				return
			}
			if reason != test.reason {
				t.Errorf("reason %q, want %q", reason, test.reason)
			}
		})
	}
}

func TestCheckResponse(t *testing.T) {
	r := hookline.Response{Attributes: []hookline.ResponseAttribute{{Name: "a", Value: "{{ response.a }}"}, {Name: "b", Value: "{{ response.b"}}}
	err := New().CheckResponse(r)
	if e, ok := err.(*Error); !ok || e.Part != Attribute(1) || e.Line != 1 || !strings.HasPrefix(Reason(err), "The value of attribute 2 could not be made") {
		t.Errorf("%v, %s", err, Reason(err))
	}
	if err := New().CheckResponse(hookline.Response{Attributes: r.Attributes[:1]}); err != nil {
		t.Error(err)
	}
}
