package hookline

import (
	"encoding/json"
	"time"
)

// EventType is the kind of call that an event was.
type EventType string

// The kinds of calls (WIRE: Segment's tracking API).
const (
	Identify EventType = "identify"
	Track    EventType = "track"
	Page     EventType = "page"
	Screen   EventType = "screen"
	Group    EventType = "group"
	Alias    EventType = "alias"
)

// EventTypes lists the kinds in the order in which a menu shows them.
func EventTypes() []EventType { return []EventType{Track, Identify, Page, Screen, Group, Alias} }

// Known says whether t is one of EventTypes.
func (t EventType) Known() bool {
	switch t {
	case Identify, Track, Page, Screen, Group, Alias:
		return true
	}
	return false
}

// Event is one call that came in and was taken.
type Event struct {
	ID          string // evt_…; given when the event is stored, increasing in the order of storing
	SourceID    string
	Type        EventType
	MessageID   string
	UserID      string
	AnonymousID string
	Email       string // set only on an identify or track that goes by traits.email alone; not stored apart
	Name        string // a track's event, a page's or screen's name; may be empty
	Timestamp   time.Time
	ReceivedAt  time.Time
	Payload     json.RawMessage // the whole call: one JSON object, everything unknown kept
}

// Identity is what the event goes by: the user id, else the anonymous id, else
// the e-mail, prefixed with its kind so that they never meet.
func (e Event) Identity() string {
	switch {
	case e.UserID != "":
		return UserIdentity(e.UserID)
	case e.AnonymousID != "":
		return AnonymousIdentity(e.AnonymousID)
	case e.Email != "":
		return EmailIdentity(e.Email)
	}
	return ""
}

// Rejection is a call, or an item of a batch, that a known source sent and
// that could not be taken. It is kept so that its sender can see why.
type Rejection struct {
	ID         string // rej_…
	SourceID   string
	Type       string // as sent; may be anything
	Name       string
	Reason     string // a whole sentence
	ReceivedAt time.Time
	Payload    string // as sent, cut at 32 KB; need not be JSON
}
