package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"hookline/internal/hookline"
)

// nobody stands for a person where lines are divided by blanks.
const nobody = "-"

// writeCarried writes the items of a part as its row holds them: a line for
// each, and the bodies.
func writeCarried(items []hookline.BatchItem) (carried string, bodies []byte) {
	size := 0
	for _, i := range items {
		size += len(i.Body) + 1
	}
	bodies = make([]byte, 0, size)
	lines := make([]byte, 0, 48*len(items))
	for n, i := range items {
		lines = strconv.AppendInt(lines, hookline.KeyOf(i.EventID), 10)
		person := i.PersonID
		if person == "" {
			person = nobody
		}
		lines = append(append(append(lines, ' '), person...), ' ')
		lines = append(strconv.AppendInt(lines, int64(len(i.Body)), 10), '\n')
		if n > 0 {
			bodies = append(bodies, ',')
		}
		bodies = append(bodies, i.Body...)
	}
	return string(lines), bodies
}

var errCarried = errors.New("read batch part: its items and bodies do not fit together")

// readCarried is the inverse. Bodies that were let go of are empty.
func readCarried(carried string, bodies []byte) ([]hookline.BatchItem, error) {
	var items []hookline.BatchItem
	for line := range strings.Lines(carried) {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			return nil, errCarried
		}
		event, err1 := strconv.ParseInt(fields[0], 10, 64)
		length, err2 := strconv.Atoi(fields[2])
		if err1 != nil || err2 != nil || length < 0 || length > len(bodies) {
			return nil, errCarried
		}
		item := hookline.BatchItem{EventID: hookline.KeyID("evt", event), PersonID: fields[1], Body: bodies[:length:length]}
		if item.PersonID == nobody {
			item.PersonID = ""
		}
		items = append(items, item)
		bodies = bodies[length:]
		if len(bodies) > 0 {
			bodies = bodies[1:] // the comma
		}
	}
	return items, nil
}

// Parts are made of a stretch of events each, so an event is in none whose last
// event is further away than a stretch is long.
const partsOfEventQuery = `select ` + batchPartColumns + ` from batch_parts where last_event >= $1
	and last_event <= coalesce((select id from events where id >= $1 order by id limit 1 offset $2), $3) and first_event <= $1`

// longestStretch is more events than a stretch of the log ever has.
const longestStretch = 1000

// batchesOf gives the keys of the deliveries that carried an event among others.
func (s *Store) batchesOf(ctx context.Context, eventID string) ([]int64, error) {
	rows, err := s.reads.QueryContext(ctx, partsOfEventQuery, hookline.KeyOf(eventID), longestStretch, int64(1)<<62)
	if err != nil {
		return nil, fmt.Errorf("read batches of event: %w", err)
	}
	deliveries, err := collect(rows, func(r row) (int64, error) {
		var delivery int64
		p, err := scanBatchPart(lastKept{r, &delivery})
		for _, i := range p.Items {
			if i.EventID == eventID {
				return delivery, err
			}
		}
		return 0, err
	})
	return deliveries, err
}

// lastKept scans a row and keeps its last column apart.
type lastKept struct {
	row
	last *int64
}

func (l lastKept) Scan(dest ...any) error {
	dest[len(dest)-1] = l.last
	return l.row.Scan(dest...)
}

// ListBatchEvents tells which events a delivery carried, in the order in which
// they stand in its body.
func (s *Store) ListBatchEvents(ctx context.Context, deliveryID string) ([]hookline.BatchEvent, error) {
	parts, err := s.partsOf(ctx, hookline.KeyOf(deliveryID))
	if err != nil {
		return nil, err
	}
	var carried []hookline.BatchEvent
	for _, p := range parts {
		for _, i := range p.Items {
			carried = append(carried, hookline.BatchEvent{EventID: i.EventID, PersonID: i.PersonID})
		}
	}
	if err := s.nameEvents(ctx, carried); err != nil {
		return nil, err
	}
	return carried, s.namePeople(ctx, carried)
}

func (s *Store) nameEvents(ctx context.Context, carried []hookline.BatchEvent) error {
	names, err := s.names(ctx, len(carried), "select id, coalesce(nullif(name, ''), type) from events where id in (",
		func(i int) any { return hookline.KeyOf(carried[i].EventID) })
	for i := range carried {
		carried[i].EventName = names[fmt.Sprint(hookline.KeyOf(carried[i].EventID))]
	}
	return err
}

func (s *Store) namePeople(ctx context.Context, carried []hookline.BatchEvent) error {
	names, err := s.names(ctx, len(carried), "select id, coalesce(nullif(email, ''), nullif(user_id, ''), id) from people where id in (",
		func(i int) any { return carried[i].PersonID })
	for i := range carried {
		carried[i].PersonLabel = names[carried[i].PersonID]
	}
	return err
}

// names looks up n names, some at a time; query lacks the ids and a bracket.
func (s *Store) names(ctx context.Context, n int, query string, id func(i int) any) (map[string]string, error) {
	names := map[string]string{}
	for from := 0; from < n; from += identitiesAtOnce {
		var args []any
		for i := from; i < min(n, from+identitiesAtOnce); i++ {
			args = append(args, id(i))
		}
		rows, err := s.reads.QueryContext(ctx, query+placeholders(len(args))+")", args...)
		if err != nil {
			return nil, fmt.Errorf("read names: %w", err)
		}
		_, err = collect(rows, func(r row) (struct{}, error) {
			var id, name string
			err := r.Scan(&id, &name)
			names[id] = name
			return struct{}{}, err
		})
		if err != nil {
			return nil, err
		}
	}
	return names, nil
}
