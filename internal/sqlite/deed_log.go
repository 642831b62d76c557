package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hookline/internal/condition"
	"hookline/internal/hookline"
)

// logPatience is how long the event log is gone through for what no segment asks
// for yet: somebody waits for a number.
const logPatience = 700 * time.Millisecond

const loggedDeedsQuery = "select i.person_id, " + deedAt + " from events e join identities i on i.identity = e.identity where e.type = 'track' and e.name = $1"

// readLoggedDeeds counts in the event log what everybody did of one kind.
// errLater: the log is too long for that, or more than room people did it.
func (s *Store) readLoggedDeeds(ctx context.Context, d condition.Deed, into map[string]hookline.Deeds, room int) error {
	patient, done := context.WithTimeout(ctx, logPatience)
	defer done()
	rows, err := s.reads.QueryContext(patient, loggedDeedsQuery, d.Event)
	if err == nil {
		_, err = collect(rows, func(r row) (none struct{}, err error) {
			var person string
			var at int64
			if err := r.Scan(&person, &at); err != nil {
				return none, err
			}
			into[person] = into[person].With(hookline.Deeds{Total: 1, Times: []int64{at}}, d.Times)
			if len(into) > room {
				return none, errLater
			}
			return none, nil
		})
	}
	switch {
	case err == nil, errors.Is(err, errLater):
		return err
	case patient.Err() != nil && ctx.Err() == nil:
		return errLater
	}
	return fmt.Errorf("count deeds in the event log: %w", err)
}
