package liquid

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDecodeKeepsEverything(t *testing.T) {
	for _, text := range []string{
		`{"z":1,"a":{"c":null,"b":[true,false,"x"]},"":""}`,
		`9007199254740993`, `-9223372036854775808`, `123456789012345678901234567890`, `0.1`, `12345678901234567.125`,
		`"\"\\\n\r\t\u0001é名😀"`, `[]`, `{}`, `null`, `1e400`, `0.30000000000000004`,
	} {
		v, err := Decode([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		e := encoder{limit: math.MaxInt}
		if e.json(v, jsonStyle); string(e.buf) != text {
			t.Errorf("%s became %s", text, e.buf)
		}
	}
}

func TestDecode(t *testing.T) {
	for text, want := range map[string]Value{
		` 5 `:                               int64(5),
		`5.0`:                               5.0,
		`1e2`:                               100.0,
		`0.10`:                              0.1,
		`1e-400`:                            json.Number("1e-400"),
		`"\ud800x"`:                         "\ufffdx",
		"\"\xff\"":                          "\ufffd",
		`[1, [2]]`:                          []Value{int64(1), []Value{int64(2)}},
		`"\u003c\/"`:                        "</",
		`"` + strings.Repeat("a", 99) + `"`: strings.Repeat("a", 99),
	} {
		got, err := Decode([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, text := range []string{
		``, `{`, `{"a":1,}`, `[1 2]`, `01`, `NaN`, `{"a"}`, `1 2`, "\"\n\"", `'a'`, `nul`,
		strings.Repeat("[", 300) + strings.Repeat("]", 300),
		strings.Repeat("[", 1_000_000),
		strings.Repeat(`{"a":`, 201) + "1" + strings.Repeat("}", 201),
	} {
		if v, err := Decode([]byte(text)); err == nil {
			t.Errorf("%.40s was read as %v", text, v)
		}
	}
	if _, err := Decode([]byte(strings.Repeat("[", 200) + strings.Repeat("]", 200))); err != nil {
		t.Errorf("200 levels: %v", err)
	}
	if _, err := DecodeObject([]byte(`[1]`)); err == nil {
		t.Error("a list passed for an object")
	}
}

func TestRepeatedKeys(t *testing.T) {
	o, err := DecodeObject([]byte(`{"a":1,"b":2,"a":3}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(mustJSON(t, o)); got != `{"a":3,"b":2}` {
		t.Errorf("got %s", got)
	}
}

func TestLargeObject(t *testing.T) {
	o := NewObject(0)
	for i := range 100 {
		o.Set(string(rune('a'+i)), i)
		o.Set(string(rune('a'+i)), i+1)
	}
	if o.Len() != 100 {
		t.Fatalf("%d keys", o.Len())
	}
	for i := range 100 {
		if v, ok := o.Get(string(rune('a' + i))); !ok || v != int64(i+1) {
			t.Fatalf("key %d is %v, %v", i, v, ok)
		}
	}
	if _, ok := o.Get("none"); ok {
		t.Error("a key that was never set")
	}
	n := 0
	for key := range o.All() {
		if key != string(rune('a'+n)) {
			t.Fatalf("key %d is %q", n, key)
		}
		if n++; n == 5 {
			break
		}
	}
}

func TestNilObject(t *testing.T) {
	var o *Object
	if _, ok := o.Get("a"); ok || o.Len() != 0 {
		t.Error("a nil object holds something")
	}
	for range o.All() {
		t.Error("a nil object has keys")
	}
	if FromGo(o) != nil {
		t.Error("a nil object is not nothing")
	}
}

func TestFromGo(t *testing.T) {
	type named struct {
		B int    `json:"b"`
		A string `json:"a"`
	}
	for _, c := range []struct{ in, want any }{
		{5, int64(5)},
		{int32(-5), int64(-5)},
		{uint8(5), int64(5)},
		{uint64(math.MaxUint64), json.Number("18446744073709551615")},
		{float32(0.5), 0.5},
		{math.NaN(), nil},
		{math.Inf(1), nil},
		{json.Number("5"), int64(5)},
		{json.RawMessage(`[1]`), []Value{int64(1)}},
		{json.RawMessage(`{`), nil},
		{time.Date(2024, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600)), "2024-01-02T02:04:05Z"},
		{[]any{1, "a", nil}, []Value{int64(1), "a", nil}},
		{[]string{"a"}, []Value{"a"}},
		{func() {}, nil},
	} {
		if diff := cmp.Diff(c.want, FromGo(c.in)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.in, diff)
		}
	}
	for want, in := range map[string]any{
		`{"a":"x","b":1}`:         named{1, "x"}, // sorted by nobody: fields keep their order
		`{"a":[1,{"c":2}],"b":1}`: map[string]any{"b": 1, "a": []any{1, map[string]any{"c": 2}}},
		`{"a":1}`:                 Vars{"a": 1},
	} {
		if want == `{"a":"x","b":1}` {
			want = `{"b":1,"a":"x"}`
		}
		if got := string(mustJSON(t, FromGo(in))); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestFloatsPrintAsInTheReference(t *testing.T) {
	for f, want := range map[float64]string{
		5: "5.0", 0.1: "0.1", -2.5: "-2.5", 1e15: "1000000000000000.0", 1e16: "1.0e+16", 1.5e-5: "1.5e-05", 0.0001: "0.0001", 1e300: "1.0e+300", 0: "0.0",
	} {
		got := formatFloat(f)
		if got != want || !json.Valid([]byte(got)) {
			t.Errorf("%v prints %s, want %s", f, got, want)
		}
	}
}

func TestArithmeticIsExact(t *testing.T) {
	for _, c := range []struct {
		a    any
		op   byte
		b    any
		want Value
	}{
		{int64(math.MaxInt64), '+', int64(1), json.Number("9223372036854775808")},
		{int64(math.MinInt64), '-', int64(1), json.Number("-9223372036854775809")},
		{int64(math.MinInt64), '*', int64(-1), json.Number("9223372036854775808")},
		{int64(math.MinInt64), '/', int64(-1), json.Number("9223372036854775808")},
		{json.Number("9223372036854775808"), '-', int64(1), int64(math.MaxInt64)},
		{int64(-7), '/', int64(2), int64(-4)},
		{int64(-7), '%', int64(2), int64(1)},
		{int64(7), '%', int64(-2), int64(-1)},
		{-7.5, '%', int64(2), 0.5},
		{"1.10", '*', "3", 3.3},
		{"abc", '+', nil, int64(0)},
		{true, '+', []Value{}, int64(0)},
		{" 12abc", '+', "+3", int64(15)},
		{1.1, '-', 1.1, 0.0},
	} {
		got, err := operate(c.a, c.op, c.b)
		if err != nil || got != c.want {
			t.Errorf("%v %c %v = %v, %v; want %v", c.a, c.op, c.b, got, err, c.want)
		}
	}
}
