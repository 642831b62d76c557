package backtest

import (
	"cmp"
	"slices"
	"time"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

const (
	maxKinds = 200 // of troubles that are told apart; what comes later is only counted
	shown    = 5   // samples, and troubles of a kind
)

// Answer is what was found out. All counts are of events.
type Answer struct {
	Looked int       // events that were looked at
	Oldest time.Time // when the oldest of them came in
	Cut    bool      // there were more than could be looked at

	Matched   int
	Canceled  int // of those that matched, the template did not want to send
	Failed    int // and of those no request could be made
	Days      []Day
	Peak      int // the most that matched in one second
	PeakAt    time.Time
	Troubles  []Trouble // why requests could not be made, the most frequent first
	Gaps      []Trouble // what was missing in requests that were made
	NewlySent int       // that the saved action would not have sent
	NoLonger  int       // that only the saved action would have sent
	Different int       // that both would have sent, but not the same request
	Samples   []Sample  // of the three

	seconds map[int64]int
	days    map[int64]int
	kinds   map[kind]*Trouble
}

// Day is how many events matched on one day, in UTC.
type Day struct {
	Begin   time.Time
	Matched int
}

// Trouble is one thing that happens with several events.
type Trouble struct {
	Part         compose.Part
	Line, Column int
	InOutput     bool
	Message      string
	Count        int
	Event        hookline.Event // the newest with which it happens
}

// Sample is an event for which the edited action does something else than the saved one. Before or After is nil where
// nothing would be sent.
type Sample struct {
	Event         hookline.Event
	Person        *hookline.Person
	Before, After *hookline.Request
}

type kind struct {
	gap          bool
	part         compose.Part
	line, column int
	message      string
}

func newAnswer() *Answer {
	return &Answer{seconds: map[int64]int{}, days: map[int64]int{}, kinds: map[kind]*Trouble{}}
}

// add counts what the edited action makes of an event.
func (a *Answer) add(e hookline.Event, _ *hookline.Person, o outcome) {
	a.Looked++
	a.Oldest = e.ReceivedAt
	day := e.ReceivedAt.UTC().Truncate(24 * time.Hour).Unix()
	a.days[day] += 0
	if !o.matched {
		return
	}
	a.Matched++
	a.days[day]++
	second := e.ReceivedAt.Unix()
	a.seconds[second]++
	if n := a.seconds[second]; n >= a.Peak {
		a.Peak, a.PeakAt = n, time.Unix(second, 0).UTC()
	}
	switch {
	case o.canceled:
		a.Canceled++
	case o.err != nil:
		a.Failed++
		a.trouble(false, e, troubleOf(o.err))
	default:
		for _, w := range o.made.Warnings {
			a.trouble(true, e, Trouble{Part: w.Part, Line: w.Line, Column: w.Column, Message: w.Message})
		}
	}
}

func troubleOf(err error) Trouble {
	if e, ok := err.(*compose.Error); ok { //nolint:errorlint // compose wraps none of its own
		return Trouble{Part: e.Part, Line: e.Line, Column: e.Column, InOutput: e.InOutput, Message: e.Message}
	}
	return Trouble{Message: compose.Reason(err)}
}

// trouble counts one more. Places in what was made differ from event to event, so that they tell nothing apart.
func (a *Answer) trouble(gap bool, e hookline.Event, t Trouble) {
	k := kind{gap: gap, part: t.Part, message: t.Message}
	if !t.InOutput {
		k.line, k.column = t.Line, t.Column
	}
	known := a.kinds[k]
	if known == nil {
		if len(a.kinds) >= maxKinds {
			return
		}
		t.Event = e // the newest, because events come newest first
		known = &t
		a.kinds[k] = known
	}
	known.Count++
}

// compare counts what differs from the saved action, and keeps some of it.
func (a *Answer) compare(e hookline.Event, p *hookline.Person, before, now outcome) {
	s := Sample{Event: e, Person: p}
	if before.sent() {
		s.Before = &before.made.Request
	}
	if now.sent() {
		s.After = &now.made.Request
	}
	var count *int
	switch {
	case s.Before == nil && s.After == nil:
		return
	case s.Before == nil:
		count = &a.NewlySent
	case s.After == nil:
		count = &a.NoLonger
	case alike(*s.Before, *s.After):
		return
	default:
		count = &a.Different
	}
	if *count++; *count <= shown {
		a.Samples = append(a.Samples, s)
	}
}

// done puts in order what was counted.
func (a *Answer) done() Answer {
	for begin, matched := range a.days {
		a.Days = append(a.Days, Day{time.Unix(begin, 0).UTC(), matched})
	}
	slices.SortFunc(a.Days, func(x, y Day) int { return x.Begin.Compare(y.Begin) })
	for k, t := range a.kinds {
		if k.gap {
			a.Gaps = append(a.Gaps, *t)
		} else {
			a.Troubles = append(a.Troubles, *t)
		}
	}
	for _, list := range [][]Trouble{a.Troubles, a.Gaps} {
		slices.SortFunc(list, func(x, y Trouble) int {
			return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.Part, y.Part), cmp.Compare(x.Line, y.Line), cmp.Compare(x.Column, y.Column), cmp.Compare(x.Message, y.Message))
		})
	}
	return *a
}
