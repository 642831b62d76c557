package app

import (
	"context"

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
}

func (s countedStore) RecordFanout(ctx context.Context, f hookline.Fanout) error {
	err := s.Store.RecordFanout(ctx, f)
	if err == nil {
		for i := range f.Deliveries {
			s.metrics.Delivery(f.Deliveries[i].State)
		}
	}
	return err
}

func (s countedStore) Finish(ctx context.Context, f hookline.Finished) error {
	err := s.Store.Finish(ctx, f)
	if err == nil {
		s.metrics.Attempt(outcomeOf(f), f.Attempt.Duration)
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
