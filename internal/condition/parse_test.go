package condition

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func deed(path ...string) Field { return Field{Kind: FieldDeed, Path: path} }

func property(path ...string) Field { return Field{Kind: FieldProperty, Path: path} }

// each clause is canonical: it is read as this clause and written as this text.
var clauseTexts = []struct {
	text   string
	clause Clause
}{
	{`type = "track"`, Clause{Field{Kind: FieldType}, OpIs, []string{"track"}}},
	{`type != "track"`, Clause{Field{Kind: FieldType}, OpIsNot, []string{"track"}}},
	{`event = "Signed Up"`, Clause{Field{Kind: FieldEvent}, OpIs, []string{"Signed Up"}}},
	{`event = ""`, Clause{Field{Kind: FieldEvent}, OpIsEmpty, nil}},
	{`event != ""`, Clause{Field{Kind: FieldEvent}, OpIsNotEmpty, nil}},
	{`userId != null`, Clause{Field{Kind: FieldUserID}, OpExists, nil}},
	{`anonymousId = null`, Clause{Field{Kind: FieldAnonymousID}, OpNotExists, nil}},
	{`contains(groupId, "g")`, Clause{Field{Kind: FieldGroupID}, OpContains, []string{"g"}}},
	{`!contains(name, "g")`, Clause{Field{Kind: FieldName}, OpNotContains, []string{"g"}}},
	{`match(category, "Order*")`, Clause{Field{Kind: FieldCategory}, OpStartsWith, []string{"Order"}}},
	{`!match(event, "Order*")`, Clause{Field{Kind: FieldEvent}, OpNotStartsWith, []string{"Order"}}},
	{`match(event, "*Up")`, Clause{Field{Kind: FieldEvent}, OpEndsWith, []string{"Up"}}},
	{`!match(event, "*Up")`, Clause{Field{Kind: FieldEvent}, OpNotEndsWith, []string{"Up"}}},
	{`match(event, "5\*\\\?\[\]\"\n*")`, Clause{Field{Kind: FieldEvent}, OpStartsWith, []string{"5*\\?[]\"\n"}}},
	{`match(event, "*\*Up")`, Clause{Field{Kind: FieldEvent}, OpEndsWith, []string{"*Up"}}},
	{`in(properties.plan, "a", "b c")`, Clause{property("plan"), OpOneOf, []string{"a", "b c"}}},
	{`!in(properties.plan, "a")`, Clause{property("plan"), OpNotOneOf, []string{"a"}}},
	{`properties.n = 5`, Clause{property("n"), OpEqual, []string{"5"}}},
	{`properties.n != -5.50e3`, Clause{property("n"), OpNotEqual, []string{"-5.50e3"}}},
	{`properties.n < 12345678901234567890`, Clause{property("n"), OpLess, []string{"12345678901234567890"}}},
	{`properties.n <= 0`, Clause{property("n"), OpAtMost, []string{"0"}}},
	{`properties.n > 0.1`, Clause{property("n"), OpGreater, []string{"0.1"}}},
	{`properties.n >= 50`, Clause{property("n"), OpAtLeast, []string{"50"}}},
	{`properties.n = "5"`, Clause{property("n"), OpIs, []string{"5"}}},
	{`traits.vip = true`, Clause{Field{FieldTrait, []string{"vip"}}, OpIsTrue, nil}},
	{`traits.vip != true`, Clause{Field{FieldTrait, []string{"vip"}}, OpIsNotTrue, nil}},
	{`context.vip = false`, Clause{Field{FieldContext, []string{"vip"}}, OpIsFalse, nil}},
	{`person.vip != false`, Clause{Field{FieldPerson, []string{"vip"}}, OpIsNotFalse, nil}},
	{`before(person.d, "2026-01-31")`, Clause{Field{FieldPerson, []string{"d"}}, OpBefore, []string{"2026-01-31"}}},
	{`after(properties.d, "2026-01-31T09:30:00+02:00")`, Clause{
		property("d"), OpAfter, []string{"2026-01-31T09:30:00+02:00"},
	}},
	{`segment("seg_1")`, Clause{Field{Kind: FieldSegment}, OpInSegment, []string{"seg_1"}}},
	{`!segment("seg \"1\"")`, Clause{Field{Kind: FieldSegment}, OpNotInSegment, []string{`seg "1"`}}},
	{`did("Signed Up")`, Clause{deed("Signed Up"), OpDid, nil}},
	{`!did("a.b", within 1 week)`, Clause{deed("a.b", "1 week"), OpNotDid, nil}},
	{`did("X", within 30 days) >= 3`, Clause{deed("X", "30 days"), OpDidAtLeast, []string{"3"}}},
	{`did("X", within 1 hour) <= 0`, Clause{deed("X", "1 hour"), OpDidAtMost, []string{"0"}}},
	{`did("say \"hi\"") = 1000`, Clause{deed(`say "hi"`), OpDidExactly, []string{"1000"}}},
	{`properties.products.0.price = "5"`, Clause{property("products", "0", "price"), OpIs, []string{"5"}}},
	{`properties."my key"."a.b"."".c-d_e = "x"`, Clause{property("my key", "a.b", "", "c-d_e"), OpIs, []string{"x"}}},
	{`properties.and = "\\\"\n\t\r'é\x"`, Clause{property("and"), OpIs, []string{"\\\"\n\t\r'é\\x"}}},
}

