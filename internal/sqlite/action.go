package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const actionColumns = "id, destination_id, name, enabled, trigger_text, method, url, headers, body, plain_output, batch_enabled, batch_size, batch_window_ms, version, created_at, updated_at, response"

func scanAction(r row) (hookline.Action, error) {
	var a hookline.Action
	var headers, response string
	var window, created, updated int64
	err := r.Scan(&a.ID, &a.DestinationID, &a.Name, &a.Enabled, &a.Trigger, &a.Template.Method, &a.Template.URL, &headers,
		&a.Template.Body, &a.Template.PlainOutput, &a.Batching.Enabled, &a.Batching.Size, &window, &a.Version, &created, &updated, &response)
	if err != nil {
		return a, err
	}
	a.Batching.Window = time.Duration(window) * time.Millisecond
	a.CreatedAt, a.UpdatedAt = fromMicros(created), fromMicros(updated)
	err = errors.Join(json.Unmarshal([]byte(headers), &a.Template.Headers), json.Unmarshal([]byte(response), &a.Response))
	return a, err
}

// ListActions gives a destination's actions, the oldest first.
func (s *Store) ListActions(ctx context.Context, destinationID string) ([]hookline.Action, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+actionColumns+" from actions where destination_id = $1 order by id", destinationID)
	if err != nil {
		return nil, fmt.Errorf("read actions: %w", err)
	}
	return collect(rows, scanAction)
}

// Action gives one action.
func (s *Store) Action(ctx context.Context, id string) (hookline.Action, error) {
	a, err := scanAction(s.reads.QueryRowContext(ctx, "select "+actionColumns+" from actions where id = $1", id))
	return a, found(err, "action")
}

// CreateAction adds an action to a destination and gives it its id and times;
// what it is like is its version 1.
// It fails with KindConflict when the destination has MaxActions already.
func (s *Store) CreateAction(ctx context.Context, a hookline.Action) (hookline.Action, error) {
	a, texts, err := readyAction(a)
	if err != nil {
		return hookline.Action{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Action, error) {
		if err := roomForAction(t, a.DestinationID); err != nil {
			return a, err
		}
		a.ID, a.CreatedAt = s.ids.New("act"), now()
		a.UpdatedAt = a.CreatedAt
		made, err := insertAction(t, a, texts)
		if err != nil {
			return made, err
		}
		return made, s.note(ctx, t, audit.Make(audit.OfAction(made)))
	})
}

// insertAction adds an action with its first version, and gives it as it is stored.
func insertAction(t *tx, a hookline.Action, texts actionTexts) (hookline.Action, error) {
	a.Version = 1
	_, err := t.exec("insert into actions ("+actionColumns+") values ("+placeholders(17)+")",
		a.ID, a.DestinationID, a.Name, a.Enabled, a.Trigger, a.Template.Method, a.Template.URL, texts.headers,
		a.Template.Body, a.Template.PlainOutput, a.Batching.Enabled, a.Batching.Size, a.Batching.Window.Milliseconds(),
		a.Version, micros(a.CreatedAt), micros(a.UpdatedAt), texts.response)
	if err != nil {
		return a, fmt.Errorf("insert action: %w", err)
	}
	t.changed(hookline.TopicConfig)
	err = insertVersion(t, a.Saved(a.CreatedAt), texts)
	a.Save = hookline.Save{}
	return a, err
}

func roomForAction(t *tx, destinationID string) error {
	var destinations, actions int
	var owned bool
	err := t.queryRow(`select (select count(*) from destinations where id = $1), (select count(*) from actions where destination_id = $1),
		exists (select 1 from destinations where id = $1 and owner <> '')`, destinationID).Scan(&destinations, &actions, &owned)
	switch {
	case err != nil:
		return fmt.Errorf("count actions: %w", err)
	case owned:
		return errOwned
	case destinations == 0:
		return hookline.NotFound("destination")
	case actions >= hookline.MaxActions:
		return hookline.Conflict(fmt.Sprintf("This destination has %d actions, which is the most there can be. Delete one first, or use another destination.", actions))
	}
	return nil
}

