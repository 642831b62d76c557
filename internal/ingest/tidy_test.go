package ingest

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTidy(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"white space", " {\t\"a\" :\r\n[ 1 , 2 ] , \"b\":{ } ,\"c\":[ ]} \n", `{"a":[1,2],"b":{},"c":[]}`},
		{"simple values", `[true,false,null,"",0,-0]`, `[true,false,null,"",0,-0]`},
		{"a value alone", ` "x" `, `"x"`},
		{"numbers as they are", `[1e400,-1.50E+07,12345678901234567890,0.1e-3]`, `[1e400,-1.50E+07,12345678901234567890,0.1e-3]`},
		{"order and duplicates", `{"b":1,"a":2,"b":3}`, `{"b":1,"a":2,"b":3}`},
		{"short escapes", `"\"\\\/\b\f\n\r\t"`, `"\"\\/\b\f\n\r\t"`},
		{"escaped characters", `"\u0041\u00e9\u20AC\ud83d\ude00"`, `"Aé€😀"`},
		{"escapes that must stay", `"\u0022\u005c\u0001\u001F"`, `"\"\\\u0001\u001f"`},
		{"in a name too", `{"user\u0049d":1}`, `{"userId":1}`},
		{"byte order mark", "\xef\xbb\xbf{}", `{}`},
		{"NUL", `"a\u0000b"`, `"a` + "\uFFFD" + `b"`},
		{"high half alone", `"\ud800"`, `"` + "\uFFFD" + `"`},
		{"low half alone", `"x\udc00y"`, `"x` + "\uFFFD" + `y"`},
		{"high half, then another escape", `"\ud800\u0041"`, `"` + "\uFFFD" + `A"`},
		{"two high halves and a low one", `"\ud83d\ud83d\ude00"`, `"` + "\uFFFD" + `😀"`},
		{"no UTF-8", "\"a\xffb\xc3\"", "\"a\uFFFDb\uFFFD\""},
		{"a surrogate in UTF-8", "\"\xed\xa0\x80\"", "\"\uFFFD\uFFFD\uFFFD\""},
		{"U+FFFD as sent", "\"\uFFFD\"", "\"\uFFFD\""},
	}
	var tidy tidier
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := tidy.run([]byte(test.src)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(tidy.out)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTidyRefuses(t *testing.T) {
	var tidy tidier
	for _, src := range []string{
		"", " ", "{", "}", "[", "]", `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `[1,]`, `[,]`, `[1 2]`, `{,}`, `{1:2}`, `{"a" 1}`, `{"a":1 "b":2}`,
		`{a:1}`, `{'a':1}`, `[1}`, `{"a":1]`, `{}{}`, `{} x`, `nul`, `nulll`, `True`, `NaN`, `Infinity`, `undefined`, `//x`, `/*x*/{}`,
		`01`, `-`, `-01`, `+1`, `.5`, `1.`, `1.e3`, `1e`, `1e+`, `0x10`, `1_000`, `"`, `"a`, `"\`, `"\x"`, `"\u"`, `"\u12"`, `"\u12g4"`, `"\U0041"`,
		"\"a\nb\"", "\"a\x00b\"", "\x00", "{}\x00", "\xff", "\xef\xbb", "\u00a0{}", `"a" "b"`,
	} {
		if err := tidy.run([]byte(src)); err == nil {
			t.Errorf("%q became %s", src, tidy.out)
		}
	}
}

func TestTidySaysWhere(t *testing.T) {
	var tidy tidier
	err := tidy.run([]byte(`{"a": 1, b: 2}`))
	if want := "byte 10: a name in double quotes was expected here"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestTidyTakesAnyDepth(t *testing.T) {
	const levels = 200_000
	var tidy tidier
	if err := tidy.run([]byte(strings.Repeat(`[`, levels) + strings.Repeat(`]`, levels))); err != nil {
		t.Fatal(err)
	}
	if got := depth(tidy.out); got != levels || tidy.deepest != levels {
		t.Errorf("depth %d and %d, want %d", got, tidy.deepest, levels)
	}
}

// FuzzTidy holds the tidier against encoding/json: the same texts are JSON, and
// they mean the same, except for NUL.
func FuzzTidy(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e3,"x\u00e9\ud800\\"],"b":null}`, "[\"\xff\u2028\"]", `"\u0000"`, `{"a":{"a":[[],{}]}}`, `[1,]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var tidy tidier
		err := tidy.run(src)
		if tidy.deepest > 5000 || bytes.HasPrefix(src, []byte("\uFEFF")) {
			return // encoding/json takes neither that depth nor a byte order mark
		}
		if valid := json.Valid(src); valid != (err == nil) {
			t.Fatalf("encoding/json says %t of %q, we say %v", valid, src, err)
		}
		if err != nil {
			return
		}
		if diff := cmp.Diff(decoded(t, src), decoded(t, tidy.out)); diff != "" {
			t.Fatal(diff)
		}
		if !isTidy(t, tidy.out) {
			t.Fatalf("%q is not tidy", tidy.out)
		}
	})
}

func decoded(t *testing.T, text []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return withoutNUL(v)
}

func withoutNUL(v any) any {
	mend := func(s string) string { return strings.ReplaceAll(s, "\x00", replacement) }
	switch v := v.(type) {
	case string:
		return mend(v)
	case []any:
		for i := range v {
			v[i] = withoutNUL(v[i])
		}
	case map[string]any:
		mended := make(map[string]any, len(v))
		for name, value := range v {
			mended[mend(name)] = withoutNUL(value)
		}
		return mended
	}
	return v
}

// isTidy says whether tidying again changes nothing, and whether compacting
// does not either.
func isTidy(t *testing.T, text []byte) bool {
	t.Helper()
	var again tidier
	if err := again.run(text); err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(again.out, text) && bytes.Equal(compact.Bytes(), text)
}
