package compose

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

func TestPreviewAdvisesInOrderAndOnce(t *testing.T) {
	tmpl := template(func(t *hookline.Template) {
		t.URL = "https://example.com/{{ custmer.id }}"
		t.Headers = append(t.Headers, hookline.Header{Name: "X-A", Value: "{{ event.none }}"})
		t.Body = "{\"a\": \"{{ evnt }}\", \"b\": \"{{ customer.none }}\",\n\"c\": \"{{ customer.bio | json }}\", \"d\": \"{{ customer.bio | replace: '\"', '\\\"' }}\"}"
	})
	made, _ := New().Preview(t.Context(), tmpl, Roots{Event: signedUp, Person: ana})
	var got []string
	for _, w := range made.Warnings {
		words, _, _ := strings.Cut(w.Message, ";")
		got = append(got, fmt.Sprintf("%s %d:%d %s", w.Part, w.Line, w.Column, words))
	}
	want := []string{
		"url 1:24 there is no value called custmer",
		"headers.1 1:4 event.none is missing and counts as nothing in {{ event.none }}",
		"body 1:11 there is no value called evnt",
		"body 1:30 customer.none is missing and counts as nothing in {{ customer.none }}",
		"body 2:10 {{ customer.bio | json }} stands between quotation marks, so its own are escaped",
		"body 2:59 outputs in JSON are escaped by themselves, so this replace escapes twice",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("warnings (-want +got)\n%s", diff)
	}
}

func TestPreviewOfBrokenJSONNamesTheTemplatesPlace(t *testing.T) {
	for body, want := range map[string][2]int{
		"{\n  \"id\": MAILBOX-ID\n}":                                     {2, 9},
		"{% if true %}\n{% endif %}{\n  \"id\": {{ customer.email }}\n}": {3, 12},
		"{\"a\": {{ customer.none }}}":                                   {1, 26},
		"{\"list\": [{% for i in (1..3) %}{{ i }},{% endfor %}]}":        {1, 52},
		"{\"a\": 1": {1, 7},
		"{% capture x %}{\"a\": nonsense}{% endcapture %}\n{{ x | safe }}": {2, 4},
	} {
		made, err := New().Preview(t.Context(), template(func(t *hookline.Template) { t.Body = body }), Roots{Event: signedUp, Person: ana})
		e, ok := errors.AsType[*Error](err)
		if !ok || !e.InOutput || [2]int{e.FromLine, e.FromColumn} != want {
			t.Errorf("%s\nbecame %s: %+v, want the template's %v", body, made.Request.Body, e, want)
		}
	}
}

func TestUnreadableTellsOfEachPart(t *testing.T) {
	tmpl := template(func(t *hookline.Template) {
		t.URL, t.Body = "https://example.com/{{ a", "{{ b"
		t.Headers = append(t.Headers, hookline.Header{Name: "X-A", Value: "{% if %}"})
	})
	parts := func(faults []*Error) (parts []Part) {
		for _, e := range faults {
			parts = append(parts, e.Part)
		}
		return parts
	}
	if diff := cmp.Diff([]Part{URL, Header(1), Body}, parts(New().Unreadable(tmpl))); diff != "" {
		t.Error(diff)
	}
	tmpl.Method = "GET"
	if diff := cmp.Diff([]Part{URL, Header(1)}, parts(New().Unreadable(tmpl))); diff != "" {
		t.Error(diff)
	}
	if faults := New().Unreadable(template(func(*hookline.Template) {})); faults != nil {
		t.Errorf("faults %v", faults)
	}
}

// TestRootNamesAreThoseThatRootKnows holds the list that unknown names are told by.
func TestRootNamesAreThoseThatRootKnows(t *testing.T) {
	roots := asked{Roots: Roots{Event: signedUp, Person: ana, Trigger: []byte(`{}`), Answers: []byte(`{}`)}}
	for _, name := range roots.names() {
		if _, ok := roots.Root(name); !ok {
			t.Errorf("there is no root %s", name)
		}
	}
}
