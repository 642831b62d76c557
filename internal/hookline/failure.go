package hookline

import (
	"strings"
	"time"
)

// Trouble says in a word why deliveries fail.
type Trouble string

// The troubles.
const (
	TroubleStatus   Trouble = "status"   // an answer that is no success; Failure.Status says which
	TroubleTooLarge Trouble = "large"    // an answer over 10 KB
	TroubleTimeout  Trouble = "timeout"  // no whole answer in time
	TroubleDNS      Trouble = "dns"      // the receiver's name leads nowhere
	TroubleTLS      Trouble = "tls"      // a certificate or a handshake
	TroubleRefused  Trouble = "refused"  // an address that webhooks may not go to
	TroubleConnect  Trouble = "connect"  // no connection
	TroubleReset    Trouble = "reset"    // a connection that broke
	TroubleProxy    Trouble = "proxy"    // the proxy on the way
	TroubleProtocol Trouble = "protocol" // an answer that is no HTTP
	TroubleRequest  Trouble = "request"  // an address or a header that cannot be sent
	TroubleTemplate Trouble = "template" // a template from which no request could be made
	TroubleNotJSON  Trouble = "notjson"  // a body that should be JSON and is not
	TroubleOther    Trouble = "other"
)

// FailureState is where a failure stands.
//
//	open ──snooze──▶ snoozed ──until──▶ open
//	open, snoozed ──resolve──▶ resolved ──reopen, or one more failed──▶ open
//
// It resolves by itself when nothing of it is left.
type FailureState string

// The states of a failure.
const (
	FailureOpen     FailureState = "open"
	FailureSnoozed  FailureState = "snoozed" // nobody wants to see it until SnoozedUntil
	FailureResolved FailureState = "resolved"
)

// Known says whether s is one of the states.
func (s FailureState) Known() bool {
	return s == FailureOpen || s == FailureSnoozed || s == FailureResolved
}

// Failure is deliveries of one action that failed in the same way, as one thing
// to be repaired. A delivery is part of it from when it fails until it is
// delivered, thrown away, or fails in another way.
type Failure struct {
	ID            string // flr_…
	DestinationID string
	ActionID      string // "" for what was sent without an action that is kept
	Trouble       Trouble
	Status        int    // of the answers; 0 without
	Answer        string // what the answers, or the reasons, have in common; may be ""

	State        FailureState // as it is shown: what was snoozed until now is open
	SnoozedUntil time.Time    // zero unless snoozed
	AssignedTo   string       // a user's id; "" for nobody
	FirstAt      time.Time    // when the first of them failed
	LastAt       time.Time    // when the latest of them failed
	OpenedAt     time.Time    // FirstAt, or when it was opened again
	Place        string       // where it stands in a list, for cursors

	Deliveries int   // that are part of it now
	Total      int   // that failed like this, each time counted
	People     int   // whom those that are part of it are about; who is in a batch is not counted
	Recent     int   // that failed in the last hour
	Minutes    []int // the same by the minute, the latest last: 60 of them
}

// Reopened says whether it had been resolved before.
func (f Failure) Reopened() bool { return f.OpenedAt.After(f.FirstAt) }

// FailureRow is a failure with the names of what it belongs to. A name is "" when
// the thing was deleted.
type FailureRow struct {
	Failure
	DestinationName string
	ActionName      string
	VersionInUse    int    // of the action; 0 when that was deleted
	Assignee        string // the e-mail of AssignedTo
	About           []PersonNamed
}

// PersonNamed is somebody, by what they go by.
type PersonNamed struct{ ID, Label string }

// FailureFilter narrows the list of failures; empty fields do not narrow.
type FailureFilter struct {
	State         FailureState // as it is shown
	Unresolved    bool         // open or snoozed
	AssignedTo    string       // a user's id
	DestinationID string
}

// FailureDeed says what somebody did with a failure, or what happened to it.
type FailureDeed string

// The deeds.
const (
	DeedNote     FailureDeed = "note"     // somebody wrote something
	DeedAssign   FailureDeed = "assign"   // Text says to whom; "" for nobody
	DeedSnooze   FailureDeed = "snooze"   // Text says until when, as RFC 3339
	DeedResolve  FailureDeed = "resolve"  // by hand
	DeedReopen   FailureDeed = "reopen"   // by hand
	DeedReturned FailureDeed = "returned" // one more failed after it had been resolved
	DeedMended   FailureDeed = "mended"   // nothing of it is left

	DeedForgotten FailureDeed = "forgotten" // what was left of it was deleted, see Retention
)

// FailureNote is one line of what was done with a failure.
type FailureNote struct {
	ID   string // fnt_…
	By   string // "" for Hookline itself, else an e-mail or a token
	At   time.Time
	Deed FailureDeed
	Text string
}

// FailureChange is what somebody wants to do with a failure; empty fields change
// nothing.
type FailureChange struct {
	By           string
	State        FailureState
	SnoozedUntil time.Time // for FailureSnoozed
	Assign       bool      // to AssignTo
	AssignTo     string    // a user's id; "" for nobody
	Note         string
}

// The limits of what is written about a failure.
const (
	MaxFailureNote = 2000
	MaxSnooze      = 90 * 24 * time.Hour
)

// Tidy gives the change in the form that is stored, and says at each field what
// is wrong; now is the present.
func (c FailureChange) Tidy(now time.Time) (FailureChange, error) {
	c.Note = strings.TrimSpace(c.Note)
	f := fields{}
	f.check(len(c.Note) <= MaxFailureNote, "note", "This note is too long: at most 2,000 characters.")
	f.check(c.State == "" || c.State.Known(), "state", "Use open, snoozed or resolved.")
	if c.State == FailureSnoozed {
		f.check(!c.SnoozedUntil.IsZero(), "snoozed_until", "Say until when.")
		f.check(c.SnoozedUntil.IsZero() || c.SnoozedUntil.After(now), "snoozed_until", "Choose a time that is still to come.")
		f.check(!c.SnoozedUntil.After(now.Add(MaxSnooze)), "snoozed_until", "Choose a time within the next 90 days.")
	} else {
		f.check(c.SnoozedUntil.IsZero(), "snoozed_until", "Only what is snoozed has a time until when.")
	}
	return c, f.err("The failure was not changed.")
}
