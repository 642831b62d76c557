package compose

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFlatBodiesBecomeMembersAndBack(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		want []Member
	}{
		"nothing": {`{}`, nil},
		"every kind": {
			`{"text": "a", "number": 12345678901234567890, "half": 1.50, "yes": true, "no": false, "none": null, "filled": {{ event.b | json }}}`,
			[]Member{
				{"text", true, "a"},
				{"number", false, "12345678901234567890"},
				{"half", false, "1.50"},
				{"yes", false, "true"},
				{"no", false, "false"},
				{"none", false, "null"},
				{"filled", false, "{{ event.b | json }}"},
			},
		},
		"marks and breaks":         {`{"say \"a\"": "one\ntwo \\ \u00e4 \"three\""}`, []Member{{`say "a"`, true, "one\ntwo \\ ä \"three\""}}},
		"Liquid with marks in it":  {`{"a": "Dear {{ event.k | default: "you" }},\n{% if event.a %}yes \"x\"{% endif %}"}`, []Member{{"a", true, "Dear {{ event.k | default: \"you\" }},\n{% if event.a %}yes \"x\"{% endif %}"}}},
		"the same name twice":      {`{"a": 1, "a": "2"}`, []Member{{"a", false, "1"}, {"a", true, "2"}}},
		"a name that is filled in": {`{"{{ event.k }}": 1}`, []Member{{"{{ event.k }}", false, "1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadFlat(test.body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("members (-want +got)\n%s", diff)
			}
			written := WriteFlat(got)
			if before, after := madeJSON(t, test.body), madeJSON(t, written); before != after && !strings.Contains(test.body, `\u00e4`) {
				t.Errorf("written back it makes\n%s\nand made\n%s", after, before)
			}
			again, err := ReadFlat(written)
			if diff := cmp.Diff(got, again); err != nil || diff != "" {
				t.Errorf("read again: %v (-want +got)\n%s", err, diff)
			}
		})
	}
}

func TestWriteFlatFillsWhatIsEmpty(t *testing.T) {
	got := WriteFlat([]Member{{"a", false, " "}, {"b", true, ""}, {"", true, " x "}})
	if want := "{\n  \"a\": null,\n  \"b\": \"\",\n  \"\": \" x \"\n}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestReadFlatSaysWhyNot(t *testing.T) {
	for body, want := range map[string]string{
		`[1]`:                                 "no object",
		`{{ event | json }}`:                  "no object",
		``:                                    "ends too early",
		"{\"a\": 1,\n \"b\": [1]}":            "line 2, column 7: This body cannot be shown as a form: there is a list",
		`{"a": {"b": 1}}`:                     "a list, an object",
		`{"a": {{ event.a }}{{ event.a }}}`:   "more than one output",
		`{"a": {% if event.a %}1{% endif %}}`: "",
		`{ {% if event.a %}"a": 1,{% endif %} "b": 2}`: "",
		`{ {{ event.k | json }}: 1}`:                   "a name in quotation marks",
		`{"a": 1{% if event.a %},"b": 2{% endif %}}`:   "there is a tag here",
		`{"a": 1, "b\nc": 1}`:                          "line 1, column 10: This body cannot be shown as a form: a form cannot hold the line break here",
		`{"a": "b\r\nc"}`:                              "the line break here",
		`{"a": 1,}`:                                    "comma too many",
		`{"a": "{{ event.a "}`:                         "never closed",
	} {
		members, err := ReadFlat(body)
		if _, ok := errors.AsType[*Error](err); !ok || members != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v, want %q", body, members, err, want)
		}
	}
}
