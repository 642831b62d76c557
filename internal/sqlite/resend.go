package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const resendColumns = "id, filter, mode, delivered, per_second, ramp_ms, asked_by, state, created_at, changed_at, changed_by, position, matched, counts, speed"

func scanResend(r row) (hookline.ResendRun, error) {
	var run hookline.ResendRun
	var key, ramp, created, changed, position int64
	var filter, counts string
	err := r.Scan(&key, &filter, &run.Mode, &run.Delivered, &run.PerSecond, &ramp, &run.By, &run.State, &created, &changed, &run.ChangedBy,
		&position, &run.Matched, &counts, &run.Speed)
	if err != nil {
		return run, err
	}
	run.ID, run.Position = hookline.KeyID("rsn", key), hookline.KeyID("dlv", position)
	run.Ramp, run.CreatedAt, run.ChangedAt = time.Duration(ramp)*time.Millisecond, fromMicros(created), fromMicros(changed)
	if err := json.Unmarshal([]byte(filter), &run.Filter); err != nil {
		return run, fmt.Errorf("read filter: %w", err)
	}
	if err := json.Unmarshal([]byte(counts), &run.Counts); err != nil {
		return run, fmt.Errorf("read counts: %w", err)
	}
	return run, nil
}

// CreateResend begins a run, which looks at no delivery that is made from now
// on. It fails with KindConflict while the very same is going on already.
func (s *Store) CreateResend(ctx context.Context, w hookline.ResendWish) (hookline.ResendRun, error) {
	if err := w.Validate(); err != nil {
		return hookline.ResendRun{}, err
	}
	filter, err := json.Marshal(w.Filter)
	if err != nil {
		return hookline.ResendRun{}, fmt.Errorf("write filter: %w", err)
	}
	at := now()
	return writeFor(ctx, s, func(t *tx) (hookline.ResendRun, error) {
		run := hookline.ResendRun{ResendWish: w, State: hookline.ResendRunning, CreatedAt: at, ChangedAt: at, ChangedBy: w.By, Matched: -1, Counts: map[hookline.ResendOutcome]int{}}
		var same int
		err := t.queryRow("select count(*) from resends where state in ('running', 'paused') and filter = $1 and mode = $2 and delivered = $3", string(filter), string(w.Mode), w.Delivered).Scan(&same)
		if err != nil {
			return run, fmt.Errorf("read resends: %w", err)
		}
		if same > 0 {
			return run, hookline.Conflict("The very same is going on already: see Resends, under Sent. Let that end, or cancel it, before you begin anew.")
		}
		key := s.ids.Key()
		run.ID = hookline.KeyID("rsn", key)
		_, err = t.exec("insert into resends ("+resendColumns+", open) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0)",
			key, string(filter), string(w.Mode), w.Delivered, w.PerSecond, w.Ramp.Milliseconds(), w.By, string(run.State), micros(at), micros(at), w.By,
			int64(0), run.Matched, "{}", 0.0)
		if err != nil {
			return run, fmt.Errorf("insert resend: %w", err)
		}
		changedResend(t, run)
		return run, s.note(ctx, t, audit.Make(audit.OfResend(run)))
	})
}

func changedResend(t *tx, run hookline.ResendRun) {
	t.changed(hookline.TopicResends, hookline.TopicResend(run.ID))
}

// ResendRun gives one run.
func (s *Store) ResendRun(ctx context.Context, id string) (hookline.ResendRun, error) {
	run, err := scanResend(s.reads.QueryRowContext(ctx, "select "+resendColumns+" from resends where id = $1", hookline.KeyOf(id)))
	return run, found(err, "resend")
}

// ListResends gives the runs, the newest first.
func (s *Store) ListResends(ctx context.Context, c hookline.Cursor) (hookline.Listing[hookline.ResendRun], error) {
	q := newList("select " + resendColumns + " from resends")
	q.keyed = true
	return list(ctx, s.reads, q, c, scanResend)
}

// ActiveResends gives the runs that are running, and those of whose deliveries
// some have not come to an end, the oldest first.
func (s *Store) ActiveResends(ctx context.Context) ([]hookline.ResendRun, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+resendColumns+" from resends where state = 'running' or open > 0 order by id")
	if err != nil {
		return nil, fmt.Errorf("read resends: %w", err)
	}
	return collect(rows, scanResend)
}

// resendOf reads a run within a unit.
func resendOf(t *tx, id string) (hookline.ResendRun, error) {
	run, err := scanResend(t.queryRow("select "+resendColumns+" from resends where id = $1", hookline.KeyOf(id)))
	return run, found(err, "resend")
}

const saveResendQuery = `update resends set state = $2, changed_at = $3, changed_by = $4, position = $5, matched = $6, counts = $7, open = $8, speed = $9 where id = $1`

// saveResend keeps how far a run has come.
func saveResend(t *tx, run hookline.ResendRun) error {
	counts, err := json.Marshal(run.Counts)
	if err != nil {
		return fmt.Errorf("write counts: %w", err)
	}
	_, err = t.exec(saveResendQuery, hookline.KeyOf(run.ID), string(run.State), micros(run.ChangedAt), run.ChangedBy, hookline.KeyOf(run.Position),
		run.Matched, string(counts), run.Open(), run.Speed)
	if err != nil {
		return fmt.Errorf("save resend: %w", err)
	}
	t.changed(hookline.TopicResend(run.ID))
	return nil
}

// changeResend changes a run by what it is now, as one unit.
func (s *Store) changeResend(ctx context.Context, id string, change func(t *tx, run *hookline.ResendRun) error) error {
	return s.write(ctx, func(t *tx) error {
		run, err := resendOf(t, id)
		if err != nil {
			return err
		}
		before := run.State
		if err := change(t, &run); err != nil {
			return err
		}
		if run.State != before {
			t.changed(hookline.TopicResends)
		}
		return saveResend(t, run)
	})
}

// resendDeeds are what somebody does who brings a run into a state.
var resendDeeds = map[hookline.ResendState]audit.Deed{
	hookline.ResendPaused: audit.Paused, hookline.ResendRunning: audit.Resumed, hookline.ResendCancelled: audit.Cancelled,
}

// ChangeResend pauses a run, lets it go on, or cancels it, because somebody
// asked. It fails with KindConflict when it is over, or like that already.
func (s *Store) ChangeResend(ctx context.Context, id string, to hookline.ResendState, by string) error {
	at := now()
	return s.changeResend(ctx, id, func(t *tx, run *hookline.ResendRun) error {
		if err := run.Change(to, by, at); err != nil {
			return err
		}
		return s.note(ctx, t, audit.OfResend(*run).Say(resendDeeds[to], ""))
	})
}

// CountedResend notes how many deliveries fitted a run's filter when it began.
func (s *Store) CountedResend(ctx context.Context, id string, matched int) error {
	return s.changeResend(ctx, id, func(_ *tx, run *hookline.ResendRun) error {
		run.Matched = matched
		return nil
	})
}

// FinishResend ends a run that has looked at every delivery, of which none
// waits for its attempt. It fails with KindConflict when it is no longer so.
func (s *Store) FinishResend(ctx context.Context, id, position string) error {
	at := now()
	return s.changeResend(ctx, id, func(_ *tx, run *hookline.ResendRun) error {
		if run.State != hookline.ResendRunning || run.Position != position || run.Counts[hookline.ResentWaiting] > 0 {
			return errMoved
		}
		run.State, run.ChangedBy, run.ChangedAt, run.Speed = hookline.ResendFinished, "", at, 0
		return nil
	})
}
