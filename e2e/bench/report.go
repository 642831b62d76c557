package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// document is what a run found, as it is written to a file and printed.
type document struct {
	At       time.Time `json:"at"`
	Hookline string    `json:"hookline"`
	Machine  string    `json:"machine"`
	Scale    float64   `json:"scale"`
	Rounds   int       `json:"rounds"`
	R        []float64 `json:"r"` // in the order in which it was measured
	Rows     []line    `json:"rows"`
}

// line is a row of the table with what was found for it. Figures are in the
// base of their unit: a second, a byte.
type line struct {
	ID     string    `json:"id"`
	What   string    `json:"what"`
	Unit   unit      `json:"unit"`
	Found  bool      `json:"found"`
	Value  float64   `json:"value"`
	Rounds []float64 `json:"rounds,omitempty"`
	TimesR float64   `json:"times_r,omitempty"`
	Must   *float64  `json:"must,omitempty"` // of rates as a multiple of R
	Aim    *float64  `json:"aim,omitempty"`
	Mark   string    `json:"mark,omitempty"`
	Remark string    `json:"remark,omitempty"`
}

func (b *bench) document() document {
	b.normalise("singles")
	b.normalise("batches")
	d := document{
		At: time.Now().UTC().Truncate(time.Second), Hookline: b.version,
		Machine: fmt.Sprintf("%d × %s, %s", runtime.NumCPU(), runtime.GOARCH, runtime.GOOS),
		Scale:   b.scale, Rounds: b.rounds, R: b.rs,
	}
	for _, r := range table() {
		if l := b.line(r); l.Found || len(b.only) == 0 || slices.Contains(b.only, r.part) {
			d.Rows = append(d.Rows, l)
		}
	}
	return d
}

// normalise says what the CPU time of a part would be on a machine on which R is
// normalR, round by round.
func (b *bench) normalise(part string) {
	f := b.found["cpu."+part]
	if f == nil {
		return
	}
	for i, v := range f.rounds {
		b.note("cpu."+part+".normal", v*b.rOf(f, i)/normalR)
	}
}

// rOf is the R that stands beside a round: the mean of those measured before and
// after it.
func (b *bench) rOf(f *figure, round int) float64 {
	n := f.after[round]
	return mean(b.rs[max(0, n-1):min(n+1, len(b.rs))])
}

func (b *bench) line(r row) line {
	l := line{ID: r.id, What: r.what, Unit: r.unit}
	if r.goal != nil {
		l.Must, l.Aim = &r.goal.must, &r.goal.aim
	}
	f := b.found[r.id]
	if f == nil || len(f.rounds) == 0 {
		l.Remark = b.whyMissing(r)
		return l
	}
	l.Found, l.Rounds, l.Remark, l.Value = true, f.rounds, f.remark, r.pick(f.rounds)
	if r.unit != asRate {
		l.Mark = r.judge(l.Value)
		return l
	}
	times := make([]float64, len(f.rounds))
	for i, v := range f.rounds {
		times[i] = v / b.rOf(f, i)
	}
	l.TimesR = r.pick(times)
	l.Mark = r.judge(l.TimesR)
	return l
}

func (b *bench) whyMissing(r row) string {
	for _, p := range parts() {
		if p.name == r.part && !b.wants(p) {
			return "only with -long"
		}
	}
	return "not measured"
}

func (r row) pick(rounds []float64) float64 {
	if !r.worst {
		return median(rounds)
	}
	worst := rounds[0]
	for _, v := range rounds {
		if r.better(worst, v) {
			worst = v
		}
	}
	return worst
}

// better says whether a is at least as good as b.
func (r row) better(a, b float64) bool {
	if r.unit == asRate || r.unit == asPace || r.unit == asShare {
		return a >= b
	}
	return a <= b
}

func (r row) judge(v float64) string {
	switch {
	case r.goal == nil:
		return ""
	case r.better(v, r.goal.aim):
		return "aim"
	case r.better(v, r.goal.must):
		return "met"
	}
	return "missed"
}

// write keeps the figures beside the text.
func (d document) write(file string) error {
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	return os.WriteFile(file, append(text, '\n'), 0o600)
}

// tell prints the one table, and beside it an earlier run when one was asked for.
func (b *bench) tell(d document) {
	write := aligned
	if b.markdown {
		write = markdown
	}
	fmt.Printf("\n%s\n\n%s", d.title(), write(d.table()))
	if b.old != nil {
		fmt.Printf("\nbeside %s\n\n%s", b.old.title(), write(compare(*b.old, d)))
	}
}

func (d document) title() string {
	text := fmt.Sprintf("%s on %s, %s", d.Hookline, d.Machine, d.At.Format(time.DateTime+" MST"))
	if len(d.R) > 0 {
		var measured []string
		for _, r := range d.R {
			measured = append(measured, thousands(r))
		}
		text += "\nR, requests/s of a bare net/http loop: " + strings.Join(measured, " · ") + "\nEach round of a rate stands beside the mean of R before and after it; the median counts."
	}
	if d.Scale != 1 {
		text += fmt.Sprintf("\nSCALED to %g of the events: such figures say nothing about the targets", d.Scale)
	}
	return text
}

func (d document) table() [][]string {
	rows := [][]string{{"what", "value", "× R", "must", "aim", "", ""}}
	for _, l := range d.Rows {
		rows = append(rows, []string{l.What, l.value(), l.timesR(), l.goal(l.Must), l.goal(l.Aim), l.Mark, l.Remark})
	}
	return rows
}

func (l line) value() string {
	if !l.Found {
		return "–"
	}
	return inUnit(l.Unit, l.Value)
}

func (l line) timesR() string {
	if l.TimesR == 0 {
		return ""
	}
	return fmt.Sprintf("%.3f", l.TimesR)
}

func (l line) goal(v *float64) string {
	switch {
	case v == nil:
		return ""
	case l.Unit == asRate:
		return fmt.Sprintf("%.2f R", *v)
	}
	return inUnit(l.Unit, *v)
}
