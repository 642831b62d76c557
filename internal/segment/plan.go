package segment

import (
	"slices"

	"hookline/internal/condition"
	"hookline/internal/hookline"
)

// plan is what there is to do, made ready to be asked: conditions read once, and
// by what each of them is to be asked again.
type plan struct {
	hookline.SegmentPlan
	segments []*asking // those that are named before those that name them
	byID     map[string]*asking
	byNumber map[int64]*asking

	byAttribute map[string][]*asking
	byEvent     map[string][]*asking // by the name of the deed that they ask for
	counted     map[string][]int64   // the numbers under which deeds of a name are kept
	timed       []*asking            // those that time alone may change
}

// asking is one segment with its condition.
type asking struct {
	hookline.SegmentWork
	at        int // its place in plan.segments
	condition *condition.Condition
	deeds     map[string]int64 // under which number each deed that it asks for is kept
	named     []*asking        // by whose conditions it is named
	waits     bool             // its first count does: for deeds, or for segments that it names
	person    bool             // it reads the person's attributes
}

func newPlan(read hookline.SegmentPlan, unreadable func(hookline.Segment, error)) *plan {
	p := &plan{
		SegmentPlan: read, byID: map[string]*asking{}, byNumber: map[int64]*asking{},
		byAttribute: map[string][]*asking{}, byEvent: map[string][]*asking{}, counted: map[string][]int64{},
	}
	var all []*asking
	for _, work := range read.Segments {
		g := &asking{SegmentWork: work}
		if !work.Manual {
			var err error
			if g.condition, err = condition.ParseIn(work.Condition, condition.AboutPeople); err != nil {
				unreadable(work.Segment, err)
			}
		}
		all = append(all, g)
		p.byID[g.ID], p.byNumber[g.Number] = g, g
	}
	for _, d := range read.Deeds {
		p.counted[d.Event] = append(p.counted[d.Event], d.Number)
	}
	for _, g := range all {
		p.put(g)
	}
	for _, g := range p.segments {
		p.index(g)
	}
	return p
}

// put puts a segment into the order, after those that it names. A circle, which
// two changes at the same time can make, ends where it began.
func (p *plan) put(g *asking) {
	if g.at < 0 || slices.Contains(p.segments, g) {
		return
	}
	g.at = -1
	for _, id := range g.condition.Segments() {
		if other := p.byID[id]; other != nil {
			p.put(other)
		}
	}
	g.at = len(p.segments)
	p.segments = append(p.segments, g)
}

// index notes by what a segment is to be asked again.
func (p *plan) index(g *asking) {
	g.person = g.condition.ReadsPerson()
	for _, name := range g.condition.Attributes() {
		p.byAttribute[name] = append(p.byAttribute[name], g)
	}
	for _, id := range g.condition.Segments() {
		if other := p.byID[id]; other != nil {
			other.named = append(other.named, g)
			g.waits = g.waits || other.State != hookline.SegmentReady && other != g
		}
	}
	g.deeds = map[string]int64{}
	timed := false
	for _, d := range g.condition.Deeds() {
		kept, complete := p.kept(d)
		g.deeds[d.Event] = kept
		g.waits = g.waits || !complete
		timed = timed || d.Times > 0
		p.byEvent[d.Event] = append(p.byEvent[d.Event], g)
	}
	if timed {
		p.timed = append(p.timed, g)
	}
}

// kept is the number under which a deed is kept with as many times as are asked
// for, and whether it is counted completely.
func (p *plan) kept(d condition.Deed) (number int64, complete bool) {
	for _, c := range p.Deeds {
		if c.Event == d.Event && c.Times >= d.Times && (number == 0 || !complete && c.Complete()) {
			number, complete = c.Number, c.Complete()
		}
	}
	return number, complete
}

// rests says that no segment fills itself.
func (p *plan) rests() bool {
	return !slices.ContainsFunc(p.segments, func(g *asking) bool { return !g.Manual })
}

// enoughTimes are how many times are kept, so that another segment seldom needs
// more.
var enoughTimes = []int{20, 100, condition.MaxTimes + 1}

// deedsToChange gives which deeds to begin to count, and the numbers of those that
// nobody needs. One that is replaced is needed until the other is complete.
func (p *plan) deedsToChange() (begin []hookline.CountedDeed, drop []int64) {
	most, used := map[string]int{}, map[int64]bool{}
	var names []string
	for _, g := range p.segments {
		for _, d := range g.condition.Deeds() {
			if _, known := most[d.Event]; !known {
				names = append(names, d.Event)
			}
			most[d.Event] = max(most[d.Event], d.Times)
		}
	}
	for _, name := range names {
		number, complete := p.kept(condition.Deed{Event: name, Times: most[name]})
		if number == 0 {
			at := slices.IndexFunc(enoughTimes, func(n int) bool { return n >= most[name] })
			begin = append(begin, hookline.CountedDeed{Event: name, Times: enoughTimes[at]})
		}
		for _, other := range p.counted[name] {
			used[other] = other == number || !complete
		}
	}
	for _, c := range p.Deeds {
		if !used[c.Number] {
			drop = append(drop, c.Number)
		}
	}
	return begin, drop
}