func TestClauseTexts(t *testing.T) {
	for _, test := range clauseTexts {
		t.Run(test.text, func(t *testing.T) {
			want := All(&Condition{Clause: &test.clause})
			got := parse(t, test.text)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Parse: %s", diff)
			}
			// One text is given as it may be typed: a backslash before another character stands for itself.
			canonical := strings.Replace(test.text, `é\x`, `é\\x`, 1)
			if got := want.String(); got != canonical {
				t.Errorf("String() = %s, want %s", got, canonical)
			}
			if err := want.Validate(); err != nil {
				t.Errorf("Validate: %v", err)
			}
		})
	}
}

func TestEveryOperatorHasText(t *testing.T) {
	written := map[Operator]bool{}
	for _, test := range clauseTexts {
		written[test.clause.Op] = true
	}
	for op := range operatorInfos {
		if !written[op] {
			t.Errorf("no clause in the test uses %s", op)
		}
	}
}

func TestParseIsLenient(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", ""},
		{" \n\t ", ""},
		{`(((type="track")))`, `type = "track"`},
		{"type\n=\r\n'track'", `type = "track"`},
		{`type = 'it"s'`, `type = "it\"s"`},
		{`event = "it's"`, `event = "it's"`},
		{`type = "a" AND type = "b"`, `type = "a" and type = "b"`},
		{`type = "a" and (type = "b" and type = "c")`, `type = "a" and (type = "b" and type = "c")`},
		{`(type = "a" or type = "b")`, `type = "a" or type = "b"`},
		{`( match( event , 'Button *' ) )`, `match(event, "Button *")`},
		{`! contains ( event,"x" )`, `!contains(event, "x")`},
		{`match(event, "Order**")`, `match(event, "Order*")`},
		{`properties.product\ 1.price = "19.99"`, `properties."product 1".price = "19.99"`},
		{`properties.$browser.größe = 'x'`, `properties."$browser"."größe" = "x"`},
		{`properties.'a b' = NULL`, `properties."a b" = null`},
		{`properties.ok = TRUE`, `properties.ok = true`},
		{`userId = 123 and userId != true`, `userId = "123" and userId != "true"`},
		{`properties.n >= "50" and properties.n < +5`, `properties.n >= 50 and properties.n < 5`},
		{`properties.n=-5and properties.n=5`, `properties.n = -5 and properties.n = 5`},
		{`in(properties.n, 1, true, "a")`, `in(properties.n, "1", "true", "a")`},
		{`contains(properties.n, 5)`, `contains(properties.n, "5")`},
		{`event = "C:\dir"`, `event = "C:\\dir"`},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			if got := parse(t, test.text).String(); got != test.want {
				t.Errorf("canonical text %s, want %s", got, test.want)
			}
		})
	}
}

func TestParseKeepsGroups(t *testing.T) {
	a, b := Where(property("a"), OpExists), Where(property("b"), OpExists)
	c, d := Where(property("c"), OpExists), Where(property("d"), OpExists)
	tests := []struct {
		text string
		want *Condition
	}{
		{`properties.a != null`, All(a)},
		{`properties.a != null or properties.b != null`, Any(a, b)},
		{
			`properties.a != null and (properties.b != null or (properties.c != null and properties.d != null))`,
			All(a, Any(b, All(c, d))),
		},
		{
			`(properties.a != null and properties.b != null) or (properties.c != null and properties.d != null)`,
			Any(All(a, b), All(c, d)),
		},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			if diff := cmp.Diff(test.want, parse(t, test.text)); diff != "" {
				t.Errorf("Parse: %s", diff)
			}
			if got := test.want.String(); got != test.text {
				t.Errorf("String() = %s", got)
			}
		})
	}
}

