package condition

import (
	"encoding/json"
	"strings"
	"testing"

	"hookline/internal/data"

	"github.com/google/go-cmp/cmp"
)

// parse reads a condition that the test knows to be good.
func parse(t testing.TB, text string) *Condition {
	t.Helper()
	c, err := Parse(text)
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	return c
}

// object decodes a JSON object the way the event log does.
func object(t testing.TB, text string) *data.Object {
	t.Helper()
	decoded, err := data.DecodeObject(text)
	if err != nil {
		t.Fatalf("decode %s: %v", text, err)
	}
	return decoded
}

// made is an object made in Go.
func made(members map[string]any) *data.Object { return data.FromGo(members).(*data.Object) }

func TestEmpty(t *testing.T) {
	tests := []struct {
		name string
		c    *Condition
		want bool
	}{
		{"nil", nil, true},
		{"zero", &Condition{}, true},
		{"all of nothing", All(), true},
		{"any of nothing", Any(), true},
		{"groups of nothing", Any(All(), Any(Any())), true},
		{"a clause", Where(Field{Kind: FieldType}, OpIs, "track"), false},
		{"a clause below an empty group", All(Any(), Any(Where(Field{Kind: FieldType}, OpIs, "track"))), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.c.Empty(); got != test.want {
				t.Errorf("Empty() = %t, want %t", got, test.want)
			}
			if test.want && (test.c.String() != "" || !test.c.Met(Subject{})) {
				t.Errorf("String() = %q, Met = %t; an empty condition has no text and is met by every event",
					test.c.String(), test.c.Met(Subject{}))
			}
		})
	}
}

func TestPathsAndSegments(t *testing.T) {
	c := parse(t, `event = "A" and (properties.plan = "b" or properties.plan = "c" or !segment("seg_2")) and `+
		`segment("seg_1") and in(person."my key".0, "x") and segment("seg_2")`)
	if diff := cmp.Diff([]string{"event", "properties.plan", `person."my key".0`}, c.Paths()); diff != "" {
		t.Errorf("Paths: %s", diff)
	}
	if diff := cmp.Diff([]string{"seg_2", "seg_1"}, c.Segments()); diff != "" {
		t.Errorf("Segments: %s", diff)
	}
	if paths := (*Condition)(nil).Paths(); paths != nil {
		t.Errorf("Paths of nil = %q, want none", paths)
	}
}

func TestValidate(t *testing.T) {
	plan := Field{Kind: FieldProperty, Path: []string{"plan"}}
	deep := Where(plan, OpExists)
	for range MaxDepth {
		deep = Any(deep)
	}
	many := All()
	for range MaxClauses {
		many.Children = append(many.Children, Where(plan, OpExists))
	}
	tests := []struct {
		name    string
		c       *Condition
		path    string
		message string // a part of it; empty when valid
	}{
		{"nil", nil, "", ""},
		{"a bare clause", Where(plan, OpIs, "pro"), "", ""},
		{"as deep as may be", deep, "", ""},
		{"too deep", All(deep), "0.0.0.0.0.0.0.0.0.0", "10 deep at most"},
		{"as many as may be", many, "", ""},
		{"too many", All(many, Where(plan, OpExists)), "", "200 clauses at most"},
		{"too long", All(Where(plan, OpIs, strings.Repeat("x", MaxText))), "", "16 KB"},
		{"unknown kind", All(Where(Field{Kind: "shoe"}, OpIs, "4")), "0", "Choose what to look at."},
		{"no key", All(Where(Field{Kind: FieldTrait}, OpExists)), "0", "Type the name to look for, like email."},
		{"needless key", All(Where(Field{FieldEvent, []string{"x"}}, OpExists)), "0", "event name has no parts"},
		{"no operator", All(All(), Where(plan, "")), "1", "Choose how to compare."},
		{"unfit operator", All(Any(Where(Field{Kind: FieldType}, OpLess, "4"))), "0.0", "Choose is, is not or is one of."},
		{"no value", All(Where(plan, OpIs)), "0", "Choose a value."},
		{"empty value", All(Where(plan, OpContains, "")), "0", "Choose a value."},
		{"needless value", All(Where(plan, OpExists, "x")), "0", "takes no value"},
		{"two values", All(Where(plan, OpIs, "a", "b")), "0", "one value only"},
		{"no number", All(Where(plan, OpLess, "5 €")), "0", "without units"},
		{"a number with a plus", All(Where(plan, OpLess, "+5")), "0", "without units"},
		{"no date", All(Where(plan, OpBefore, "2026-02-30")), "0", "2026-01-31"},
		{"a list with a line break", All(Where(plan, OpOneOf, "a\nb")), "0", "line break"},
		{"not UTF-8", All(Where(plan, OpIs, "\xff")), "0", "bytes that are no text"},
		{"key not UTF-8", All(Where(Field{FieldTrait, []string{"\xff"}}, OpExists)), "0", "bytes that are no text"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.c.Validate()
			if test.message == "" {
				if err != nil {
					t.Fatalf("Validate: %v", err)
				}
				return
			}
			invalid, ok := err.(*Error)
			if !ok {
				t.Fatalf("Validate = %v, want an *Error", err)
			}
			if invalid.Path != test.path || !strings.Contains(err.Error(), test.message) {
				t.Errorf("Validate = %q at %q, want %q at %q", invalid.Message, invalid.Path, test.message, test.path)
			}
		})
	}
}

// TestUnfinishedClauses holds that a tree made by hand is safe to use before it is valid.
func TestUnfinishedClauses(t *testing.T) {
	ops := []Operator{"", "shoe"}
	for op := range operatorInfos {
		ops = append(ops, op)
	}
	values := []any{nil, "", "2026-01-31", json.Number("-1e16"), json.Number("1e16"), json.Number("-5"), true, []any{}}
	for _, op := range ops {
		for _, kind := range []FieldKind{FieldProperty, FieldSegment, ""} {
			c := All(Where(Field{Kind: kind, Path: []string{"x"}}, op), nil)
			for _, v := range values {
				s := Subject{Event: made(map[string]any{"properties": map[string]any{"x": v}})}
				if verdict := c.Evaluate(s); verdict.Met != c.Met(s) || len(verdict.Children) != 2 {
					t.Errorf("%q of %v: %+v", op, v, verdict)
				} else if len(verdict.Reasons()) == 0 {
					t.Errorf("%q of %v: no reasons", op, v)
				}
			}
			if c.Sentence() == "" || c.String() == "" || c.Children[0].Clause.String() != c.String() {
				t.Errorf("%q of %s: sentence %q, text %q", op, kind, c.Sentence(), c)
			}
			if valid := kind == FieldProperty && kind.takes(op) && operatorInfos[op].input == InputNone; valid != (c.Validate() == nil) {
				t.Errorf("%q of %s: Validate = %v", op, kind, c.Validate())
			}
		}
	}
}
