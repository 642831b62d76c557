package hookline

import (
	"slices"
	"time"
)

// Visit is that a journey came to a step: when, when it went on, and what the
// step made of it. What a webhook step came to, its delivery says.
type Visit struct {
	StepID  string
	BeganAt time.Time
	EndedAt time.Time // zero: the journey is there, or ended there
	Outcome VisitOutcome
}

// VisitOutcome is what a step came to that is no delivery; "" for nothing to tell.
type VisitOutcome string

// What steps come to.
const (
	VisitTimeCame VisitOutcome = "time_came" // a wait
	VisitMet      VisitOutcome = "met"       // a wait for a condition
	VisitYes      VisitOutcome = "yes"       // a branch
	VisitNo       VisitOutcome = "no"
	VisitSet      VisitOutcome = "set"     // an update that set attributes
	VisitNothing  VisitOutcome = "nothing" // an update that set none, a webhook that has no request
	VisitRemoved  VisitOutcome = "removed" // the step was taken out of the workflow
)

// Come begins a visit of a step, which takes the place of an earlier one. Of
// more than MaxSteps the oldest is forgotten.
func (j *Journey) Come(stepID string, at time.Time) {
	way := make([]Visit, 0, len(j.Way)+1)
	for _, v := range j.Way {
		if v.StepID != stepID {
			way = append(way, v)
		}
	}
	way = append(way, Visit{StepID: stepID, BeganAt: at})
	j.Way = slices.Clip(way[max(0, len(way)-MaxSteps):])
}

// LeaveSent ends the visit of a webhook step as of when its delivery ended: the
// journey goes on by itself soon after, or when its campaign is resumed.
func (j *Journey) LeaveSent() {
	if j.State == JourneyGoing && j.DeliveryID != "" {
		j.Leave(j.WakeAt, "")
	}
}

// Leave ends the visit of the step at which the journey is. What came of it
// stays, unless there is something to tell now. Where no visit was kept, because
// the journey came there before visits were, none is made up.
func (j *Journey) Leave(at time.Time, outcome VisitOutcome) {
	last := len(j.Way) - 1
	if last < 0 || j.Way[last].StepID != j.StepID || !j.Way[last].EndedAt.IsZero() {
		return
	}
	j.Way = slices.Clone(j.Way)
	j.Way[last].EndedAt, j.Way[last].Outcome = at, outcome
}