func TestNormalForm(t *testing.T) {
	a, b := Where(property("a"), OpExists), Where(property("b"), OpExists)
	tests := []struct {
		name string
		c    *Condition
		want *Condition
	}{
		{"nil", nil, All()},
		{"a bare clause", a, All(a)},
		{"any of one", Any(a), All(a)},
		{"a group of one inside", All(a, Any(b)), All(a, b)},
		{"an only group becomes the root", All(Any(a, b)), Any(a, b)},
		{"empty groups vanish", Any(a, All(), Any(All()), b), Any(a, b)},
		{"no match is all", &Condition{Children: []*Condition{a, b}}, All(a, b)},
		{"groups stay even if they match alike", All(a, All(a, b)), All(a, All(a, b))},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, parse(t, test.c.String())); diff != "" {
				t.Errorf("Parse(String()): %s", diff)
			}
		})
	}
}

func TestSyntaxErrors(t *testing.T) {
	tests := []struct {
		text         string
		line, column int
		message      string // a part of it
	}{
		{`type = "a" and type = "b" or type = "c"`, 1, 27, "mixes “and” with “or”"},
		{`type = "a" and (type = "b" or type = "c" and type = "d")`, 1, 42, "Put parentheses"},
		{`and type = "a"`, 1, 1, "no condition before “and”"},
		{`type = "a" and`, 1, 15, "The text ends where a condition should follow."},
		{`type = "a" and )`, 1, 16, "no condition before this “)”"},
		{`()`, 1, 1, "nothing between these parentheses"},
		{`(type = "a"`, 1, 1, "never closed"},
		{`type = "a")`, 1, 11, "closes nothing"},
		{`(type = "a" x`, 1, 13, "Write “and” or “or” between"},
		{"type = \"é\"\nand\n  plan = 'x'", 3, 3, "perhaps properties.plan?"},
		{`type = "a" && type = "b"`, 1, 12, "Write “and” instead of “&&”."},
		{`type = "a" || type = "b"`, 1, 12, "Write “or” instead of “||”."},
		{`type = "a", type = "b"`, 1, 11, "A comma joins nothing"},
		{`type = "a" type = "b"`, 1, 12, "Write “and” or “or” between two conditions."},
		{`type == "a"`, 1, 6, "Write = for “is”"},
		{`type is "a"`, 1, 6, "Write = for “is”"},
		{`type ! "a"`, 1, 6, "Write != for “is not”."},
		{`type`, 1, 5, "Say what type must be"},
		{`event contains "x"`, 1, 7, `Write contains(event, "…")`},
		{`type in ["a"]`, 1, 6, `Write in(type, "…")`},
		{`type = track`, 1, 8, `Put text in quotes: "track".`},
		{`type = `, 1, 8, "Write a value here"},
		{`type = "track`, 1, 8, "never closed"},
		{`type = 'track"`, 1, 8, "Add a ' where"},
		{`"track" = type`, 1, 1, "A condition begins with a field"},
		{`Event = "x"`, 1, 1, "Write “event” instead of “Event”"},
		{`not (type = "a")`, 1, 1, "There is no “not(…)”"},
		{`not type = "a"`, 1, 1, "“not” is written as !="},
		{`!(type = "a")`, 1, 1, "“!” goes before contains"},
		{`!properties.a = 5`, 1, 1, "“!” goes before contains"},
		{`!before(properties.d, "2026-01-31")`, 1, 1, "“!” cannot stand before before."},
		{`segment = "x"`, 1, 1, `Write segment("…")`},
		{`segment(seg_1)`, 1, 9, `Put text in quotes: "seg_1".`},
		{`segment(5)`, 1, 9, "Put the value in quotes."},
		{`segment("")`, 1, 1, "Choose a segment."},
		{`properties = "x"`, 1, 1, "Say which one after a dot, such as properties.plan."},
		{`properties. = "x"`, 1, 12, "Write a name after the dot"},
		{`properties."x = 5`, 1, 12, "Write a name after the dot"},
		{`event.name = "x"`, 1, 1, "The event name has no parts."},
		{`type > 5`, 1, 1, "Choose is, is not or is one of."},
		{`properties.n > "five"`, 1, 16, "> compares numbers."},
		{`properties.n < null`, 1, 16, "< compares numbers."},
		{`properties.n = 5.`, 1, 16, "This is no number."},
		{`properties.n = 1-2`, 1, 17, "Write “and” or “or”"},
		{`done("Signed Up")`, 1, 1, "There is no “done(…)”."},
		{`did = 3`, 1, 1, `Write did("…") with the name of an event`},
		{`did(Signed)`, 1, 5, "Write the name of an event in quotes"},
		{`did("Signed)`, 1, 5, "never closed"},
		{`did("")`, 1, 1, "Type the name of an event"},
		{`did("X" within 3 days)`, 1, 9, "Close the parenthesis with a )"},
		{`did("X", 3 days)`, 1, 10, "After the comma comes a time"},
		{`did("X", within days)`, 1, 17, "Write a whole number and a unit"},
		{`did("X", within 1.5 days)`, 1, 17, "Write a whole number and a unit"},
		{`did("X", within 0 days)`, 1, 17, "a whole number of at least 1"},
		{`did("X", within 11 years)`, 1, 20, "Write minutes, hours, days or weeks"},
		{`did("X", within 600 weeks)`, 1, 17, "at most ten years"},
		{`did("X") >= "3"`, 1, 10, "as a whole number"},
		{`did("X") >= 0.5`, 1, 10, "as a whole number"},
		{`did("X") = -1`, 1, 10, "as a whole number"},
		{`did("X") < 0`, 1, 10, "Write !did(…) for “never”."},
		{`did("X") != 3`, 1, 10, "A count is compared with"},
		{`did("X") >= 0`, 1, 1, "choose “never”"},
		{`did("X") > 1000`, 1, 1, "At most 1000 times"},
		{`!did("X") = 2`, 1, 1, "“!” and a count do not go together"},
		{`contains("x", event)`, 1, 10, "A field must come first here"},
		{`contains(event)`, 1, 15, "Write a comma and then the value"},
		{`contains(event, )`, 1, 17, "Write a value here"},
		{`contains(event, "")`, 1, 1, "Choose a value."},
		{`contains(event, null)`, 1, 17, "null is no text"},
		{`contains(event, "a", "b")`, 1, 20, "takes one value only"},
		{`contains(event, "a"`, 1, 20, "Close the parenthesis of contains("},
		{`in(event, "a", "")`, 1, 16, "Leave empty texts out"},
		{`match(event, Order)`, 1, 14, "Write the pattern in quotes"},
		{`match(event, "Order*)`, 1, 14, "never closed"},
		{`match(event, "Order")`, 1, 14, `Write field = "Order"`},
		{`match(event, "*")`, 1, 14, "fits any text"},
		{`match(event, "*rde*")`, 1, 14, `Write contains(field, "rde")`},
		{`match(event, "O*r")`, 1, 14, "takes one * only"},
		{`match(event, "O?*")`, 1, 14, "no wildcard but *"},
		{`before(properties.d, "soon")`, 1, 1, "like 2026-01-31"},
		{`before(properties.d, 5)`, 1, 22, "Put the value in quotes."},
		{"type = \"\xff\"", 1, 9, "not UTF-8"},
		{`type = "` + strings.Repeat("x", MaxText) + `"`, 1, 1, "16 KB"},
		{`type = '` + strings.Repeat(`"`, MaxText-20) + `'`, 1, 1, "16 KB"},
		{strings.Repeat("(", 10) + `type = "a"` + strings.Repeat(")", 10), 1, 10, "10 deep"},
		{strings.Repeat(`type="a" and `, 200) + `type="a"`, 1, 200*13 + 1, "200 clauses"},
	}
	for _, test := range tests {
		name := shorten(test.text, 50)
		t.Run(name, func(t *testing.T) {
			c, err := Parse(test.text)
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || c != nil {
				t.Fatalf("Parse = %v, %v, want a *SyntaxError only", c, err)
			}
			if syntax.Line != test.line || syntax.Column != test.column || !strings.Contains(syntax.Message, test.message) {
				t.Errorf("Parse: %v\nwant %d, %d: …%s…", err, test.line, test.column, test.message)
			}
			if want := fmt.Sprintf("line %d, column %d: ", syntax.Line, syntax.Column); !strings.HasPrefix(err.Error(), want) {
				t.Errorf("Error() = %q, want it to begin with the place", err)
			}
		})
	}
}

