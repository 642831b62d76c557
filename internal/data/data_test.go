package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

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
		got, err := Decode(text)
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
		if v, err := Decode(text); err == nil {
			t.Errorf("%.40s was read as %v", text, v)
		}
	}
	if _, err := Decode(strings.Repeat("[", 200) + strings.Repeat("]", 200)); err != nil {
		t.Errorf("200 levels: %v", err)
	}
	if _, err := DecodeObject(`[1]`); err == nil {
		t.Error("a list passed for an object")
	}
}

func TestRepeatedKeys(t *testing.T) {
	o, err := DecodeObject(`{"a":1,"b":2,"a":3}`)
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
	} {
		if want == `{"a":"x","b":1}` {
			want = `{"b":1,"a":"x"}`
		}
		if got := string(mustJSON(t, FromGo(in))); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func mustJSON(t *testing.T, v Value) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestNumbersAsTheyWereWritten: wherever a number stands, a look at it shows
// what was sent, and its value is what Go counts with.
func TestNumbersAsTheyWereWritten(t *testing.T) {
	for text, want := range map[string]Value{
		"1.50": 1.5, "1e2": 100.0, "5": int64(5), "-0": int64(0), "-0.0": math.Copysign(0, -1), "12345678901234567890": json.Number("12345678901234567890"),
	} {
		o, err := DecodeObject(`{"a": ` + text + ` , "list": [ 7,"x,]" , ` + text + `, [[], ` + text + `]], "n": {"b":` + text + `}}`)
		if err != nil {
			t.Fatal(err)
		}
		list := o.Look("list")
		for name, v := range map[string]View{
			"member": o.Look("a"), "nested": o.Look("n").Member("b"), "item": list.Item(2), "item of item": list.Item(3).Item(1),
		} {
			if v.Kind() != KindNumber || v.Text() != text || v.Value() != want {
				t.Errorf("%s %s is %q with the value %v", name, text, v.Text(), v.Value())
			}
		}
	}
}

func TestViews(t *testing.T) {
	o, err := DecodeObject(`{"null":null,"true":true,"false":false,"text":"a\n","list":[1, {"k":"v"} ],"object":{"a":[ ]}}`)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]Kind{"null": KindNull, "true": KindBool, "false": KindBool, "text": KindText, "list": KindList, "object": KindObject, "none": KindMissing} {
		if got := o.Look(key).Kind(); got != want {
			t.Errorf("%s is of kind %d, want %d", key, got, want)
		}
	}
	if !o.Look("true").IsTrue() || o.Look("true").IsFalse() || !o.Look("false").IsFalse() || o.Look("null").IsFalse() || o.Look("none").IsFalse() {
		t.Error("true and false are told apart from each other and all else")
	}
	if text := o.Look("text"); text.Text() != "a\n" || text.Value() != "a\n" {
		t.Errorf("text %q", text.Text())
	}
	if list := o.Look("list"); list.Item(1).Member("k").Text() != "v" || list.Text() != "" {
		t.Errorf("list %v", list.Value())
	}
	for name, v := range map[string]View{
		"past the end": o.Look("list").Item(2), "before the start": o.Look("list").Item(-1), "item of a text": o.Look("text").Item(0),
		"member of a list": o.Look("list").Member("k"), "member of nothing": View{}.Member("k"),
	} {
		if v.Kind() != KindMissing || v.Value() != nil {
			t.Errorf("%s: %v", name, v)
		}
	}
}

func TestPutAndWithFirst(t *testing.T) {
	o, err := DecodeObject(`{"a":{"x":1},"b":2}`)
	if err != nil {
		t.Fatal(err)
	}
	more := o.WithFirst("id", "u1")
	more.Put("b", 2.5)
	o.Look("a").Object().Put("y", true) // goes where it stands, not over what lies beside it
	if got := string(mustJSON(t, more)); got != `{"id":"u1","a":{"x":1,"y":true},"b":2.5}` {
		t.Errorf("copy %s", got)
	}
	if got := string(mustJSON(t, o)); got != `{"a":{"x":1,"y":true},"b":2}` {
		t.Errorf("original %s", got)
	}
	if got := string(mustJSON(t, (*Object)(nil).WithFirst("id", int64(1)))); got != `{"id":1}` {
		t.Errorf("of nothing %s", got)
	}
}

