package condition

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFieldsAndOperators(t *testing.T) {
	seen := map[FieldKind]bool{}
	for _, field := range Fields() {
		if seen[field.Kind] || field.Label == "" || field.Keyed != field.Kind.keyed() || field.Keyed != (field.KeyHint != "") {
			t.Errorf("field %+v is listed twice or is not complete", field)
		}
		seen[field.Kind] = true
		operators := map[Operator]bool{}
		for _, choice := range Operators(field.Kind) {
			if operators[choice.Op] || choice.Label == "" || choice.Input == "" {
				t.Errorf("%s: operator %+v is listed twice or is not complete", field.Kind, choice)
			}
			operators[choice.Op] = true
			if none := choice.Input == InputNone; none != (choice.Values == 0) {
				t.Errorf("%s: %s takes %d values by %s", field.Kind, choice.Op, choice.Values, choice.Input)
			}
		}
	}
	if got := Operators("shoe"); len(got) != 0 {
		t.Errorf("Operators of an unknown kind = %v", got)
	}
	Fields()[0].Label = "changed"
	if Fields()[0].Label == "changed" {
		t.Error("a caller can change what Fields returns to others")
	}
}

func TestOperatorsOffered(t *testing.T) {
	tests := []struct {
		row  Row
		want string
	}{
		{Row{Field: FieldType}, "is, is not, is one of"},
		{Row{Field: FieldEvent}, "is, is not, contains, does not contain, starts with, ends with, is one of"},
		{
			Row{Field: FieldEvent, Op: OpNotStartsWith},
			"is, is not, contains, does not contain, starts with, ends with, is one of, does not start with",
		},
		{
			Row{Field: FieldPerson, Op: OpIs},
			"is, is not, contains, does not contain, starts with, ends with, <, ≤, >, ≥, exists, does not exist, is true, " +
				"is false, is one of, before (date), after (date)",
		},
		{Row{Field: FieldSegment}, "is in, is not in"},
		{Row{Field: FieldDeed}, "at least once, never, at least … times, at most … times, exactly … times"},
	}
	for _, test := range tests {
		var labels []string
		for _, choice := range test.row.Operators() {
			labels = append(labels, choice.Label)
		}
		if got := strings.Join(labels, ", "); got != test.want {
			t.Errorf("%s %s offers %s\nwant %s", test.row.Field, test.row.Op, got, test.want)
		}
	}
}

func TestFitAndInput(t *testing.T) {
	tests := []struct {
		row   Row
		op    Operator
		input Input
	}{
		{Row{Field: FieldType, Op: OpLess}, OpIs, InputText},
		{Row{Field: FieldSegment, Op: OpIs}, OpInSegment, InputSegment},
		{Row{Field: FieldProperty, Op: OpLess}, OpLess, InputNumber},
		{Row{Field: FieldProperty, Op: OpBefore}, OpBefore, InputDate},
		{Row{Field: FieldProperty, Op: OpOneOf}, OpOneOf, InputList},
		{Row{Field: FieldProperty, Op: OpExists}, OpExists, InputNone},
		{Row{Field: FieldProperty}, OpIs, InputText},
		{Row{}, "", InputNone},
	}
	for _, test := range tests {
		row := test.row
		row.Fit()
		if row.Op != test.op || row.Input() != test.input {
			t.Errorf("%+v fits as %s by %s, want %s by %s", test.row, row.Op, row.Input(), test.op, test.input)
		}
	}
}

func TestFitKeepsWhatTheFieldCanUse(t *testing.T) {
	tests := []struct {
		field FieldKind
		op    Operator
		kept  bool
	}{
		{FieldProperty, OpIs, true},
		{FieldType, OpLess, true},
		{FieldSegment, OpInSegment, true},
		{FieldSegment, "", true},
		{FieldSegment, OpIs, false},
		{FieldPerson, OpInSegment, false},
		{FieldDeed, OpIs, false},
		{FieldPerson, OpDidAtLeast, false},
		{FieldDeed, OpInSegment, false},
	}
	for _, test := range tests {
		row := Row{Field: test.field, Op: test.op, Values: []string{"5"}}
		row.Fit()
		if kept := len(row.Values) == 1; kept != test.kept {
			t.Errorf("%s after %q keeps what was typed: %v", test.field, test.op, kept)
		}
	}
}

