package hookline

import "time"

// CancelledReason is the reason of a delivery that somebody gave up: who and
// when, and how its last try ended.
func (d Delivery) CancelledReason(by string, at time.Time) string {
	reason := "Cancelled by " + orSomebody(by) + " on " + at.UTC().Format("2 January 2006, 15:04 UTC") + "."
	if d.Attempts > 0 && d.Reason != "" {
		reason += " The last try: " + d.Reason
	}
	return reason
}
