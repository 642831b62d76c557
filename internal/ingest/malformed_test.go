package ingest

import "testing"

func TestMalformed(t *testing.T) {
	for text, want := range map[string]int{
		`{"a":1}`:          -1,
		" [1,2] ":          -1,
		"":                 0,
		`{"a":1,}`:         7,
		"{\n  \"a\": tru}": 9,
		`{"a":1} x`:        8,
	} {
		at, words, bad := Malformed([]byte(text))
		if !bad {
			at = -1
		}
		if at != want || bad != (words != "") {
			t.Errorf("%q: bad at %d (%s), want %d", text, at, words, want)
		}
	}
}
