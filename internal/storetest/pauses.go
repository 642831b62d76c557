package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// pauseStore is what a store does for destinations that are not sent to.
type pauseStore interface {
	PauseDestination(ctx context.Context, id, by, note string) error
	ResumeDestination(ctx context.Context, id string, r hookline.Resume) error
	FinishResume(ctx context.Context, id string, r hookline.Resume) error
	CaughtUp(ctx context.Context, id string) (bool, error)
	VouchDestination(ctx context.Context, id string) error
	ListHealth(ctx context.Context) (map[string]hookline.Health, error)
	SaveHealth(ctx context.Context, h hookline.Health) error
	Held(ctx context.Context) (map[string]hookline.Waiting, error)
	HeldBy(ctx context.Context, destinationID string) (hookline.Waiting, error)
	Choices(ctx context.Context, destinationID string, since time.Time) (hookline.Choices, error)
	Skip(ctx context.Context, destinationID string, r hookline.Resume) (int, error)
}

var pausePromises = []promise{
	{"a pace and windows are kept as they were given", pauseSettings},
	{"a pause stays until it is ended, and no form ends it", pauseKept},
	{"to resume with everything ends the pause at once", pauseResumeAll},
	{"to resume with less keeps the pause until the rest is taken out", pauseResumeSome},
	{"who pauses while it is being resumed has the last word", pauseAgain},
	{"the pace of catching up ends when nothing is due any more", pauseCaughtUp},
	{"each of these changes the configuration, and is told", pauseTold},
	{"what is known of a receiver is kept until all is well, or the destination is deleted", healthKept},
}

var heldPromises = []promise{
	{"what each destination owes is counted, with the longest due", heldCounted},
	{"what waits for a destination that holds is shown as held", heldShown},
	{"each cause holds, and only those", heldCauses},
	{"pages of what is held have no gaps and no repeats, whatever the filter", heldPages},
}

// paused makes a destination that is paused.
func (h *house) paused(t *testing.T, name string) hookline.Destination {
	t.Helper()
	d := h.destination(t, name)
	mustDo(t, h.PauseDestination(t.Context(), d.ID, asker, "new CRM"))
	return h.theDestination(t, d.ID)
}

func (h *house) theDestination(t *testing.T, id string) hookline.Destination {
	t.Helper()
	return must(h.Destination(t.Context(), id))(t)
}

func pauseSettings(t *testing.T, h *house) {
	wish := newDestination("CRM")
	wish.MaxPerSecond, wish.Burst, wish.MaxConcurrent, wish.RetryBase, wish.MaxTries = 2.5, 7, 3, 1500*time.Millisecond, 5
	wish.Maintenance = []hookline.Window{
		{Days: 0b1000001, Start: 22 * 60, End: 6 * 60, Zone: "Europe/Berlin", Note: "“backup”"},
		{From: received.In(time.FixedZone("", 3600)), Until: received.Add(time.Hour)},
	}
	wish.Paused = hookline.Pause{At: received, By: asker, Note: " at the start "}
	wish.Resume, wish.VouchedAt = hookline.Resume{At: received, Keep: hookline.KeepAll}, received // nobody has done that yet
	made := must(h.CreateDestination(t.Context(), wish))(t)
	want := wish
	want.ID, want.CreatedAt, want.UpdatedAt = made.ID, made.CreatedAt, made.CreatedAt
	want.Paused.Note, want.Resume, want.VouchedAt = "at the start", hookline.Resume{}, time.Time{}
	want.Maintenance[1].From = received
	equal(t, "made", made, want)
	h.reopen()
	equal(t, "stored", h.theDestination(t, made.ID), want)
	equal(t, "of the engine", h.routing(t).Destinations[made.ID], want)

	want.MaxPerSecond, want.Burst, want.MaxConcurrent, want.RetryBase, want.MaxTries, want.Maintenance = 0, 0, 0, 0, 0, nil
	changed := must(h.UpdateDestination(t.Context(), want))(t)
	want.UpdatedAt = changed.UpdatedAt
	equal(t, "changed", changed, want)

	want.Maintenance = []hookline.Window{{}}
	_, err := h.UpdateDestination(t.Context(), want)
	wantKind(t, hookline.KindInvalid, err)
}

