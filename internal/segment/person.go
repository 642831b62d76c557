package segment

import (
	"time"

	"hookline/internal/condition"
	"hookline/internal/data"
	"hookline/internal/hookline"
)

// someone is one person in a round: what may have changed of them, and what they
// did.
type someone struct {
	hookline.Person
	eventID string // the last event that concerned them
	ask     []bool // which segments to ask, by their place in the plan
	all     bool   // ask all of them
	due     bool   // their time has come
	did     map[int64]hookline.Deeds
}

// touch has segments asked.
func (w *someone) touch(p *plan, segments []*asking) {
	if w.ask == nil {
		w.ask = make([]bool, len(p.segments))
	}
	for _, g := range segments {
		w.ask[g.at] = true
	}
}

// turn asks people, one after the other, and gathers what comes of it.
type turn struct {
	*plan
	now    time.Time
	silent bool // nobody moves: a first count asks
	round  *hookline.SegmentRound

	// of the person who is asked
	who      *someone
	standing hookline.SegmentStanding
	in       []bool // by place in the plan
	segment  *asking
	subject  condition.Subject
}

func newTurn(p *plan, now time.Time, round *hookline.SegmentRound) *turn {
	t := &turn{plan: p, now: now, round: round, in: make([]bool, len(p.segments))}
	t.subject = condition.Subject{Now: now, InSegment: t.isIn, Did: t.did}
	return t
}

func (t *turn) isIn(segmentID string) bool {
	g := t.byID[segmentID]
	return g != nil && t.in[g.at]
}

func (t *turn) did(event string) hookline.Deeds {
	number := t.segment.deeds[event]
	deeds := t.standing.Deeds[number]
	if more, some := t.who.did[number]; some {
		return deeds.With(more, condition.MaxTimes+1)
	}
	return deeds
}

// take asks one person what is to be asked of them. A suppressed person is in no
// segment that fills itself.
func (t *turn) take(w *someone, standing hookline.SegmentStanding) {
	t.who, t.standing, t.subject.Person = w, standing, nil
	clear(t.in)
	for _, number := range standing.Members {
		if g := t.byNumber[number]; g != nil {
			t.in[g.at] = true
		}
	}
	w.touch(t.plan, nil)
	timed := w.due || w.all
	for _, g := range t.segments {
		if g.condition == nil || !w.all && !w.ask[g.at] {
			continue
		}
		if meets := t.meets(g); meets != t.in[g.at] {
			t.move(g, meets)
		}
	}
	for _, g := range t.timed {
		timed = timed || w.ask[g.at]
	}
	if timed {
		t.wake()
	}
}

func (t *turn) meets(g *asking) bool {
	if t.who.Suppressed {
		return false
	}
	if g.person && t.subject.Person == nil {
		if t.subject.Person, _ = condition.Customer(&t.who.Person); t.subject.Person == nil {
			t.subject.Person = &data.Object{}
		}
	}
	t.segment = g
	return g.condition.Met(t.subject)
}

// move notes that the person enters or leaves, and has the segments asked that
// name this one.
func (t *turn) move(g *asking, entered bool) {
	t.in[g.at] = entered
	t.who.touch(t.plan, g.named)
	t.round.Changes = append(t.round.Changes, hookline.MemberChange{
		Segment: g.Number, PersonID: t.who.ID, Entered: entered, At: t.now,
		EventID: t.who.eventID, Silent: t.silent || !g.Asked(t.who.ID),
	})
}

// wake notes when time alone may change something. To be asked too early does no
// harm, so a later moment than the noted one is noted only when that has come.
func (t *turn) wake() {
	var next time.Time
	for _, g := range t.timed {
		if t.who.Suppressed {
			break
		}
		t.segment = g
		if at := g.condition.Until(t.subject); !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	noted := t.standing.DueAt
	sooner := !next.IsZero() && (noted.IsZero() || next.Before(noted))
	if sooner || t.who.due && !next.Equal(noted) {
		t.round.Due = append(t.round.Due, hookline.DueChange{PersonID: t.who.ID, At: next})
	}
}