// UpdateAction changes everything but id, destination and time of making, and the
// name of one that is owned. When
// it changes what a version keeps, that is a new version. It fails with
// KindConflict when another version than the one that was to be changed is in
// use, and would be changed.
func (s *Store) UpdateAction(ctx context.Context, a hookline.Action) (hookline.Action, error) {
	a, texts, err := readyAction(a)
	if err != nil {
		return hookline.Action{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Action, error) { return s.changeAction(ctx, t, a, texts) })
}

// changeAction is UpdateAction within a unit.
func (s *Store) changeAction(ctx context.Context, t *tx, a hookline.Action, texts actionTexts) (hookline.Action, error) {
	have, err := readAction(t, a.ID)
	if err != nil {
		return have, err
	}
	if a.Name, err = nameOf(t, have, a); err != nil {
		return have, err
	}
	if a.Version, err = nextVersion(have, a); err != nil {
		return have, err
	}
	stored, err := updateAction(t, a, texts, have.Version)
	if err != nil {
		return stored, err
	}
	return stored, s.noteChange(ctx, t, audit.OfAction(have), audit.OfAction(stored))
}

// nameOf is what an action is called from now on. One that is owned is called by
// its owner, so who saves what was read before a renaming does not undo that.
func nameOf(t *tx, have, wish hookline.Action) (string, error) {
	owned, err := isOwned(t, have.DestinationID)
	if owned {
		return have.Name, err
	}
	return wish.Name, err
}

// updateAction saves a and, when it has another version than before, keeps that.
func updateAction(t *tx, a hookline.Action, texts actionTexts, before int) (hookline.Action, error) {
	at := now()
	stored, err := scanAction(t.queryRow(`update actions set name = $2, enabled = $3, trigger_text = $4, method = $5, url = $6,
		headers = $7, body = $8, plain_output = $9, updated_at = $10,
		batch_enabled = $11, batch_size = $12, batch_window_ms = $13, version = $14, response = $15 where id = $1 returning `+actionColumns,
		a.ID, a.Name, a.Enabled, a.Trigger, a.Template.Method, a.Template.URL, texts.headers, a.Template.Body, a.Template.PlainOutput, micros(at),
		a.Batching.Enabled, a.Batching.Size, a.Batching.Window.Milliseconds(), a.Version, texts.response))
	if err := found(err, "action"); err != nil {
		return stored, err
	}
	t.changed(hookline.TopicConfig)
	if a.Version == before {
		return stored, nil
	}
	return stored, insertVersion(t, a.Saved(at), texts)
}

// actionTexts are the parts of an action that are kept as JSON.
type actionTexts struct{ headers, response string }

// readyAction gives a in the form that is stored.
func readyAction(a hookline.Action) (hookline.Action, actionTexts, error) {
	a.Name = strings.TrimSpace(a.Name)
	if a.Batching == (hookline.Batching{}) {
		a.Batching = hookline.NewBatching()
	}
	if err := a.Validate(); err != nil {
		return a, actionTexts{}, err
	}
	headers, err1 := json.Marshal(a.Template.Headers)
	response, err2 := json.Marshal(a.Response)
	if err := errors.Join(err1, err2); err != nil {
		return a, actionTexts{}, fmt.Errorf("encode action: %w", err)
	}
	return a, actionTexts{string(headers), string(response)}, nil
}

// DeleteAction removes an action. What it made stays, and what is owed is
// still sent: a request is finished when it is made and needs its action no more.
func (s *Store) DeleteAction(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		before, err := readAction(t, id)
		if err != nil {
			return err
		}
		switch owned, err := isOwned(t, before.DestinationID); {
		case err != nil:
			return err
		case owned:
			return errOwned
		}
		if err := deleteOne(t, "delete from actions where id = $1", id, "action"); err != nil {
			return err
		}
		t.changed(hookline.TopicConfig)
		return s.note(ctx, t, audit.Delete(audit.OfAction(before)))
	})
}
