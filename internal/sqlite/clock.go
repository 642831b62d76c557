package sqlite

import "fmt"

// A clock that was set back while no process ran would let retries wait longer
// than they should: by as much as it was set back. What was last changed in the
// future says so. Its wait begins anew, and is no longer than it was.
const followClockQuery = `update deliveries set next_attempt_at = next_attempt_at - updated_at + $1, updated_at = $1
	where state in ('queued', 'retrying') and next_attempt_at > $1 and updated_at > $1`

// followClock is done once, at the start.
func followClock(t *tx) error {
	if _, err := t.exec(followClockQuery, micros(now())); err != nil {
		return fmt.Errorf("follow the clock: %w", err)
	}
	return nil
}
