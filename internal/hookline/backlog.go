package hookline

import "time"

// Backlog is what is owed and not yet done, at one moment.
type Backlog struct {
	Queued   int       // deliveries without an attempt since they were queued
	Retrying int       // deliveries that wait for another attempt
	Due      time.Time // since when the attempt due longest has been due, or will be; zero: none is owed
	Unread   time.Time // when the oldest event that was not fanned out came; zero: none waits
}
