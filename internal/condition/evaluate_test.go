package condition

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// ask reports whether properties {"x": value} meet text. An empty value leaves x out.
func ask(t *testing.T, text, value string) bool {
	t.Helper()
	properties := "{}"
	if value != "" {
		properties = `{"x": ` + value + `}`
	}
	c := parse(t, text)
	s := Subject{Event: object(t, `{"type": "track", "properties": `+properties+`}`)}
	met := c.Met(s)
	if verdict := c.Evaluate(s); verdict.Met != met {
		t.Errorf("%s of %s: Evaluate says %t, Met %t", text, value, verdict.Met, met)
	}
	return met
}

// TestEquality is the table of the rule: = on text compares as text, and is strict for numbers and booleans.
func TestEquality(t *testing.T) {
	literals := []string{`"5"`, `"5.0"`, `"true"`, `"null"`, `""`, `5`, `true`, `false`, `null`}
	tests := []struct {
		value string
		met   string // the literals it equals
	}{
		{``, `null`},
		{`null`, `null`},
		{`"5"`, `"5"`},
		{`"5.0"`, `"5.0"`},
		{`"true"`, `"true"`},
		{`"null"`, `"null"`},
		{`""`, `""`},
		{`5`, `"5" 5`},
		{`5.0`, `"5" "5.0" 5`},
		{`50e-1`, `"5" 5`},
		{`0.5e1`, `"5" 5`},
		{`6`, ``},
		{`true`, `"true" true`},
		{`false`, `false`},
		{`[]`, ``},
		{`[5]`, ``},
		{`["5"]`, ``},
		{`{}`, ``},
	}
	for _, test := range tests {
		for _, literal := range literals {
			want := slices.Contains(strings.Fields(test.met), literal)
			if got := ask(t, `properties.x = `+literal, test.value); got != want {
				t.Errorf("%s = %s is %t, want %t", test.value, literal, got, want)
			}
			if got := ask(t, `properties.x != `+literal, test.value); got == want {
				t.Errorf("%s != %s is %t, want %t", test.value, literal, got, !want)
			}
			if literal[0] != '"' || literal == `""` {
				continue
			}
			if got := ask(t, `in(properties.x, "zzz", `+literal+`)`, test.value); got != want {
				t.Errorf("%s in %s is %t, want %t", test.value, literal, got, want)
			}
			if got := ask(t, `!in(properties.x, "zzz", `+literal+`)`, test.value); got == want {
				t.Errorf("%s not in %s is %t, want %t", test.value, literal, got, !want)
			}
		}
	}
}

