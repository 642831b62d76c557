package app

import (
	"context"
	"time"

	"hookline/internal/health"
	"hookline/internal/hookline"
	"hookline/internal/metrics"
	"hookline/internal/outbound"
	"hookline/internal/sqlite"
)

// countedStore is the store as the stages see it: it counts what they record.
// So the stages need not know that somebody counts.
type countedStore struct {
	*sqlite.Store
	metrics *metrics.Metrics
	sampler *health.Sampler
}

func (s countedStore) RecordFanout(ctx context.Context, f hookline.Fanout) error {
	err := s.Store.RecordFanout(ctx, f)
	if err == nil {
		s.countMade(f.Deliveries)
	}
	return err
}

func (s countedStore) RecordJourneys(ctx context.Context, stretch hookline.JourneyStretch) ([]hookline.Owed, error) {
	made, err := s.Store.RecordJourneys(ctx, stretch)
	s.countMade(made)
	return made, err
}

// countMade counts deliveries that were just recorded.
func (s countedStore) countMade(made []hookline.Owed) {
	for i := range made {
		s.metrics.Delivery(made[i].State)
		if made[i].State == hookline.StateFailed {
			s.sampler.Unsendable(made[i].DestinationID)
		}
	}
}

func (s countedStore) Finish(ctx context.Context, f hookline.Finished) error {
	err := s.Store.Finish(ctx, f)
	if err == nil {
		s.metrics.Attempt(outcomeOf(f), f.Attempt.Duration)
		s.sampler.Attempt(f.To, f.Outcome.State, f.Attempt.Duration)
	}
	return err
}

// outcomeOf counts what was delivered with a doubt by itself.
func outcomeOf(f hookline.Finished) hookline.State {
	if f.Outcome.State == hookline.StateDelivered && f.Outcome.Reason != "" {
		return hookline.StateDoubted
	}
	return f.Outcome.State
}

// CreateBatch is counted as a delivery that events set off.
func (s countedStore) CreateBatch(ctx context.Context, o hookline.Owed, parts []hookline.BatchPart, ofLast int) (hookline.Owed, error) {
	o, err := s.Store.CreateBatch(ctx, o, parts, ofLast)
	if err == nil {
		s.metrics.Delivery(o.State)
	}
	return o, err
}

// StepResend counts what a run looked at.
func (s countedStore) StepResend(ctx context.Context, step hookline.ResendStep) error {
	err := s.Store.StepResend(ctx, step)
	if err == nil {
		skipped := 0
		for _, item := range step.Items {
			if item.Outcome.Skipped() {
				skipped++
			}
		}
		s.metrics.Resent(len(step.Items)-skipped, skipped)
	}
	return err
}

// countedSender counts what is on its way.
type countedSender struct {
	*outbound.Client
	metrics *metrics.Metrics
}

func (s countedSender) Send(ctx context.Context, r outbound.Request) (outbound.Response, error) {
	s.metrics.SendBegan()
	defer s.metrics.SendEnded()
	return s.Client.Send(ctx, r)
}

// lately is how old events may be that came in just now: those of the demo are
// older.
const lately = time.Minute

// countEvents counts events that were just appended, and hands them on.
func (a *App) countEvents(next func([]hookline.Event)) func([]hookline.Event) {
	return func(events []hookline.Event) {
		if len(events) > 0 && time.Since(events[0].ReceivedAt) < lately {
			a.sampler.Events(len(events))
			a.watch.Saw(events)
		}
		next(events)
	}
}

// demoStore is the store of the demo: what is dated to the past did not happen
// just now.
type demoStore struct {
	*sqlite.Store
	sampler *health.Sampler
}

func (s demoStore) DateDemo(ctx context.Context) error {
	made, err := s.DemoMade(ctx)
	if err != nil {
		return err
	}
	s.sampler.Forget(made.DestinationIDs)
	return s.Store.DateDemo(ctx)
}
