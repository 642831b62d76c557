package fanout

import (
	"hookline/internal/condition"
	"hookline/internal/hookline"
)

// Explanation is what one action makes of one event.
type Explanation struct {
	Action  hookline.Action
	Broken  bool              // its trigger cannot be read, so it is passed over
	Verdict condition.Verdict // of the trigger, also where the action is not asked
}

// Explain asks each action's trigger about an event, as is done when the event
// comes in, but about the person as they are given, which is not who they were
// then. It looks at nothing but the triggers.
func Explain(e hookline.Event, person *hookline.Person, actions []hookline.Action) []Explanation {
	subject := condition.SubjectOf(e, person)
	told := make([]Explanation, len(actions))
	for i, a := range actions {
		told[i].Action = a
		trigger, err := condition.Parse(a.Trigger)
		if err != nil {
			told[i].Broken = true
			continue
		}
		told[i].Verdict = trigger.Evaluate(subject)
	}
	return told
}

// Allows says whether the event's own integrations object lets it go to the
// destination of this name.
func Allows(e hookline.Event, destination string) bool {
	c := newCall(&e)
	return c.allows(destination)
}
