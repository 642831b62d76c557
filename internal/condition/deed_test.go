package condition

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// did makes somebody who did one thing so many minutes before noon.
func did(minutes ...int) Subject {
	deeds := Deeds{Total: len(minutes)}
	for _, m := range minutes {
		deeds.Times = append(deeds.Times, noon.Add(-time.Duration(m)*time.Minute).UnixMicro())
	}
	slices.SortFunc(deeds.Times, func(a, b int64) int { return compareInts(int(b), int(a)) })
	return Subject{Now: noon, Did: func(event string) Deeds {
		if event == "X" {
			return deeds
		}
		return Deeds{}
	}}
}

func TestDeedsAreCounted(t *testing.T) {
	tests := []struct {
		text  string
		who   Subject
		met   bool
		until time.Duration // after noon; 0: never
	}{
		{`did("X")`, did(), false, 0},
		{`did("X")`, Subject{}, false, 0},
		{`!did("X")`, Subject{}, true, 0},
		{`did("X")`, did(1_000_000), true, 0},
		{`did("Y")`, did(1), false, 0},
		{`did("X") >= 2`, did(1), false, 0},
		{`did("X") = 2`, did(1, 2), true, 0},
		{`did("X") = 2`, did(1, 2, 3), false, 0},
		{`did("X") <= 2`, did(1, 2, 3), false, 0},
		{`did("X", within 1 hour)`, did(59), true, time.Minute},
		{`did("X", within 1 hour)`, did(60), false, 0}, // an hour ago is no longer within the hour
		{`did("X", within 1 hour)`, did(10, 59), true, 50 * time.Minute},
		{`!did("X", within 1 hour)`, did(10, 59), false, 50 * time.Minute},
		{`!did("X", within 1 hour)`, did(90), true, 0},
		{`did("X", within 1 hour) >= 2`, did(10, 20, 30), true, 40 * time.Minute},
		{`did("X", within 1 hour) >= 2`, did(10), false, 0},
		{`did("X", within 1 hour) = 2`, did(10, 20, 30), false, 30 * time.Minute},
		{`did("X", within 1 hour) = 2`, did(10, 20), true, 40 * time.Minute},
		{`did("X", within 1 hour) = 0`, did(10, 20), false, 50 * time.Minute},
		{`did("X", within 1 hour) <= 1`, did(10, 20), false, 40 * time.Minute},
		{`did("X", within 1 hour) and did("X", within 30 minutes)`, did(10), true, 20 * time.Minute},
		{`did("X", within 2 days) and person.plan = null`, did(10), true, 48*time.Hour - 10*time.Minute},
	}
	for _, test := range tests {
		c := parse(t, test.text)
		if got := c.Met(test.who); got != test.met {
			t.Errorf("%s of %d deeds: Met = %t", test.text, len(test.who.did("X").Times), got)
		}
		want := time.Time{}
		if test.until != 0 {
			want = noon.Add(test.until)
		}
		if got := c.Until(test.who); !got.Equal(want) {
			t.Errorf("%s of %d deeds: Until = %v, want %v", test.text, len(test.who.did("X").Times), got, want)
		}
	}
}

func (s Subject) did(event string) Deeds {
	if s.Did == nil {
		return Deeds{}
	}
	return s.Did(event)
}

func TestDeedsAskedFor(t *testing.T) {
	c := parse(t, `did("A") >= 7 and (did("B", within 1 day) or did("B", within 2 days) <= 4) and did("C", within 1 day) >= 3`)
	want := []Deed{{"A", 0}, {"B", 5}, {"C", 3}}
	if diff := cmp.Diff(want, c.Deeds()); diff != "" {
		t.Errorf("Deeds: %s", diff)
	}
	if paths := c.Paths(); len(paths) > 0 {
		t.Errorf("Paths = %q: deeds are no values to look at", paths)
	}
}

// times are n moments of the last two months, the newest first.
func (d dice) times(now time.Time, n int) []int64 {
	times := make([]int64, n)
	for i := range times {
		times[i] = now.Add(-time.Duration(d.Int64N(int64(60 * 24 * time.Hour)))).UnixMicro()
	}
	slices.Sort(times)
	slices.Reverse(times)
	return times
}

