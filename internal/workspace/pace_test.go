package workspace_test

import (
	"errors"
	"strings"
	"testing"

	"hookline/internal/workspace"

	"github.com/google/go-cmp/cmp"
)

const paced = `hookline: 1
destinations:
  - name: CRM
    max_per_second: 2.5
    burst: 7
    max_tries: 3
    maintenance:
      - {days: [fri, mon], start: 22:00, end: "06:00", time_zone: Europe/Berlin, note: backup}
      - {from: 2026-11-21T13:00:00+01:00, until: 2026-11-21T14:00:00Z}
`

func TestPaceInADiff(t *testing.T) {
	s := openStore(t)
	p := compare(t, s, paced, workspace.Options{})
	if got, want := diff(t, p), `+ destination “CRM”
    enabled: true
    signature_mode: whole
    timeout_ms: 4000
    max_per_second: 2.5
    burst: 7
    max_tries: 3
    maintenance:
      + Monday and Friday, 22:00 to 06:00, Europe/Berlin (backup)
      + 21 November 2026, 12:00 to 21 November 2026, 14:00, UTC
`; got != want {
		t.Errorf("-want +got\n%s", cmp.Diff(want, got))
	}
	must(t, p.Apply(t.Context(), nil))
	slower := strings.NewReplacer("2.5", "2", "    max_tries: 3\n", "", "note: backup", "note: disks").Replace(paced)
	if got, want := diff(t, compare(t, s, slower, workspace.Options{})), `~ destination “CRM”
    max_per_second: 2.5 → 2
    max_tries: 3 → (nothing)
    maintenance:
      - Monday and Friday, 22:00 to 06:00, Europe/Berlin (backup)
      + Monday and Friday, 22:00 to 06:00, Europe/Berlin (disks)
`; got != want {
		t.Errorf("-want +got\n%s", cmp.Diff(want, got))
	}
}

func TestAPauseIsInNoFile(t *testing.T) {
	s := openStore(t)
	must(t, compare(t, s, paced, workspace.Options{}).Apply(t.Context(), nil))
	all, err := s.ListDestinations(t.Context())
	must(t, err)
	must(t, s.PauseDestination(t.Context(), all[0].ID, "ana@example.com", "new CRM"))
	if file := export(t, s, true); strings.Contains(file, "pause") || strings.Contains(file, "new CRM") {
		t.Errorf("the file tells of the pause:\n%s", file)
	}
	must(t, compare(t, s, strings.ReplaceAll(paced, "2.5", "3"), workspace.Options{}).Apply(t.Context(), nil))
	d, err := s.Destination(t.Context(), all[0].ID)
	if must(t, err); d.MaxPerSecond != 3 || d.Paused.Note != "new CRM" {
		t.Errorf("after it was applied: %+v", d)
	}
}

func TestPaceThatCannotBe(t *testing.T) {
	for spoilt, want := range map[string]string{
		"fri, mon]|fri, noday]":                     "line 8, destination “CRM”: write the days of a maintenance window like [mon, sun]",
		"22:00|ten":                                 "line 8, destination “CRM”: write the times of day of a maintenance window like 22:00",
		"start: 22:00, |":                           "line 8, destination “CRM”: write the times of day of a maintenance window like 22:00",
		"Europe/Berlin|Atlantis":                    "line 3, destination “CRM”: Enter a time zone by its name",
		"until: 2026-11-21T14|until: 2025-11-21T14": "It has to end after it begins.",
		"2.5|99999":                                 "Choose a rate between 0.01 and 10,000 a second",
		"2.5|fast":                                  "line 4: write a number here",
		"2026-11-21T13:00:00+01:00|yesterday":       "line 9, destination “CRM”: write the beginning and the end of a maintenance window like 2026-11-21T22:00:00Z",
		"max_tries|max_trys":                        "there is no setting “max_trys” here",
	} {
		before, after, _ := strings.Cut(spoilt, "|")
		f, err := workspace.Parse(strings.NewReader(strings.Replace(paced, before, after, 1)))
		if err == nil {
			_, err = workspace.Compare(t.Context(), openStore(t), f, workspace.Options{Env: nothingSet})
		}
		if unusable, ok := errors.AsType[*workspace.Unusable](err); !ok || !strings.Contains(unusable.Error(), want) {
			t.Errorf("%s: the error is %v, want %q", spoilt, err, want)
		}
	}
}
