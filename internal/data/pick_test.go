package data

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPick(t *testing.T) {
	picker := NewPicker([]string{"plan", "n", "o"})
	tests := map[string]string{
		`{}`:               `{}`,
		`{"a":1,"b":[{}]}`: `{}`,
		`{"a":{"plan":"x"},"plan":"pro","n":1.50,"z":null}`: `{"plan":"pro","n":1.50}`,
		`{"n":1,"plan":"a","n":2}`:                          `{"n":2,"plan":"a"}`,
		` { "pl\u0061n" : "\n" , "o" : {"x":[1, 2]} } `:     `{"plan":"\n","o":{"x":[1,2]}}`,
	}
	for text, want := range tests {
		o, err := picker.Pick(text)
		if err != nil {
			t.Fatalf("Pick(%s): %v", text, err)
		}
		if diff := cmp.Diff(want, string(o.AppendWritten(nil))); diff != "" {
			t.Errorf("Pick(%s): %s", text, diff)
		}
	}
	for _, text := range []string{``, `[]`, `"x"`, `{`, `{"plan"}`, `{"plan":}`, `{"a":tru}`, `{"plan":1}x`, `{"plan":1,}`} {
		if o, err := picker.Pick(text); err == nil {
			t.Errorf("Pick(%s) = %s, want an error", text, o.AppendWritten(nil))
		}
	}
}
