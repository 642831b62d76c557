package sqlite

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"hookline/internal/hookline"
)

// searched is how many calls of each fate one look goes through when it may
// leave some out: a search for what is not there must not read the whole log.
const searched = 5000

// intakeTables say where calls are, by what became of them.
var intakeTables = []struct {
	fate    hookline.Fate
	place   func(place string) any // what the id column compares with a place
	columns string                 // type, name, identity, reason, event id
	table   string
}{
	{hookline.FateAccepted, func(place string) any { return hookline.KeyOf("evt_" + place) }, "type, name, identity, '', ''", "events"},
	{hookline.FateRejected, func(place string) any { return "rej_" + place }, "type, name, '', reason, ''", "rejections"},
	{hookline.FateDuplicate, func(place string) any { return "dup_" + place }, "type, name, identity, '', event_id", "duplicates"},
}

// seenIntake is a call that was looked at, and whether it fits the filter.
type seenIntake struct {
	hookline.Intake
	fits bool
}

// ListIntakes gives what a source sent, whatever became of it, newest first. A
// filter that narrows goes through a stretch of the log only: then there may be
// fewer rows than asked for, or none, and Older says where to go on.
func (s *Store) ListIntakes(ctx context.Context, f hookline.IntakeFilter) (hookline.Intakes, error) {
	if f.Limit <= 0 {
		f.Limit = hookline.PageSize
	}
	look := f.Limit + 1
	if f.Narrows() {
		look = searched
	}
	var all []seenIntake
	end := "" // the place up to which every table was looked at
	for _, in := range intakeTables {
		if f.Fate != "" && f.Fate != in.fate {
			continue
		}
		text, args := intakeQuery(f, in.place, in.columns, in.table)
		rows, err := s.reads.QueryContext(ctx, text+" limit "+strconv.Itoa(look), args...)
		if err != nil {
			return hookline.Intakes{}, fmt.Errorf("list calls: %w", err)
		}
		seen, err := collect(rows, func(r row) (seenIntake, error) { return scanIntake(r, in.fate) })
		if err != nil {
			return hookline.Intakes{}, err
		}
		if len(seen) == look {
			end = max(end, seen[look-1].Place())
		}
		all = append(all, seen...)
	}
	return mergeIntakes(all, end, f.Limit), nil
}

func intakeQuery(f hookline.IntakeFilter, place func(string) any, columns, table string) (string, []any) {
	args := []any{f.SourceID}
	add := func(value any) string {
		args = append(args, value)
		return "$" + strconv.Itoa(len(args))
	}
	fits, where := "1 = 1", "source_id = $1"
	if f.Type != "" {
		fits += " and type = " + add(f.Type)
	}
	if f.Name != "" {
		fits += " and name = " + add(f.Name)
	}
	if f.Text != "" {
		fits += ` and lower(payload) like lower(` + add("%"+likeText(inJSON(f.Text))+"%") + `) escape '\'`
	}
	if f.Before != "" {
		where += " and id < " + add(place(f.Before))
	}
	return "select id, " + columns + ", received_at, case when " + fits + " then 1 else 0 end from " + table + " where " + where + " order by id desc", args
}

func scanIntake(r row, fate hookline.Fate) (seenIntake, error) {
	one := seenIntake{Intake: hookline.Intake{Fate: fate}}
	var key, at int64
	id := any(&one.ID)
	if fate == hookline.FateAccepted {
		id = &key
	}
	err := r.Scan(id, &one.Type, &one.Name, &one.Identity, &one.Reason, &one.EventID, &at, &one.fits)
	if fate == hookline.FateAccepted {
		one.ID = hookline.KeyID("evt", key)
		one.EventID = one.ID
	}
	one.ReceivedAt = fromMicros(at)
	return one, err
}

// mergeIntakes puts calls of all fates into one order. What lies before end
// is left for the next look, because not every table was read that far.
func mergeIntakes(all []seenIntake, end string, limit int) hookline.Intakes {
	slices.SortFunc(all, func(a, b seenIntake) int { return cmp.Compare(b.Place(), a.Place()) })
	list := hookline.Intakes{Older: end}
	for _, one := range all {
		if one.Place() < end {
			break
		}
		if !one.fits {
			continue
		}
		if len(list.Rows) == limit {
			list.Older = list.Rows[limit-1].Place()
			break
		}
		list.Rows = append(list.Rows, one.Intake)
	}
	return list
}
