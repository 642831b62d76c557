package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"

	"hookline/internal/hookline"
)

const deedColumns = "owner, deed, total, times"

func scanDeeds(r row) (hookline.DeedsOf, error) {
	var d hookline.DeedsOf
	var times []byte
	err := r.Scan(&d.Owner, &d.Deed, &d.Total, &times)
	d.Times = unpackTimes(times)
	return d, err
}

// packTimes writes times as the newest and the differences to each next.
func packTimes(times []int64) []byte {
	packed := make([]byte, 0, 9+5*len(times))
	before := int64(0)
	for i, at := range times {
		if i == 0 {
			packed = binary.AppendVarint(packed, at)
		} else {
			packed = binary.AppendUvarint(packed, uint64(before-at))
		}
		before = at
	}
	return packed
}

func unpackTimes(packed []byte) []int64 {
	at, n := binary.Varint(packed)
	if n <= 0 {
		return nil
	}
	times := []int64{at}
	for packed = packed[n:]; len(packed) > 0; packed = packed[n:] {
		less, size := binary.Uvarint(packed)
		if n = size; n <= 0 {
			break
		}
		at -= int64(less)
		times = append(times, at)
	}
	return times
}

// addDeeds adds to what an owner did.
func addDeeds(t *tx, more hookline.DeedsOf, keep int) error {
	stored, err := scanDeeds(t.queryRow("select "+deedColumns+" from deeds where owner = $1 and deed = $2", more.Owner, more.Deed))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read deeds: %w", err)
	}
	sum := stored.With(more.Deeds, keep)
	_, err = t.exec("insert into deeds ("+deedColumns+") values ($1, $2, $3, $4) on conflict (owner, deed) do update set total = excluded.total, times = excluded.times",
		more.Owner, more.Deed, sum.Total, packTimes(sum.Times))
	if err != nil {
		return fmt.Errorf("save deeds: %w", err)
	}
	return nil
}

// moveDeeds makes what one owner did another's, and says whether there was
// anything.
func moveDeeds(t *tx, from, into string) (moved bool, err error) {
	rows, err := t.query("select "+deedColumns+" from deeds where owner = $1", from)
	if err != nil {
		return false, fmt.Errorf("read deeds: %w", err)
	}
	all, err := collect(rows, scanDeeds)
	if err != nil || len(all) == 0 {
		return false, err
	}
	if _, err := t.exec("delete from deeds where owner = $1", from); err != nil {
		return false, fmt.Errorf("move deeds: %w", err)
	}
	keep, err := timesKept(t)
	if err != nil {
		return false, err
	}
	for _, one := range all {
		one.Owner = into
		if err := addDeeds(t, one, keep[one.Deed]); err != nil {
			return false, err
		}
	}
	return true, nil
}

// timesKept is how many times are kept of each counted kind.
func timesKept(t *tx) (map[int64]int, error) {
	rows, err := t.query("select number, times from counted_deeds")
	if err != nil {
		return nil, fmt.Errorf("read counted deeds: %w", err)
	}
	keep := map[int64]int{}
	_, err = collect(rows, func(r row) (none struct{}, err error) {
		var number int64
		var times int
		err = r.Scan(&number, &times)
		keep[number] = times
		return none, err
	})
	return keep, err
}

// DeedsBy counts in the event log what one person did of each of some events,
// with all times. It is for few people at once: what segments ask for is counted
// as it comes.
func (s *Store) DeedsBy(ctx context.Context, personID string, events []string) (map[string]hookline.Deeds, error) {
	deeds := make(map[string]hookline.Deeds, len(events))
	if len(events) == 0 {
		return deeds, nil
	}
	q := newList("")
	q.in("e.name", events)
	rows, err := s.reads.QueryContext(ctx, deedsByQuery(q.terms[0], q.arg(personID)), q.args...)
	if err != nil {
		return nil, fmt.Errorf("read what a person did: %w", err)
	}
	_, err = collect(rows, func(r row) (none struct{}, err error) {
		var name string
		var at int64
		err = r.Scan(&name, &at)
		d := deeds[name]
		deeds[name] = hookline.Deeds{Total: d.Total + 1, Times: append(d.Times, at)}
		return none, err
	})
	return deeds, err
}

// deedAt is when a deed was done, as an expression: not later than we heard of
// it, whatever the sender's clock says.
const deedAt = "case when e.timestamp < e.received_at then e.timestamp else e.received_at end"

// deedsByQuery goes by the index of identities, and looks through the last events,
// which have not entered it.
func deedsByQuery(named, person string) string {
	names := "select identity from identities where person_id = " + person
	return "select e.name, " + deedAt + " as at from " + eventsByIdentity.entries("k") + " join events e on e.id = k.event_id where e.type = 'track' and " + named + " and k.identity in (" + names + ")" +
		" union all select e.name, " + deedAt + " as at from events e where e.id > " + eventsByIdentity.entered() + " and e.type = 'track' and " + named + " and e.identity in (" + names + ")" +
		" order by at desc"
}