func TestOperators(t *testing.T) {
	tests := []struct {
		text       string
		met, unmet []string // values of properties.x; "" is a missing one
	}{
		{
			`properties.x = "Pro"`,
			[]string{`"Pro"`},
			[]string{`"pro"`, `"Pro "`, `" Pro"`, ``},
		},
		{
			`properties.x = "1000"`,
			[]string{`1000`, `1e3`, `1000.00`},
			[]string{`1e2`, `"1e3"`, `1001`},
		},
		{`properties.x = "1e3"`, []string{`1e3`, `"1e3"`}, []string{`1000`, `1E3`}},
		{`properties.x = "007"`, []string{`"007"`}, []string{`7`, `"7"`}},
		{`properties.x = "-0"`, []string{`-0`}, []string{`0`}},
		{`properties.x = 0`, []string{`-0`, `0.00`, `0e9`}, []string{`"0"`, `false`, `null`, `""`}},
		{
			`properties.x = 9007199254740993`,
			[]string{`9007199254740993`, `9007199254740993.0`},
			[]string{`9007199254740992`, `9007199254740994`},
		},
		{
			`properties.x = "9007199254740993"`,
			[]string{`9007199254740993`},
			[]string{`9007199254740992`},
		},
		{
			`properties.x > 9007199254740992`,
			[]string{`9007199254740993`, `"9007199254740993"`},
			[]string{`9007199254740992`, `9007199254740991`},
		},
		{
			`properties.x < 50`,
			[]string{`49`, `49.999999999999999999999`, `"49"`, `" 49 "`, `-1e400`, `0`},
			[]string{`50`, `5e1`, `51`, `"fifty"`, `""`, `" "`, `null`, ``, `true`, `[1]`, `{}`, `"0x1"`, `"NaN"`},
		},
		{`properties.x <= 50`, []string{`50`, `50.0`, `"50"`, `-50`}, []string{`50.01`, `1e400`, ``}},
		{`properties.x > 50`, []string{`50.01`, `1e400`, `"+51"`}, []string{`50`, `-51`, ``, `true`}},
		{`properties.x >= 50`, []string{`50`, `0.05e3`, `"50.0"`}, []string{`49`, `"1,000"`, ``, `"Infinity"`}},
		{`properties.x >= -0.5`, []string{`-0.5`, `-0.4`, `0`}, []string{`-0.51`, `-1e1`}},
		{`properties.x >= 1e-9`, []string{`0.000000001`, `1`}, []string{`0`, `1e-10`, `-1`}},
		{`properties.x != null`, []string{`0`, `""`, `false`, `[]`, `{}`}, []string{`null`, ``}},
		{`properties.x = null`, []string{`null`, ``}, []string{`0`, `""`, `false`, `[]`, `{}`}},
		{`properties.x = true`, []string{`true`}, []string{`"true"`, `1`, `false`, ``}},
		{`properties.x != true`, []string{`"true"`, `1`, `false`, ``}, []string{`true`}},
		{`properties.x = false`, []string{`false`}, []string{`"false"`, `0`, `true`, ``, `null`}},
		{`properties.x != false`, []string{`"false"`, `0`, `true`, ``, `null`}, []string{`false`}},
		{`contains(properties.x, "b*")`, []string{`"ab*c"`, `"b*"`}, []string{`"abc"`, `"B*"`, `["b*"]`, ``}},
		{`contains(properties.x, "5")`, []string{`"15"`}, []string{`5`, `null`}},
		{`!contains(properties.x, "b")`, []string{`"xyz"`, `""`}, []string{`"abc"`, `5`, `null`, ``, `["x"]`, `true`}},
		{`match(properties.x, "Order*")`, []string{`"Order"`, `"Order Done"`}, []string{`"An Order"`, `"order"`, ``, `5`}},
		{`!match(properties.x, "Order*")`, []string{`"An Order"`, `""`}, []string{`"Order Done"`, ``, `null`, `5`}},
		{`match(properties.x, "*Up")`, []string{`"Up"`, `"Signed Up"`}, []string{`"Upper"`, ``, `5`}},
		{`!match(properties.x, "*Up")`, []string{`"Upper"`}, []string{`"Signed Up"`, ``, `null`, `5`}},
		{`match(properties.x, "a\*b\?*")`, []string{`"a*b?c"`}, []string{`"axb?c"`, `"a*bxc"`}},
		{
			`before(properties.x, "2026-01-31")`,
			[]string{`"2026-01-30"`, `"2026-01-30T23:59:59.999Z"`, `"2026-01-31T00:30:00+01:00"`, `1769817599`, `0`},
			[]string{`"2026-01-31"`, `"2026-01-31T00:00:00Z"`, `1769817600`, `"soon"`, `""`, ``, `true`, `1e300`},
		},
		{
			`after(properties.x, "2026-01-31")`,
			[]string{`"2026-02-01"`, `"2026-02-01T00:00:00Z"`, `"2026-01-31T23:30:00-01:00"`, `1769904000`, `1769904000000`},
			[]string{`"2026-01-31"`, `"2026-01-31T23:59:59Z"`, `1769903999`, `1769903999999`, ``, `"2026-13-01"`},
		},
		{
			`after(properties.x, "2026-01-31T09:30:00.5Z")`,
			[]string{`"2026-01-31T09:30:00.500000001Z"`, `"2026-01-31 09:31"`},
			[]string{`"2026-01-31T1031Z"`, `"2026-01-31T09:30:00.5Z"`, `"2026-01-31T10:30:00.5+0100"`, `"2026-01-31"`},
		},
		{`before(properties.x, "1969-07-20")`, []string{`"1815-12-10"`, `-14256001`}, []string{`0`, `-14256000`}},
	}
	for _, test := range tests {
		for _, value := range test.met {
			if !ask(t, test.text, value) {
				t.Errorf("%s is not met by %q", test.text, value)
			}
		}
		for _, value := range test.unmet {
			if ask(t, test.text, value) {
				t.Errorf("%s is met by %q", test.text, value)
			}
		}
	}
}

