package hookline

import "time"

// State is where a delivery stands.
//
//	draft ──send──▶ queued ─┬──2xx──▶ delivered ─────────┐
//	  │               ▲     ├──may go better──▶ retrying ─┤
//	  │               │     └──any other end──▶ failed ───┤
//	  ▼               └────────────── resend ─────────────┘
//	discarded                    retrying ──due──▶ as from queued
//
// What is queued or retrying is owed. While an attempt of it is on its way it is
// shown as sending, and while its destination holds as held; what is kept of it
// stays the same, so nothing has to be put right after a crash.
type State string

// The states of a delivery.
const (
	StateDraft     State = "draft"     // waits for a person to press Send
	StateQueued    State = "queued"    // owed; no attempt has been made since it was queued
	StateSending   State = "sending"   // an attempt is on its way
	StateRetrying  State = "retrying"  // the last attempt failed; another is due at NextAttemptAt
	StateDelivered State = "delivered" // a 2xx was seen
	StateFailed    State = "failed"    // given up; Reason says why
	StateHeld      State = "held"      // queued or retrying, and its destination holds (see Destination.Hold): shown, never stored
	StateDiscarded State = "discarded" // a draft that somebody threw away
	StateDoubted   State = "doubted"   // delivered, and Reason says what the answer lacks: asked for and shown, never stored
)

// States lists the states in the order of a menu. Two of them are derived when
// a delivery is shown, and are not what is kept of it: sending, which the
// engine knows, and held, which follows from the delivery's destination. A
// delivery is kept as queued or retrying from when it is owed until an attempt
// is recorded.
func States() []State {
	return []State{StateDraft, StateQueued, StateSending, StateRetrying, StateDelivered, StateFailed, StateHeld, StateDiscarded}
}

// Known says whether s is one of States.
func (s State) Known() bool {
	for _, known := range States() {
		if s == known {
			return true
		}
	}
	return false
}

// Final says whether nothing more happens unless a person asks.
func (s State) Final() bool {
	return s == StateDelivered || s == StateFailed || s == StateDiscarded
}

// Owed says whether an attempt is due or will be.
func (s State) Owed() bool { return s == StateQueued || s == StateRetrying }

// CanResend says whether a person may ask for another attempt: not while one
// is on its way or about to be.
func (s State) CanResend() bool {
	return s == StateDelivered || s == StateFailed || s == StateRetrying
}

// Doubted says whether a receiver took a delivery and gave an answer that is not
// what its action expects, which Reason then tells.
func (d Delivery) Doubted() bool { return d.State == StateDelivered && d.Reason != "" }

// Origin says what made a delivery.
type Origin string

// The origins.
const (
	OriginEvent    Origin = "event"    // an event met an action's trigger
	OriginTest     Origin = "test"     // somebody tried an action out
	OriginCampaign Origin = "campaign" // somebody came to a webhook step
	OriginShortcut Origin = "shortcut" // somebody pressed a shortcut
)

// Known says whether o is one of them.
func (o Origin) Known() bool {
	return o == OriginEvent || o == OriginTest || o == OriginCampaign || o == OriginShortcut
}

// Delivery is a request we owe.
type Delivery struct {
	ID             string // dlv_…
	State          State
	Origin         Origin
	DestinationID  string
	ActionID       string
	ActionVersion  int    // of the action, when it was made; of a batch, the newest of its parts'; 0: not known
	EventID        string // "" when no event made it, or several did
	BatchSize      int    // events in the request; 0: it is no batch
	PersonID       string // "" when nobody is known
	JourneyID      string // that came to the step which made it; "" for all others
	IdempotencyKey string // the same for every attempt, retried or resent
	RequestNumber  int    // which of its requests is current: 1, and one more with each resend that made a new one; 0: none could be made
	AskedBy        string // who asked for the next attempt: "" for the engine, else an e-mail
	Tries          int    // attempts since it was queued last
	Attempts       int    // attempts in all
	LastStatus     int    // HTTP status of the last answer; 0: no answer
	Reason         string // why it failed, waits or is doubted, in plain words; "" when all is well
	CreatedAt      time.Time
	NextAttemptAt  time.Time // when queued or retrying; zero otherwise
	UpdatedAt      time.Time
}

// Owed is a delivery together with the request to send: what the engine claims.
type Owed struct {
	Delivery
	Request Request
}

// RequestMade is one of a delivery's requests and why it was made.
type RequestMade struct {
	DeliveryID string
	Number     int
	Request    Request

	ActionVersion int    // of the action, when it was made; 0: not known
	MadeBy        string // "" for the engine, else the e-mail of who resent
	MadeAt        time.Time
	BodyDeleted   bool // because it was old, see Retention
}

// Attempt is one try of a delivery.
type Attempt struct {
	DeliveryID     string
	Number         int // 1, 2, 3 … over the delivery's life
	RequestNumber  int
	AskedBy        string // "" for the engine, else the e-mail of who resent
	Sent           []Header
	StartedAt      time.Time
	Duration       time.Duration
	Status         int // 0: no answer
	AnswerHeaders  []Header
	Answer         []byte // at most 10 KB
	AnswerTooLarge bool
	AnswerDeleted  bool   // its body, because it was old, see Retention
	AnswerHidden   bool   // left out for whoever looks, see WithoutInside; never stored
	Outcome        State  // delivered, retrying or failed
	Reason         string // in plain words; "" when delivered, unless with a doubt
	Timings        Timings
	Sets           []SetAttribute // what the answer set of the person
}

// Timings splits an attempt's duration; a part that did not happen is zero. What
// else is known of the connection is kept beside.
type Timings struct {
	DNS       time.Duration `json:"dns"`
	Connect   time.Duration `json:"connect"`
	TLS       time.Duration `json:"tls"`
	FirstByte time.Duration `json:"first_byte"`
	Inside    bool          `json:"inside,omitempty"` // the receiver is on an inside network, which an exception opens
}

// Outcome is how an attempt ended, and what follows.
type Outcome struct {
	State   State     // delivered, retrying or failed
	Reason  string    // in plain words; "" when delivered, unless with a doubt
	RetryAt time.Time // for retrying
}
