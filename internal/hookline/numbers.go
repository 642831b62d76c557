package hookline

import "time"

// Numbers are what webhooks of campaigns came to, by how they stand now.
type Numbers struct {
	Drafts    int // wait for a person to press Send
	OnTheWay  int // are owed: their first try, or another one, is to come
	Delivered int
	Failed    int
	Discarded int // drafts that somebody threw away, or requests that their template did not want sent
	Converted int // of those that were delivered, so many count towards the campaign's goal
}

// Sent is how many were sent, or are about to be.
func (n Numbers) Sent() int { return n.OnTheWay + n.Delivered + n.Failed }

// Made is how many there are in all.
func (n Numbers) Made() int { return n.Sent() + n.Drafts + n.Discarded }

// Add gives the sum of both.
func (n Numbers) Add(m Numbers) Numbers {
	return Numbers{
		n.Drafts + m.Drafts, n.OnTheWay + m.OnTheWay, n.Delivered + m.Delivered,
		n.Failed + m.Failed, n.Discarded + m.Discarded, n.Converted + m.Converted,
	}
}

// Count adds so many that stand in a state.
func (n *Numbers) Count(state State, count int) {
	switch state {
	case StateDraft:
		n.Drafts += count
	case StateQueued, StateRetrying, StateSending, StateHeld:
		n.OnTheWay += count
	case StateDelivered, StateDoubted:
		n.Delivered += count
	case StateFailed:
		n.Failed += count
	case StateDiscarded:
		n.Discarded += count
	}
}

// DayNumbers are those of one webhook step's deliveries that were made on one
// day (UTC).
type DayNumbers struct {
	DestinationID string // which the step owns
	Day           time.Time
	Numbers
}