func pauseKept(t *testing.T, h *house) {
	d, other := h.destination(t, "CRM"), h.destination(t, "Other")
	begin := time.Now()
	mustDo(t, h.PauseDestination(t.Context(), d.ID, asker, " new CRM "))
	h.reopen()
	got := h.theDestination(t, d.ID)
	if got.Paused.At.Before(begin.Truncate(time.Microsecond)) || got.Paused.By != asker || got.Paused.Note != "new CRM" || got.Resume.On() {
		t.Errorf("paused %+v, resume %+v", got.Paused, got.Resume)
	}
	mustDo(t, h.PauseDestination(t.Context(), d.ID, "bo@example.com", "me too"))
	equal(t, "paused by two", h.theDestination(t, d.ID), got)

	old := d // as a form read it before the pause
	old.Name = "Shop CRM"
	changed := must(h.UpdateDestination(t.Context(), old))(t)
	equal(t, "pause after a change", changed.Paused, got.Paused)
	equal(t, "stored pause", h.theDestination(t, d.ID).Paused, got.Paused)
	equal(t, "another", h.theDestination(t, other.ID), other)

	wantKind(t, hookline.KindInvalid, h.PauseDestination(t.Context(), other.ID, asker, strings.Repeat("x", 501)))
	equal(t, "another, refused", h.theDestination(t, other.ID), other)
	for _, err := range []error{
		h.PauseDestination(t.Context(), "dst_gone", asker, ""), h.VouchDestination(t.Context(), "dst_gone"),
		h.ResumeDestination(t.Context(), "dst_gone", hookline.Resume{Keep: hookline.KeepAll}), h.FinishResume(t.Context(), "dst_gone", hookline.Resume{}),
	} {
		wantKind(t, hookline.KindNotFound, err)
	}
}

func pauseResumeAll(t *testing.T, h *house) {
	d := h.paused(t, "CRM")
	wantKind(t, hookline.KindInvalid, h.ResumeDestination(t.Context(), d.ID, hookline.Resume{}))
	equal(t, "refused", h.theDestination(t, d.ID), d)

	r := hookline.Resume{By: asker, Keep: hookline.KeepAll, PerSecond: 12.5, Ramp: time.Minute}
	mustDo(t, h.ResumeDestination(t.Context(), d.ID, r))
	h.reopen()
	got := h.theDestination(t, d.ID)
	if !got.CatchingUp() || got.Resume.At.Before(d.Paused.At) {
		t.Errorf("paused %+v, resume %+v", got.Paused, got.Resume)
	}
	r.At = got.Resume.At
	equal(t, "resume", got.Resume, r)
	wantKind(t, hookline.KindConflict, h.ResumeDestination(t.Context(), d.ID, r))
	wantKind(t, hookline.KindConflict, h.FinishResume(t.Context(), d.ID, r))
	equal(t, "after refusals", h.theDestination(t, d.ID), got)
}

func pauseResumeSome(t *testing.T, h *house) {
	d := h.paused(t, "CRM")
	r := hookline.Resume{By: asker, Keep: hookline.KeepSince, Since: received, PerSecond: 3}
	mustDo(t, h.ResumeDestination(t.Context(), d.ID, r))
	resuming := h.theDestination(t, d.ID)
	if !resuming.Resuming() {
		t.Errorf("paused %+v, resume %+v", resuming.Paused, resuming.Resume)
	}
	wantKind(t, hookline.KindConflict, h.ResumeDestination(t.Context(), d.ID, r))
	wantKind(t, hookline.KindConflict, h.FinishResume(t.Context(), d.ID, hookline.Resume{At: received}))
	if done := must(h.CaughtUp(t.Context(), d.ID))(t); done {
		t.Error("caught up while it is paused")
	}
	equal(t, "after refusals", h.theDestination(t, d.ID), resuming)

	mustDo(t, h.FinishResume(t.Context(), d.ID, resuming.Resume))
	got := h.theDestination(t, d.ID)
	if !got.CatchingUp() || !got.Resume.At.After(resuming.Resume.At) {
		t.Errorf("paused %+v, resume %+v", got.Paused, got.Resume)
	}
	r.At = got.Resume.At
	equal(t, "resume", got.Resume, r)
}

