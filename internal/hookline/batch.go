package hookline

import "time"

// The limits and defaults of a batch (seeds 000 and 004).
const (
	DefaultBatchSize   = 1000
	MaxBatchSize       = 4000
	DefaultBatchWindow = 10 * time.Second
	MaxBatchWindow     = time.Hour
	MaxBatchBytes      = 4 << 20 // a body is closed before it grows beyond this
)

// Batching says whether an action gathers events, and how long and how many.
type Batching struct {
	Enabled bool
	Size    int           // events a request; at most MaxBatchSize
	Window  time.Duration // how long the oldest waits at most
}

// NewBatching is what a new action begins with: switched off, with the
// defaults.
func NewBatching() Batching {
	return Batching{Size: DefaultBatchSize, Window: DefaultBatchWindow}
}

// Validate says at each field what is wrong; nil when nothing is, and while
// batches are switched off.
func (b Batching) Validate() error {
	f := fields{}
	b.check(f)
	return f.err("The batches could not be saved.")
}

func (b Batching) check(f fields) {
	if !b.Enabled {
		return
	}
	f.check(b.Size >= 1 && b.Size <= MaxBatchSize, "batch_size", "Choose a number of events between 1 and 4,000.")
	f.check(b.Window >= 100*time.Millisecond && b.Window <= MaxBatchWindow, "batch_window", "Choose a time between 0.1 seconds and one hour.")
}

// BatchPart is what a stretch of events adds to one batch: bodies that wait to
// be sent together with others.
type BatchPart struct {
	ID            string // bpt_…
	DestinationID string
	ActionID      string
	ActionVersion int         // with which the bodies were made; 0: not known
	Key           string      // parts of one action share a request only when this is equal
	Request       Request     // what all share: it has no body
	Items         []BatchItem // in the order of their events; one at least
	DueAt         time.Time   // when the window of the first one ends
}

// BatchItem is what one event adds to a batch.
type BatchItem struct {
	EventID  string
	PersonID string
	Body     []byte // without white space around it
}

// JoinBodies makes the body of a batch: a JSON array of its items' bodies, as
// they are (seed 000).
func JoinBodies(items []BatchItem) []byte {
	size := 2
	for _, i := range items {
		size += len(i.Body) + 1
	}
	body := append(make([]byte, 0, size), '[')
	for n, i := range items {
		if n > 0 {
			body = append(body, ',')
		}
		body = append(body, i.Body...)
	}
	return append(body, ']')
}

// BatchWaiting is what has been gathered for one request so far.
type BatchWaiting struct {
	ActionID string
	Key      string
	Count    int       // events
	DueAt    time.Time // when the window of the oldest ends
}

// BatchEvent is what a sent batch carried of one event.
type BatchEvent struct {
	EventID     string
	EventName   string // "" when it is gone
	PersonID    string
	PersonLabel string
}

// BatchWait is that an event waits in a batch of an action, which is closed at
// DueAt at the latest.
type BatchWait struct {
	ActionID string
	DueAt    time.Time
}