// TestUntilMissesNothing holds, for random deeds: before Until nothing changes, and to know as many times as Deeds
// asks for is enough.
func TestUntilMissesNothing(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(3, 4))}
	changed := 0
	for range 5000 {
		c := All(&Condition{Clause: &Clause{
			deed("X", "30 days"), pick(d, OpDid, OpNotDid), nil,
		}}, &Condition{Clause: &Clause{
			deed("X", "2 weeks"), pick(d, OpDidAtLeast, OpDidAtMost, OpDidExactly), []string{pick(d, "1", "2", "4")},
		}})
		c.Match = pick(d, MatchAll, MatchAny)
		times := d.times(noon, d.IntN(8))
		few := times[:min(len(times), c.Deeds()[0].Times)]
		all := Subject{Now: noon, Did: func(string) Deeds { return Deeds{Total: len(times), Times: times} }}
		for all.Now.Before(noon.AddDate(0, 0, 40)) {
			known := Subject{Now: all.Now, Did: func(string) Deeds { return Deeds{Total: len(times), Times: few} }}
			if c.Met(known) != c.Met(all) {
				t.Fatalf("%s: the newest %d of %d times are not enough", c, len(few), len(times))
			}
			until, later := c.Until(known), all
			later.Now = all.Now.Add(time.Duration(d.Int64N(int64(10 * 24 * time.Hour))))
			if !until.IsZero() && !later.Now.Before(until) {
				later.Now = until
			}
			if c.Met(later) != c.Met(all) {
				changed++
				if until.IsZero() || later.Now.Before(until) {
					t.Fatalf("%s changed from %v to %v, but Until said %v", c, all.Now, later.Now, until)
				}
			}
			all.Now = later.Now.Add(1)
		}
	}
	if changed < 500 {
		t.Errorf("only %d changes: the test sees little", changed)
	}
}

func TestScopes(t *testing.T) {
	tests := []struct {
		text string
		in   []Scope
	}{
		{`event = "A" and person.plan = "b"`, []Scope{AboutEvents, AboutJourneys}},
		{`did("A") and person.plan = "b" and segment("seg_1")`, []Scope{AboutPeople, AboutJourneys}},
		{`did("A") or event = "A"`, []Scope{AboutJourneys}},
		{`person.plan = "b" or segment("seg_1")`, []Scope{AboutEvents, AboutPeople, AboutJourneys}},
		{``, []Scope{AboutEvents, AboutPeople, AboutJourneys}},
	}
	for _, test := range tests {
		for _, s := range []Scope{AboutEvents, AboutPeople, AboutJourneys} {
			allowed := slices.Contains(test.in, s)
			_, err := ParseIn(test.text, s)
			var syntax *SyntaxError
			if (err == nil) != allowed || err != nil && !errors.As(err, &syntax) {
				t.Errorf("ParseIn(%s, %d): %v", test.text, s, err)
			}
			c := parse(t, test.text)
			var wrong *Error
			if err := s.Check(c); (err == nil) != allowed || err != nil && !errors.As(err, &wrong) {
				t.Errorf("scope %d of %s: %v", s, test.text, err)
			}
			if _, rows := c.Draft().ConditionIn(s); (rows == nil) != allowed {
				t.Errorf("builder in scope %d of %s: %v", s, test.text, rows)
			}
		}
	}
	for _, choice := range FieldsIn(AboutPeople) {
		if AboutPeople.refuses(choice.Kind) != "" {
			t.Errorf("the builder offers %s for people", choice.Kind)
		}
	}
	if n := len(FieldsIn(AboutJourneys)); n != len(Fields()) {
		t.Errorf("%d of %d fields for journeys", n, len(Fields()))
	}
}

func TestDeedsInWords(t *testing.T) {
	tests := []struct {
		text, sentence string
		who            Subject
		reason         string
	}{
		{`did("X", within 30 days) >= 3`, "When the person did X at least 3 times in 30 days", did(1), "the person did X once in 30 days, not at least 3 times"},
		{`did("X")`, "When the person did X at least once", did(), "the person did X 0 times, not at least once"},
		{`!did("X")`, "When the person never did X", did(1, 2), "the person did X twice, which is ruled out"},
		{`!did("X", within 1 day)`, "When the person did not do X in 1 day", did(), "the person did X 0 times in 1 day"},
		{`did("X") = 1 and did("Y") <= 2`, "When the person did X exactly once and the person did Y at most twice", did(1, 2), "the person did X twice, not exactly once"},
	}
	for _, test := range tests {
		c := parse(t, test.text)
		if got := c.Sentence(); got != test.sentence {
			t.Errorf("Sentence of %s: %s", test.text, got)
		}
		verdict := c.Evaluate(test.who)
		if got := verdict.Reasons(); len(got) == 0 || got[0] != test.reason {
			t.Errorf("Reasons of %s: %q", test.text, got)
		}
	}
}