// TestWrittenStaysToTheLetter: but for white space, and for what was put in.
func TestWrittenStaysToTheLetter(t *testing.T) {
	o, err := DecodeObject(` { "\u0061" : "\u00e9\/\ud800 \" " , "n" : 1.50 , "o" : { "x" : [ 1e2 , "a b\" ]" , { } , [ 1 ] ] , "x" : -0 } , "l" : [ "\u0041" , 5.0 , [ ] , null ] , "l2":[1,2],"t" : true }  `)
	if err != nil {
		t.Fatal(err)
	}
	o.Put("made", []Value{"\u00e9", 5.0})
	o.PutView("moved", o.Look("n"))
	want := `{"a":"\u00e9\/\ud800 \" ","n":1.50,"o":{"x":[1e2,"a b\" ]",{},[1]],"x":-0},"l":["\u0041",5.0,[],null],"l2":[1,2],"t":true,"made":["é",5],"moved":1.50}`
	if got := string(o.AppendWritten(nil)); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if got := string(mustJSON(t, o)); !strings.HasPrefix(got, `{"a":"é/� \" ","n":1.50,"o":{"x":-0},"l":["A",5,[],null]`) {
		t.Errorf("told plainly: %s", got)
	}
	if got := string((*Object)(nil).AppendWritten([]byte("x"))); got != "x{}" {
		t.Errorf("nothing is %s", got)
	}
}

func TestManyMembers(t *testing.T) {
	var text strings.Builder
	text.WriteByte('{')
	for i := range 400 {
		fmt.Fprintf(&text, `"k%d":{"n":%d,"list":[%d]},`, i%300, i, i)
	}
	text.WriteString(`"end":0}`)
	o, err := DecodeObject(text.String())
	if err != nil {
		t.Fatal(err)
	}
	if o.Len() != 301 {
		t.Fatalf("%d members", o.Len())
	}
	for i := range 300 {
		want := i
		if i < 100 {
			want = i + 300
		}
		key, v := o.At(i)
		if key != fmt.Sprintf("k%d", i) || v.Member("n").Value() != int64(want) || v.Member("list").Item(0).Text() != fmt.Sprint(want) {
			t.Fatalf("member %d: %s with %v", i, key, v.Member("n").Value())
		}
		if o.Look(key) != v {
			t.Fatalf("%s is found elsewhere", key)
		}
	}
}

func TestSyntaxErrorsSayWhere(t *testing.T) {
	for text, want := range map[string]struct {
		offset int
		says   string
	}{
		``:                {0, "the end of the text where a value should be"},
		`{"a":1,}`:        {7, `'}' where a name in quotation marks should be`},
		`{"a" 1}`:         {5, `'1' where a colon should be`},
		`[1 2]`:           {3, `'2' where a comma or ] should be`},
		`{"a":truth}`:     {8, `'t' where true should be`},
		`"ab`:             {3, "the end of the text where a quotation mark should be"},
		"\"a\nb\"":        {2, `'\n' where a text without control characters should be`},
		`"\x"`:            {2, `'x' where an escaped character should be`},
		`"\u12g4"`:        {5, `'g' where a hexadecimal digit should be`},
		`1.`:              {2, "the end of the text where a digit should be"},
		`[1] x`:           {4, `'x' where the end should be`},
		"[\x00]":          {1, `'\x00' where a value should be`},
		`{"a":[{"b":-}]}`: {12, `'}' where a digit should be`},
	} {
		err := Valid(text)
		fault, ok := errors.AsType[*SyntaxError](err)
		if !ok || fault.Offset != want.offset || !strings.HasSuffix(fault.Error(), want.says) {
			t.Errorf("%s: %v, want offset %d, %s", text, err, want.offset, want.says)
		}
		if _, err := Decode(text); !errors.As(err, &fault) || fault.Offset != want.offset {
			t.Errorf("decoding %s: %v, want offset %d", text, err, want.offset)
		}
	}
}

