// Package audit says who did what, and when: entries that are only ever added,
// with secrets blotted out before they are kept.
//
// Whoever lets somebody in puts them into the context (With); the store asks
// for them (By) where it changes something, and keeps the entry in the very
// transaction of the change. What the engine does by itself nobody did, so its
// contexts have nobody and leave no entry.
package audit

import (
	"context"
	"encoding/json"
	"time"
)

// Actor is who did something, as they were known at the time.
type Actor struct {
	Kind ActorKind `json:"kind"`
	ID   string    `json:"id"`   // usr_…, tok_…, or nothing
	Name string    `json:"name"` // an e-mail address, a token's name, or the machine's user
	From string    `json:"from"` // the network address they came from; nothing on the machine itself
}

// ActorKind says what sort of somebody it is.
type ActorKind string

// The sorts there are.
const (
	Stranger ActorKind = "stranger" // nobody who was signed in
	User     ActorKind = "user"
	Token    ActorKind = "token"
	Command  ActorKind = "command" // somebody at the command line
)

type actorKey struct{}

// With says who does what is done with the context.
func With(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// By says who it is; known is false for what nobody asked for.
func By(ctx context.Context) (a Actor, known bool) {
	a, known = ctx.Value(actorKey{}).(Actor)
	return a, known
}

// Deed is what was done.
type Deed string

// The deeds there are.
const (
	Created   Deed = "created"
	Changed   Deed = "changed"
	Deleted   Deed = "deleted"
	Cleared   Deed = "cleared"
	Paused    Deed = "paused"
	Resumed   Deed = "resumed"
	Cancelled Deed = "cancelled"
	Vouched   Deed = "vouched" // said that a receiver is well
	Revealed  Deed = "revealed"
	Rotated   Deed = "rotated"
	Sent      Deed = "sent" // a draft
	Discarded Deed = "discarded"
	Resent    Deed = "resent"
	Pressed   Deed = "pressed"
	Tested    Deed = "tested"
	Exported  Deed = "exported"
	SignedIn  Deed = "signed_in"
	SignedOut Deed = "signed_out"
	Refused   Deed = "refused" // tried what they may not do
)

// Deeds lists them in the order of a menu.
func Deeds() []Deed {
	return []Deed{
		Created,
		Changed,
		Deleted,
		Cleared,
		Paused,
		Resumed,
		Cancelled,
		Vouched,
		Sent,
		Discarded,
		Resent,
		Pressed,
		Tested,
		Revealed,
		Rotated,
		Exported,
		SignedIn,
		SignedOut,
		Refused,
	}
}

// Kind is what sort of thing it was done to.
type Kind string

// The kinds there are.
const (
	Source      Kind = "source"
	Destination Kind = "destination"
	Action      Kind = "action"
	Bin         Kind = "bin"
	Person      Kind = "person"
	Import      Kind = "import" // of people
	Segment     Kind = "segment"
	Campaign    Kind = "campaign"
	Shortcut    Kind = "shortcut"
	Delivery    Kind = "delivery"
	Resend      Kind = "resend" // of many deliveries
	Failure     Kind = "failure"
	Event       Kind = "event"
	Account     Kind = "user"
	Invitation  Kind = "invitation"
	Share       Kind = "shared_link"
	APIToken    Kind = "token"
	SigningKey  Kind = "signing_key"
	Secret      Kind = "secret"
	Reporting   Kind = "reporting_webhook"
	Addresses   Kind = "ip_addresses"
	SavedView   Kind = "saved_view"
	Retention   Kind = "retention"

	AlertRules   Kind = "alert_rules"
	AlertChannel Kind = "alert_channel"

	Demo      Kind = "demo"
	Workspace Kind = "workspace"
	Page      Kind = "page" // what was asked for in vain
)

// Kinds lists them in the order of a menu.
func Kinds() []Kind {
	return []Kind{
		Source,
		Destination,
		Action,
		Bin,
		Person,
		Import,
		Segment,
		Campaign,
		Shortcut,
		Delivery,
		Resend,
		Failure,
		Event,
		Account,
		Invitation,
		APIToken,
		SigningKey,
		Secret,
		Reporting,
		Addresses,
		Retention,
		AlertRules,
		AlertChannel,
		SavedView,
		Share,
		Demo,
		Workspace,
		Page,
	}
}

// Entry is one deed, kept for good.
type Entry struct {
	ID    string    `json:"id"` // aud_…
	At    time.Time `json:"at"`
	Actor Actor     `json:"actor"`
	Note
}

// Note is an entry before it is known who did it, and when.
type Note struct {
	Deed      Deed   `json:"deed"`
	Kind      Kind   `json:"kind"`
	ThingID   string `json:"thing_id"`
	ThingName string `json:"thing_name"` // at the time

	// What it was like and what it became: JSON objects without secrets, of a
	// thing that was changed only what differs. Nothing where there is nothing.
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
	Remark string          `json:"remark,omitempty"` // what else there is to say: "with the original bytes"
}

// Filter narrows the list of entries; empty fields do not narrow.
type Filter struct {
	Actor   string // the name of who did it
	Deed    Deed
	Kind    Kind
	ThingID string
	Since   time.Time // at or after
	Until   time.Time // before
}