func pauseAgain(t *testing.T, h *house) {
	d := h.paused(t, "CRM")
	old := h.due(t, d.ID, 0)
	mustDo(t, h.ResumeDestination(t.Context(), d.ID, hookline.Resume{Keep: hookline.KeepSince, Since: received.Add(time.Hour)}))
	resuming := h.theDestination(t, d.ID)
	mustDo(t, h.PauseDestination(t.Context(), d.ID, "bo@example.com", "not yet"))
	equal(t, "paused again", h.theDestination(t, d.ID), d)
	_, err := h.Skip(t.Context(), d.ID, resuming.Resume)
	wantKind(t, hookline.KindConflict, err)
	wantKind(t, hookline.KindConflict, h.FinishResume(t.Context(), d.ID, resuming.Resume))
	equal(t, "what is owed", must(h.HeldBy(t.Context(), d.ID))(t), hookline.Waiting{Count: 1, Oldest: old.NextAttemptAt})

	mustDo(t, h.ResumeDestination(t.Context(), d.ID, hookline.Resume{Keep: hookline.KeepAll}))
	mustDo(t, h.PauseDestination(t.Context(), d.ID, "bo@example.com", "stop"))
	if got := h.theDestination(t, d.ID); got.Paused.By != "bo@example.com" || got.Resume.On() {
		t.Errorf("paused while it caught up: %+v, resume %+v", got.Paused, got.Resume)
	}
}

func pauseCaughtUp(t *testing.T, h *house) {
	ctx := t.Context()
	d := h.paused(t, "CRM")
	o := newOwed(d.ID)
	o.NextAttemptAt = time.Now().Add(-time.Second)
	o = h.owe(t, o)
	later := newOwed(d.ID)
	later.State, later.NextAttemptAt = hookline.StateRetrying, time.Now().Add(time.Hour)
	h.owe(t, later)
	h.due(t, "dst_other", 0)
	ends := func(what string, want bool) {
		t.Helper()
		equal(t, what, must(h.CaughtUp(ctx, d.ID))(t), want)
		equal(t, what+": catching up", h.theDestination(t, d.ID).CatchingUp(), !want && what != "paused")
	}
	ends("paused", false)
	mustDo(t, h.ResumeDestination(ctx, d.ID, hookline.Resume{Keep: hookline.KeepAll, PerSecond: 1, Ramp: time.Minute, By: asker}))
	ends("one is due", false)
	for _, id := range must(h.Due(ctx, d.ID, time.Now(), 9))(t) {
		f := newFinished(id, 1)
		f.Outcome = hookline.Outcome{State: hookline.StateDelivered}
		mustDo(t, h.Finish(ctx, f))
	}
	equal(t, "sent", h.stored(t, o.ID).State, hookline.StateDelivered)
	ends("none is due", true)
	equal(t, "nothing is left of it", h.theDestination(t, d.ID).Resume, hookline.Resume{})
	equal(t, "caught up already", must(h.CaughtUp(ctx, d.ID))(t), false)
	equal(t, "of no destination", must(h.CaughtUp(ctx, "dst_gone"))(t), false)
}

func pauseTold(t *testing.T, h *house) {
	ctx := t.Context()
	d := h.destination(t, "CRM")
	version := h.routing(t).Version
	told := func(what string, err error) {
		t.Helper()
		mustDo(t, err)
		h.wantTold(t, what, hookline.TopicConfig)
		if now := h.routing(t).Version; now <= version {
			t.Errorf("%s: version %d after %d", what, now, version)
		} else {
			version = now
		}
	}
	h.heard()
	told("pause", h.PauseDestination(ctx, d.ID, asker, ""))
	told("resume", h.ResumeDestination(ctx, d.ID, hookline.Resume{Keep: hookline.KeepNewest}))
	told("finish resume", h.FinishResume(ctx, d.ID, h.routing(t).Destinations[d.ID].Resume))
	_, err := h.CaughtUp(ctx, d.ID)
	told("catch up", err)
	told("vouch", h.VouchDestination(ctx, d.ID))
	if !h.theDestination(t, d.ID).VouchedAt.After(d.CreatedAt) {
		t.Error("nobody vouched")
	}
	mustDo(t, h.SaveHealth(ctx, hookline.Health{DestinationID: d.ID, GoneAt: received}))
	equal(t, "told of health", h.heard(), []hookline.Topic{hookline.TopicHealth})
	equal(t, "version", h.routing(t).Version, version)
}

