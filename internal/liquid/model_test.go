package liquid

import (
	"encoding/json"
	"math"
	"testing"

	"hookline/internal/data"
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

func TestFromGoTakesRoots(t *testing.T) {
	if got := string(mustJSON(t, FromGo(Vars{"b": []any{1}, "a": nil}))); got != `{"a":null,"b":[1]}` {
		t.Errorf("got %s", got)
	}
}

// TestUsualNumbers holds that a number which is printed as it was written would
// be printed so also by way of its value.
func TestUsualNumbers(t *testing.T) {
	usual := 0
	for _, whole := range []string{"0", "-0", "7", "-10", "120", "99999999999999", "999999999999999", "9223372036854775807", "-9223372036854775809"} {
		for _, rest := range []string{"", ".0", ".5", ".50", ".00", ".0001", ".00001", ".125", ".00012345678901", ".00000000000000001", "e2", ".5e2", "E-3"} {
			text := whole + rest
			e := encoder{limit: math.MaxInt}
			e.json(data.Number(text), jsonStyle)
			if isUsual(text) && string(e.buf) != text {
				t.Errorf("%s is printed as %s", text, e.buf)
			}
			if isUsual(text) {
				usual++
			}
		}
	}
	if usual < 30 {
		t.Errorf("only %d are usual", usual)
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
