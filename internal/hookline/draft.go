package hookline

import "time"

// DiscardedReason is the reason of a draft that somebody threw away: who and
// when.
func DiscardedReason(by string, at time.Time) string {
	return "Discarded by " + orSomebody(by) + " on " + at.UTC().Format("2 January 2006, 15:04 UTC") + ". Nothing was sent."
}
