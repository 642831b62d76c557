package compose

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

func TestFormatJSON(t *testing.T) {
	for name, test := range map[string]struct{ body, want string }{
		"an object":               {`{"a":1,"b":[true,null,{}],"c":{"d":[]}}`, "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null,\n    {}\n  ],\n  \"c\": {\n    \"d\": []\n  }\n}"},
		"Liquid stays":            {`{"a":"{{ event.a | default: "x" }}" ,"b":{{event.b|json}}}`, "{\n  \"a\": \"{{ event.a | default: \"x\" }}\",\n  \"b\": {{event.b|json}}\n}"},
		"numbers stay":            {`[12345678901234567890, 1.50, 2e3]`, "[\n  12345678901234567890,\n  1.50,\n  2e3\n]"},
		"a key that is filled in": {`{ {{ event.k | json }}: 1 }`, "{\n  {{ event.k | json }}: 1\n}"},
		"a member that depends":   {`{ {% if event.a %}"a":1,{% endif %}"b":2}`, "{\n  {% if event.a %}\n  \"a\": 1,\n  {% endif %}\n  \"b\": 2\n}"},
		"a value that depends":    {`{"a":{% if event.a %} 1 {% else %} 2 {% endif %},"b":2}`, "{\n  \"a\": {% if event.a %} 1 {% else %} 2 {% endif %},\n  \"b\": 2\n}"},
		"a loop": {
			`[{% for p in event.list %}{"n":{{ p }}}{% unless forloop.last %},{% endunless %}{% endfor %}]`,
			"[\n  {% for p in event.list %}\n  {\n    \"n\": {{ p }}\n  }{% unless forloop.last %},{% endunless %}\n  {% endfor %}\n]",
		},
		"branches with members":  {`{"b":2{% if event.a %},"a":1{% else %},"c":3{% endif %}}`, ""},
		"a capture before it":    {"{% capture x %}say \"hi{% endcapture %}{\"a\":1}", "{% capture x %}say \"hi{% endcapture %}\n{\n  \"a\": 1\n}"},
		"an escaped mark":        {`{"a\"{":"}"}`, "{\n  \"a\\\"{\": \"}\"\n}"},
		"several outputs in one": {`{"a":{{ event.n }}{{ event.n }}}`, "{\n  \"a\": {{ event.n }}{{ event.n }}\n}"},
		"one value":              {` "a" `, `"a"`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := formatJSON(test.body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); test.want != "" && diff != "" {
				t.Errorf("formatted (-want +got)\n%s", diff)
			}
			if again, err := formatJSON(got); err != nil || again != got {
				t.Errorf("formatted once more: %v\n%s", err, again)
			}
			if before, after := madeJSON(t, test.body), madeJSON(t, got); before != after {
				t.Errorf("it makes\n%s\nand made\n%s", after, before)
			}
		})
	}
}

// madeJSON is what a body makes, without the white space between its parts.
func madeJSON(t *testing.T, body string) string {
	t.Helper()
	event := &hookline.Event{Payload: []byte(`{"a":"say \"{[,","b":{"c":[1]},"k":"key","n":7,"list":[1,2]}`)}
	made, err := New().Request(t.Context(), template(func(t *hookline.Template) { t.Body = body }), Roots{Event: event})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := json.Compact(&b, made.Body); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFormatJSONSaysWhyNot(t *testing.T) {
	for body, want := range map[string]string{
		"{\"a\": 1,\n}":             "body, line 2, column 1: This cannot be formatted, because without its Liquid it is no JSON: '}' stands where a name in quotation marks should be; perhaps there is a comma too many.",
		"{\"a\": {{ event.a }":      "never closed",
		"{\"a\":\n \"b}":            "body, line 2, column 2: This cannot be formatted: the quotation mark is never closed.",
		"[{% raw %}{{{% endraw %}]": "between raw and endraw",
		"a=1&b=2":                   "text needs quotation marks",
		"":                          "ends too early",
		"{% if event.a %}{\"a\": 1}{% endif %}{\"b\": 2}":    "stands after the end",
		"{\"a\": \"line\nbreak\"}":                           "control character",
		"{\"a\": {% if event.a %}1{% else %}2{% endif %} 3}": "line 1, column 47",
	} {
		got, err := formatJSON(body)
		if _, ok := errors.AsType[*Error](err); !ok || got != "" || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
	}
}

func TestFormatBodyIsForJSON(t *testing.T) {
	text := template(func(t *hookline.Template) { t.Headers, t.Body = nil, `{"a":1}` })
	if _, err := FormatBody(text); err == nil || !strings.Contains(err.Error(), "Only JSON bodies") {
		t.Errorf("without a content type: %v", err)
	}
	if got, err := FormatBody(template(func(t *hookline.Template) { t.Body = " " })); err != nil || got != " " {
		t.Errorf("an empty body became %q, %v", got, err)
	}
	if got, err := FormatBody(template(func(t *hookline.Template) { t.Body = `{"a":1}` })); err != nil || got != "{\n  \"a\": 1\n}" {
		t.Errorf("became %q, %v", got, err)
	}
}

func FuzzFormatJSON(f *testing.F) {
	f.Add(`{"a":"{{ event.a }}","b":[{% for x in event.b %}1{% unless forloop.last %},{% endunless %}{% endfor %}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		got, err := formatJSON(body)
		if err != nil {
			return
		}
		blanks := strings.NewReplacer(" ", "", "\n", "", "\t", "", "\r", "")
		if blanks.Replace(got) != blanks.Replace(body) {
			t.Errorf("%q became %q", body, got)
		}
	})
}
