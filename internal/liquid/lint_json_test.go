package liquid

import (
	"strings"
	"testing"
)

func TestJSONLints(t *testing.T) {
	for name, test := range map[string]struct {
		mode   Mode
		source string
		want   string // of the only advice, "" for none
	}{
		"a plain value in quotes":             {JSON, `{"a": "{{ customer.a }}"}`, ""},
		"json outside of quotes":              {JSON, `{"a": {{ customer.a | json }}}`, ""},
		"json in quotes":                      {JSON, `{"a": "{{ customer.a | json }}"}`, "line 1, column 11: {{ customer.a | json }} stands between quotation marks, so its own are escaped; take one of the two away"},
		"json in quotes that are not reached": {JSON, "{ {% if false %}\n\"a\": \"{{ customer.a | json }}\"{% endif %}}", "line 2, column 10"},
		"after an escaped quotation mark":     {JSON, `{"a\"": "{{ customer.a | to_json }}"}`, "take one of the two away"},
		"safe in quotes":                      {JSON, `["{{ customer.a | safe }}"]`, "take | safe away"},
		"safe outside of quotes":              {JSON, `[{{ customer.a | safe }}]`, ""},
		"in a capture":                        {JSON, `{% capture x %}"{{ customer.a | json }}"{% endcapture %}[]`, ""},
		"after a raw piece":                   {JSON, `{% raw %}["{% endraw %}{{ customer.a | json }}"]`, "column 27"},
		"plain output":                        {Text, `["{{ customer.a }}"]`, "line 1, column 6: {{ customer.a }} is put in exactly as it is, so a quotation mark or a line break in it breaks the body; add | json_escape"},
		"plain output that is escaped":        {Text, `["{{ customer.a | json_escape }}"]`, ""},
		"plain output of a number":            {Text, `["{{ customer.a | size }}"]`, ""},
		"plain output of the template's own":  {Text, `["{{ 'x' }}"]`, ""},
		"plain output outside of quotes":      {Text, `[{{ customer.a }}]`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			found := mustCompile(t, test.source, test.mode).JSONLints()
			if test.want == "" {
				if len(found) > 0 {
					t.Errorf("advice: %v", found)
				}
				return
			}
			if len(found) != 1 || !strings.Contains(found[0].String(), test.want) {
				t.Errorf("advice %v, want %q", found, test.want)
			}
		})
	}
}

func TestUnknownRoots(t *testing.T) {
	known := []string{"customer", "event", "event_name"}
	source := `{% assign mine = customer.a %}{{ mine }}{{ evnt.properties.plan }}
{% for p in event.list %}{{ p.a }}{{ forloop.index }}{% endfor %}{{ email }}{% if costumer.plan %}x{% endif %}`
	var got []string
	for _, w := range mustCompile(t, source, Text).UnknownRoots(known...) {
		got = append(got, w.String())
	}
	want := []string{
		"line 1, column 44: there is no value called evnt; did you mean event?",
		"line 2, column 69: there is no value called email; what is known of a person begins with customer. and of an event with event.",
		"line 2, column 83: there is no value called costumer; did you mean customer?",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("warnings\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if known[0] != "customer" || known[2] != "event_name" {
		t.Errorf("the known names were changed: %v", known)
	}
}

func TestOriginFindsWhatWroteAByte(t *testing.T) {
	source := "{\n{% if true %}  \"a\": \"{{ v }}\",{% endif %}\n{% for i in (1..2) %}[{{ i }}]{% endfor %}{% raw %}{{{% endraw %}}"
	tmpl := mustCompile(t, source, JSON)
	made := mustRender(t, tmpl, Vars{"v": "x\"y"}, Options{Marks: true})
	for _, test := range []struct {
		part         string
		line, column int
	}{
		{"{\n", 1, 1}, {`"a"`, 2, 16}, {`x\"y`, 2, 25}, {`",`, 2, 29}, {"2]", 3, 26}, {"]{", 3, 30}, {"{{", 3, 52},
	} {
		line, column := tmpl.Origin(made, strings.Index(made.Output, test.part))
		if line != test.line || column != test.column {
			t.Errorf("%q of %q was written at %d:%d, want %d:%d", test.part, made.Output, line, column, test.line, test.column)
		}
	}
	if line, column := tmpl.Origin(mustRender(t, tmpl, nil, Options{}), 0); line != 0 || column != 0 {
		t.Errorf("without marks it was written at %d:%d", line, column)
	}
}
