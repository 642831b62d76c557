package hookline

import (
	"testing"
	"time"
)

func TestHold(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	before, later := now.Add(-time.Hour), now.Add(time.Hour)
	open := Health{Breaker: BreakerOpen, Reason: "It broke.", Since: before, OpenedAt: before, NextTry: later, AskedUntil: later}
	paused := func(d *Destination) { d.Paused = Pause{At: before, By: "ana@example.com", Note: "new CRM"} }
	under := func(d *Destination) { d.Maintenance = []Window{{From: before, Until: later, Note: "disks"}} }
	for name, test := range map[string]struct {
		change func(*Destination)
		health Health
		want   Hold
	}{
		"nothing": {func(*Destination) {}, Health{}, Hold{}},
		"off, before all else": {
			func(d *Destination) { d.Enabled = false; paused(d); under(d) }, open,
			Hold{Cause: CauseOff, Reason: "The destination is switched off."},
		},
		"paused": {
			func(d *Destination) { paused(d); under(d) }, open,
			Hold{Cause: CausePaused, Reason: "The destination was paused by ana@example.com: “new CRM”.", Since: before},
		},
		"maintenance": {under, open, Hold{Cause: CauseMaintenance, Reason: "The destination is in a maintenance window: “disks”.", Since: before, Next: later}},
		"maintenance that is over": {
			func(d *Destination) { d.Maintenance = []Window{{From: before, Until: now}} }, Health{}, Hold{},
		},
		"broken": {func(*Destination) {}, open, Hold{Cause: CauseBroken, Reason: "It broke.", Since: before, Next: later}},
		"being tried": {
			func(*Destination) {},
			Health{Breaker: BreakerHalfOpen, Reason: "It broke.", Since: before, NextTry: before},
			Hold{Cause: CauseBroken, Reason: "It broke.", Since: before, Next: before},
		},
		"asked": {
			func(*Destination) {},
			Health{AskedUntil: later},
			Hold{Cause: CauseAsked, Reason: "The receiver asked, by Retry-After, to be left alone for a while.", Next: later},
		},
		"asked until now": {func(*Destination) {}, Health{AskedUntil: now}, Hold{}},
		"gone is a mark":  {func(*Destination) {}, Health{GoneAt: before}, Hold{}},
	} {
		t.Run(name, func(t *testing.T) {
			d := plain()
			test.change(&d)
			got := d.Hold(test.health, now)
			if got != test.want {
				t.Errorf("\ngot  %+v\nwant %+v", got, test.want)
			}
			holds := got.Cause != "" && got.Cause != CauseAsked && got.Cause != CausePace
			if got.Cause.Holds() != holds {
				t.Errorf("%s holds: %v", got.Cause, got.Cause.Holds())
			}
		})
	}
}

func TestGoneUntilSomebodyVouches(t *testing.T) {
	at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	d := plain()
	if _, gone := d.Gone(Health{}); gone {
		t.Error("gone without an answer")
	}
	if since, gone := d.Gone(Health{GoneAt: at}); !gone || !since.Equal(at) {
		t.Errorf("gone %v since %s", gone, since)
	}
	d.VouchedAt = at.Add(time.Second)
	if _, gone := d.Gone(Health{GoneAt: at}); gone {
		t.Error("still marked after somebody said that it is there")
	}
	if _, gone := d.Gone(Health{GoneAt: at.Add(2 * time.Second)}); !gone {
		t.Error("not marked again")
	}
}

func TestWell(t *testing.T) {
	if !(Health{DestinationID: "dst_1"}).Well() {
		t.Error("nothing is known, and it is not well")
	}
	for _, h := range []Health{{Breaker: BreakerOpen}, {AskedUntil: time.Unix(1, 0)}, {GoneAt: time.Unix(1, 0)}} {
		if h.Well() {
			t.Errorf("%+v is well", h)
		}
	}
}

func TestResumingAndCatchingUp(t *testing.T) {
	at := time.Unix(1, 0)
	for _, test := range []struct {
		paused, resume       time.Time
		resuming, catchingUp bool
	}{
		{time.Time{}, time.Time{}, false, false}, {at, time.Time{}, false, false}, {at, at, true, false}, {time.Time{}, at, false, true},
	} {
		d := Destination{Paused: Pause{At: test.paused}, Resume: Resume{At: test.resume}}
		if d.Resuming() != test.resuming || d.CatchingUp() != test.catchingUp {
			t.Errorf("%+v: resuming %v, catching up %v", test, d.Resuming(), d.CatchingUp())
		}
	}
}
