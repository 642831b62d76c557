package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"hookline/internal/hookline"
)

const versionColumns = "action_id, number, name, trigger_text, method, url, headers, body, plain_output, batch_enabled, batch_size, batch_window_ms, made_by, made_at, note, response"

var insertVersionQuery = "insert into action_versions (" + versionColumns + ") values (" + placeholders(16) + ")"

func scanVersion(r row) (hookline.ActionVersion, error) {
	var v hookline.ActionVersion
	var headers, response string
	var window, made int64
	err := r.Scan(&v.ActionID, &v.Number, &v.Name, &v.Trigger, &v.Template.Method, &v.Template.URL, &headers, &v.Template.Body, &v.Template.PlainOutput,
		&v.Batching.Enabled, &v.Batching.Size, &window, &v.MadeBy, &made, &v.Note, &response)
	if err != nil {
		return v, err
	}
	v.Batching.Window, v.MadeAt = time.Duration(window)*time.Millisecond, fromMicros(made)
	return v, errors.Join(json.Unmarshal([]byte(headers), &v.Template.Headers), json.Unmarshal([]byte(response), &v.Response))
}

// insertVersion keeps an action as it was just saved.
func insertVersion(t *tx, v hookline.ActionVersion, texts actionTexts) error {
	_, err := t.exec(insertVersionQuery, v.ActionID, v.Number, v.Name, v.Trigger, v.Template.Method, v.Template.URL, texts.headers, v.Template.Body,
		v.Template.PlainOutput, v.Batching.Enabled, v.Batching.Size, v.Batching.Window.Milliseconds(), v.MadeBy, micros(v.MadeAt), v.Note, texts.response)
	if err != nil {
		return fmt.Errorf("insert version: %w", err)
	}
	return nil
}

// nextVersion says which version a save makes of an action: the one there is,
// when it changes nothing of what a version keeps. It fails with KindConflict
// when what the save was made over is no longer in use.
func nextVersion(have, wish hookline.Action) (int, error) {
	switch {
	case have.SavedAs(wish):
		return have.Version, nil
	case wish.Save.Over != 0 && wish.Save.Over != have.Version:
		return 0, hookline.Conflict("Somebody else has saved this action in the meantime: version " + strconv.Itoa(have.Version) +
			" is in use now. Look at what they changed, then save again.")
	}
	return have.Version + 1, nil
}

const versionQuery = "select " + versionColumns + " from action_versions where action_id = $1 and number = $2"

// ActionVersion gives one version of an action.
func (s *Store) ActionVersion(ctx context.Context, actionID string, number int) (hookline.ActionVersion, error) {
	v, err := scanVersion(s.reads.QueryRowContext(ctx, versionQuery, actionID, number))
	return v, found(err, "version")
}

// ListActionVersions gives an action's versions, the newest first. The cursor
// names them by their numbers.
func (s *Store) ListActionVersions(ctx context.Context, actionID string, c hookline.Cursor) (hookline.Listing[hookline.ActionVersion], error) {
	return list(ctx, s.reads, selectVersions(actionID), c, scanVersion)
}

func selectVersions(actionID string) *listQuery {
	q := newList("select " + versionColumns + " from action_versions")
	q.id, q.counted = "number", true
	q.where("action_id = ?", actionID)
	return q
}

const versionsMadeQuery = "select " + versionColumns + " from action_versions where action_id = $1 and made_at >= $2 and made_at <= $3 order by number desc limit $4"

// ActionVersionsMade gives the versions of an action that were made within a span of
// time, the newest first, at most limit of them.
func (s *Store) ActionVersionsMade(ctx context.Context, actionID string, since, until time.Time, limit int) ([]hookline.ActionVersion, error) {
	rows, err := s.reads.QueryContext(ctx, versionsMadeQuery, actionID, micros(since), micros(until), limit)
	if err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	return collect(rows, scanVersion)
}
