package views

import (
	"strings"

	"hookline/internal/condition"
	"hookline/internal/hookline"
)

// SegmentName is what a segment is called.
type SegmentName struct{ ID, Name string }

// SegmentNames are those of all segments, in the order of their names.
type SegmentNames []SegmentName

// Of names a segment by its id; "" for one that is gone.
func (n SegmentNames) Of(id string) string {
	for _, segment := range n {
		if segment.ID == id {
			return segment.Name
		}
	}
	return ""
}

// Words tells conditions and verdicts with segments by their names.
func (n SegmentNames) Words() condition.Words { return condition.Words{Segment: n.Of} }

// Sentence says in words what a condition asks, as it is kept. One that cannot be read was not saved by us; its text is
// shown as it is.
func (n SegmentNames) Sentence(text string) string {
	c, err := condition.Parse(text)
	if err != nil {
		return text
	}
	return n.Words().Sentence(c)
}

// Members says in words who belongs to a segment, as a sentence of its own.
func (n SegmentNames) Members(g hookline.Segment) string {
	if g.Manual {
		return "Whom somebody put into it by hand."
	}
	words := strings.TrimPrefix(n.Sentence(g.Condition), "When ")
	return strings.ToUpper(words[:1]) + words[1:] + "."
}

// usesInShort counts what asks for a segment: "2 actions, 1 campaign".
func usesInShort(uses []hookline.SegmentUse) string {
	var words []string
	for _, kind := range []hookline.UserKind{hookline.UsedByAction, hookline.UsedByCampaign, hookline.UsedBySegment} {
		n := 0
		for _, use := range uses {
			if use.Kind == kind {
				n++
			}
		}
		if n > 0 {
			words = append(words, count(n, string(kind)))
		}
	}
	if len(words) == 0 {
		return "nothing yet"
	}
	return strings.Join(words, ", ")
}

// useKind is what asks for a segment, as the word before its name.
func useKind(u hookline.SegmentUse) string {
	switch u.Kind {
	case hookline.UsedByAction:
		return "the action"
	case hookline.UsedByCampaign:
		return "the campaign"
	}
	return "the segment"
}

func usePath(u hookline.SegmentUse) string {
	switch u.Kind {
	case hookline.UsedByAction:
		return "/destinations/" + u.DestinationID + "/actions/" + u.ID
	case hookline.UsedByCampaign:
		return "/campaigns/" + u.ID
	}
	return "/segments/" + u.ID
}

// progressWords say how far a first count has come.
func progressWords(m SegmentModel) string {
	if m.Progress.Of == 0 {
		return "Everybody is asked whether they belong to it."
	}
	return Grouped(m.Progress.Done) + " of " + Grouped(m.Progress.Of) + " people asked, " + Grouped(m.Segment.Size) + " found so far"
}

// noEventWords say what set off a move that no event did.
func noEventWords(g hookline.Segment) string {
	if g.Manual {
		return "somebody’s hand"
	}
	return "time, or a change by hand"
}
