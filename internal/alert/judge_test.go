package alert

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// fine is a house in which nothing is wrong.
func fine() facts {
	return facts{
		now: noon, started: noon.Add(-time.Hour * 200), rules: hookline.UsualAlertRules(),
		destinations: []hookline.Destination{{ID: "dst_1", Name: "CRM", Enabled: true}},
		health:       map[string]hookline.Health{}, oldest: map[string]time.Time{}, recent: map[string]hookline.Sample{},
		sources: []hookline.Source{{ID: "src_1", Name: "Shop", Enabled: true}},
	}
}

// daily is an event that came all week, at most gap apart, and last so long ago.
func daily(gap, ago time.Duration) hookline.Rhythm {
	r := hookline.Rhythm{SourceID: "src_1", Type: hookline.Track, Name: "Order Completed", LastAt: noon.Add(-ago), Quiet: map[int64]time.Duration{}}
	for day := range int64(7) {
		r.Quiet[dayOf(noon)-day] = gap
	}
	return r
}

func TestJudge(t *testing.T) {
	broken := hookline.Health{Breaker: hookline.BreakerOpen, Reason: "No answer."}
	for name, test := range map[string]struct {
		change func(*facts)
		want   string // rule and a part of the words; "": no alert
	}{
		"nothing is wrong":   {func(*facts) {}, ""},
		"failing":            {func(f *facts) { f.recent["dst_1"] = hookline.Sample{Delivered: 10, Retrying: 8, Failed: 2} }, "failing 10 of 20 tries failed within 10 minutes."},
		"too few failed":     {func(f *facts) { f.recent["dst_1"] = hookline.Sample{Delivered: 11, Retrying: 9} }, ""},
		"too few tries":      {func(f *facts) { f.recent["dst_1"] = hookline.Sample{Failed: 19} }, ""},
		"failing, rule off":  {func(f *facts) { f.recent["dst_1"] = hookline.Sample{Failed: 99}; f.rules.Failing.On = false }, ""},
		"failing, paused":    {func(f *facts) { f.recent["dst_1"] = hookline.Sample{Failed: 99}; f.destinations[0].Paused.At = noon }, ""},
		"failing, off":       {func(f *facts) { f.recent["dst_1"] = hookline.Sample{Failed: 99}; f.destinations[0].Enabled = false }, ""},
		"failing, deleted":   {func(f *facts) { f.recent["dst_2"] = hookline.Sample{Failed: 99} }, ""},
		"broken":             {func(f *facts) { f.health["dst_1"] = broken }, "broken No answer."},
		"broken, half open":  {func(f *facts) { f.health["dst_1"] = hookline.Health{Breaker: hookline.BreakerHalfOpen} }, "broken "},
		"broken, rule off":   {func(f *facts) { f.health["dst_1"] = broken; f.rules.Broken.On = false }, ""},
		"behind":             {func(f *facts) { f.oldest["dst_1"] = noon.Add(-15 * time.Minute) }, "backlog due for 15 minutes."},
		"nearly behind":      {func(f *facts) { f.oldest["dst_1"] = noon.Add(-14 * time.Minute) }, ""},
		"due later":          {func(f *facts) { f.oldest["dst_1"] = noon.Add(time.Hour) }, ""},
		"behind, rule off":   {func(f *facts) { f.oldest["dst_1"] = noon.Add(-time.Hour); f.rules.Backlog.On = false }, ""},
		"behind, for broken": {func(f *facts) { f.oldest["dst_1"] = noon.Add(-time.Hour); f.health["dst_1"] = broken }, "broken "},
		"silence":            {func(f *facts) { f.rhythms = []hookline.Rhythm{daily(30*time.Minute, 90*time.Minute)} }, "silence source “Shop” for 90 minutes; usually there is one at least every 30 minutes."},
		"not silent enough":  {func(f *facts) { f.rhythms = []hookline.Rhythm{daily(30*time.Minute, 89*time.Minute)} }, ""},
		"the least minutes":  {func(f *facts) { f.rhythms = []hookline.Rhythm{daily(time.Second, 59*time.Minute)} }, ""},
		"silence, just begun": {func(f *facts) {
			f.rhythms = []hookline.Rhythm{daily(time.Minute, 99*time.Hour)}
			f.started = noon.Add(-time.Minute)
		}, ""},
		"silence, source off": {func(f *facts) {
			f.rhythms = []hookline.Rhythm{daily(time.Minute, 9*time.Hour)}
			f.sources[0].Enabled = false
		}, ""},
		"silence, rule off": {func(f *facts) {
			f.rhythms = []hookline.Rhythm{daily(time.Minute, 9*time.Hour)}
			f.rules.Silence.On = false
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := fine()
			test.change(&f)
			found := judge(f)
			if test.want == "" {
				if len(found) > 0 {
					t.Errorf("found %+v", found)
				}
				return
			}
			rule, words, _ := strings.Cut(test.want, " ")
			if len(found) != 1 || string(found[0].Rule) != rule || !strings.Contains(found[0].Words, words) {
				t.Errorf("found %+v", found)
			}
		})
	}
}

