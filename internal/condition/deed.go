package condition

import (
	"slices"
	"strconv"
	"time"

	"hookline/internal/hookline"
)

// MaxTimes is the most times that a clause about deeds can ask for. As many times of a deed are kept for each
// person, so that those within a span can be counted.
const MaxTimes = 1000

// Deed is what must be known of each person for a condition to be asked: how often they sent a track event of
// this name, and when they did so last.
type Deed struct {
	Event string
	Times int // how many of the newest times must be known; 0: the count of all is enough
}

// Deeds are one person's of one event name, with at least as many times as Deed.Times asks for, or all.
type Deeds = hookline.Deeds

// Deeds returns what must be counted for c, in the order of the text and each event name once.
func (c *Condition) Deeds() []Deed {
	var deeds []Deed
	c.eachClause(func(clause *Clause) {
		if clause.Field.Kind != FieldDeed {
			return
		}
		asked := Deed{Event: clause.Field.eventName(), Times: clause.timesNeeded()}
		at := slices.IndexFunc(deeds, func(d Deed) bool { return d.Event == asked.Event })
		if at < 0 {
			deeds = append(deeds, asked)
			return
		}
		deeds[at].Times = max(deeds[at].Times, asked.Times)
	})
	return deeds
}

// Until returns the moment at which time alone may change what c answers about s, because a deed will no longer
// be within its span; zero when time changes nothing. Before that moment only a change of s does.
func (c *Condition) Until(s Subject) time.Time {
	var first int64
	c.eachClause(func(clause *Clause) {
		if at := clause.until(&s); at != 0 && (first == 0 || at < first) {
			first = at
		}
	})
	if first == 0 {
		return time.Time{}
	}
	return time.UnixMicro(first).UTC()
}

// until looks for the deed whose end turns the clause around: counts within a span only fall with time.
func (c *Clause) until(s *Subject) int64 {
	span, within := c.Field.within()
	if c.Field.Kind != FieldDeed || !within {
		return 0
	}
	deeds, n := s.deeds(&c.Field)
	for left := n - 1; left >= 0; left-- {
		if c.countHolds(left) != c.countHolds(n) {
			return deeds.Times[left] + span.Duration().Microseconds()
		}
	}
	return 0
}

// timesNeeded is how many times tell the clause's count from every other that it would answer differently.
func (c *Clause) timesNeeded() int {
	if _, within := c.Field.within(); !within {
		return 0
	}
	switch c.Op {
	case OpDidAtLeast:
		return c.times()
	case OpDidAtMost, OpDidExactly:
		return c.times() + 1
	}
	return 1
}

// deeds looks at what the person did of a field's event, and counts what is within its span, where it has one.
func (s *Subject) deeds(f *Field) (deeds Deeds, count int) {
	if s.Did == nil {
		return Deeds{}, 0
	}
	deeds = s.Did(f.eventName())
	span, within := f.within()
	if !within {
		return deeds, deeds.Total
	}
	edge := s.now().Add(-span.Duration()).UnixMicro()
	for count < len(deeds.Times) && deeds.Times[count] > edge {
		count++
	}
	return deeds, count
}

func (s *Subject) now() time.Time {
	if s.Now.IsZero() {
		return time.Now()
	}
	return s.Now
}

// countHolds decides a clause about deeds by how many there are.
func (c *Clause) countHolds(count int) bool {
	switch c.Op {
	case OpDid:
		return count > 0
	case OpNotDid:
		return count == 0
	case OpDidAtLeast:
		return count >= c.times()
	case OpDidAtMost:
		return count <= c.times()
	}
	return count == c.times()
}

// times is the number that a clause about deeds compares with.
func (c *Clause) times() int {
	n, _ := strconv.Atoi(c.value()) // it was checked
	return n
}

// eventName is whose deeds a field asks for.
func (f *Field) eventName() string {
	if len(f.Path) == 0 {
		return ""
	}
	return f.Path[0]
}

// within is the span in which deeds count; false when all of them do.
func (f *Field) within() (Span, bool) {
	if len(f.Path) < 2 {
		return Span{}, false
	}
	return parseSpan(f.Path[1])
}
