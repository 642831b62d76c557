package recipe

import (
	"strings"
	"testing"
)

// sound is a recipe that is read; the tests spoil it.
const sound = `---
name: Moon
about: Tells the moon.
kind: Space
words: luna
action: Tell the moon
trigger: type = "track"

field: key
label: Key
hint: On the back.
example: abc
format: key
secret: yes

field: number
label: Number
hint: On the front.
example: 7
format: digits
---
A **moon**.

~~~request
POST https://moon.example.com/[[key]]
Content-Type: application/json
X-Key: [[key]]

{"n": [[number]], "s": "[[number]] \"[[key]]", "e": {{ event | json }}}
~~~

~~~answer 200 OK
{}
~~~

~~~event
{}
~~~

~~~person
{}
~~~
`

func TestARecipeIsRead(t *testing.T) {
	r, err := read(sound)
	if err != nil {
		t.Fatal(err)
	}
	if r.Name != "Moon" || r.words != "luna" || len(r.Fields) != 2 || !r.Fields[0].Secret || r.Fields[1].Secret || len(r.Needs) != 1 ||
		r.Needs[0].HTML != "<p>A <strong>moon</strong>.</p>\n" || r.Answer != (Answer{"200 OK", "{}"}) {
		t.Errorf("%+v", r)
	}
	got := r.Template(map[string]string{"key": `a/"{b`, "number": "5"})
	if got.Method != "POST" || got.URL != "https://moon.example.com/a%2F%22%7Bb" || got.Headers[1].Value != `a/"{% raw %}{{% endraw %}b` ||
		got.Body != `{"n": 5, "s": "5 \"a/\"\u007bb", "e": {{ event | json }}}` {
		t.Errorf("%+v", got)
	}
}

func TestWhatIsWrongInARecipeIsFound(t *testing.T) {
	for name, c := range map[string]struct{ old, new, says string }{
		"no front part":            {"---\nname", "name", "begins with lines"},
		"front part without end":   {"---\nA **moon**", "A **moon**", "begins with lines"},
		"an unknown line":          {"kind: Space", "kind: Space\ncolour: grey", "colour: grey"},
		"a line twice":             {"kind: Space", "kind: Space\nkind: Space", "there twice"},
		"an empty line of a name":  {"words: luna", "words: ", "words:"},
		"no trigger":               {"trigger: type = \"track\"\n", "", "missing: trigger"},
		"a field twice":            {"field: number", "field: key", "field key"},
		"an unknown format":        {"format: digits", "format: roman", "field number"},
		"a secret that is none":    {"secret: yes", "secret: no", "secret: no"},
		"an example that is wrong": {"example: 7", "example: seven", "Only digits"},
		"no request":               {"~~~request", "~~~js", "one block request"},
		"two answers":              {"~~~event\n{}\n~~~", "~~~event\n{}\n~~~\n~~~answer 1\n{}\n~~~", "one block answer, not 2"},
		"a place without field":    {"/[[key]]", "/[[other]]", "no field other"},
		"a field without place":    {"[[number]], \"s\": \"[[number]]", "1, \"s\": \"", "number has no place"},
		"text where a number is":   {"{\"n\": [[number]]", "{\"n\": [[key]]", "only digits"},
		"text inside Liquid":       {"{{ event | json }}", "{{ [[key]] }}", "only attribute"},
		"a key as address":         {"POST https://moon.example.com/[[key]]", "POST [[key]]", "only address"},
		"brackets":                 {"\"e\": {{", "\"f\": [[1]], \"e\": {{", "a place is written"},
		"a tag that is open":       {"| json }}}", "| json", "never closed"},
		"a header without value":   {"X-Key: [[key]]", "X-Key", "X-Key"},
		"no address":               {"POST https://moon.example.com/[[key]]", "POST", "METHOD address"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(sound, c.old) {
				t.Fatalf("the recipe has no %q", c.old)
			}
			_, err := read(strings.Replace(sound, c.old, c.new, 1))
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
}