func TestPlainUntil(t *testing.T) {
	for c := range 256 {
		isPlain := c >= ' ' && c < 0x80 && c != '"' && c != '\\'
		for length := range 20 {
			for at := range length {
				text := strings.Repeat("!", at) + string([]byte{byte(c)}) + strings.Repeat("\x01", length-at-1)
				want := at
				if isPlain {
					want = at + 1
				}
				if got := plainUntil(text, 0); got != want {
					t.Fatalf("%q: %d, want %d", text, got, want)
				}
			}
		}
	}
}

func TestValidIsAsDeepAsEncodingJSON(t *testing.T) {
	for _, n := range []int{9_999, 10_000, 10_001} {
		for _, pair := range []string{"[ ]", `{"a": }`} {
			open, shut, _ := strings.Cut(pair, " ")
			text := strings.Repeat(open, n) + "0" + strings.Repeat(shut, n)
			if got := Valid(text) == nil; got != json.Valid([]byte(text)) {
				t.Errorf("%d times %s: valid %t", n, open, got)
			}
		}
	}
	if Valid(strings.Repeat("[", 10_000_000)) == nil {
		t.Error("ten million brackets are valid")
	}
}

// sameAs holds a value against what encoding/json made of the same text.
func sameAs(t *testing.T, v View, want any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		if v.Object().Len() != len(want) {
			t.Fatalf("%d members, want %d", v.Object().Len(), len(want))
		}
		for i := range v.Object().Len() {
			key, member := v.Object().At(i)
			sameAs(t, member, want[key])
		}
	case []any:
		if len(v.List()) != len(want) || v.Kind() != KindList {
			t.Fatalf("%d items, want %d", len(v.List()), len(want))
		}
		for i := range want {
			sameAs(t, v.Item(i), want[i])
		}
	case json.Number:
		if v.Kind() != KindNumber || v.Text() != string(want) {
			t.Fatalf("number %q, want %s", v.Text(), want)
		}
	default:
		if v.Value() != want {
			t.Fatalf("%#v, want %#v", v.Value(), want)
		}
	}
}

// FuzzDecode holds Decode and Valid against encoding/json: they take the same
// texts and read the same from them.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,2.5,"x",null,true,{"b":{}}]}`, `-0.0`, `1e400`, `"\ud800"`, `[[[]]]`, ` { "a" : 1 , "a" : 2 } `, `12345678901234567890`, benchEvent,
		`"\ud83d\ude00 \ud83d\u0041 \ude00\ud83d"`, "\"\xff\xc3 é \\u00e9\\/\"", `{"\u0061":1,"a":2}`, `[1,]`, `{"a":1,}`, `01`, `-`, `1.e1`, `1E+`, `"\`, `"\u`, `tru`, "\v1", "1\x00", `{"":{"":[]}}`, "\ufeff1",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		valid := json.Valid([]byte(text))
		if err := Valid(text); (err == nil) != valid {
			t.Fatalf("valid %t, error %v", valid, err)
		}
		v, err := decode(text)
		if err != nil && err.Error() == "decode data: nested deeper than 200" {
			return
		}
		if (err == nil) != valid {
			t.Fatalf("valid %t, error %v", valid, err)
		}
		if err != nil {
			return
		}
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		sameAs(t, v, want)
		if v.Kind() != KindObject {
			return
		}
		again, err := decode(string(mustJSON(t, v.Value())))
		if err != nil {
			t.Fatal(err)
		}
		sameAs(t, again, want)
	})
}