func healthKept(t *testing.T, h *house) {
	ctx := t.Context()
	d, other := h.destination(t, "CRM"), h.destination(t, "Other")
	check := func(what string, want ...hookline.Health) {
		t.Helper()
		all := map[string]hookline.Health{}
		for _, one := range want {
			all[one.DestinationID] = one
		}
		equal(t, what, must(h.ListHealth(ctx))(t), all)
	}
	check("nothing")
	broken := hookline.Health{
		DestinationID: d.ID, Breaker: hookline.BreakerHalfOpen, Reason: "“No” answer.", Since: received, OpenedAt: received.Add(time.Second),
		NextTry: received.Add(time.Minute), Openings: 3, AskedUntil: received.Add(time.Hour), GoneAt: received.Add(-time.Hour),
	}
	gone := hookline.Health{DestinationID: other.ID, GoneAt: received}
	mustDo(t, h.SaveHealth(ctx, broken))
	mustDo(t, h.SaveHealth(ctx, gone))
	check("two", broken, gone)
	h.reopen()
	check("two, after a restart", broken, gone)
	broken.Breaker, broken.Openings, broken.NextTry = hookline.BreakerOpen, 4, received.Add(2*time.Minute)
	mustDo(t, h.SaveHealth(ctx, broken))
	check("changed", broken, gone)
	mustDo(t, h.SaveHealth(ctx, hookline.Health{DestinationID: other.ID}))
	check("one is well", broken)
	mustDo(t, h.DeleteDestination(ctx, d.ID))
	check("deleted")
	mustDo(t, h.SaveHealth(ctx, broken)) // the engine learns of it later
	check("found out after it was deleted")
}

func heldCounted(t *testing.T, h *house) {
	crm, shop, idle := h.destination(t, "CRM"), h.paused(t, "Shop"), h.destination(t, "Idle")
	for _, state := range hookline.States() {
		h.delivery(t, idle.ID, state)
	}
	h.due(t, crm.ID, time.Minute)
	h.due(t, crm.ID, -time.Hour)
	h.due(t, shop.ID, time.Second)
	h.due(t, "dst_gone", 0)
	equal(t, "held", must(h.Held(t.Context()))(t), map[string]hookline.Waiting{
		crm.ID: {Count: 2, Oldest: received.Add(-time.Hour)}, shop.ID: {Count: 1, Oldest: received.Add(time.Second)},
		idle.ID: {Count: 2, Oldest: received.Add(time.Hour)},
	})
	equal(t, "held by one", must(h.HeldBy(t.Context(), crm.ID))(t), hookline.Waiting{Count: 2, Oldest: received.Add(-time.Hour)})
	equal(t, "held by nobody", must(h.HeldBy(t.Context(), "dst_2"))(t), hookline.Waiting{})
}

func heldShown(t *testing.T, h *house) {
	ctx := t.Context()
	crm, shop := h.destination(t, "CRM"), h.paused(t, "Shop")
	made := map[string]hookline.Delivery{}
	for _, d := range []hookline.Destination{crm, shop} {
		for _, state := range hookline.States() {
			if state != hookline.StateHeld {
				one := h.delivery(t, d.ID, state)
				made[one.ID] = one
			}
		}
	}
	hold := shop.Hold(hookline.Health{}, time.Now())
	shown := func(d hookline.Delivery) (hookline.State, hookline.Hold) {
		if d.DestinationID == shop.ID && (d.State == hookline.StateQueued || d.State == hookline.StateRetrying) {
			return hookline.StateHeld, hold
		}
		return d.State, hookline.Hold{}
	}
	for _, f := range []hookline.DeliveryFilter{{}, {DestinationID: shop.ID}, {DestinationID: crm.ID}} {
		for _, f.State = range append(hookline.States(), "") {
			want := 0
			for _, d := range made {
				if state, _ := shown(d); (f.State == "" || f.State == state) && (f.DestinationID == "" || f.DestinationID == d.DestinationID) {
					want++
				}
			}
			rows := must(h.ListDeliveries(ctx, f, hookline.Cursor{}))(t).Rows
			if len(rows) != want {
				t.Errorf("%+v gives %d deliveries, want %d", f, len(rows), want)
			}
			for _, row := range rows {
				state, why := shown(made[row.ID])
				equal(t, "state", row.State, state)
				equal(t, "hold", row.Hold, why)
			}
		}
	}
	for id, d := range made {
		row := must(h.DeliveryRow(ctx, id))(t)
		state, why := shown(d)
		equal(t, "state of one", row.State, state)
		equal(t, "hold of one", row.Hold, why)
	}
	mustDo(t, h.ResumeDestination(ctx, shop.ID, hookline.Resume{Keep: hookline.KeepAll}))
	for id, d := range made {
		equal(t, "resumed", h.stored(t, id), d)
	}
}

