package hookline

// Order is which step follows which in a campaign.
type Order struct {
	first   string
	follows map[string]string // by the step's id; "": the end
	inside  map[string][2]string
}

// Order works out which step follows which.
func (c Campaign) Order() Order {
	o := Order{follows: map[string]string{}, inside: map[string][2]string{}}
	o.first = o.line(c.Steps, "")
	return o
}

// line notes the order of steps that are followed by after, and gives the first.
func (o *Order) line(steps []Step, after string) string {
	for i := len(steps) - 1; i >= 0; i-- {
		s := &steps[i]
		o.follows[s.ID] = after
		if s.Kind == StepBranch {
			o.inside[s.ID] = [2]string{o.line(s.Yes, after), o.line(s.No, after)}
		}
		after = s.ID
	}
	return after
}

// First is the id of the step with which journeys begin.
func (o Order) First() string { return o.first }

// Has says whether there is such a step.
func (o Order) Has(id string) bool { _, ok := o.follows[id]; return ok }

// After is the id of the step that follows one, "" at the end. What follows a
// branch is what comes after both of its sides.
func (o Order) After(id string) string { return o.follows[id] }

// Branch is the id of the step with which one side of a branch begins.
func (o Order) Branch(id string, yes bool) string {
	if yes {
		return o.inside[id][0]
	}
	return o.inside[id][1]
}

// RemovedStep is a step that a change of a campaign takes away, and where those
// go on who are at it: NextID is "" when nothing that followed it is left.
type RemovedStep struct {
	Step   Step
	NextID string
}

// RemovedSteps tells which steps of c are not in after any more, in their order.
func (c Campaign) RemovedSteps(after Campaign) []RemovedStep {
	before, now := c.Order(), after.Order()
	var removed []RemovedStep
	for step := range c.Walk() {
		if now.Has(step.ID) {
			continue
		}
		next := before.After(step.ID)
		for next != "" && !now.Has(next) {
			next = before.After(next)
		}
		removed = append(removed, RemovedStep{Step: *step, NextID: next})
	}
	return removed
}
