package sqlite

import (
	"context"
	"fmt"
	"strings"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// PauseDestination makes a destination hold what it owes until somebody
// resumes it. One that is paused already stays as it is, by whom and since
// when; but if it was being resumed, it is no longer, and what was taken out
// so far stays out.
func (s *Store) PauseDestination(ctx context.Context, id, by, note string) error {
	p := hookline.Pause{At: now(), By: by, Note: strings.TrimSpace(note)}
	if err := p.Validate(); err != nil {
		return err
	}
	said := deed{audit.Paused, audit.PauseRemark(p.Note)}
	return s.changePause(ctx, id, said, func(d *hookline.Destination) error {
		d.Resume = hookline.Resume{}
		if !d.Paused.On() {
			d.Paused = p
		}
		return nil
	})
}

// ResumeDestination ends a pause, at once when all that it held shall be sent.
// Otherwise the destination stays paused until what is not kept is taken out
// (see Skip) and FinishResume is called. It fails with KindConflict when the
// destination is not paused, or is being resumed already.
func (s *Store) ResumeDestination(ctx context.Context, id string, r hookline.Resume) error {
	r.At = now()
	return s.changePause(ctx, id, deed{audit.Resumed, audit.ResumeRemark(r)}, func(d *hookline.Destination) error {
		switch {
		case !d.Paused.On():
			return hookline.Conflict("This destination is not paused.")
		case d.Resuming():
			return hookline.Conflict("This destination is being resumed already. To choose anew what is sent, pause it again.")
		}
		if err := r.Validate(d.MaxPerSecond); err != nil {
			return err
		}
		if d.Resume = r; r.Keep == hookline.KeepAll {
			d.Paused = hookline.Pause{}
		}
		return nil
	})
}

// FinishResume ends the pause of a destination from which all that is not
// kept was taken out. It fails with KindConflict when that wish, r, is no more.
func (s *Store) FinishResume(ctx context.Context, id string, r hookline.Resume) error {
	at := now()
	return s.changePause(ctx, id, deed{}, func(d *hookline.Destination) error {
		if !d.Resuming() || !d.Resume.At.Equal(r.At) {
			return errMoved
		}
		d.Paused, d.Resume.At = hookline.Pause{}, at
		return nil
	})
}

// VouchDestination notes that somebody says the receiver is well.
func (s *Store) VouchDestination(ctx context.Context, id string) error {
	at := now()
	return s.changePause(ctx, id, deed{audit.Vouched, ""}, func(d *hookline.Destination) error {
		d.VouchedAt = at
		return nil
	})
}

var updatePauseQuery = "update destinations set " + assignments(pauseColumns, 2) + " where id = $1"

// deed is what somebody did with a destination; the zero value is the engine's.
type deed struct {
	audit.Deed

	remark string
}

func (s *Store) changePause(ctx context.Context, id string, said deed, change func(*hookline.Destination) error) error {
	return s.write(ctx, func(t *tx) error {
		d, err := scanDestination(t.queryRow("select "+destinationColumns+" from destinations where id = $1", id))
		if err := found(err, "destination"); err != nil {
			return err
		}
		if err := change(&d); err != nil {
			return err
		}
		if _, err := t.exec(updatePauseQuery, append([]any{id}, pauseArgs(d)...)...); err != nil {
			return fmt.Errorf("change pause: %w", err)
		}
		t.changed(hookline.TopicConfig)
		if said.Deed == "" {
			return nil
		}
		return s.note(ctx, t, audit.OfDestination(d).Say(said.Deed, said.remark))
	})
}

const caughtUpQuery = `update destinations set resume_at = 0, resume_by = '', resume_keep = '', resume_since = 0, resume_per_second = 0, resume_ramp_ms = 0
	where id = $1 and paused_at = 0 and resume_at <> 0 and not exists (select 1 from deliveries
		where destination_id = $1 and state in ('queued', 'retrying') and next_attempt_at <= $2)`

// CaughtUp ends the pace at which a destination catches up after a pause, when
// nothing that it owes is due any more; it says whether it did. It may be asked
// whenever that could be so.
func (s *Store) CaughtUp(ctx context.Context, id string) (bool, error) {
	return writeFor(ctx, s, func(t *tx) (bool, error) {
		n, err := t.exec(caughtUpQuery, id, micros(now()))
		if err != nil {
			return false, fmt.Errorf("end catching up: %w", err)
		}
		if n > 0 {
			t.changed(hookline.TopicConfig)
		}
		return n > 0, nil
	})
}
