package views

import (
	"strings"
	"time"

	"hookline/internal/condition"
	"hookline/internal/hookline"
	"hookline/views/ui"
)

// DestinationEffect is what one destination made of an event.
type DestinationEffect struct {
	Destination hookline.Destination
	Refused     bool // the event's integrations keep it away
	Actions     []ActionEffect
}

// ActionEffect is what one action made of an event.
type ActionEffect struct {
	Action     hookline.Action
	Broken     bool // its trigger cannot be read
	Verdict    condition.Verdict
	Then       int // the version whose trigger was asked, when the action has another one by now; 0: it has the same
	Deliveries []hookline.DeliveryRow
}

// outcome is why an action sent nothing, in a word and a sentence.
type outcome struct {
	tone       ui.Tone
	icon, word string
	why        string // "" when the clauses say it
}

// outcomeOf is for an action without a delivery. What holds whatever the trigger says comes first.
func (m EventModel) outcomeOf(d DestinationEffect, a ActionEffect) outcome {
	no := func(word, why string) outcome { return outcome{ui.Neutral, "circle-minus", word, why} }
	switch {
	case m.Pending:
		return outcome{ui.Info, "clock", "Not yet", "The event has not been worked out yet. This takes a moment."}
	case m.Person.Suppressed:
		return no("Suppressed", "The person is suppressed: events about them send nothing.")
	case !m.Waits[a.Action.ID].IsZero():
		return outcome{ui.Info, "stack-2", "In a batch", "It matches, and has waited since " + m.Event.ReceivedAt.UTC().Format(clockOf(m.Event.ReceivedAt)) +
			" to be sent together with others, until " + m.Waits[a.Action.ID].UTC().Format(clockOf(m.Waits[a.Action.ID])) + " at the latest."}
	case !d.Destination.Enabled:
		return no("Destination off", "The destination is off, so none of its actions is asked.")
	case d.Refused:
		return no("Kept away", "The event’s own integrations keep it from this destination.")
	case !a.Action.Enabled:
		return no("Action off", "The action is off.")
	case a.Broken:
		return outcome{ui.Bad, "alert-circle", "Trigger broken", "The trigger of the action cannot be read. Open the action and save it again."}
	case !a.Verdict.Met:
		return no("Did not match", "")
	}
	return m.metInVain(d, a)
}

// metInVain is for a trigger that matches although nothing was sent: either it waits, or things were otherwise then.
func (m EventModel) metInVain(d DestinationEffect, a ActionEffect) outcome {
	later := func(t time.Time) bool { return t.Truncate(time.Millisecond).After(m.Event.ReceivedAt) } // which has no more than milliseconds
	switch {
	case later(a.Action.CreatedAt):
		return outcome{ui.Neutral, "history", "Made later", "It would match now, but the action was made after the event came in."}
	case later(a.Action.UpdatedAt) || later(d.Destination.UpdatedAt):
		return outcome{ui.Neutral, "history", "Changed since", "It would match now, but the action or its destination was changed after the event came in: one of them may have been off."}
	}
	return outcome{ui.Neutral, "history", "Would match now", "Nothing was sent when the event came in: the person, the source or the action was different then."}
}

// clauseLine is one line of a trigger, with how it was decided.
type clauseLine struct {
	depth int
	met   bool
	asks  string // "event is “Signed Up”"
	found string // "event is “Order Paid”"; "" of a group
}

// clauseLines tells a verdict clause by clause, groups before what is in them.
func clauseLines(words condition.Words, v *condition.Verdict, depth int) []clauseLine {
	if v.Clause != nil {
		asks := words.Sentence(&condition.Condition{Clause: v.Clause})
		return []clauseLine{{depth: depth, met: v.Met, asks: strings.TrimPrefix(asks, "When "), found: words.Reason(v)}}
	}
	var lines []clauseLine
	if depth > 0 || v.Match == condition.MatchAny {
		word := "all of these"
		if v.Match == condition.MatchAny {
			word = "any of these"
		}
		lines = append(lines, clauseLine{depth: depth, met: v.Met, asks: word})
		depth++
	}
	for i := range v.Children {
		lines = append(lines, clauseLines(words, &v.Children[i], depth)...)
	}
	return lines
}

// say is what was found, where the clause does not say it already.
func (l clauseLine) say() string {
	if strings.NewReplacer("“", "", "”", "").Replace(l.found) == l.asks {
		return ""
	}
	return l.found
}

// composePath opens the composer with this event as its example; "" stands for a new action.
func (m EventModel) composePath(destinationID, actionID string) string {
	if actionID == "" {
		actionID = "new"
	}
	return "/destinations/" + destinationID + "/actions/" + actionID + "?example=" + m.Event.ID
}
