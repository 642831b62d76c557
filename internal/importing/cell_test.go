package importing

import (
	"strings"
	"testing"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

func TestValue(t *testing.T) {
	for _, test := range []struct {
		as         hookline.ImportType
		cell, want string // nothing: it is refused
	}{
		{hookline.TypeText, " Ana <b> ", `"Ana <b>"`},
		{hookline.TypeText, "007", `"007"`},
		{hookline.TypeNumber, "007", `7`},
		{hookline.TypeNumber, "0", `0`},
		{hookline.TypeNumber, "-0.50", `-0.50`},
		{hookline.TypeNumber, "+12345678901234567890.123456789", `12345678901234567890.123456789`},
		{hookline.TypeNumber, "1e5", `1e5`},
		{hookline.TypeNumber, "1,250", ""},
		{hookline.TypeNumber, ".5", ""},
		{hookline.TypeNumber, "12 EUR", ""},
		{hookline.TypeNumber, "NaN", ""},
		{hookline.TypeBoolean, "Yes", "true"},
		{hookline.TypeBoolean, "0", "false"},
		{hookline.TypeBoolean, "perhaps", ""},
		{hookline.TypeDate, "2026-03-04", `"2026-03-04"`},
		{hookline.TypeDate, "04.03.2026", `"2026-03-04"`},
		{hookline.TypeDate, "Mar 4, 2026", `"2026-03-04"`},
		{hookline.TypeDate, "2026-03-04 15:30", `"2026-03-04T15:30:00Z"`},
		{hookline.TypeDate, "2026-03-04T15:30:00+02:00", `"2026-03-04T13:30:00Z"`},
		{hookline.TypeDate, "03/04/2026", ""}, // of March or of April
		{hookline.TypeDate, "2026-02-30", ""},
		{hookline.TypeJSON, `{"a": [1, 2.50]}`, `{"a":[1,2.50]}`},
		{hookline.TypeJSON, `{"a": `, ""},
	} {
		got, wrong := value(test.cell, test.as)
		if string(got) != test.want || (wrong != "") != (test.want == "") || wrong != "" && !strings.HasSuffix(wrong, ".") {
			t.Errorf("%q as %s: %s, %q; want %s", test.cell, test.as, got, wrong, test.want)
		}
	}
}

func TestPerson(t *testing.T) {
	header := []string{"ID", "Mail", "Plan", "Seats"}
	c := hookline.ImportChoice{Empty: hookline.EmptyRemoves, Columns: []hookline.ImportColumn{
		{Use: hookline.UseUserID}, {Use: hookline.UseEmail}, {Use: hookline.UseAttribute, Attribute: "plan", Type: hookline.TypeText}, {Use: hookline.UseAttribute, Attribute: "seats", Type: hookline.TypeNumber},
	}}
	for _, test := range []struct {
		cells          []string
		identity, sets string
		removed        []string
		wrong          string
	}{
		{[]string{" u1 ", "ana@example.com", "pro", "3"}, "user:u1", `{"email":"ana@example.com","plan":"pro","seats":3}`, nil, ""},
		{[]string{"", "Ana@Example.com", "pro", ""}, "email:ana@example.com", `{"email":"Ana@Example.com","plan":"pro"}`, []string{"seats"}, ""},
		{[]string{"u1", "", "", ""}, "user:u1", `{}`, []string{"plan", "seats"}, ""},
		{[]string{"", "", "pro", "3"}, "", "", nil, "This row has neither an id nor an e-mail address, so nobody can be found by it."},
		{[]string{"u1", "no address", "", ""}, "", "", nil, "Mail: “no address” is not an e-mail address."},
		{[]string{"u1", "", "", "three"}, "", "", nil, "Seats: “three” is not a number such as 1250 or 1250.50, without a comma."},
	} {
		p, wrong := Person(header, c, hookline.ImportRow{Line: 2, Cells: test.cells})
		if wrong != test.wrong {
			t.Errorf("%v: %q, want %q", test.cells, wrong, test.wrong)
		}
		if wrong != "" {
			continue
		}
		if p.Identity() != test.identity || string(p.Set.JSON()) != test.sets || !cmp.Equal(p.Removed, test.removed) {
			t.Errorf("%v: %s, %s, %v", test.cells, p.Identity(), p.Set.JSON(), p.Removed)
		}
	}
	c.Empty = hookline.EmptyLeaves
	if p, _ := Person(header, c, hookline.ImportRow{Cells: []string{"u1", "", "", ""}}); len(p.Removed) > 0 {
		t.Errorf("empty cells remove %v, and were to leave it", p.Removed)
	}
}

func TestSuggest(t *testing.T) {
	header := []string{"User ID", "E-Mail", "First name", "Seats", "Postcode", "Active?", "Since", "Tags", "first-name", "***", "email"}
	rows := []hookline.ImportRow{
		{Cells: []string{"u1", "a@example.com", "Ana", "3", "01067", "yes", "2026-03-04", `["a"]`, "A", "1", "b@example.com"}},
		{Wrong: "It is wrong."},
		{Cells: []string{"u2", "b@example.com", "Bea", "2.5", "10115", "no", "2026-01-02", `[]`, "B", "", ""}},
	}
	got := Suggest(header, rows)
	want := []hookline.ImportColumn{
		{Use: hookline.UseUserID},
		{Use: hookline.UseEmail},
		{Use: hookline.UseAttribute, Attribute: "first_name", Type: hookline.TypeText},
		{Use: hookline.UseAttribute, Attribute: "seats", Type: hookline.TypeNumber},
		{Use: hookline.UseAttribute, Attribute: "postcode", Type: hookline.TypeText},
		{Use: hookline.UseAttribute, Attribute: "active", Type: hookline.TypeBoolean},
		{Use: hookline.UseAttribute, Attribute: "since", Type: hookline.TypeDate},
		{Use: hookline.UseAttribute, Attribute: "tags", Type: hookline.TypeJSON},
		{Use: hookline.UseAttribute, Attribute: "first_name_2", Type: hookline.TypeText},
		{Use: hookline.UseAttribute, Attribute: "column", Type: hookline.TypeNumber},
		{Use: hookline.UseAttribute, Attribute: "email_2", Type: hookline.TypeText},
	}
	if diff := cmp.Diff(want, got.Columns); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := got.Validate(); err != nil {
		t.Errorf("the proposal is wrong: %v", err)
	}
}
