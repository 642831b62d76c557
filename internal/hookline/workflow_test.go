package hookline

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// drawn writes steps on one line: "a b(c|d e) f" is a branch b with c for yes, d and e for no.
func drawn(steps []Step) string {
	words := make([]string, len(steps))
	for i, s := range steps {
		words[i] = s.ID
		if s.Kind == StepBranch {
			words[i] += "(" + drawn(s.Yes) + "|" + drawn(s.No) + ")"
		}
	}
	return strings.Join(words, " ")
}

// workflow is a b(c|d e) f.
func workflow() Campaign {
	plain := func(id string) Step { return Step{ID: id, Kind: StepExit} }
	return Campaign{Steps: []Step{
		plain("a"),
		{ID: "b", Kind: StepBranch, Yes: []Step{plain("c")}, No: []Step{plain("d"), plain("e")}},
		plain("f"),
	}}
}

func TestSpotsAreWrittenAndRead(t *testing.T) {
	for _, text := range []string{"0", "12", "stp_1.yes.0", "stp_1.no.3"} {
		if spot, known := ParseSpot(text); !known || spot.String() != text {
			t.Errorf("%q is read as %+v, %v", text, spot, known)
		}
	}
	for _, text := range []string{"", "x", "-1", "stp_1", "stp_1.maybe.0", "stp_1.yes", "stp_1.yes.-1", ".yes.0"} {
		if spot, known := ParseSpot(text); known {
			t.Errorf("%q is read as %+v", text, spot)
		}
	}
}

func TestStepsAreInserted(t *testing.T) {
	for at, want := range map[string]string{
		"0": "x a b(c|d e) f", "3": "a b(c|d e) f x", "b.yes.0": "a b(x c|d e) f", "b.no.1": "a b(c|d x e) f", "b.no.2": "a b(c|d e x) f",
		"4": "", "b.yes.2": "", "a.yes.0": "", "gone.no.0": "",
	} {
		c := workflow()
		spot, _ := ParseSpot(at)
		done := c.Insert(spot, Step{ID: "x", Kind: StepExit})
		if want == "" {
			want = drawn(workflow().Steps)
			if done {
				t.Errorf("inserted at %s, which is no spot", at)
			}
		}
		if got := drawn(c.Steps); got != want {
			t.Errorf("inserted at %s: %s, want %s", at, got, want)
		}
	}
}

func TestStepsAreRemoved(t *testing.T) {
	for id, want := range map[string]string{"a": "b(c|d e) f", "b": "a f", "e": "a b(c|d) f", "c": "a b(|d e) f"} {
		c := workflow()
		if removed, found := c.Remove(id); !found || removed.ID != id {
			t.Errorf("removed %q: %+v, %v", id, removed, found)
		}
		if got := drawn(c.Steps); got != want {
			t.Errorf("without %s: %s, want %s", id, got, want)
		}
	}
	c := workflow()
	if _, found := c.Remove("none"); found {
		t.Error("removed a step that is not there")
	}
}

func TestEditsLeaveOtherCampaignsAlone(t *testing.T) {
	before := workflow()
	c := before
	c.Remove("c")
	c.Move("a", Spot{Index: 1})
	if diff := cmp.Diff(workflow(), before); diff != "" {
		t.Errorf("an edit of a copy changed the original:\n%s", diff)
	}
}

func TestStepsAreMoved(t *testing.T) {
	for id, want := range map[string][]string{
		"a": {"down: b(c|d e) a f", "into: b(a c|d e) f", "into: b(c|a d e) f"},
		"b": {"up: b(c|d e) a f", "down: a f b(c|d e)"},
		"f": {"up: a f b(c|d e)", "into: a b(c f|d e)", "into: a b(c|d e f)"},
		"c": {"across: a b(|d e c) f", "before: a c b(|d e) f", "behind: a b(|d e) c f"},
		"d": {"down: a b(c|e d) f", "across: a b(c d|e) f", "before: a d b(c|e) f", "behind: a b(c|e) d f"},
	} {
		var got []string
		for _, move := range workflow().Moves(id) {
			c := workflow()
			if !c.Move(id, move.To) {
				t.Errorf("%s does not move to %s", id, move.To)
			}
			got = append(got, string(move.Way)+": "+drawn(c.Steps))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("moves of %s (-want +got):\n%s", id, diff)
		}
	}
	c := workflow()
	if c.Move("a", Spot{Index: 3}) || c.Move("b", Spot{BranchID: "b", Yes: true}) || c.Move("none", Spot{}) {
		t.Error("moved where nothing leads")
	}
}

func TestSpansInWords(t *testing.T) {
	for span, want := range map[time.Duration]string{
		0: "no time", time.Second: "1 second", 90 * time.Second: "90 seconds", 5 * time.Minute: "5 minutes", time.Hour: "1 hour",
		36 * time.Hour: "36 hours", 24 * time.Hour: "1 day", 14 * 24 * time.Hour: "14 days",
	} {
		if got := SpanWords(span); got != want {
			t.Errorf("%v: %q, want %q", span, got, want)
		}
	}
}
