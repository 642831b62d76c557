package hookline

import "time"

// DeliveryFilter narrows the list of deliveries; empty fields do not narrow.
type DeliveryFilter struct {
	IDs           []string // only these
	State         State    // as it is shown: what is held is neither queued nor retrying; StateDoubted: of the delivered, those
	Origin        Origin
	DestinationID string
	CampaignID    string // only what its steps sent to people, as long as they are there; one step: the destination that it owns
	ActionID      string
	PersonID      string
	JourneyID     string // only what its steps made
	EventID       string
	FailureID     string // only what is part of this failure
	EventName     string // of the event that set it off
	Query         string // a text in it, see Store.ListDeliveries; or an id, or who a person is
	Status        int    // HTTP status of the last answer
	Cause         NetworkCause
	Attempts      int       // at least so many
	Since         time.Time // created at or after
	Until         time.Time // created before

	ResendID      string        // only what this run looked at
	ResendOutcome ResendOutcome // and of that only what it made this of
}

// DeliveryRow is a delivery as a list shows it, with the names of what it
// belongs to. A name is "" when the thing was deleted. Its State is held, with
// the reason in Hold, while it is owed by a destination that holds.
type DeliveryRow struct {
	Delivery
	Hold            Hold
	DestinationName string
	Owner           string // of the destination: a campaign's or a shortcut's id; "" for one that stands for itself
	OwnerName       string
	ActionName      string
	VersionInUse    int // of the action; 0 when that was deleted
	PersonLabel     string
	EventName       string
	Method          string
	URL             string // without user and password
}

// EventFilter narrows the list of events; empty fields do not narrow.
type EventFilter struct {
	SourceIDs  []string
	Identities []string // as Event.Identity gives them
}
