package views

import (
	"strconv"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// timePart is a stretch of an attempt's time.
type timePart struct {
	kind string // of the bar: dns, connect, tls, wait or rest
	name string
	took time.Duration
}

// timeParts say where an attempt's time went, in order. FirstByte counts from the start, so what came before is taken
// off. What took no time worth showing is left out.
func timeParts(a hookline.Attempt) []timePart {
	t := a.Timings
	var parts []timePart
	add := func(kind, name string, took time.Duration) {
		if took > 0 && duration(took) != "0 ms" {
			parts = append(parts, timePart{kind, name, took})
		}
	}
	before := t.DNS + t.Connect + t.TLS
	add("dns", "finding the address", t.DNS)
	add("connect", "connecting", t.Connect)
	add("tls", "TLS", t.TLS)
	switch {
	case t.FirstByte > 0:
		add("wait", "until the first byte", t.FirstByte-before)
		add("rest", "the rest of the answer", a.Duration-t.FirstByte)
	case before > 0:
		add("wait", "without an answer", a.Duration-before)
	}
	return parts
}

// barWidth is how many units wide the bar of an attempt's time is.
const barWidth = 1000

// barPart is a part of the bar.
type barPart struct {
	kind        string
	left, width int
}

// bar divides its width by time. However short, each part is seen.
func bar(parts []timePart) []barPart {
	const least = 8
	var all time.Duration
	for _, p := range parts {
		all += p.took
	}
	free := barWidth - least*len(parts)
	if all == 0 || free < 0 {
		return nil
	}
	drawn, left := make([]barPart, len(parts)), 0
	for i, p := range parts {
		width := least + int(float64(free)*float64(p.took)/float64(all))
		if i == len(parts)-1 {
			width = barWidth - left
		}
		drawn[i] = barPart{p.kind, left, width}
		left += width
	}
	return drawn
}

// setOrNot says what an answer set of the person; and of an action that sets attributes, why it set none.
func (m DeliveryModel) setOrNot(a hookline.Attempt) string {
	switch {
	case len(a.Sets) > 0:
		return setWords(a.Sets)
	case len(m.WouldSet) == 0:
		return ""
	}
	names := strings.Join(m.WouldSet, ", ")
	switch {
	case m.Row.Origin == hookline.OriginTest:
		return "A test sets no attribute."
	case a.Outcome != hookline.StateDelivered:
		return "The answer set nothing: the action sets " + names + " only from an answer that is a success."
	case m.Row.BatchSize > 0:
		return "The answer set nothing: it is about all events of the batch, and so about nobody."
	case m.Row.PersonID == "":
		return "The answer set nothing: nobody is known whom the event was about."
	case a.Reason != "":
		return "" // which says why
	}
	return "The answer set nothing: " + "what came out for " + names + " was empty, or is so already."
}

// aheadWords say which try the next one is, and when it would be given up. Nothing when it is not known.
func aheadWords(a hookline.Ahead) string {
	if a.All == 0 {
		return ""
	}
	if a.Try >= a.All {
		return "It is the last of " + strconv.Itoa(max(a.Try, a.All)) + " tries: if it fails too, this webhook has failed."
	}
	return "It is the " + ordinal(a.Try) + " of " + strconv.Itoa(a.All) + " tries at most. If none of them succeeds, the last is at about " + a.Last.UTC().Format(clockOf(a.Last)) + "."
}

// clockOf writes a time of today without its date.
func clockOf(t time.Time) string {
	if t.UTC().Format(time.DateOnly) == time.Now().UTC().Format(time.DateOnly) {
		return "15:04 UTC"
	}
	return "15:04 UTC on 2 January"
}

// sentRequestNumber says which request an attempt sent, where there are several.
func sentRequestNumber(m DeliveryModel, a hookline.Attempt) string {
	if len(m.Requests) < 2 {
		return ""
	}
	return "Sent request " + strconv.Itoa(a.RequestNumber) + "."
}
