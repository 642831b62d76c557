package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"hookline/internal/hookline"
)

const eventColumns = "id, source_id, type, message_id, anonymous_id, identity, name, timestamp, received_at, payload"

// AppendEvents appends to the event log and to the rejections, in the order
// given, as one unit: all of it is durable when it returns nil, and each event
// has its ID. An event whose source sent the same messageId within the last
// 24 hours is left out, keeps an empty ID, and is counted in duplicates; the
// latest of them are kept to be looked at. So is one of somebody who was deleted
// and suppressed, which becomes a rejection that names nobody.
func (s *Store) AppendEvents(ctx context.Context, events []hookline.Event, rejections []hookline.Rejection) (duplicates int, err error) {
	err = s.write(ctx, func(t *tx) error {
		var again []hookline.Duplicate
		for i := range events {
			firstID, err := s.appendEvent(t, &events[i])
			if err != nil {
				return err
			}
			if firstID != "" {
				again = append(again, repeated(events[i], firstID))
			}
		}
		for i := range rejections {
			if err := s.appendRejection(t, &rejections[i]); err != nil {
				return err
			}
		}
		duplicates = len(again)
		return s.keepDuplicates(t, again)
	})
	if err != nil {
		return 0, err
	}
	return duplicates, nil
}

// appendEvent gives the id inside the unit: ids grow in the order of commits,
// so whoever has read up to one has missed none before it. Of a duplicate it
// tells which event came first.
func (s *Store) appendEvent(t *tx, e *hookline.Event) (firstID string, err error) {
	key := s.ids.Key()
	e.ID = ""
	if refused, err := s.suppressed.has(t, e.Identity()); err != nil || refused {
		return "", errors.Join(err, s.refuseSuppressed(t, *e))
	}
	if firstID, err = rememberMessage(t, *e, key); err != nil || firstID != "" {
		return firstID, err
	}
	_, err = t.exec(`insert into events (`+eventColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		key, e.SourceID, string(e.Type), e.MessageID, e.AnonymousID, e.Identity(), e.Name,
		e.Timestamp.UnixMicro(), micros(e.ReceivedAt), string(e.Payload))
	if err != nil {
		return "", fmt.Errorf("insert event: %w", err)
	}
	e.ID = hookline.KeyID("evt", key)
	t.told.appended = append(t.told.appended, *e)
	t.changed(hookline.TopicEvents, hookline.TopicSource(e.SourceID))
	return "", nil
}

// Event gives one event.
func (s *Store) Event(ctx context.Context, id string) (hookline.Event, error) {
	e, err := scanEvent(s.reads.QueryRowContext(ctx, "select "+eventColumns+" from events where id = $1", hookline.KeyOf(id)))
	return e, found(err, "event")
}

// ListEvents gives the events of any of the filter's sources and identities,
// newest first.
func (s *Store) ListEvents(ctx context.Context, f hookline.EventFilter, c hookline.Cursor) (hookline.Listing[hookline.Event], error) {
	return list(ctx, s.reads, selectEvents(f), c, scanEvent)
}

// selectEvents goes by the identities when there are any: a person has fewer
// events than a source.
func selectEvents(f hookline.EventFilter) *listQuery {
	q := newList("select " + eventColumns + " from events")
	q.keyed = true
	if len(f.Identities) == 0 {
		q.each("events", "source_id", f.SourceIDs)
		return q
	}
	q.id = "events.id"
	q.byLate(eventsByIdentity, f.Identities)
	q.in("+source_id", f.SourceIDs) // with a plus sign no index is used for it
	return q
}

// EventsAfter gives at most limit events that follow the one named, oldest first.
func (s *Store) EventsAfter(ctx context.Context, id string, limit int) ([]hookline.Event, error) {
	rows, err := s.reads.QueryContext(ctx, eventsAfterQuery, hookline.KeyOf(id), limit)
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	return collect(rows, scanEvent)
}

const eventsAfterQuery = "select " + eventColumns + " from events where id > $1 order by id limit $2"

func scanEvent(r row) (hookline.Event, error) {
	var e hookline.Event
	var typ, identity, payload string
	var key, at, received int64
	err := r.Scan(&key, &e.SourceID, &typ, &e.MessageID, &e.AnonymousID, &identity, &e.Name, &at, &received, &payload)
	e.ID, e.Type, e.Payload = hookline.KeyID("evt", key), hookline.EventType(typ), json.RawMessage(payload)
	switch kind, name, _ := strings.Cut(identity, ":"); kind {
	case "user":
		e.UserID = name
	case "email":
		e.Email = name
	}
	e.Timestamp, e.ReceivedAt = time.UnixMicro(at).UTC(), fromMicros(received)
	return e, err
}

const rejectionColumns = "id, source_id, type, name, reason, received_at, payload"

func (s *Store) appendRejection(t *tx, r *hookline.Rejection) error {
	r.ID = s.ids.NewKeyed("rej")
	_, err := t.exec(`insert into rejections (`+rejectionColumns+`) values ($1, $2, $3, $4, $5, $6, $7)`,
		r.ID, r.SourceID, r.Type, r.Name, r.Reason, micros(r.ReceivedAt), strings.ToValidUTF8(r.Payload, "\uFFFD"))
	if err != nil {
		return fmt.Errorf("insert rejection: %w", err)
	}
	t.changed(hookline.TopicSource(r.SourceID))
	return nil
}

// Rejection gives one rejection.
func (s *Store) Rejection(ctx context.Context, id string) (hookline.Rejection, error) {
	r, err := scanRejection(s.reads.QueryRowContext(ctx, "select "+rejectionColumns+" from rejections where id = $1", id))
	return r, found(err, "rejected event")
}

// ListRejections gives what a source sent in vain, newest first.
func (s *Store) ListRejections(ctx context.Context, sourceID string, c hookline.Cursor) (hookline.Listing[hookline.Rejection], error) {
	q := newList("select " + rejectionColumns + " from rejections")
	q.where("source_id = ?", sourceID)
	return list(ctx, s.reads, q, c, scanRejection)
}

func scanRejection(r row) (hookline.Rejection, error) {
	var j hookline.Rejection
	var at int64
	err := r.Scan(&j.ID, &j.SourceID, &j.Type, &j.Name, &j.Reason, &at, &j.Payload)
	j.ReceivedAt = fromMicros(at)
	return j, err
}
