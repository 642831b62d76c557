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

// StepNumbers is what a step came to, and how many people are at it now. A step
// that sends nothing has only these.
type StepNumbers struct {
	Step   Step
	People map[JourneyState]int
	Numbers
}

// CampaignNumbers is what a campaign came to in some days.
type CampaignNumbers struct {
	Steps []StepNumbers // each step, in the order in which they are shown
	Days  []DayNumbers  // all steps together, each day, the oldest first
	Sum   Numbers
}

// NumbersOf puts together what the steps of a campaign came to from a day on, for
// so many days, and who is at which of them.
func NumbersOf(c Campaign, since time.Time, days int, counted []DayNumbers, people map[string]map[JourneyState]int) CampaignNumbers {
	all := CampaignNumbers{Days: make([]DayNumbers, days)}
	for i := range all.Days {
		all.Days[i].Day = since.AddDate(0, 0, i)
	}
	of := map[string]Numbers{}
	for _, n := range counted {
		of[n.DestinationID] = of[n.DestinationID].Add(n.Numbers)
		day := &all.Days[int(n.Day.Sub(since)/(24*time.Hour))]
		day.Numbers, all.Sum = day.Add(n.Numbers), all.Sum.Add(n.Numbers)
	}
	for step := range c.Walk() {
		all.Steps = append(all.Steps, StepNumbers{Step: *step, People: people[step.ID], Numbers: of[step.Webhook.DestinationID]})
	}
	return all
}

// LastDays are the first and the last of so many days (UTC), of which the one of
// now is the last.
func LastDays(n int, now time.Time) (since, until time.Time) {
	until = now.UTC().Truncate(24 * time.Hour)
	return until.AddDate(0, 0, 1-n), until
}

// IsAt is how many people are at the step now.
func (s StepNumbers) IsAt() (people int) {
	for _, n := range s.People {
		people += n
	}
	return people
}