func TestKeys(t *testing.T) {
	tests := []struct {
		key  string
		path []string
		back string // how it is shown afterwards
	}{
		{"plan", []string{"plan"}, "plan"},
		{" plan ", []string{"plan"}, "plan"},
		{"address.city", []string{"address", "city"}, "address.city"},
		{"products.0.price", []string{"products", "0", "price"}, "products.0.price"},
		{"first name . x", []string{"first name", "x"}, "first name.x"},
		{`"a.b".c`, []string{"a.b", "c"}, `"a.b".c`},
		{`"" . " x "`, []string{"", " x "}, `""." x "`},
		{`say "hi"`, []string{`say "hi"`}, `say "hi"`},
		{`"\"hi\""`, []string{`"hi"`}, `"\"hi\""`},
		{`C:\dir`, []string{`C:\dir`}, `C:\dir`},
		{`"a\nb"`, []string{"a\nb"}, `"a\nb"`},
		{key: "a..b"},
		{key: "."},
		{key: "a."},
		{key: ".a"},
		{key: `"a`},
		{key: `"a"b`},
	}
	for _, test := range tests {
		path, complaint := splitKey(test.key)
		if diff := cmp.Diff(test.path, path); diff != "" || (complaint == "") != (path != nil) {
			t.Errorf("splitKey(%s): %s, complaint %q", test.key, diff, complaint)
		}
		if got := joinKey(test.path); got != test.back {
			t.Errorf("joinKey(%q) = %s, want %s", test.path, got, test.back)
		}
	}
}

func TestDraftCondition(t *testing.T) {
	form := func(pairs ...string) url.Values {
		values := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			values.Add(pairs[i], pairs[i+1])
		}
		return values
	}
	tests := []struct {
		name string
		form url.Values
		text string // when it is complete
		errs RowErrors
	}{
		{"nothing", form(), ``, nil},
		{"no rows", form("c.match", "any"), ``, nil},
		{"a match makes a group, whatever else is sent", form("c.0.match", "any", "c.0.field", "event"), ``, nil},
		{
			"rows in the order of their numbers",
			form("c.match", "any", "c.10.field", "event", "c.10.op", "is", "c.10.value", "B",
				"c.9.field", "event", "c.9.op", "is", "c.9.value", "A"),
			`event = "A" or event = "B"`, nil,
		},
		{
			"nested",
			form("c.0.field", "type", "c.0.op", "is", "c.0.value", "track", "c.1.match", "any",
				"c.1.0.field", "properties", "c.1.0.key", "total", "c.1.0.op", "at_least", "c.1.0.value", " +50 ",
				"c.1.1.field", "person", "c.1.1.key", "first name", "c.1.1.op", "exists", "c.1.1.value", "kept",
				"other.0.field", "type", "c.0.shoe", "x", "c.x.field", "type", "c.-1.field", "type", "cc.0.field", "type"),
			`type = "track" and (properties.total >= 50 or person."first name" != null)`, nil,
		},
		{
			"lists by line and by input",
			form("c.0.field", "event", "c.0.op", "one_of", "c.0.value", "a, b\r\n\r\nc", "c.0.value", "d"),
			`in(event, "a, b", "c", "d")`, nil,
		},
		{
			"text is not trimmed",
			form("c.0.field", "event", "c.0.op", "is", "c.0.value", " a "), `event = " a "`, nil,
		},
		{
			"deeds",
			form("c.0.field", "did", "c.0.key", " Order.Completed ", "c.0.op", "did_at_least", "c.0.value", " 3", "c.0.within", "30", "c.0.unit", "days",
				"c.1.field", "did", "c.1.key", `" a\nb"`, "c.1.op", "not_did", "c.1.within", "kept", "c.1.unit", ""),
			`did("Order.Completed", within 30 days) >= 3 and !did(" a\nb")`, nil,
		},
		{
			"incomplete deeds",
			form("c.0.field", "did", "c.0.op", "did",
				"c.1.field", "did", "c.1.key", "X", "c.1.op", "did_exactly",
				"c.2.field", "did", "c.2.key", "X", "c.2.op", "did", "c.2.within", "soon", "c.2.unit", "days",
				"c.3.field", "did", "c.3.key", "X", "c.3.op", "did", "c.3.within", "5", "c.3.unit", "years",
				"c.4.field", "did", "c.4.key", `"X`, "c.4.op", "did",
				"c.5.field", "did", "c.5.key", "X", "c.5.op", "did_at_most", "c.5.value", "1.5",
				"c.6.field", "did", "c.6.key", "X", "c.6.op", "is", "c.6.value", "3"),
			``,
			RowErrors{
				{"0", "key", "Type the name of an event, like Order Completed."},
				{"1", "value", "Type how many times, like 3."},
				{"2", "within", "Type how many days, like 30: a whole number of at least 1."},
				{"3", "unit", "Choose minutes, hours, days or weeks, or “ever”."},
				{"4", "key", "Type the name of the event without quotes."},
				{"5", "value", "Type how many times as a whole number, like 3."},
				{"6", "op", "What people did cannot be compared like this. Choose at least once, never, at least … times, " +
					"at most … times or exactly … times."},
			},
		},
		{
			"incomplete rows",
			form("c.0.field", "", "c.1.field", "properties", "c.1.op", "is", "c.1.value", "x",
				"c.2.field", "event", "c.2.op", "", "c.3.field", "event", "c.3.op", "is", "c.3.value", "",
				"c.4.field", "event", "c.4.op", "is", "c.4.value", "ok", "c.5.match", "all",
				"c.5.0.field", "properties", "c.5.0.key", "n", "c.5.0.op", "less", "c.5.0.value", "5 €",
				"c.5.1.field", "properties", "c.5.1.key", "n..x", "c.5.1.op", "exists",
				"c.5.2.field", "segment", "c.5.2.op", "in_segment",
				"c.5.3.field", "event", "c.5.3.op", "one_of", "c.5.3.value", "\n",
				"c.5.4.field", "properties", "c.5.4.key", "d", "c.5.4.op", "before", "c.5.4.value", "",
				"c.5.5.field", "type", "c.5.5.op", "less", "c.5.5.value", "5",
				"c.5.6.field", "traits", "c.5.6.key", "n", "c.5.6.op", "less"),
			``,
			RowErrors{
				{"0", "field", "Choose what to look at."},
				{"1", "key", "Type the name to look for, like plan."},
				{"2", "op", "Choose how to compare."},
				{"3", "value", "Choose a value."},
				{"5.0", "value", "Type a number, like 50 or 49.90, without units or thousands separators."},
				{"5.1", "key", "Write the parts of the name with single dots between them, like address.city."},
				{"5.2", "value", "Choose a segment."},
				{"5.3", "value", "Type at least one value, one on each line."},
				{"5.4", "value", "Choose a date, like 2026-01-31."},
				{"5.5", "op", "The event type cannot be compared like this. Choose is, is not or is one of."},
				{"5.6", "value", "Type a number, like 50 or 49.90."},
			},
		},
		{
			"too long as a whole",
			form("c.0.field", "event", "c.0.op", "is", "c.0.value", strings.Repeat("x", MaxText)), ``,
			RowErrors{{"", "", "A condition can be 16 KB long at most. Shorten its values, or ask for fewer."}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			draft, err := DecodeDraft(test.form, "c")
			if err != nil {
				t.Fatal(err)
			}
			c, errs := draft.Condition()
			if diff := cmp.Diff(test.errs, errs); diff != "" {
				t.Fatalf("errors: %s", diff)
			}
			if (c == nil) != (errs != nil) || (c != nil && c.String() != test.text) {
				t.Errorf("condition %v, want %s", c, test.text)
			}
			again, err := DecodeDraft(draft.Form("c"), "c")
			if diff := cmp.Diff(draft, again); diff != "" || err != nil {
				t.Errorf("Form and back: %v %s", err, diff)
			}
			for _, e := range test.errs {
				if got := errs.At(e.Path, e.Part); got != e.Message {
					t.Errorf("At(%s, %s) = %q", e.Path, e.Part, got)
				}
			}
			if got := errs.At("4", "value"); got != "" {
				t.Errorf("At of a good row = %q", got)
			}
		})
	}
}

