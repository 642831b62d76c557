package workspace_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
	"hookline/internal/workspace"
)

// furnishSegments makes segments that ask for each other, against the order of
// their names, and gives one for others to ask for.
func furnishSegments(t *testing.T, s *sqlite.Store) hookline.Segment {
	t.Helper()
	paying, err := s.CreateSegment(t.Context(), hookline.Segment{
		Name: `Paying “customers": all`, Description: "Two\nlines: yes", Condition: `person.plan = "pro" or person.seats >= 5`,
	})
	must(t, err)
	_, err = s.CreateSegment(t.Context(), hookline.Segment{Name: "By hand", Manual: true})
	must(t, err)
	_, err = s.CreateSegment(t.Context(), hookline.Segment{Name: "Also paying", Condition: `segment("` + paying.ID + `") and person.email != null`})
	must(t, err)
	wantAllSet(t, paying, "Manual", "State", "Size", "Version", "CreatedAt", "UpdatedAt") // of the moment, or another kind
	return paying
}

// allSegments writes what everything does, and gives what puts names for the ids
// in a condition.
func allSegments(t *testing.T, s *sqlite.Store, b *strings.Builder) func(string) string {
	t.Helper()
	segments, err := s.ListSegments(t.Context())
	must(t, err)
	var names []string
	for _, one := range segments {
		names = append(names, one.ID, one.Name)
	}
	replacer := strings.NewReplacer(names...)
	for _, one := range segments {
		one.ID, one.Condition, one.Size, one.Version = "", replacer.Replace(one.Condition), 0, 0
		one.CreatedAt, one.UpdatedAt = time.Time{}, time.Time{}
		fmt.Fprintf(b, "%#v\n", one)
	}
	return replacer.Replace
}

const twoSegments = `hookline: 1
segments:
  - name: Also paying
    condition: segment("Paying") and person.email != null
  - name: Paying
    condition: person.plan = "pro"
  - name: By hand
    manual: true
destinations:
  - name: CRM
    actions:
      - name: Tell
        trigger: segment("Paying")
        request: {url: "https://crm.example/"}
`

func TestSegmentsAreKnownByTheirNames(t *testing.T) {
	s := openStore(t)
	p := compare(t, s, twoSegments, workspace.Options{})
	want := `+ segment “Paying”
    manual: false
    condition: person.plan = "pro"
+ segment “Also paying”
    manual: false
    condition: segment("Paying") and person.email != null
+ segment “By hand”
    manual: true
`
	if got := diff(t, p); !strings.HasPrefix(got, want) || !strings.Contains(got, `    trigger: segment("Paying")`) {
		t.Errorf("want first\n%s\ngot\n%s", want, got)
	}
	must(t, p.Apply(t.Context(), nil))
	segments, err := s.ListSegments(t.Context())
	must(t, err)
	destinations, err := s.ListDestinations(t.Context())
	must(t, err)
	actions, err := s.ListActions(t.Context(), destinations[0].ID)
	must(t, err)
	paying := `segment("` + segments[2].ID + `")`
	if segments[0].Condition != paying+" and person.email != null" || actions[0].Trigger != paying {
		t.Errorf("kept %q and %q, want %s in both", segments[0].Condition, actions[0].Trigger, paying)
	}
	if again := compare(t, s, twoSegments, workspace.Options{}); len(again.Changes) > 0 {
		t.Errorf("applied again it changes\n%s", diff(t, again))
	}
	changed := strings.Replace(twoSegments, `"pro"`, `"team"`, 1)
	p = compare(t, s, changed, workspace.Options{})
	if got, want := diff(t, p), "~ segment “Paying”\n    condition: person.plan = \"pro\" → person.plan = \"team\"\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	must(t, p.Apply(t.Context(), nil))
}

func TestSegmentsThatTheFileLeavesOut(t *testing.T) {
	s := openStore(t)
	must(t, compare(t, s, twoSegments, workspace.Options{}).Apply(t.Context(), nil))
	if p := compare(t, s, "hookline: 1\n", workspace.Options{Prune: true}); len(p.Changes)+len(p.Extra) > 0 {
		t.Errorf("a file that mentions no segments changes\n%s%v", diff(t, p), p.Extra)
	}
	none := "hookline: 1\nsegments: []\ndestinations: []\n"
	if got := strings.Join(compare(t, s, none, workspace.Options{}).Extra, ", "); got != "destination “CRM”, segment “Also paying”, segment “By hand”, segment “Paying”" {
		t.Errorf("extra: %s", got)
	}
	p := compare(t, s, none, workspace.Options{Prune: true})
	if got, want := diff(t, p), "- destination “CRM”\n- segment “Also paying”\n- segment “By hand”\n- segment “Paying”\n"; got != want {
		t.Errorf("got\n%s", got)
	}
	must(t, p.Apply(t.Context(), nil))
}

func TestSegmentsThatCannotBeApplied(t *testing.T) {
	s := openStore(t)
	must(t, compare(t, s, twoSegments, workspace.Options{}).Apply(t.Context(), nil))
	for file, want := range map[string]string{
		"segments:\n  - {name: A, condition: 'segment(\"Gone\")'}\n":                                                                        `line 3, segment “A”: condition: there is no segment “Gone”, neither in the file nor here`,
		"segments:\n  - {name: A, condition: 'person.plan ='}\n":                                                                            `line 3, segment “A”: condition, line 1, column`,
		"segments:\n  - {name: A}\n":                                                                                                        `segment “A”: Say who belongs to the segment`,
		"segments:\n  - {name: A, manual: true, condition: 'person.a = 1'}\n":                                                               `segment “A”: A manual segment has no condition.`,
		"segments:\n  - {name: By hand, condition: 'person.a = 1'}\n":                                                                       `segment “By hand”: one that fills itself cannot become a manual one`,
		"segments:\n  - {name: A, manual: true}\n  - {name: A, manual: true}\n":                                                             `line 4, two segments are called “A”`,
		"segments:\n  - {name: A, condition: 'segment(\"B\")'}\n  - {name: B, condition: 'segment(\"A\")'}\n":                               `segment “A” asks for itself, by way of others`,
		"segments:\n  - {name: A, condition: 'event = \"X\"'}\n":                                                                            `segment “A”: condition, line 1, column 1: Who belongs is asked without any event`,
		"destinations:\n  - name: D\n    actions:\n      - {name: T, trigger: 'segment(\"Gone\")', request: {url: 'https://a.example/'}}\n": `action “D / T”: trigger: there is no segment “Gone”`,
	} {
		f, err := workspace.Parse(strings.NewReader("hookline: 1\n" + file))
		must(t, err)
		_, err = workspace.Compare(t.Context(), s, f, workspace.Options{Env: nothingSet, Keys: keys})
		var unusable *workspace.Unusable
		if !errors.As(err, &unusable) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", file, err, want)
		}
	}
}
