package hookline

import (
	"encoding/json"
	"strings"
	"time"
)

// Duplicate is a call that was left out because its source had sent the same
// messageId within the last 24 hours.
type Duplicate struct {
	ID         string // dup_…
	SourceID   string
	EventID    string // the event that was taken the first time
	Type       EventType
	Name       string
	MessageID  string
	Identity   string // as Event.Identity gives it
	ReceivedAt time.Time
	Payload    json.RawMessage // as it came this time
}

// KeptDuplicates is how many duplicates of each source are kept.
const KeptDuplicates = 200

// Fate is what became of a call when it came in.
type Fate string

// The fates.
const (
	FateAccepted  Fate = "accepted"
	FateRejected  Fate = "rejected"
	FateDuplicate Fate = "duplicate"
)

// Fates lists them in the order of a menu.
func Fates() []Fate { return []Fate{FateAccepted, FateRejected, FateDuplicate} }

// Intake is one call of a source as the debugger lists it, whatever became of it.
type Intake struct {
	ID         string // evt_…, rej_… or dup_…
	Fate       Fate
	Type       string // of a rejection, as sent; it may be anything
	Name       string
	Identity   string // as Event.Identity gives it; "" of a rejection
	Reason     string // why it was rejected
	EventID    string // the event itself, or the one that a duplicate repeats
	ReceivedAt time.Time
}

// Place is where the call stands among all that came in, taken or not: the part
// of its id after the prefix.
func (i Intake) Place() string { return PlaceOf(i.ID) }

// PlaceOf is an id without the prefix that names its noun.
func PlaceOf(id string) string {
	_, place, _ := strings.Cut(id, "_")
	return place
}

// IntakeFilter narrows what a source sent; empty fields do not narrow.
type IntakeFilter struct {
	SourceID string // needed
	Fate     Fate
	Type     string
	Name     string // exactly
	Text     string // somewhere in the call, in whatever case
	Before   string // a place: only what came before it
	Limit    int    // rows at most; 0: PageSize
}

// Narrows says whether calls may be left out, besides those of other sources.
func (f IntakeFilter) Narrows() bool { return f.Type != "" || f.Name != "" || f.Text != "" }

// Intakes is a stretch of what a source sent, newest first.
type Intakes struct {
	Rows  []Intake
	Older string // where to go on, as IntakeFilter.Before; "" at the end
}
