package alert

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"hookline/internal/hookline"
)

// facts are what the rules are judged by, at one moment.
type facts struct {
	now, started time.Time // started: when this process did
	rules        hookline.AlertRules
	destinations []hookline.Destination
	health       map[string]hookline.Health
	oldest       map[string]time.Time
	recent       map[string]hookline.Sample
	sources      []hookline.Source
	rhythms      []hookline.Rhythm
}

// judge gives everything that is so now. What somebody has switched off or
// paused is as they want it, and no alert.
func judge(f facts) []hookline.AlertFound {
	var found []hookline.AlertFound
	for _, d := range f.destinations {
		cause := d.Hold(f.health[d.ID], f.now).Cause
		if cause == hookline.CauseOff || cause == hookline.CausePaused || cause == hookline.CauseMaintenance {
			continue
		}
		for _, rule := range []func(hookline.Destination) (hookline.AlertFound, bool){f.failing, f.broken, f.backlog} {
			if one, is := rule(d); is {
				found = append(found, one)
			}
		}
	}
	return append(found, f.silence()...)
}

func (f facts) failing(d hookline.Destination) (hookline.AlertFound, bool) {
	rule, s := f.rules.Failing, f.recent[d.ID]
	if !rule.On || s.Tried() < rule.Tries || s.Troubled()*100 < rule.Percent*s.Tried() {
		return hookline.AlertFound{}, false
	}
	return hookline.AlertFound{
		Rule: hookline.RuleFailing, Subject: d.ID, Name: d.Name,
		Words: fmt.Sprintf("%d of %d tries failed within %s.", s.Troubled(), s.Tried(), span(time.Duration(rule.Minutes)*time.Minute)),
	}, true
}

func (f facts) broken(d hookline.Destination) (hookline.AlertFound, bool) {
	h := f.health[d.ID]
	if !f.rules.Broken.On || h.Breaker == hookline.BreakerClosed {
		return hookline.AlertFound{}, false
	}
	return hookline.AlertFound{
		Rule: hookline.RuleBroken, Subject: d.ID, Name: d.Name,
		Words: "The receiver is broken, so what it is owed waits, and one webhook at a time finds out whether it is back. " + h.Reason,
	}, true
}

// backlog leaves to broken what waits because of the breaker.
func (f facts) backlog(d hookline.Destination) (hookline.AlertFound, bool) {
	oldest, owes := f.oldest[d.ID]
	waited := f.now.Sub(oldest)
	if !f.rules.Backlog.On || !owes || waited < time.Duration(f.rules.Backlog.Minutes)*time.Minute || f.health[d.ID].Breaker != hookline.BreakerClosed {
		return hookline.AlertFound{}, false
	}
	return hookline.AlertFound{
		Rule: hookline.RuleBacklog, Subject: d.ID, Name: d.Name,
		Words: "Webhooks wait longer than they should: the oldest has been due for " + span(waited) + ".",
	}, true
}

// usualDays is on how many of the last seven days an event must have come to be
// usual.
const usualDays = 3

// silence counts no quiet from before this process started: nothing could come.
func (f facts) silence() []hookline.AlertFound {
	if !f.rules.Silence.On {
		return nil
	}
	names := map[string]string{}
	for _, s := range f.sources {
		if s.Enabled {
			names[s.ID] = s.Name
		}
	}
	var found []hookline.AlertFound
	for _, r := range f.rhythms {
		source, there := names[r.SourceID]
		usual, known := usualGap(r, f.now)
		if !there || !known {
			continue
		}
		since := r.LastAt
		if since.Before(f.started) {
			since = f.started
		}
		patience := max(time.Duration(f.rules.Silence.Times)*usual, time.Duration(f.rules.Silence.Minutes)*time.Minute)
		if f.now.Sub(since) < patience {
			continue
		}
		found = append(found, hookline.AlertFound{
			Rule: hookline.RuleSilence, Subject: subjectOf(r), Name: nameOf(r),
			Words: fmt.Sprintf("None has come from the source “%s” for %s; usually there is one at least every %s.", source, span(f.now.Sub(r.LastAt)), span(usual)),
		})
	}
	slices.SortFunc(found, func(a, b hookline.AlertFound) int { return cmp.Compare(a.Subject, b.Subject) })
	return found
}

// usualGap is the middle one of the longest times without an event that the last
// seven days had: nights count, and one bad day does not. It is not known of what
// came on fewer than usualDays of them.
func usualGap(r hookline.Rhythm, now time.Time) (time.Duration, bool) {
	today := dayOf(now)
	var gaps []time.Duration
	for day, gap := range r.Quiet {
		if day <= today && day > today-7 {
			gaps = append(gaps, gap)
		}
	}
	if len(gaps) < usualDays {
		return 0, false
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2], true
}

func dayOf(t time.Time) int64 { return t.Unix() / 86400 }

func subjectOf(r hookline.Rhythm) string { return r.SourceID + "." + string(r.Type) + "." + r.Name }

// nameOf is what does not come: “Order Completed”, or page events.
func nameOf(r hookline.Rhythm) string {
	if r.Name == "" {
		return string(r.Type) + " events"
	}
	return "“" + r.Name + "”"
}

// span writes a time as people say it.
func span(d time.Duration) string {
	count := func(n int, unit string) string {
		if n == 1 {
			return "1 " + unit
		}
		return fmt.Sprintf("%d %ss", n, unit)
	}
	switch {
	case d < time.Minute:
		return count(max(1, int(d.Seconds())), "second")
	case d < 2*time.Hour:
		return count(int(d.Minutes()), "minute")
	case d < 48*time.Hour:
		return count(int(d.Hours()), "hour")
	}
	return count(int(d.Hours()/24), "day")
}