func TestFieldsAndGroups(t *testing.T) {
	s := Subject{
		Event: object(t, `{
			"type": "track", "event": "Signed Up", "userId": "u1", "anonymousId": null, "groupId": "g1",
			"name": "Home", "category": "Docs", "name2": "x",
			"properties": {"plan": "pro", "my key": 1, "a.b": 2, "0": "zero", "": "empty",
				"products": [{"price": 9.5}, {"price": 12}], "nested": {"a": {"b": true}}},
			"traits": {"email": "a@b.c"}, "context": {"page": {"url": "/x"}}
		}`),
		Person:    object(t, `{"plan": "team", "tags": ["x"]}`),
		InSegment: func(id string) bool { return id == "seg_1" },
	}
	tests := []struct {
		text string
		want bool
	}{
		{`type = "track" and event = "Signed Up" and userId = "u1" and groupId = "g1"`, true},
		{`name = "Home" and category = "Docs" and anonymousId = null`, true},
		{`properties.plan = "pro" and person.plan = "team" and traits.email != null and context.page.url = "/x"`, true},
		{`properties."my key" = 1 and properties."a.b" = 2 and properties.0 = "zero" and properties."" = "empty"`, true},
		{`properties.a.b != null`, false},
		{`properties.nested.a.b = true`, true},
		{`properties.products.0.price < 10 and properties.products.1.price > 10`, true},
		{`properties.products.2.price = null and properties.products.x = null`, true},
		{`properties.products."".price = null and properties.products.99999999999999999999 = null`, true},
		{`properties.products.-1 = null and properties.plan.length = null and properties.plan.0 = null`, true},
		{`properties.products = null or properties.products.0 = null`, false},
		{`person.tags.0 = "x"`, true},
		{`segment("seg_1") and !segment("seg_2")`, true},
		{`segment("seg_2") or !segment("seg_1")`, false},
		{`type = "page" or (event = "Signed Up" and (properties.plan = "free" or person.plan = "team"))`, true},
		{`type = "track" and (properties.plan = "free" or person.plan = "free")`, false},
	}
	for _, test := range tests {
		c := parse(t, test.text)
		if got := c.Met(s); got != test.want {
			t.Errorf("%s: Met = %t, want %t", test.text, got, test.want)
		}
		if got := c.Evaluate(s).Met; got != test.want {
			t.Errorf("%s: Evaluate = %t, want %t", test.text, got, test.want)
		}
	}
}

func TestNobodyAndNothing(t *testing.T) {
	c := parse(t, `person.plan = null and person.plan != "pro" and !segment("seg_1") and event = null and type != "a"`)
	if verdict := c.Evaluate(Subject{}); !c.Met(Subject{}) || !verdict.Met {
		t.Errorf("no event and no person do not meet %s: %q", c, verdict.Reasons())
	}
	if c := parse(t, `segment("seg_1")`); c.Met(Subject{}) {
		t.Error("nobody is in a segment")
	}
}

func TestEmptyGroupsDecideNothing(t *testing.T) {
	met := Where(Field{Kind: FieldType}, OpIs, "track")
	unmet := Where(Field{Kind: FieldType}, OpIs, "page")
	s := Subject{Event: made(map[string]any{"type": "track"})}
	tests := []struct {
		name string
		c    *Condition
		want bool
	}{
		{"any of nothing and an unmet clause", Any(All(), unmet), false},
		{"any of an unmet clause and nothing", Any(unmet, Any(All())), false},
		{"any of nothing and a met clause", Any(Any(), met), true},
		{"all of nothing and an unmet clause", All(Any(), unmet), false},
		{"all of nothing and a met clause", All(Any(), met, All()), true},
		{"a nil child", All(nil, met), true},
	}
	for _, test := range tests {
		if got := test.c.Met(s); got != test.want {
			t.Errorf("%s: Met = %t, want %t", test.name, got, test.want)
		}
		if got := test.c.Evaluate(s).Met; got != test.want {
			t.Errorf("%s: Evaluate = %t, want %t", test.name, got, test.want)
		}
	}
}

