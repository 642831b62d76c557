package attribute

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	for _, test := range []struct {
		of          Type
		typed, want string
		wrong       string // a part of what is said
	}{
		{Text, " plain <b> ", `" plain <b> "`, ""},
		{Text, "two\r\nlines", `"two\nlines"`, ""},
		{Text, "", `""`, ""},
		{Text, `say "hi"`, `"say \"hi\""`, ""},
		{Text, "bad \xff", `"bad ` + "\ufffd" + `"`, ""},
		{Text, strings.Repeat("x", 17<<10), "", "at most 16 KB"},
		{Number, " 38 ", "38", ""},
		{Number, "12345678901234567890.12345678901234567890", "12345678901234567890.12345678901234567890", ""},
		{Number, "-0.5e+10", "-0.5e+10", ""},
		{Number, "1,5", "", "1.5"},
		{Number, "007", "", "Enter the number without + or 0 in front: 7."},
		{Number, "+7", "", "7"},
		{Number, "1,000,000", "", "in digits"},
		{Number, "", "", "in digits"},
		{Number, "NaN", "", "in digits"},
		{Number, "1 2", "", "in digits"},
		{Boolean, "yes", "true", ""},
		{Boolean, "False", "false", ""},
		{Boolean, "", "", "Choose yes or no."},
		{Boolean, "1", "", "Choose yes or no."},
		{Time, "2026-06-10", `"2026-06-10"`, ""},
		{Time, "2026-06-10 14:30", `"2026-06-10 14:30"`, ""},
		{Time, "2026-06-10T14:30:00.5+02:00", `"2026-06-10T14:30:00.5+02:00"`, ""},
		{Time, "10.6.2026", "", "such as 2026-06-10"},
		{Time, "2026-02-30", "", "such as 2026-06-10"},
		{Time, "", "", "such as 2026-06-10"},
		{List, `[ "a", 1.50 ]`, `["a",1.50]`, ""},
		{List, "[\n1,\n2,\n]", "", "line 4"},
		{List, `{"a":1}`, "", "not a JSON list"},
		{List, `[1] [2]`, "", "not a JSON list"},
		{Object, `{"b": 1, "a": 2}`, `{"b":1,"a":2}`, ""},
		{Object, `{"b": 1,}`, "", "line 1"},
		{Object, ``, "", "not a JSON object"},
		{Empty, "whatever", "null", ""},
		{"colour", "red", "", "Choose a type"},
	} {
		got, wrong := Read(test.of, test.typed)
		if wrong != "" {
			got = nil
		}
		if string(got) != test.want || (wrong == "") != (test.wrong == "") || !strings.Contains(wrong, test.wrong) {
			t.Errorf("%s %.40q: %s, %q; want %s, %q", test.of, test.typed, got, wrong, test.want, test.wrong)
		}
	}
}

// TestTypedIsReadBack: whoever opens a form and saves it changes nothing.
func TestTypedIsReadBack(t *testing.T) {
	for value, want := range map[string]Type{
		`"a <b> \u00e9"`: Text, `""`: Text, `12345678901234567890.50`: Number, `true`: Boolean, `false`: Boolean, `"2026-06-10T14:30:00Z"`: Time,
		`[1,{"a":[ ]}]`: List, `{"b":1,"a":"x"}`: Object, `{}`: Object, `null`: Empty,
	} {
		if got := Of(json.RawMessage(value)); got != want {
			t.Errorf("%s is %s, want %s", value, got, want)
		}
		read, wrong := Read(want, Typed(json.RawMessage(value)))
		if wrong != "" || !same(t, string(read), value) {
			t.Errorf("%s was typed as %q and read as %s, %q", value, Typed(json.RawMessage(value)), read, wrong)
		}
	}
}

func same(t *testing.T, one, other string) bool {
	t.Helper()
	normal := func(text string) string {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		var v any
		if err := d.Decode(&v); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		out, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	return normal(one) == normal(other)
}
