package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(name, []byte(content), 0o600))
	return name
}

func TestRender(t *testing.T) {
	template := file(t, "Dear {{ name }},\n  {{ n | plus: 1 }}\n")
	did := call{}.run(t, "render", "--template", template, "--data", file(t, `{"name":"A\"na","n":9007199254740993}`)).want(t, exitOK)
	if did.out != "Dear A\"na,\n  9007199254740994\n" || did.err != "" {
		t.Errorf("output %q, errors %q", did.out, did.err)
	}
	did = call{in: `{"name":"A\"na"}`}.run(t, "render", "--template", file(t, `{"n": "{{ name }}"}`), "--data", "-", "--mode", "json").want(t, exitOK)
	if did.out != `{"n": "A\"na"}` {
		t.Errorf("as JSON %q", did.out)
	}
	did = call{in: "{{ nobody.name }}!"}.run(t, "render", "--template", "-").want(t, exitOK, "warning: -, line 1, column")
	if did.out != "!" {
		t.Errorf("without data %q", did.out)
	}
	call{}.run(t, "render", "--template", file(t, "{% cancel 'no e-mail' %}")).want(t, exitOK, "decided not to send this. no e-mail")
}

func TestRenderFaults(t *testing.T) {
	good := file(t, "x")
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"syntax":       {[]string{"--template", file(t, "one\n  {{ x | }}")}, exitError, ", line 2, column"},
		"run time":     {[]string{"--template", file(t, "{% for i in (1..99999999) %}x{% endfor %}")}, exitError, ", line 1, column 8: template limit reached"},
		"no such file": {[]string{"--template", good + "!"}, exitError, "no such file"},
		"data no JSON": {[]string{"--template", good, "--data", file(t, "{x")}, exitError, "the data is not JSON"},
		"data a list":  {[]string{"--template", good, "--data", file(t, "[1]")}, exitError, "not a JSON object"},
		"nothing":      {nil, exitUsage, "say with --template"},
		"both stdin":   {[]string{"--template", "-", "--data", "-"}, exitUsage, "cannot both come"},
		"both ways":    {[]string{"--lines", "--template", good}, exitUsage, "--lines takes"},
		"bad mode":     {[]string{"--template", good, "--mode", "xml"}, exitUsage, `not "xml"`},
	} {
		t.Run(name, func(t *testing.T) {
			did := call{}.run(t, append([]string{"render"}, test.args...)...).want(t, test.code, test.says)
			if did.out != "" {
				t.Errorf("it printed %q", did.out)
			}
		})
	}
}

func TestRenderLines(t *testing.T) {
	in := []string{
		`{"id":1,"template":"{{ a }}<&>","data":{"a":"x"}}`,
		`{"id":"two","template":"{\"a\":\"{{ a }}\"}","data":{"a":"\""},"mode":"json"}`,
		``,
		`{"id":{"deep":[3]},"template":"\n {{ a | nonsense }}"}`,
		`not JSON`,
		`{"id":5}`,
		`{"id":6,"template":"{% render 'it' %}","templates":{"it":"snippet"},"mode":"odd"}`,
		`{"id":7,"template":"{{ a }}","data":[]}`,
		`{"id":8,"template":"{{ a }}","data":null}`,
		`{"id":9,"template":"a={{ a }}","data":{"a":"& "},"mode":"form"}`, // the last line has no end
	}
	did := call{in: strings.Join(in, "\n")}.run(t, "render", "--lines").want(t, exitOK)
	lines := strings.Split(strings.TrimSuffix(did.out, "\n"), "\n")
	want := []struct{ whole, has string }{
		{whole: `{"id":1,"output":"x<&>","error":null,"line":null,"column":null,"warnings":[]}`},
		{has: `"output":"{\"a\":\"\\\"\"}","error":null`},
		{has: `"line":2,"column":`},
		{has: `{"id":null,"output":"","error":"this line is not a JSON object`},
		{has: `{"id":5,"output":"","error":"this line has no template","line":null,"column":null,"warnings":[]}`},
		{has: `"output":"snippet"`},
		{has: `"error":"the data is not a JSON object`},
		{has: `"output":"","error":null,"line":null,"column":null,"warnings":[{"line":1,"column":`},
		{has: `"output":"a=%26+"`},
	}
	if len(lines) != len(want) {
		t.Fatalf("%d answers, want %d:\n%s", len(lines), len(want), did.out)
	}
	for i, line := range lines {
		if !json.Valid([]byte(line)) || want[i].whole != "" && line != want[i].whole || !strings.Contains(line, want[i].has) {
			t.Errorf("answer %d: %s, want %s%s", i+1, line, want[i].whole, want[i].has)
		}
	}
	if !strings.HasPrefix(lines[2], `{"id":{"deep":[3]},"output":"","error":"`) {
		t.Errorf("answer 3: %s", lines[2])
	}
}
