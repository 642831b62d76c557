package hookline

import "time"

// Member is somebody who is in a segment.
type Member struct {
	Person
	Since time.Time
}

// MaxPutMembers is how many people can be put into a manual segment at once.
const MaxPutMembers = 1000