// TestGoNumbers holds that numbers made in Go count like numbers that were decoded.
func TestGoNumbers(t *testing.T) {
	tests := []struct {
		text string
		v    any
		want bool
	}{
		{`properties.x = 5`, 5, true},
		{`properties.x = 5`, int64(5), true},
		{`properties.x = 5`, 5.0, true},
		{`properties.x = "5"`, 5.0, true},
		{`properties.x = "0.1"`, 0.1, true},
		{`properties.x = 9223372036854775807`, int64(math.MaxInt64), true},
		{`properties.x = 9223372036854775806`, int64(math.MaxInt64), false},
		{`properties.x < -9223372036854775807`, int64(math.MinInt64), true},
		{`properties.x > 1e308`, math.MaxFloat64, true},
		{`properties.x > 0`, math.Inf(1), false},
		{`properties.x != 0`, math.NaN(), true},
		{`after(properties.x, "2026-01-31")`, 1769904000, true},
		{`after(properties.x, "2026-01-31")`, int64(1769904000), true},
		{`after(properties.x, "2026-01-31")`, 1769904000.5, true},
		{`after(properties.x, "2026-01-31")`, math.NaN(), false},
		{`after(properties.x, "2026-01-31")`, math.Inf(1), false},
		{`properties.x = "5"`, uint8(5), true},
		{`properties.x != null`, uint8(5), true},
	}
	for _, test := range tests {
		s := Subject{Event: made(map[string]any{"properties": map[string]any{"x": test.v}})}
		if got := parse(t, test.text).Met(s); got != test.want {
			t.Errorf("%s of %T %v = %t, want %t", test.text, test.v, test.v, got, test.want)
		}
	}
}

func TestCompareDecimals(t *testing.T) {
	// In ascending order; those in one row are equal.
	rows := [][]string{
		{"-1e999999999999999999999"},
		{"-1e400", "-10e399"},
		{"-12", "-12.0", "-0.12e2", "-1200E-2", "-0012"},
		{"-1.2"},
		{"-1e-400"},
		{"0", "-0", "0.000", "0e5", "00", "+0"},
		{"1e-400"},
		{"0.1", "1e-1", "0.10", "00.1", "+0.1"},
		{"0.11"},
		{"9007199254740992", "9007199254740992.0"},
		{"9007199254740993"},
		{"123456789012345678901234567890"},
		{"123456789012345678901234567891"},
		{"1e400"},
		{"1e999999999999999999999"},
	}
	for i, row := range rows {
		for j, other := range rows {
			for _, a := range row {
				for _, b := range other {
					if got, ok := compareDecimals(a, b); !ok || got != compareInts(i, j) {
						t.Errorf("compare %s with %s = %d, %t, want %d", a, b, got, ok, compareInts(i, j))
					}
				}
			}
		}
	}
	for _, bad := range []string{"", "-", "+", ".", "5.", ".5", "1e", "1e+", "e5", "0x1", "1 ", " 1", "1_0", "NaN", "--1", "1.2.3"} {
		if _, ok := compareDecimals(bad, "1"); ok {
			t.Errorf("%q counts as a number", bad)
		}
		if _, ok := compareDecimals("1", bad); ok {
			t.Errorf("%q counts as a number on the right", bad)
		}
	}
}