func TestDecodeDraftLimits(t *testing.T) {
	many := url.Values{}
	for i := range MaxClauses {
		many.Set(FormName("c", ChildPath("", i), "field"), "event")
		many.Set(FormName("c", ChildPath("", i), "op"), "exists")
	}
	if d, err := DecodeDraft(many, "c"); err != nil || len(d.Children) != MaxClauses {
		t.Fatalf("DecodeDraft of %d rows: %v", MaxClauses, err)
	}
	many.Set("c.999999.field", "event")
	deep := strings.Repeat("0.", MaxDepth)
	tests := []struct {
		name string
		form url.Values
		want string
	}{
		{"a row too many", many, tooMany()},
		{"a row too deep", url.Values{"c." + deep + "0.field": {"event"}}, tooDeep()},
	}
	for _, test := range tests {
		_, err := DecodeDraft(test.form, "c")
		var invalid *Error
		if !errors.As(err, &invalid) || invalid.Message != test.want {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
	if _, err := DecodeDraft(url.Values{"c." + deep + "field": {"event"}}, "c"); err != nil {
		t.Errorf("a row as deep as may be: %v", err)
	}
	if d, err := DecodeDraft(url.Values{"c.field": {"event"}}, "c"); err != nil || d.Row != nil || d.Match != MatchAll {
		t.Errorf("a row as root: %+v, %v; the root is always a group", d, err)
	}
}

func TestEdits(t *testing.T) {
	const start = `event = "a" and (event = "b" or event = "c") and event = "d"`
	row := Row{Field: FieldEvent, Op: OpIs, Values: []string{"new"}}
	tests := []struct {
		name string
		edit func(*Draft) error
		want string
		err  error
	}{
		{
			"add a row to the root", func(d *Draft) error { return d.AddRow("", row) },
			start + ` and event = "new"`, nil,
		},
		{
			"add a row to a group", func(d *Draft) error { return d.AddRow("1", row) },
			`event = "a" and (event = "b" or event = "c" or event = "new") and event = "d"`, nil,
		},
		{
			"add a group that matches the other way",
			func(d *Draft) error {
				return errors.Join(d.AddGroup("", row), d.AddRow("3", row), d.AddGroup("3", row), d.AddRow("3.2", row))
			},
			start + ` and (event = "new" or event = "new" or (event = "new" and event = "new"))`, nil,
		},
		{
			"remove a row", func(d *Draft) error { return d.Remove("0") },
			`(event = "b" or event = "c") and event = "d"`, nil,
		},
		{
			"remove a group", func(d *Draft) error { return d.Remove("1") },
			`event = "a" and event = "d"`, nil,
		},
		{
			"a group left empty goes too", func(d *Draft) error {
				err := errors.Join(d.Remove("1.1"), d.Remove("1.0"))
				if len(d.Children) != 2 {
					return fmt.Errorf("%d children are left", len(d.Children))
				}
				return err
			}, `event = "a" and event = "d"`, nil,
		},
		{"remove everything", func(d *Draft) error { return d.Remove("") }, ``, nil},
		{
			"remove the last row", func(d *Draft) error { return errors.Join(d.Remove("2"), d.Remove("1"), d.Remove("0")) },
			``, nil,
		},
		{
			"switch", func(d *Draft) error { return errors.Join(d.SetMatch("", MatchAny), d.SetMatch("1", MatchAll)) },
			`event = "a" or (event = "b" and event = "c") or event = "d"`, nil,
		},
		{"add to a row", func(d *Draft) error { return d.AddRow("0", row) }, start, ErrNoPlace},
		{"add a group to a row", func(d *Draft) error { return d.AddGroup("1.0", row) }, start, ErrNoPlace},
		{"add to nowhere", func(d *Draft) error { return d.AddRow("7", row) }, start, ErrNoPlace},
		{"remove what is not there", func(d *Draft) error { return d.Remove("1.2") }, start, ErrNoPlace},
		{"a path that is none", func(d *Draft) error { return d.Remove("1.-1") }, start, ErrNoPlace},
		{"below a row", func(d *Draft) error { return d.Remove("0.0") }, start, ErrNoPlace},
		{"switch a row", func(d *Draft) error { return d.SetMatch("0", MatchAny) }, start, ErrNoPlace},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := parse(t, start).Draft()
			if err := test.edit(d); !errors.Is(err, test.err) {
				t.Fatalf("edit: %v, want %v", err, test.err)
			}
			c, errs := d.Condition()
			if c == nil || c.String() != test.want {
				t.Errorf("now %v (%v), want %s", c, errs, test.want)
			}
		})
	}
	if err := parse(t, start).Draft().SetMatch("", "some"); err == nil {
		t.Error("SetMatch takes any word")
	}
}

