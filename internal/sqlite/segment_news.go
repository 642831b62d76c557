package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// findFanned finds where fanout is.
func (s *Store) findFanned(ctx context.Context) error {
	cursor, err := s.FanoutCursor(ctx)
	s.fanned.Store(hookline.KeyOf(cursor))
	return err
}

// SegmentNews gives what may have changed who belongs where: at most so many events
// that follow the one named and that fanout has done, the people behind them, and
// at most so many who were changed otherwise, or whose time has come.
func (s *Store) SegmentNews(ctx context.Context, after string, at time.Time, events, people int) (n hookline.SegmentNews, err error) {
	if n.Version, err = readCursor(s.reads.QueryRowContext(ctx, "select event_id from cursors where name = $1", segmentVersion)); err != nil {
		return n, err
	}
	// What fanout has done in this moment is not followed yet: whom it changed may
	// still be known as they were.
	if n.Events, err = s.eventsFanned(ctx, hookline.KeyOf(after), s.fanned.Load(), events); err != nil {
		return n, err
	}
	if n.Asked, err = s.asked(ctx, people); err != nil {
		return n, err
	}
	rows, err := s.reads.QueryContext(ctx, "select person_id from segment_due where due_at <= $1 order by due_at limit $2", micros(at), people)
	if err != nil {
		return n, fmt.Errorf("read who is due: %w", err)
	}
	if n.Due, err = collect(rows, func(r row) (id string, err error) { return id, r.Scan(&id) }); err != nil {
		return n, err
	}
	n.People, err = s.PeopleByIdentity(ctx, identitiesOf(n.Events))
	return n, err
}

func (s *Store) asked(ctx context.Context, limit int) ([]hookline.Asked, error) {
	rows, err := s.reads.QueryContext(ctx, "select person_id, times from segment_asks limit $1", limit)
	if err != nil {
		return nil, fmt.Errorf("read who is to be asked: %w", err)
	}
	return collect(rows, func(r row) (a hookline.Asked, err error) { return a, r.Scan(&a.PersonID, &a.Times) })
}

func identitiesOf(events []hookline.Event) []string {
	names := make([]string, 0, len(events))
	seen := make(map[string]bool, len(events))
	for i := range events {
		if name := events[i].Identity(); name != "" && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// Of an event a segment needs what it is called and whose it is, and of an
// identify what it says.
const (
	heardColumns   = "id, type, identity, name, timestamp, received_at, case when type = 'identify' then payload else '' end"
	heardQuery     = "select " + heardColumns + " from events where id > $1 and id <= $2 order by id limit $3"
	heardDeedQuery = "select " + heardColumns + " from events where id > $1 and id <= $2 and type = 'track' and name in "
)

func (s *Store) eventsFanned(ctx context.Context, after, upTo int64, limit int) ([]hookline.Event, error) {
	rows, err := s.reads.QueryContext(ctx, heardQuery, after, upTo, limit)
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	return collect(rows, scanHeard)
}

// DeedsAfter gives at most limit track events of these names that follow the one
// named and are not after the other, and the people behind them.
func (s *Store) DeedsAfter(ctx context.Context, after, upTo string, names []string, limit int) (n hookline.SegmentNews, err error) {
	args := []any{hookline.KeyOf(after), hookline.KeyOf(upTo)}
	marks := make([]string, len(names))
	for i, name := range names {
		args = append(args, name)
		marks[i] = fmt.Sprintf("$%d", len(args))
	}
	args = append(args, limit)
	rows, err := s.reads.QueryContext(ctx, heardDeedQuery+"("+strings.Join(marks, ", ")+") order by id limit "+fmt.Sprintf("$%d", len(args)), args...)
	if err != nil {
		return n, fmt.Errorf("read events: %w", err)
	}
	if n.Events, err = collect(rows, scanHeard); err != nil {
		return n, err
	}
	n.People, err = s.PeopleByIdentity(ctx, identitiesOf(n.Events))
	return n, err
}

func scanHeard(r row) (e hookline.Event, err error) {
	var key, at, received int64
	var typ, identity, payload string
	err = r.Scan(&key, &typ, &identity, &e.Name, &at, &received, &payload)
	e.ID, e.Type, e.Payload = hookline.KeyID("evt", key), hookline.EventType(typ), json.RawMessage(payload)
	e.Timestamp, e.ReceivedAt = time.UnixMicro(at).UTC(), fromMicros(received)
	switch kind, name, _ := strings.Cut(identity, ":"); kind {
	case "user":
		e.UserID = name
	case "anon":
		e.AnonymousID = name
	case "email":
		e.Email = name
	}
	return e, err
}
