package views

import (
	"hookline/internal/condition"
	"hookline/internal/hookline"
)

// Why is what set a delivery off: what the trigger asked, and what was found. The zero value: it is not known.
type Why struct {
	Version     int          // of the action, whose trigger it is; 0 when that is not known
	Segments    SegmentNames // that the trigger may ask for
	Sentence    string       // of the trigger
	Told        bool         // the event is there, and the trigger can be read: Verdict says how it was decided
	Verdict     condition.Verdict
	ReadsPerson bool // some of it is about the person, as they are known now
}

// whyWords say in a sentence or two why a delivery was made.
func whyWords(m DeliveryModel) string {
	row, w := m.Row, m.Why
	switch {
	case row.Origin == hookline.OriginTest:
		return "Somebody tried the action out. A test is sent whatever the trigger says."
	case row.Origin == hookline.OriginShortcut:
		return "Somebody pressed the shortcut. No event and no trigger was asked."
	case row.Origin == hookline.OriginCampaign:
		return capital(cameToStep(row)) + "."
	case w.Sentence == "":
		return "The action was deleted, and its trigger with it."
	case row.BatchSize > 0:
		return "Each of its events met the trigger of " + whoseTrigger(m) + ". The page of an event says how, clause by clause."
	case !w.Told:
		return "The event met the trigger of " + whoseTrigger(m) + ". It was deleted since, so what was found in it cannot be shown."
	case !w.Verdict.Met:
		return "The event met the trigger of " + whoseTrigger(m) + " when it came in. With what is known now it would not: somebody changed the person, or the person was merged."
	}
	return "The event met the trigger of " + whoseTrigger(m) + "."
}

// cameToStep says how a webhook of a campaign came about.
func cameToStep(row hookline.DeliveryRow) string {
	if row.OwnerName == "" {
		return "somebody came to a step of a campaign, which was deleted since"
	}
	return "somebody in the campaign “" + row.OwnerName + "” came to the step “" + row.DestinationName + "”"
}

// whoseTrigger names the action, and the version that was asked.
func whoseTrigger(m DeliveryModel) string {
	name := "the action"
	if m.Row.ActionName != "" {
		name = "“" + m.Row.ActionName + "”"
	}
	if m.Why.Version == 0 {
		return name + ", as it is now"
	}
	return name + ", " + lowerFirst(versionWords(m.Why.Version))
}
