package hookline

import "errors"

// Routing is the configuration as the engine sees it. It is shared and must
// not be changed.
type Routing struct {
	Version      int64                  // grows with each change of the configuration
	Routes       []Route                // enabled destinations with enabled actions, the oldest first
	Destinations map[string]Destination // all of them, by id
	SigningKeys  []SigningKey           // see InUse
	Secrets      map[string]KeptSecret  // by name
	Regions      []Region               // see ProxyOf
	Responses    map[string]Response    // what actions make of their answers, by id; of those that make anything
}

// Route is one enabled destination and its enabled actions.
type Route struct {
	Destination Destination
	Actions     []Action
}

// Fanout is what a stretch of the event log set off. It is recorded whole or
// not at all.
type Fanout struct {
	From       string // the cursor it began after; recording fails when it has moved
	To         string // the id of the last event of the stretch
	People     []PersonChange
	Deliveries []Owed // queued, or failed when no request could be made
	Parts      []BatchPart
}

// PersonChange is what events made of one person.
type PersonChange struct {
	Person     Person   // as it shall be; its Version is the one that was read, 0 for a new person
	Identities []string // names that lead to this person from now on
	Merged     []string // ids of people who became this person and are gone
	Deleted    bool     // the person is gone, with every name
}

// Finished is an attempt and what follows from it.
type Finished struct {
	Attempt   Attempt
	Outcome   Outcome
	To        string         // the destination; "" for a test, which counts as nothing
	Tries     int            // of the delivery, when the attempt began
	JourneyID string         // of the delivery
	Sets      []SetAttribute // of its person, from a good answer; mostly nothing

	// PersonVersion is that of the person from whom Sets were worked out; 0: set
	// them whatever has changed since.
	PersonVersion int64
}

// ErrPersonChanged says that Sets were worked out from what is no longer so.
var ErrPersonChanged = errors.New("the person has changed since the attributes were worked out")

// Requeue is a person's wish that a delivery be attempted again.
type Requeue struct {
	DeliveryID string
	Request    *Request // made anew; nil: the first request, byte for byte
	AskedBy    string   // the e-mail of who asked

	ActionVersion int // with which Request was made
}
