package hookline

import "time"

// ErrNoDraft is what somebody hears who was not the first to decide on a draft.
var ErrNoDraft = Conflict("This is no draft any more: somebody has sent or discarded it meanwhile.")

// DraftOfNobody says why a draft cannot be sent whose person is gone.
const DraftOfNobody = "The person was deleted, so this draft cannot be sent. Discard it."

// DiscardedReason is the reason of a draft that somebody threw away: who and
// when.
func DiscardedReason(by string, at time.Time) string {
	return "Discarded by " + orSomebody(by) + " on " + at.UTC().Format("2 January 2006, 15:04 UTC") + ". Nothing was sent."
}
