package condition

import "testing"

func TestSegmentsAreRenamedWhereverTheyAre(t *testing.T) {
	names := map[string]string{"seg_1": `Paying "customers"`, "seg_2": "New"}
	for text, want := range map[string]string{
		``:                                   ``,
		`person.plan = "seg_1"`:              `person.plan = "seg_1"`,
		`segment("seg_1")`:                   `segment("Paying \"customers\"")`,
		`!segment("seg_2") or event != null`: `!segment("New") or event != null`,
		`type = "track" and (segment("seg_1") or !segment("seg_2"))`: `type = "track" and (segment("Paying \"customers\"") or !segment("New"))`,
	} {
		c, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		before := c.String()
		renamed := c.RenameSegments(func(id string) string { return names[id] })
		if got := renamed.String(); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
		if c.String() != before {
			t.Errorf("%s was changed itself, into %s", before, c)
		}
	}
}
