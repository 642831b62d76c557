package hookline

import "time"

// Ahead is what is still before a delivery, should each further try fail. The
// zero value: nothing.
type Ahead struct {
	Try  int       // the number of the next try, in the round that it is in
	All  int       // how many tries a round has, the first included
	Last time.Time // when the last of them would be; chance moves it a little
}
