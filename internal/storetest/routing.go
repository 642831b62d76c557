package storetest

import (
	"testing"

	"hookline/internal/hookline"
)

// What the engine sees of the configuration.
var routingPromises = []promise{
	{"every destination is there, only enabled ones with enabled actions have a route", routingRoutes},
	{"the version grows with each change of the configuration", routingVersion},
	{"the version does not grow otherwise", routingStays},
}

func (h *house) routing(t *testing.T) *hookline.Routing {
	t.Helper()
	return must(h.Routing(t.Context()))(t)
}

func routingRoutes(t *testing.T, h *house) {
	s := h.source(t, "Website")
	wish := newDestination("CRM")
	wish.SourceIDs, wish.SharedSecret, wish.StandardSecrets = []string{s.ID}, "s3cret", []string{"whsec_a"}
	first := must(h.CreateDestination(t.Context(), wish))(t)
	second, off, idle := h.destination(t, "Second"), h.destination(t, "Off"), h.destination(t, "Without actions")
	later, a := h.action(t, second.ID, "Later"), h.action(t, first.ID, "A")
	wished := newAction(first.ID, "Off")
	wished.Enabled = false
	must(h.CreateAction(t.Context(), wished))(t)
	must(h.CreateAction(t.Context(), func() hookline.Action { w := newAction(idle.ID, "Off"); w.Enabled = false; return w }()))(t)
	b := h.action(t, first.ID, "B")
	h.action(t, off.ID, "Never")
	off.Enabled = false
	off = must(h.UpdateDestination(t.Context(), off))(t)
	keys := []hookline.SigningKey{must(h.RotateSigningKey(t.Context()))(t), must(h.SigningKeys(t.Context()))(t)[1]}

	check := func(what string) {
		t.Helper()
		r := h.routing(t)
		equal(t, "routes "+what, r.Routes, []hookline.Route{
			{Destination: first, Actions: []hookline.Action{a, b}}, {Destination: second, Actions: []hookline.Action{later}},
		})
		equal(t, "destinations "+what, r.Destinations, map[string]hookline.Destination{first.ID: first, second.ID: second, off.ID: off, idle.ID: idle})
		equal(t, "signing keys "+what, r.SigningKeys, keys)
	}
	check("now")
	h.reopen()
	check("after a restart")
}

func routingVersion(t *testing.T, h *house) {
	ctx := t.Context()
	version := h.routing(t).Version
	grew := func(what string, err error) {
		t.Helper()
		mustDo(t, err)
		now := h.routing(t).Version
		if now <= version {
			t.Errorf("%s: version %d after %d", what, now, version)
		}
		version = now
	}
	s := h.source(t, "Website")
	grew("make source", nil)
	_, err := h.UpdateSource(ctx, s)
	grew("change source", err)
	d := h.destination(t, "CRM")
	grew("make destination", nil)
	d.Name = "Shop CRM"
	_, err = h.UpdateDestination(ctx, d)
	grew("change destination", err)
	equal(t, "destination", h.routing(t).Destinations[d.ID].Name, "Shop CRM")
	a := h.action(t, d.ID, "Tell")
	grew("make action", nil)
	_, err = h.UpdateAction(ctx, a)
	grew("change action", err)
	equal(t, "routes", len(h.routing(t).Routes), 1)
	grew("delete action", h.DeleteAction(ctx, a.ID))
	equal(t, "routes", len(h.routing(t).Routes), 0)
	grew("delete destination", h.DeleteDestination(ctx, d.ID))
	grew("delete source", h.DeleteSource(ctx, s.ID))
	_, err = h.RotateSigningKey(ctx)
	grew("rotate signing key", err)
	equal(t, "signing keys", len(h.routing(t).SigningKeys), 2)
}

func routingStays(t *testing.T, h *house) {
	ctx := t.Context()
	d := h.destination(t, "CRM")
	h.action(t, d.ID, "Tell")
	before := h.routing(t)
	stays := func(what string) {
		t.Helper()
		if now := h.routing(t); now != before {
			t.Errorf("%s: version %d after %d, or it was read again for nothing", what, now.Version, before.Version)
		}
	}
	h.append(t, newEvent("src_1", "m1"))
	stays("append event")
	p := h.person(t, "u1", `{}`)
	must(h.UpdatePerson(ctx, p))(t)
	stays("change person")
	o := h.due(t, d.ID, 0)
	f := newFinished(o.ID, 1)
	f.Outcome = hookline.Outcome{State: hookline.StateFailed, Reason: "Gone."}
	mustDo(t, h.Finish(ctx, f))
	mustDo(t, h.requeue(t, o.ID, nil))
	stays("send and resend")
	b := h.bin(t, "Mine")
	must(h.AppendBinRequest(ctx, newBinRequest(b.ID)))(t)
	h.admin(t)
	mustDo(t, h.SetSetting(ctx, "name", "Acme"))
	stays("bins, users and settings")
	faulty := d
	faulty.Name, faulty.SourceIDs = "Half", []string{"src_gone"}
	_, err := h.UpdateDestination(ctx, faulty)
	wantKind(t, hookline.KindInvalid, err)
	wantKind(t, hookline.KindNotFound, h.DeleteAction(ctx, "act_gone"))
	stays("changes that were refused")
}
