package hookline

import (
	"slices"
	"strconv"
	"strings"
)

// Spot is a place for a step in a workflow: among a campaign's own steps, or
// in one side of a branch.
type Spot struct {
	BranchID string // stp_…; "": among the campaign's own steps
	Yes      bool   // of that branch; else its no
	Index    int    // before the step that stands there now; how many there are: at the end
}

// String writes a spot as ParseSpot reads it: "2", "stp_1.yes.0".
func (s Spot) String() string {
	index := strconv.Itoa(s.Index)
	switch {
	case s.BranchID == "":
		return index
	case s.Yes:
		return s.BranchID + ".yes." + index
	}
	return s.BranchID + ".no." + index
}

// ParseSpot reads what String wrote; false when it is no such thing.
func ParseSpot(text string) (Spot, bool) {
	var s Spot
	index := text
	if branch, rest, within := strings.Cut(text, "."); within {
		side, last, _ := strings.Cut(rest, ".")
		if branch == "" || side != "yes" && side != "no" {
			return s, false
		}
		s.BranchID, s.Yes, index = branch, side == "yes", last
	}
	n, err := strconv.Atoi(index)
	s.Index = n
	return s, err == nil && n >= 0
}

// beside is the spot at another place of the same list.
func (s Spot) beside(index int) Spot {
	s.Index = index
	return s
}

// list gives the steps among which a spot is; nil when its branch is gone.
func (c *Campaign) list(at Spot) *[]Step {
	if at.BranchID == "" {
		return &c.Steps
	}
	branch := c.Step(at.BranchID)
	switch {
	case branch == nil || branch.Kind != StepBranch:
		return nil
	case at.Yes:
		return &branch.Yes
	}
	return &branch.No
}

// SpotOf says where a step stands; false when there is no such step.
func (c Campaign) SpotOf(id string) (Spot, bool) {
	spots := []Spot{{}}
	for step := range c.Walk() {
		if step.Kind == StepBranch {
			spots = append(spots, Spot{BranchID: step.ID, Yes: true}, Spot{BranchID: step.ID})
		}
	}
	for _, at := range spots {
		i := slices.IndexFunc(*c.list(at), func(s Step) bool { return s.ID == id })
		if i >= 0 {
			return at.beside(i), true
		}
	}
	return Spot{}, false
}

// Insert puts a step at a spot; false when there is no such spot, because the
// workflow was changed meanwhile.
func (c *Campaign) Insert(at Spot, s Step) bool {
	c.Steps = copySteps(c.Steps)
	list := c.list(at)
	if list == nil || at.Index < 0 || at.Index > len(*list) {
		return false
	}
	*list = slices.Insert(*list, at.Index, s)
	return true
}

// Remove takes a step away, with all that stands in it, and gives it; false
// when there is no such step.
func (c *Campaign) Remove(id string) (Step, bool) {
	c.Steps = copySteps(c.Steps)
	at, found := c.SpotOf(id)
	if !found {
		return Step{}, false
	}
	list := c.list(at)
	removed := (*list)[at.Index]
	*list = slices.Delete(*list, at.Index, at.Index+1)
	return removed, true
}

// copySteps keeps the edits of one campaign out of another with the same steps.
func copySteps(steps []Step) []Step {
	steps = slices.Clone(steps)
	for i := range steps {
		steps[i].Yes, steps[i].No = copySteps(steps[i].Yes), copySteps(steps[i].No)
	}
	return steps
}

// Way is how a step can be moved.
type Way string

// The ways.
const (
	WayUp     Way = "up"     // before the one that stands before it
	WayDown   Way = "down"   // behind the one that stands behind it
	WayInto   Way = "into"   // into a side of the branch beside it
	WayAcross Way = "across" // to the other side of its branch
	WayBefore Way = "before" // out of its branch, before it
	WayBehind Way = "behind" // out of its branch, behind it
)

// StepMove is one way to move a step, and the spot at which it stands then.
type StepMove struct {
	Way    Way
	To     Spot // among the steps without it
	Branch Step // into, across, before, behind: which branch that is
}

// Moves lists the ways to move a step, nearest first.
func (c Campaign) Moves(id string) []StepMove {
	at, found := c.SpotOf(id)
	if !found {
		return nil
	}
	list := *c.list(at)
	var moves []StepMove
	if at.Index > 0 {
		moves = append(moves, StepMove{Way: WayUp, To: at.beside(at.Index - 1)})
	}
	if at.Index+1 < len(list) {
		moves = append(moves, StepMove{Way: WayDown, To: at.beside(at.Index + 1)})
	}
	if at.Index > 0 {
		moves = append(moves, movesInto(list[at.Index-1], true)...)
	}
	if at.Index+1 < len(list) {
		moves = append(moves, movesInto(list[at.Index+1], false)...)
	}
	return append(moves, c.movesOut(at)...)
}

// movesInto are the ways into a step that stands beside: at the end when it
// stands before.
func movesInto(s Step, atEnd bool) []StepMove {
	if s.Kind != StepBranch {
		return nil
	}
	yes, no := Spot{BranchID: s.ID, Yes: true}, Spot{BranchID: s.ID}
	if atEnd {
		yes.Index, no.Index = len(s.Yes), len(s.No)
	}
	return []StepMove{{WayInto, yes, s}, {WayInto, no, s}}
}

func (c Campaign) movesOut(at Spot) []StepMove {
	if at.BranchID == "" {
		return nil
	}
	branch := c.Step(at.BranchID)
	around, _ := c.SpotOf(at.BranchID) // a step in a branch has one
	other := Spot{BranchID: at.BranchID, Yes: !at.Yes, Index: len(branch.Yes)}
	if at.Yes {
		other.Index = len(branch.No)
	}
	return []StepMove{
		{WayAcross, other, *branch},
		{WayBefore, around, *branch},
		{WayBehind, around.beside(around.Index + 1), *branch},
	}
}

// Move moves a step in one of its Moves; false when that is none, because the
// workflow was changed meanwhile.
func (c *Campaign) Move(id string, to Spot) bool {
	if !slices.ContainsFunc(c.Moves(id), func(m StepMove) bool { return m.To == to }) {
		return false
	}
	step, _ := c.Remove(id) // it has moves, so it is there
	return c.Insert(to, step)
}
