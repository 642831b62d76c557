package resend

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"hookline/internal/hookline"
)

// How much a survey looks at. What comes later is left out, and it says so.
const (
	MaxLooked = 1000
	MaxTime   = 1500 * time.Millisecond

	lookAtOnce = 100
	samples    = 5 // that are shown whole
)

// Survey is what a run would do with the first deliveries that it looks at.
type Survey struct {
	Looked   int
	Whole    bool // there are no others
	Same     int  // would be sent as they were sent last, byte for byte
	Changed  int  // would be sent as another request, or for the first time
	Skipped  map[hookline.ResendOutcome]int
	Examples map[hookline.ResendOutcome]hookline.ResendItem // the first one of each kind that is left out
	Samples  []Sample                                       // the first few that would be sent

	Destinations map[string]int // would be sent, by destination
	Again        int            // of those that would be sent, were delivered before
	Unanswered   map[string]int // of the others, were sent and had no answer, by reason
}

// Resent is how many would be sent.
func (s Survey) Resent() int { return s.Same + s.Changed }

// Sample is one delivery that would be sent.
type Sample struct {
	Delivery hookline.Delivery
	Before   hookline.Request // what was sent last; the zero value when nothing could be made
	After    hookline.Request // what would be sent
}

// Changed says whether the request is another one.
func (s Sample) Changed() bool {
	return s.Before.Method != s.After.Method || s.Before.URL != s.After.URL || !slices.Equal(s.Before.Headers, s.After.Headers) ||
		!bytes.Equal(s.Before.Body, s.After.Body)
}

// Survey looks at the first deliveries that a wish is about, in the order of a
// run, and judges them as a run would. It changes nothing.
func (j *Judge) Survey(ctx context.Context, w hookline.ResendWish) (Survey, error) {
	s := Survey{Skipped: map[hookline.ResendOutcome]int{}, Examples: map[hookline.ResendOutcome]hookline.ResendItem{}, Destinations: map[string]int{}, Unanswered: map[string]int{}}
	end := time.Now().Add(MaxTime)
	reading, cancel := context.WithTimeout(ctx, 2*MaxTime) // what fits may be far between
	defer cancel()
	for at := (hookline.Cursor{Limit: lookAtOnce}); ; {
		next, err := j.store.MatchDeliveries(reading, w.Filter, at)
		if err != nil && reading.Err() != nil && ctx.Err() == nil {
			return s, nil
		}
		if err != nil {
			return s, fmt.Errorf("survey: %w", err)
		}
		for _, d := range next {
			if s.Looked >= MaxLooked || time.Now().After(end) {
				return s, nil
			}
			if err := j.look(ctx, w, d, &s); err != nil {
				return s, err
			}
			at.After = d.ID
		}
		if len(next) < lookAtOnce {
			s.Whole = true
			return s, nil
		}
	}
}

// look adds one delivery to a survey.
func (j *Judge) look(ctx context.Context, w hookline.ResendWish, d hookline.Delivery, s *Survey) error {
	item, err := j.Judge(ctx, w, d)
	if err != nil {
		return err
	}
	s.Looked++
	var requests []hookline.RequestMade
	if !item.Outcome.Skipped() {
		if requests, err = j.store.ListRequests(ctx, d.ID); err != nil {
			return fmt.Errorf("survey: %w", err)
		}
		if item.Request == nil && len(requests) > 0 && requests[0].BodyDeleted {
			item.Outcome, item.Note = hookline.SkippedMissing, hookline.BodyDeleted
		}
	}
	if item.Outcome.Skipped() {
		if s.Skipped[item.Outcome]++; s.Skipped[item.Outcome] == 1 {
			item.Request = nil
			s.Examples[item.Outcome] = item
		}
		return nil
	}
	sample := sampleOf(item, requests)
	if sample.Changed() {
		s.Changed++
	} else {
		s.Same++
	}
	s.Destinations[d.DestinationID]++
	switch {
	case d.State == hookline.StateDelivered:
		s.Again++
	case d.LastStatus == 0 && d.Attempts > 0:
		s.Unanswered[d.Reason]++
	}
	if len(s.Samples) < samples {
		s.Samples = append(s.Samples, sample)
	}
	return nil
}

// sampleOf compares what was sent last with what would be sent.
func sampleOf(item hookline.ResendItem, requests []hookline.RequestMade) Sample {
	sample := Sample{Delivery: item.Delivery}
	for _, made := range requests {
		if made.Number == item.Delivery.RequestNumber {
			sample.Before = made.Request
		}
	}
	switch {
	case item.Request != nil:
		sample.After = *item.Request
	case len(requests) > 0:
		sample.After = requests[0].Request
	}
	return sample
}
