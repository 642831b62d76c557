package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hookline/internal/hookline"
)

// StepResend records a stretch of a run: its deliveries are due at once, or
// discarded, or left out, and the run's position moves, in one unit. It fails with KindConflict
// when the run is not running, or is somewhere else. What has changed since it
// was looked at is looked at again.
func (s *Store) StepResend(ctx context.Context, step hookline.ResendStep) error {
	at := now()
	return s.changeResend(ctx, step.RunID, func(t *tx, run *hookline.ResendRun) error {
		if run.State != hookline.ResendRunning || run.Position != step.From {
			return errMoved
		}
		for _, item := range step.Items {
			outcome, note, err := s.resendItem(t, *run, item, at)
			if err != nil {
				return err
			}
			run.Counts[outcome]++
			if err := insertResent(t, run.ID, item.Delivery.ID, outcome, note); err != nil {
				return err
			}
		}
		run.Position, run.Speed = step.To, step.Speed
		return nil
	})
}

// resendItem makes one delivery due, or discards it, unless it is left out.
func (s *Store) resendItem(t *tx, run hookline.ResendRun, item hookline.ResendItem, at time.Time) (hookline.ResendOutcome, string, error) {
	if item.Outcome.Skipped() {
		return item.Outcome, item.Note, nil
	}
	d, err := scanDelivery(t.queryRow("select "+deliveryColumns+" from deliveries where id = $1", hookline.KeyOf(item.Delivery.ID)))
	err = found(err, "delivery")
	switch {
	case hookline.KindOf(err) == hookline.KindNotFound:
		return hookline.ResentGone, "", nil
	case err != nil:
		return "", "", err
	}
	if outcome := run.Skips(d); outcome != "" {
		return outcome, "", nil
	}
	if run.Discards() {
		return hookline.ResentDiscarded, "", discardDraft(t, d, run.By, at)
	}
	q := hookline.Requeue{DeliveryID: d.ID, Request: item.Request, AskedBy: run.By, ActionVersion: item.ActionVersion}
	again := s.requeue
	if d.State == hookline.StateDraft {
		again = s.sendDraft
	}
	if err := again(t, d, q, at); err != nil {
		if e, told := errors.AsType[*hookline.Error](err); told && e.Kind == hookline.KindConflict {
			return hookline.SkippedMissing, e.Message, nil
		}
		return "", "", err
	}
	return hookline.ResentWaiting, "", nil
}

func insertResent(t *tx, runID, deliveryID string, outcome hookline.ResendOutcome, note string) error {
	_, err := t.exec("insert into resend_deliveries (resend_id, delivery_id, outcome, note) values ($1, $2, $3, $4)",
		hookline.KeyOf(runID), hookline.KeyOf(deliveryID), string(outcome), note)
	if err != nil {
		return fmt.Errorf("note resent delivery: %w", err)
	}
	return nil
}

const openResentQuery = `select k.delivery_id, coalesce(d.state, '') from resend_deliveries k left join deliveries d on d.id = k.delivery_id
	where k.resend_id = $1 and k.outcome = $2 and k.delivery_id > $3 order by k.delivery_id limit $4`

// SettleResend looks how deliveries stand that a run has made due and of which
// it noted outcome, some at a time from one on, and notes what became of them.
// It gives the last one it looked at, "" when there are no more.
func (s *Store) SettleResend(ctx context.Context, id string, outcome hookline.ResendOutcome, c hookline.Cursor) (last string, err error) {
	rows, err := s.reads.QueryContext(ctx, openResentQuery, hookline.KeyOf(id), string(outcome), hookline.KeyOf(c.After), c.Size())
	if err != nil {
		return "", fmt.Errorf("read resent deliveries: %w", err)
	}
	open, err := collect(rows, scanOpenResent)
	if err != nil || len(open) == 0 {
		return "", err
	}
	var ended []hookline.ResendItem
	for _, item := range open {
		if item.Outcome != outcome && item.Outcome != hookline.ResentWaiting { // what is resent again meanwhile waits for that
			ended = append(ended, item)
		}
	}
	if len(ended) > 0 {
		if err := s.settle(ctx, id, outcome, ended); err != nil {
			return "", err
		}
	}
	if len(open) < c.Size() {
		return "", nil
	}
	return open[len(open)-1].Delivery.ID, nil
}

func scanOpenResent(r row) (hookline.ResendItem, error) {
	var key int64
	var state hookline.State
	err := r.Scan(&key, &state)
	return hookline.ResendItem{Delivery: hookline.Delivery{ID: hookline.KeyID("dlv", key)}, Outcome: hookline.ResentAs(state)}, err
}

func (s *Store) settle(ctx context.Context, id string, from hookline.ResendOutcome, ended []hookline.ResendItem) error {
	return s.changeResend(ctx, id, func(t *tx, run *hookline.ResendRun) error {
		for _, item := range ended {
			n, err := t.exec("update resend_deliveries set outcome = $4 where resend_id = $1 and delivery_id = $2 and outcome = $3",
				hookline.KeyOf(id), hookline.KeyOf(item.Delivery.ID), string(from), string(item.Outcome))
			if err != nil {
				return fmt.Errorf("note end of resent delivery: %w", err)
			}
			run.Counts[from] -= int(n)
			run.Counts[item.Outcome] += int(n)
		}
		return nil
	})
}
