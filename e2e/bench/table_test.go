package main

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestInUnit(t *testing.T) {
	for want, got := range map[string]string{
		"999":         inUnit(asCount, 999),
		"1,000":       inUnit(asCount, 1000),
		"1,234,567/s": inUnit(asRate, 1_234_567),
		"65 µs":       inUnit(asTime, 65*µs),
		"999 µs":      inUnit(asTime, 999*µs),
		"1.0 ms":      inUnit(asTime, 999.9*µs),
		"99.9 ms":     inUnit(asTime, 99.9*ms),
		"0.10 s":      inUnit(asTime, 100*ms),
		"3.00 s":      inUnit(asTime, 3),
		"2,048 B":     inUnit(asSize, 2048),
		"40 MB":       inUnit(asSize, 40*mb),
		"0.95":        inUnit(asShare, 0.95),
	} {
		if got != want {
			t.Errorf("%q is written %q", want, got)
		}
	}
}

// TestMarks wants more of a rate, and less of a time, and of several rounds the
// median, or the worst where that is what counts.
func TestMarks(t *testing.T) {
	b := &bench{found: map[string]*figure{}, rs: []float64{500, 1500, 2500}}
	rate := row{id: "rate", part: "p", unit: asRate, goal: &goal{0.2, 0.3}}
	took := row{id: "took", part: "p", unit: asTime, goal: &goal{2, 1}}
	lost := row{id: "lost", part: "p", unit: asCount, goal: &goal{0, 0}, worst: true}
	for _, c := range []struct {
		row    row
		rounds []float64
		value  float64
		mark   string
	}{
		{rate, []float64{900, 300, 100}, 300, "aim"},
		{rate, []float64{299, 299, 299}, 299, "met"},
		{rate, []float64{199}, 199, "missed"},
		{took, []float64{1, 9, 0.5}, 1, "aim"},
		{took, []float64{2}, 2, "met"},
		{took, []float64{2.1}, 2.1, "missed"},
		{lost, []float64{0, 0, 0}, 0, "aim"},
		{lost, []float64{0, 1, 0}, 1, "missed"},
	} {
		b.found[c.row.id] = &figure{rounds: c.rounds, after: make([]int, len(c.rounds))}
		for i := range c.rounds {
			b.found[c.row.id].after[i] = 1 // between the first R and the second
		}
		if l := b.line(c.row); l.Value != c.value || l.Mark != c.mark {
			t.Errorf("%s of %v: %v and %q, not %v and %q", c.row.id, c.rounds, l.Value, l.Mark, c.value, c.mark)
		}
	}
	if l := b.line(row{id: "none", part: "p"}); l.Found || l.value() != "–" || l.Mark != "" {
		t.Errorf("what was not found has a value: %+v", l)
	}
}

// TestEachRoundHasItsR: on a machine that becomes twice as fast meanwhile, rounds
// that are twice as fast are worth the same.
func TestEachRoundHasItsR(t *testing.T) {
	b := &bench{found: map[string]*figure{}}
	for _, v := range []float64{100, 150, 200} {
		b.rs = append(b.rs, 10*v)
		b.note("rate", v)
		b.note("cpu.part", 1/v)
	}
	b.rs = append(b.rs, 2000)
	b.normalise("part")
	rate := b.line(row{id: "rate", unit: asRate})
	if rate.Value != 150 || math.Abs(rate.TimesR-0.0857) > 0.0001 {
		t.Errorf("%v, %v R", rate.Value, rate.TimesR)
	}
	for i, want := range []float64{12.5, 11.67, 10} {
		if got := b.found["cpu.part.normal"].rounds[i] * normalR; math.Abs(got-want) > 0.01 {
			t.Errorf("round %d: %v, want %v", i, got, want)
		}
	}
}

// TestTable holds rows and parts together.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range table() {
		if seen[r.id] {
			t.Errorf("there are two rows %s", r.id)
		}
		seen[r.id] = true
		if !slices.Contains(partNames(), r.part) {
			t.Errorf("row %s is measured by %q, which is no part", r.id, r.part)
		}
		if r.goal != nil && !r.better(r.goal.aim, r.goal.must) {
			t.Errorf("row %s must be better than we aim at", r.id)
		}
	}
}

func TestCompare(t *testing.T) {
	old := document{Rows: []line{
		{ID: "a", Found: true, Unit: asRate, Value: 1000, TimesR: 0.1, Mark: "missed"},
		{ID: "b", Found: true, Unit: asTime, Value: 2},
	}}
	now := document{Rows: []line{
		{ID: "a", Found: true, Unit: asRate, Value: 1000, TimesR: 0.2, Mark: "met"},
		{ID: "b", Found: true, Unit: asTime, Value: 1},
		{ID: "c", Found: true, Unit: asTime, Value: 1},
	}}
	rows := compare(old, now)
	if len(rows) != 4 || rows[1][5] != "2.00" || rows[1][6] != "missed → met" || rows[2][5] != "0.50" || rows[3][1] != "–" || rows[3][5] != "" {
		t.Errorf("compared:\n%s", aligned(rows))
	}
}

func TestAligned(t *testing.T) {
	got := aligned([][]string{{"what", "value", "", ""}, {"rate", "1", "met", "x"}, {"… µs", "1,000", "missed", ""}})
	want := "what  value\nrate      1  met     x\n… µs  1,000  missed\n"
	if got != want {
		t.Errorf("aligned:\n%s\nnot\n%s", got, want)
	}
}

func TestPlanRefuses(t *testing.T) {
	for args, want := range map[string]string{
		"-only singles,fast":  `no part "fast"`,
		"-rounds 0":           "-rounds must be from 1 to 100",
		"-scale 2":            "-scale must be more than 0 and at most 1",
		"-hookline /no/where": "-hookline: ",
		"-compare /no/where":  "-compare: ",
		"-rounds 1 singles":   `"singles" was not understood`,
		"-compare table.go":   "holds no figures",
	} {
		if _, err := readPlan(strings.Fields(args)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v does not say %q", args, err, want)
		}
	}
}

func TestPlanWants(t *testing.T) {
	wanted := func(args string) (names []string) {
		p, err := readPlan(strings.Fields(args))
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range parts() {
			if p.wants(q) {
				names = append(names, q.name)
			}
		}
		return names
	}
	if got := wanted(""); slices.Contains(got, "owed") || len(got) < 8 {
		t.Errorf("without flags: %v", got)
	}
	if got := wanted("-long"); !slices.Equal(got, partNames()) {
		t.Errorf("-long: %v", got)
	}
	if got := wanted("-only owed,start"); !slices.Equal(got, []string{"start", "owed"}) {
		t.Errorf("-only: %v", got)
	}
}