// FuzzParse holds that whatever is accepted is within the limits, and comes back the same from its own text,
// from the builder and from the builder's form.
func FuzzParse(f *testing.F) {
	for _, test := range clauseTexts {
		f.Add(test.text)
		f.Add(`event = "A" and (` + test.text + ` or properties.\* = 5)`)
	}
	f.Add(`type='a' or (type="b" and type="c"`)
	f.Add("match(event, '\\'*')")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse(text)
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Message == "" || syntax.Line < 1 || syntax.Column < 1 {
				t.Fatalf("Parse(%q): %#v is no complete *SyntaxError", text, err)
			}
			return
		}
		if err := c.Validate(); err != nil {
			t.Fatalf("Parse(%q) is not valid: %v", text, err)
		}
		if diff := cmp.Diff(c, parse(t, c.String())); diff != "" {
			t.Fatalf("Parse(String()) of %q: %s", text, diff)
		}
		draft, err := DecodeDraft(c.Draft().Form("c"), "c")
		if err != nil {
			t.Fatalf("DecodeDraft of %q: %v", text, err)
		}
		again, rowErrors := draft.Condition()
		if diff := cmp.Diff(c, again); diff != "" || rowErrors != nil {
			t.Fatalf("through the builder, %q: %v %s", text, rowErrors, diff)
		}
	})
}
