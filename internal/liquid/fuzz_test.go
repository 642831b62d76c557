package liquid

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"
	"unicode/utf8"
)

// seedCorpus gives the fuzzers every template of the cases and bodies.
func seedCorpus(f *testing.F) {
	f.Helper()
	for _, b := range bodies {
		f.Add(b)
	}
	for _, s := range []string{
		`{% for i in (1..3) %}{% cycle "a", 'b' %}{{ forloop.index | times: 2.5 }}{% else %}{% break %}{% endfor %}`,
		`{% liquid assign x = a | split: "," | sort | join` + "\n" + `echo x %}{% raw %}{{ %}{% endraw %}{%- # c -%}`,
		`{% if a contains "b" and (c == empty or d <= -1) %}{% elsif x.y[0]["z"] != nil %}{% endif %}`,
		`{% case a %}{% when 1, "2" or b %}{% else %}{% endcase %}{% tablerow x in a cols: 2 limit: 3 %}{{ x }}{% endtablerow %}`,
		`{% capture a %}{{ "now" | date: "%s" }}{% endcapture %}{% increment n %}{% include "s" with a as b, c: 1 %}{% render "s" for a %}`,
		`{{ a | where: "x", 1 | map: "y" | sum | round: 2 | format_number | default: "z", allow_false: true }}`,
	} {
		f.Add(s)
	}
}

// checkError: whatever goes wrong is an *Error without a fault behind it.
func checkError(t *testing.T, err error) {
	t.Helper()
	var e *Error
	if err == nil {
		return
	}
	if !errors.As(err, &e) {
		t.Fatalf("error of an odd kind: %T %v", err, err)
	}
	if e.cause != nil && !errors.Is(err, ErrLimit) {
		t.Fatalf("a fault of ours: %v: %v", err, e.cause)
	}
}

func FuzzRender(f *testing.F) {
	seedCorpus(f)
	vars := hostileVars(f)
	vars["a"], vars["b"] = []Value{"x", int64(1), nil, 2.5, true}, "text \" \\ =>"
	f.Fuzz(func(t *testing.T, source string) {
		for _, mode := range []Mode{Text, JSON, Form, URL, Header} {
			tmpl, err := Compile(source, mode)
			checkError(t, err)
			if err != nil {
				return
			}
			ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
			res, err := tmpl.Render(ctx, vars, Options{Marks: true, Snippets: map[string]string{"s": "{{ s }}{{ b }}"}})
			cancel()
			checkError(t, err)
			if !utf8.ValidString(res.Output) {
				t.Fatalf("not UTF-8: %q", res.Output)
			}
			tmpl.Variables()
		}
	})
}

func FuzzCompile(f *testing.F) {
	seedCorpus(f)
	f.Fuzz(func(t *testing.T, source string) {
		_, err := Compile(source, JSON)
		checkError(t, err)
	})
}

// FuzzJSONText: no text can leave the JSON string it is printed in.
func FuzzJSONText(f *testing.F) {
	for _, s := range nasty {
		f.Add(s, s)
	}
	tmpl, err := Compile(`{"a": "{{ a }}\\{{ b | url_decode }}", "c": {{ a | json }}, "d": {{ o | replace: "=>", ":" }}}`, JSON)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		o := NewObject(1)
		o.Set(a, b)
		res, err := tmpl.Render(context.Background(), Vars{"a": a, "b": b, "o": o}, Options{})
		if err == nil && !json.Valid([]byte(res.Output)) {
			t.Fatalf("no JSON: %s", res.Output)
		}
	})
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5,"x",null,true,{"b":{}}]}`, `-0.0`, `1e400`, `"\ud800"`, `[[[]]]`, ` { "a" : 1 , "a" : 2 } `, `12345678901234567890`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := Decode([]byte(text))
		if (err == nil) != json.Valid([]byte(text)) && err.Error() != "decode data: nested deeper than 200" {
			t.Fatalf("valid %v, error %v", json.Valid([]byte(text)), err)
		}
		if err != nil {
			return
		}
		out := encoder{limit: 1 << 30}
		out.json(v, jsonStyle)
		again, err := Decode(out.buf)
		if err != nil || !equal(v, again) {
			t.Fatalf("%s became %s (%v)", text, out.buf, err)
		}
	})
}