func TestParseMoment(t *testing.T) {
	tests := []struct {
		text, want string // in RFC 3339; empty for no moment
		day        bool
	}{
		{"2026-01-31", "2026-01-31T00:00:00Z", true},
		{" 2026-01-31\n", "2026-01-31T00:00:00Z", true},
		{"2024-02-29", "2024-02-29T00:00:00Z", true},
		{"2026-01-31T09:30", "2026-01-31T09:30:00Z", false},
		{"2026-01-31t09:30:15z", "2026-01-31T09:30:15Z", false},
		{"2026-01-31 09:30:15,25-02", "2026-01-31T11:30:15.25Z", false},
		{"2026-01-31T09:30:15.1234567891Z", "2026-01-31T09:30:15.123456789Z", false},
		{"0000-01-01T00:00:00+23:59", "-0001-12-31T00:01:00Z", false},
		{"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", false},
		{text: ""},
		{text: "2026"},
		{text: "2026-1-31"},
		{text: "20260131"},
		{text: "2026-02-29"},
		{text: "2026-00-10"},
		{text: "2026-13-10"},
		{text: "2026-01-00"},
		{text: "2026-01-31T"},
		{text: "2026-01-31X09:30"},
		{text: "2026-01-31T24:00"},
		{text: "2026-01-31T23:60"},
		{text: "2026-01-31T23:59:61"},
		{text: "2026-01-31T23:59:5"},
		{text: "2026-01-31T23:59:59."},
		{text: "2026-01-31T23:59:59 UTC"},
		{text: "2026-01-31T23:59:59+24:00"},
		{text: "2026-01-31T23:59:59+01:60"},
		{text: "2026-01-31T23:59:59+1"},
		{text: "2026-01-31T23:59:59+01:0"},
		{text: "2026-01-31T23:59:59+01:00x"},
		{text: "31 January 2026"},
	}
	for _, test := range tests {
		m, ok := parseMoment(test.text)
		got := ""
		if ok {
			got = m.at.Format("2006-01-02T15:04:05.999999999Z07:00")
		}
		if got != test.want || m.day != test.day {
			t.Errorf("parseMoment(%q) = %q, day %t; want %q, %t", test.text, got, m.day, test.want, test.day)
		}
	}
}

var benchText = `type = "track" and event = "Signed Up" and properties.total >= 50 and in(person.plan, "pro", "team")`

func benchSubject(t testing.TB) Subject {
	return Subject{
		Event: object(t, `{"type": "track", "event": "Signed Up", "properties": {"total": 59.90, "when": "2026-01-31T10:00:00+02:00",
			"count": 7, "list": [1, 2]}}`),
		Person:    object(t, `{"plan": "team", "vip": true}`),
		InSegment: func(id string) bool { return id == "seg_1" },
	}
}

func TestMetAllocatesNothing(t *testing.T) {
	s := benchSubject(t)
	s.Event.Look("properties").Object().Set("float", 1234.5678)
	s.Event.Look("properties").Object().Set("int", 123456789012)
	texts := []string{
		benchText,
		`before(properties.when, "2026-02-01") and after(properties.when, "2026-01-30T09:00:00+05:00")`,
		`properties.count = 7 and properties.count = "7" and properties.count != "8" and after(properties.count, "1960-01-01")`,
		`properties.float > 1234.5 and properties.int = 123456789012 and properties.float = "1234.5678"`,
		`contains(event, "Up") and !match(event, "Order*") and person.vip = true and in(person.vip, "true")`,
		`segment("seg_1") and !segment("seg_2") and properties.list.1 = 2 and properties.list.x = null`,
		`(type = "page" or (event = "Signed Up" and properties.none = null)) and properties.none != "x"`,
	}
	for _, text := range texts {
		c := parse(t, text)
		if !c.Met(s) {
			t.Errorf("%s is not met", text)
		}
		if n := testing.AllocsPerRun(100, func() { c.Met(s) }); n != 0 {
			t.Errorf("%s: Met allocates %v times", text, n)
		}
	}
}

func BenchmarkMet(b *testing.B) {
	c, s := parse(b, benchText), benchSubject(b)
	b.ReportAllocs()
	for b.Loop() {
		if !c.Met(s) {
			b.Fatal("not met")
		}
	}
}

func BenchmarkEvaluate(b *testing.B) {
	c, s := parse(b, benchText), benchSubject(b)
	b.ReportAllocs()
	for b.Loop() {
		c.Evaluate(s)
	}
}

// dice makes random conditions and subjects from few words, so that they meet often.
type dice struct{ *rand.Rand }

func pick[T any](d dice, from ...T) T { return from[d.IntN(len(from))] }

