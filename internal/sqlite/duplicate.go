package sqlite

import (
	"context"
	"encoding/json"
	"fmt"

	"hookline/internal/hookline"
)

const duplicateColumns = "id, source_id, event_id, type, name, message_id, identity, received_at, payload"

func repeated(e hookline.Event, firstID string) hookline.Duplicate {
	return hookline.Duplicate{
		SourceID: e.SourceID, EventID: firstID, Type: e.Type, Name: e.Name, MessageID: e.MessageID,
		Identity: e.Identity(), ReceivedAt: e.ReceivedAt, Payload: e.Payload,
	}
}

// keepDuplicates notes that calls came again, and lets the oldest go: a sender
// who repeats itself for days fills no disk.
func (s *Store) keepDuplicates(t *tx, again []hookline.Duplicate) error {
	touched := map[string]bool{}
	for _, d := range again[max(0, len(again)-hookline.KeptDuplicates):] {
		_, err := t.exec("insert into duplicates ("+duplicateColumns+") values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
			s.ids.NewKeyed("dup"), d.SourceID, d.EventID, string(d.Type), d.Name, d.MessageID, d.Identity, micros(d.ReceivedAt), string(d.Payload))
		if err != nil {
			return fmt.Errorf("insert duplicate: %w", err)
		}
		touched[d.SourceID] = true
	}
	for sourceID := range touched {
		if err := trimDuplicates(t, sourceID); err != nil {
			return err
		}
		t.changed(hookline.TopicSource(sourceID))
	}
	return nil
}

func trimDuplicates(t *tx, sourceID string) error {
	_, err := t.exec(`delete from duplicates where source_id = $1 and id <=
		(select id from duplicates where source_id = $1 order by id desc limit 1 offset $2)`, sourceID, hookline.KeptDuplicates)
	if err != nil {
		return fmt.Errorf("delete oldest duplicates: %w", err)
	}
	return nil
}

// Duplicate gives one duplicate.
func (s *Store) Duplicate(ctx context.Context, id string) (hookline.Duplicate, error) {
	d, err := scanDuplicate(s.reads.QueryRowContext(ctx, "select "+duplicateColumns+" from duplicates where id = $1", id))
	return d, found(err, "duplicate")
}

func scanDuplicate(r row) (hookline.Duplicate, error) {
	var d hookline.Duplicate
	var typ, payload string
	var at int64
	err := r.Scan(&d.ID, &d.SourceID, &d.EventID, &typ, &d.Name, &d.MessageID, &d.Identity, &at, &payload)
	d.Type, d.Payload, d.ReceivedAt = hookline.EventType(typ), json.RawMessage(payload), fromMicros(at)
	return d, err
}
