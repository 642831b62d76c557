package data

import "testing"

func TestSame(t *testing.T) {
	for _, test := range []struct {
		one, other string
		want       bool
	}{
		{`"a"`, `"\u0061"`, true},
		{`"1"`, `1`, false},
		{`1`, `1.0`, false},
		{`12345678901234567890`, `12345678901234567891`, false},
		{`true`, `true`, true},
		{`true`, `false`, false},
		{`null`, `null`, true},
		{`null`, `false`, false},
		{`{"a":[1,{"b":" "}]}`, `{ "a" : [1, {"b":" "}] }`, true},
		{`{"a":[1,{"b":" "}]}`, `{"a":[1,{"b":""}]}`, false},
		{`[]`, `[ ]`, true},
		{`[1]`, `[1,1]`, false},
		{`{"a":1,"b":2}`, `{"b":2,"a":1}`, false},
	} {
		object, err := DecodeObject(`{"one":` + test.one + `,"other":` + test.other + `}`)
		if err != nil {
			t.Fatal(err)
		}
		if got := object.Look("one").Same(object.Look("other")); got != test.want {
			t.Errorf("%s and %s: same %v, want %v", test.one, test.other, got, test.want)
		}
	}
}
