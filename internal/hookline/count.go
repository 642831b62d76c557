package hookline

import "time"

// HourCount is how many deliveries that were made within one hour are in one
// state now.
type HourCount struct {
	Hour  time.Time // when it begins, UTC
	State State
	Count int
}

// Failing is a destination some of whose attempts failed lately.
type Failing struct {
	DestinationID string
	Name          string
	Failures      int    // deliveries whose last attempt failed: retrying and given up
	Reason        string // of the latest one
}