func (d dice) condition(depth int) *Condition {
	if depth == 0 || d.IntN(3) == 0 {
		return &Condition{Clause: d.clause()}
	}
	c := &Condition{Match: pick(d, MatchAll, MatchAny, "")}
	for range d.IntN(4) {
		c.Children = append(c.Children, d.condition(depth-1))
	}
	return c
}

func (d dice) clause() *Clause {
	field := Field{Kind: pick(d, fieldChoices...).Kind}
	if field.Kind.keyed() {
		field.Path = pick(d, []string{"a"}, []string{"b c"}, []string{"l", "0"}, []string{"o", `x."\ `})
	}
	if field.Kind == FieldDeed {
		field.Path = pick(d, []string{"a"}, []string{`x."\ `, "30 days"}, []string{"a", "1 hour"})
	}
	choice := pick(d, Operators(field.Kind)...)
	clause := &Clause{Field: field, Op: choice.Op}
	count := choice.Values
	if count == ManyValues {
		count = 1 + d.IntN(3)
	}
	for range count {
		switch choice.Input {
		case InputNumber:
			clause.Values = append(clause.Values, pick(d, "5", "5.0", "-1e2", "9007199254740993"))
		case InputDate:
			clause.Values = append(clause.Values, pick(d, "2026-01-31", "2026-01-31T09:00:00+02:00"))
		case InputTimes:
			clause.Values = append(clause.Values, pick(d, "1", "2", "3"))
		default:
			clause.Values = append(clause.Values, pick(d, "5", "true", "a", " b*\\\" ", "track"))
		}
	}
	return clause
}

func (d dice) value() any {
	return pick[any](d, nil, "", "5", "a", "track", "true", "ab*\\\" ", "2026-01-31", "2026-01-31T07:00:00Z", true, false,
		json.Number("5"), json.Number("5.00"), json.Number("9007199254740993"), json.Number("1769904000"), 5, 5.0,
		[]any{"a"}, map[string]any{})
}

func (d dice) object() map[string]any {
	return map[string]any{
		"a": d.value(), "b c": d.value(), "l": []any{d.value()}, "o": map[string]any{`x."\ `: d.value()},
	}
}

func (d dice) subject() Subject {
	event := map[string]any{"properties": d.object(), "traits": d.object(), "context": d.value()}
	for _, kind := range []FieldKind{FieldType, FieldEvent, FieldUserID, FieldName} {
		event[string(kind)] = d.value()
	}
	in := d.IntN(2) == 0
	now := time.UnixMicro(1_800_000_000_000_000)
	deeds := Deeds{Total: 3, Times: d.times(now, 3)}
	return Subject{
		Event: made(event), Person: made(d.object()), InSegment: func(string) bool { return in },
		Did: func(string) Deeds { return deeds }, Now: now,
	}
}

// TestProperties holds for random trees: the three ways to ask agree, and text and builder lose nothing.
func TestProperties(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(1, 2))}
	met := 0
	for range 20_000 {
		c := d.condition(3)
		again := parse(t, c.String())
		if diff := cmp.Diff(c.normal(), again); diff != "" {
			t.Fatalf("Parse(%s): %s", c, diff)
		}
		built, rowErrors := c.Draft().Condition()
		if diff := cmp.Diff(again, built); diff != "" || rowErrors != nil {
			t.Fatalf("builder of %s: %v %s", c, rowErrors, diff)
		}
		if c.Sentence() == "" {
			t.Fatalf("%s has no sentence", c)
		}
		for range 5 {
			s := d.subject()
			want := c.Met(s)
			verdict := c.Evaluate(s)
			if verdict.Met != want || again.Met(s) != want {
				t.Fatalf("%s of %v: Met %t, Evaluate %t, after Parse %t", c, s, want, verdict.Met, again.Met(s))
			}
			if !c.Empty() && (len(verdict.Reasons()) == 0 || slices.Contains(verdict.Reasons(), "")) {
				t.Fatalf("%s of %v: no reasons", c, s)
			}
			if want {
				met++
			}
		}
	}
	if met < 20_000 || met > 80_000 {
		t.Errorf("%d of 100000 were met: the dice are loaded, and the test sees little", met)
	}
}
