package ingest

import (
	"context"
	"sync"
	"time"

	"hookline/internal/hookline"
)

// Store is what ingest needs of a store.
type Store interface {
	// SourceByWriteKey finds a source, from memory; KindNotFound for an
	// unknown key.
	SourceByWriteKey(ctx context.Context, key string) (hookline.Source, error)
	// AppendEvents is durable when it returns. It skips and counts events
	// whose source sent their message id within the last 24 hours. The slices
	// are used again once it has returned without an error; what is in them,
	// payloads too, is the store's to keep.
	AppendEvents(ctx context.Context, events []hookline.Event, rejections []hookline.Rejection) (duplicates int, err error)
}

// Limits bound a call. Zero means the default, which is Segment's.
type Limits struct {
	EventBytes  int // one event as compact JSON, with what it inherits from its batch; 32 KB (32,768)
	BodyBytes   int // a whole body, unpacked; 500 KB (512,000); for who reads it to keep
	BatchEvents int // items in a batch; 2,500
	Depth       int // objects and arrays within each other, the event itself being the first; 200
}

func (l Limits) withDefaults() Limits {
	orDefault := func(n *int, value int) {
		if *n <= 0 {
			*n = value
		}
	}
	orDefault(&l.EventBytes, 32<<10)
	orDefault(&l.BodyBytes, 500<<10)
	orDefault(&l.BatchEvents, 2500)
	orDefault(&l.Depth, 200)
	return l
}

// Ingester accepts calls. It is safe for concurrent use.
type Ingester struct {
	store   Store
	limits  Limits
	ids     hookline.IDs // for calls without a messageId
	readers sync.Pool    // of *reader
}

// New makes an ingester.
func New(store Store, limits Limits) *Ingester {
	in := &Ingester{store: store, limits: limits.withDefaults()}
	in.readers.New = func() any { return &reader{limits: in.limits, ids: &in.ids} }
	return in
}

// Limits gives the limits that hold, defaults filled in.
func (in *Ingester) Limits() Limits { return in.limits }

// Call is one call from a source: a single event or a batch.
type Call struct {
	Source     hookline.Source    // who sent it; zero when only the body says so
	Type       hookline.EventType // what a single call is, whatever its body says; "" for a batch
	Body       []byte             // unpacked; not used after Accept returns
	Unusable   string             // why the body that came is not whole, in whole sentences; "" when it is
	ReceivedAt time.Time
}

// Receipt says what became of a call.
type Receipt struct {
	Source     hookline.Source // zero when nobody knows
	Events     int             // taken, duplicates included
	Duplicates int             // taken before, and not stored again
	Rejected   int             // kept as rejections
	FirstID    string          // the first event that was stored; "" when none was
}

// Source finds the source that a write key belongs to. It fails with
// KindUnauthorized when there is none, KindNotFound when the source is
// disabled, and KindUnavailable when the store is in trouble.
func (in *Ingester) Source(ctx context.Context, key string) (hookline.Source, error) {
	source, err := in.store.SourceByWriteKey(ctx, key)
	switch {
	case err == nil && source.Enabled:
		return source, nil
	case err == nil:
		return source, &hookline.Error{
			Kind:    hookline.KindNotFound,
			Message: "This source is disabled, so it takes no events. Enable it in Hookline, under Sources.",
		}
	case hookline.KindOf(err) == hookline.KindNotFound:
		return hookline.Source{}, &hookline.Error{
			Kind:    hookline.KindUnauthorized,
			Message: "No source has this write key. Copy the key from the source's page in Hookline.",
		}
	}
	return hookline.Source{}, unavailable(err)
}

// Accept takes what can be taken of a call and returns when it is durable.
//
// The good items of a batch are stored and the bad ones kept as rejections,
// which is no error. It fails with KindInvalid when nothing of the call can be
// used: a single call that breaks a rule, or a body that is no JSON object, no
// batch or too large; that is kept as a rejection too, if the source is known.
// Otherwise it fails as Source does. On KindUnavailable the call is to be sent
// again: it was not stored, or nobody knows, and its messageIds settle that.
func (in *Ingester) Accept(ctx context.Context, call Call) (Receipt, error) {
	r, _ := in.readers.Get().(*reader)
	defer in.release(r)

	unusable := r.open(call)
	source, err := in.sender(ctx, call, r.key, unusable)
	if err != nil {
		return Receipt{Source: source}, err
	}
	if unusable == nil {
		unusable = r.take(source)
	} else {
		r.rejectWhole(source, unusable)
	}
	receipt := Receipt{Source: source, Events: len(r.events), Rejected: len(r.rejections)}
	if receipt.Events+receipt.Rejected > 0 {
		if receipt.Duplicates, err = in.store.AppendEvents(ctx, r.events, r.rejections); err != nil {
			r.events, r.rejections = nil, nil // a store that gave up early may still be reading them
			return Receipt{Source: source}, unavailable(err)
		}
		receipt.FirstID = firstStored(r.events)
	}
	if unusable != nil {
		return receipt, hookline.Invalid(unusable.Error(), nil)
	}
	return receipt, nil
}

// firstStored is the id of the first event that is no duplicate.
func firstStored(events []hookline.Event) string {
	for i := range events {
		if events[i].ID != "" {
			return events[i].ID
		}
	}
	return ""
}

// sender finds out who sent a call that may name its write key in the body
// only. A body that cannot be read cannot name anybody: then that is the
// trouble to tell.
func (in *Ingester) sender(ctx context.Context, call Call, key string, unusable error) (hookline.Source, error) {
	switch {
	case call.Source.ID != "":
		return call.Source, nil
	case key != "":
		return in.Source(ctx, key)
	case unusable != nil:
		return hookline.Source{}, hookline.Invalid(unusable.Error(), nil)
	}
	return hookline.Source{}, &hookline.Error{
		Kind:    hookline.KindUnauthorized,
		Message: "The call carries no write key. Send it as the user name of Basic authorization, or as writeKey in the body.",
	}
}

// unavailable is the answer to trouble of the store, whatever it is: a sender
// that is told to come back keeps its events.
func unavailable(cause error) error {
	switch hookline.KindOf(cause) {
	case hookline.KindUnavailable, hookline.KindThrottled:
		return cause
	}
	return &hookline.Error{
		Kind:       hookline.KindUnavailable,
		Message:    "Events cannot be stored just now. Send this call again in a few seconds.",
		RetryAfter: 2 * time.Second,
		Cause:      cause,
	}
}