func heldCauses(t *testing.T, h *house) {
	ctx := t.Context()
	d := h.destination(t, "CRM")
	one := h.due(t, d.ID, 0)
	check := func(what string, want hookline.Cause) {
		t.Helper()
		row := must(h.DeliveryRow(ctx, one.ID))(t)
		equal(t, what, row.Hold.Cause, want)
		equal(t, what+": shown as held", row.State == hookline.StateHeld, want != "")
		equal(t, what+": in the list of what is held", len(must(h.ListDeliveries(ctx, hookline.DeliveryFilter{State: hookline.StateHeld}, hookline.Cursor{}))(t).Rows) == 1, want != "")
	}
	change := func(do func(*hookline.Destination)) {
		t.Helper()
		d = h.theDestination(t, d.ID)
		do(&d)
		must(h.UpdateDestination(ctx, d))(t)
	}
	check("at ease", "")
	mustDo(t, h.SaveHealth(ctx, hookline.Health{DestinationID: d.ID, AskedUntil: time.Now().Add(time.Hour), GoneAt: received}))
	check("asked to wait, and gone", "")
	mustDo(t, h.SaveHealth(ctx, hookline.Health{DestinationID: d.ID, Breaker: hookline.BreakerOpen, Reason: "It broke."}))
	check("broken", hookline.CauseBroken)
	change(func(d *hookline.Destination) {
		d.Maintenance = []hookline.Window{{From: time.Now().Add(-time.Hour), Until: time.Now().Add(time.Hour)}}
	})
	check("under maintenance", hookline.CauseMaintenance)
	mustDo(t, h.PauseDestination(ctx, d.ID, asker, ""))
	check("paused", hookline.CausePaused)
	change(func(d *hookline.Destination) { d.Enabled = false })
	check("off", hookline.CauseOff)
	change(func(d *hookline.Destination) { d.Enabled, d.Maintenance = true, nil })
	mustDo(t, h.ResumeDestination(ctx, d.ID, hookline.Resume{Keep: hookline.KeepAll}))
	mustDo(t, h.SaveHealth(ctx, hookline.Health{DestinationID: d.ID}))
	check("at ease again", "")
}

func heldPages(t *testing.T, h *house) {
	one, two, open := h.paused(t, "One"), h.paused(t, "Two"), h.destination(t, "Open")
	var held, ofOne, queued []string
	for i := range 8 {
		o := newOwed(one.ID)
		if i%3 == 0 {
			o.DestinationID = two.ID
		}
		o.NextAttemptAt = received.Add(time.Duration(i*5%8) * time.Hour) // the order is that of making
		o.PersonID, o.LastStatus = "per_1", 503
		o = h.owe(t, o)
		held = append(held, o.ID)
		if i%3 != 0 {
			ofOne = append(ofOne, o.ID)
		}
		other := newOwed(open.ID)
		other.NextAttemptAt, other.LastStatus = o.NextAttemptAt, 503
		queued = append(queued, h.owe(t, other).ID)
		h.delivery(t, one.ID, hookline.StateDelivered)
	}
	for _, test := range []struct {
		filter hookline.DeliveryFilter
		want   []string
	}{
		{hookline.DeliveryFilter{State: hookline.StateHeld}, held},
		{hookline.DeliveryFilter{State: hookline.StateHeld, DestinationID: one.ID}, ofOne},
		{hookline.DeliveryFilter{State: hookline.StateHeld, PersonID: "per_1", Status: 503}, held},
		{hookline.DeliveryFilter{State: hookline.StateQueued}, queued},
		{hookline.DeliveryFilter{State: hookline.StateQueued, DestinationID: open.ID, Status: 503}, queued},
	} {
		checkPages(t, test.want, rowID, func(c hookline.Cursor) (hookline.Listing[hookline.DeliveryRow], error) {
			return h.ListDeliveries(t.Context(), test.filter, c)
		})
	}
}