func TestUsualGap(t *testing.T) {
	days := func(gaps ...time.Duration) hookline.Rhythm {
		r := hookline.Rhythm{Quiet: map[int64]time.Duration{}}
		for i, gap := range gaps {
			r.Quiet[dayOf(noon)-int64(i)] = gap
		}
		return r
	}
	for _, test := range []struct {
		r    hookline.Rhythm
		want time.Duration
	}{
		{days(), 0},
		{days(time.Hour, time.Hour), 0}, // on two days only
		{days(time.Hour, 2*time.Hour, 3*time.Hour), 2 * time.Hour},
		{days(time.Hour, time.Hour, 90*time.Hour, time.Hour), time.Hour}, // one bad day does not count
		{days(1, 1, 1, 1, 1, 1, 1, 9*time.Hour, 9*time.Hour), 1},         // nor what is over a week old
	} {
		if got, known := usualGap(test.r, noon); got != test.want || known != (test.want > 0) {
			t.Errorf("of %v it is %s, %v, want %s", test.r.Quiet, got, known, test.want)
		}
	}
}

func TestCompare(t *testing.T) {
	found := func(rule hookline.AlertRule, subject string) hookline.AlertFound {
		return hookline.AlertFound{Rule: rule, Subject: subject}
	}
	open := []hookline.Alert{
		{ID: "alr_1", AlertFound: found(hookline.RuleFailing, "dst_1")}, {ID: "alr_2", AlertFound: found(hookline.RuleBroken, "dst_1")},
	}
	begun, ended := compare([]hookline.AlertFound{found(hookline.RuleFailing, "dst_1"), found(hookline.RuleFailing, "dst_2")}, open)
	if d := cmp.Diff([]hookline.AlertFound{found(hookline.RuleFailing, "dst_2")}, begun); d != "" {
		t.Errorf("begun (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"alr_2"}, ended); d != "" {
		t.Errorf("ended (-want +got):\n%s", d)
	}
}

func TestRhythmsAreLearnt(t *testing.T) {
	r := &rhythms{known: map[rhythmKey]*hookline.Rhythm{}}
	key := rhythmKey{"src_1", hookline.Track, "A"}
	for _, after := range []time.Duration{0, time.Minute, 10 * time.Minute, 11 * time.Minute, 24 * time.Hour, 24*time.Hour + time.Minute} {
		r.saw(key, noon.Add(after))
	}
	all := r.all()
	today := dayOf(noon)
	want := []hookline.Rhythm{{
		SourceID: "src_1", Type: hookline.Track, Name: "A", LastAt: noon.Add(24*time.Hour + time.Minute),
		Quiet: map[int64]time.Duration{today: 9 * time.Minute, today + 1: 24*time.Hour - 11*time.Minute},
	}}
	if d := cmp.Diff(want, all); d != "" {
		t.Errorf("learnt (-want +got):\n%s", d)
	}
	if got := r.take(noon.Add(25 * time.Hour)); len(got) != 1 {
		t.Errorf("%d have changed", len(got))
	}
	if got := r.take(noon.Add(25 * time.Hour)); len(got) != 0 {
		t.Errorf("%d have changed since", len(got))
	}
	if r.take(noon.Add(24*time.Hour + forgetAfter + time.Hour)); len(r.all()) != 0 {
		t.Error("what does not come for two weeks is not forgotten")
	}
	for i := range maxRhythms + 50 {
		r.saw(rhythmKey{"src_1", hookline.Track, strings.Repeat("x", i%maxName) + string(rune('a'+i/maxName))}, noon)
	}
	r.saw(rhythmKey{"src_1", hookline.Track, strings.Repeat("y", maxName+1)}, noon)
	if n := len(r.all()); n > maxRhythms {
		t.Errorf("%d are followed", n)
	}
}
