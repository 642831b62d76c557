package hookline

import "time"

// TwoStep is that somebody is asked for a code after the password.
type TwoStep struct {
	UserID string
	Sealed []byte // the key that codes are made with, as it is kept
	MadeAt time.Time
	Used   int64 // the number of the last half minute whose code was taken

	Recovery int // how many recovery codes are left; not written
}