func TestEditLimits(t *testing.T) {
	var invalid *Error
	d := &Draft{Match: MatchAll}
	path := ""
	for depth := 1; depth < MaxDepth; depth++ {
		if err := d.AddGroup(path, Row{Field: FieldEvent, Op: OpExists}); err != nil {
			t.Fatalf("a group at depth %d: %v", depth, err)
		}
		path = ChildPath(path, 0)
		if depth > 1 { // the group's first child is its row
			path = path[:len(path)-1] + "1"
		}
	}
	if err := d.AddGroup(path, Row{}); !errors.As(err, &invalid) || invalid.Message != tooDeep() {
		t.Errorf("a group too deep: %v", err)
	}
	if _, errs := d.Condition(); errs != nil {
		t.Errorf("groups as deep as the edits allow: %v", errs)
	}
	for d.rows() < MaxClauses {
		if err := d.AddRow("", Row{Field: FieldEvent, Op: OpExists}); err != nil {
			t.Fatal(err)
		}
	}
	if _, errs := d.Condition(); errs != nil {
		t.Errorf("as many rows as the edits allow: %v", errs)
	}
	for name, err := range map[string]error{"row": d.AddRow("", Row{}), "group": d.AddGroup("", Row{})} {
		if !errors.As(err, &invalid) || invalid.Message != tooMany() {
			t.Errorf("a %s too many: %v", name, err)
		}
	}
}
