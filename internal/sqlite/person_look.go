package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// personPatience is how long a look through attributes may take.
const personPatience = 80 * time.Millisecond

// manyNamed is how many people may go by a name that begins as searched for, for
// them to be taken from the index and sorted. Where more do they are met soon
// enough on the way through everybody.
const manyNamed = 150_000

// personLook looks for people by a text, among everybody or the members of a
// segment. Those who go by it come first, found by the index of names, then the
// others, on a walk through all. So the person alone tells where in the list a row
// stands.
type personLook struct {
	db      *sql.Tx
	among   among
	names   [][2]string // the first and the last of names that begin with the text
	count   int         // of all names that begin so; of too many, not all
	many    bool        // these are too many: there is only the walk
	begins  string      // a pattern for user ids and e-mail addresses
	holds   string      // a pattern for attributes
	need    int         // rows
	until   time.Time
	stopped string // where the walk ended because it took too long; "" when it did not
}

// lookForPeople lists those whom search finds, as far as it comes.
func (s *Store) lookForPeople(ctx context.Context, search string, who among, c hookline.Cursor) (hookline.Listing[hookline.Member], error) {
	var none hookline.Listing[hookline.Member]
	db, err := s.reads.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return none, fmt.Errorf("look for people: %w", err)
	}
	defer func() { _ = db.Rollback() }() // it has changed nothing
	l := &personLook{
		db: db, among: who, names: namesLike(search), begins: likeText(search) + "%", holds: "%" + likeText(inJSON(search)) + "%",
		need: c.Size() + 1, until: time.Now().Add(cmp.Or(s.patience, personPatience)),
	}
	if err := l.countNamed(ctx); err != nil {
		return none, err
	}
	find := l.down
	if c.After != "" {
		find = l.up
	}
	people, err := find(ctx, c)
	if err != nil {
		return none, err
	}
	listing := page(people, c)
	if listing.Stopped = l.stopped; l.stopped != "" {
		listing.Older, listing.Newer = listing.Older || c.After == "", listing.Newer || c.After != ""
	}
	return listing, nil
}

// namesLike are the stretches of the index of names in which those stand that
// begin with a text. An e-mail address stands there in small letters; a user id as
// it is, so it is looked for as typed, and in all small and all capital letters.
func namesLike(search string) (names [][2]string) {
	for _, name := range []string{
		hookline.UserIdentity(search), hookline.UserIdentity(strings.ToLower(search)), hookline.UserIdentity(strings.ToUpper(search)),
		hookline.AnonymousIdentity(search), hookline.EmailIdentity(search),
	} {
		if one := [2]string{name, name + "\U0010ffff"}; !slices.Contains(names, one) {
			names = append(names, one)
		}
	}
	return names
}

// down lists what is after the row c.Before, or from the top.
func (l *personLook) down(ctx context.Context, c hookline.Cursor) ([]hookline.Member, error) {
	named, err := l.isNamed(ctx, c.Before)
	if err != nil {
		return nil, err
	}
	if c.Before != "" && !named || l.many {
		return l.walk(ctx, c.Before, false, l.need)
	}
	found, err := l.listNamed(ctx, c.Before, false, l.need)
	if err != nil || len(found) == l.need {
		return found, err
	}
	others, err := l.walk(ctx, "", false, l.need-len(found))
	return append(found, others...), err
}

// up lists what is before the row c.After, the nearest first.
func (l *personLook) up(ctx context.Context, c hookline.Cursor) ([]hookline.Member, error) {
	named, err := l.isNamed(ctx, c.After)
	if err != nil {
		return nil, err
	}
	if named {
		return l.listNamed(ctx, c.After, true, l.need)
	}
	found, err := l.walk(ctx, c.After, true, l.need)
	if err != nil || l.many || l.stopped != "" || len(found) == l.need {
		return found, err
	}
	theNamed, err := l.listNamed(ctx, "", true, l.need-len(found))
	return append(found, theNamed...), err
}

// walk goes through all, from a row on that is not named, or from the end,
// and gives at most so many of those who fit. It stops when it took too long,
// though never before it came further.
func (l *personLook) walk(ctx context.Context, from string, up bool, most int) (found []hookline.Member, err error) {
	for stride := 500; ; stride = min(2*stride, 4000) {
		to, end, err := l.stride(ctx, from, up, stride)
		if err != nil {
			return nil, err
		}
		some, err := l.fitting(ctx, from, to, up, most-len(found))
		if err != nil {
			return nil, err
		}
		if found = append(found, some...); end || len(found) == most {
			return found, nil
		}
		if from = to; time.Now().After(l.until) {
			named, err := l.isNamed(ctx, from)
			if err != nil {
				return nil, err
			}
			if !named { // a row that is could not be told from a place among the named
				l.stopped = from
				return found, nil
			}
		}
	}
}
