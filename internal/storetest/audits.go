package storetest

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

type auditStore interface {
	RecordAudit(ctx context.Context, n audit.Note) error
	ListAuditEntries(ctx context.Context, f audit.Filter, c hookline.Cursor) (hookline.Listing[audit.Entry], error)
	AuditEntry(ctx context.Context, id string) (audit.Entry, error)
}

var auditPromises = []promise{
	{"a change by somebody leaves an entry", auditKept},
	{"what nobody asked for leaves none", auditOfNobody},
	{"a change that fails leaves none", auditOfFailure},
	{"a form saved as it was leaves none", auditOfNothing},
	{"every sort of change is told", auditOfEverything},
	{"the list is narrowed by who, what, which and when", auditNarrowed},
	{"the list is read in stretches", auditStretches},
	{"a sign-in names who came in", auditSignIn},
}

var ana = audit.Actor{Kind: audit.User, ID: "usr_ana", Name: "ana@example.com", From: "203.0.113.7"}

// did gives the newest entry.
func (h *house) did(t *testing.T) audit.Entry {
	t.Helper()
	entries := must(h.ListAuditEntries(t.Context(), audit.Filter{}, hookline.Cursor{Limit: 1}))(t)
	if len(entries.Rows) == 0 {
		t.Fatal("there is no entry")
	}
	return entries.Rows[0]
}

func auditKept(t *testing.T, h *house) {
	ctx := audit.With(t.Context(), ana)
	s := must(h.CreateSource(ctx, hookline.Source{Name: "Website", Enabled: true}))(t)
	e := h.did(t)
	want := audit.Entry{ID: e.ID, At: e.At, Actor: ana, Note: audit.Note{
		Deed: audit.Created, Kind: audit.Source, ThingID: s.ID, ThingName: "Website",
		After: json.RawMessage(`{"enabled":true,"name":"Website","write_key":"••••"}`),
	}}
	equal(t, "entry", e, want)
	if e.ID == "" || time.Since(e.At).Abs() > time.Minute {
		t.Errorf("entry %s of %s", e.ID, e.At)
	}
	s.Name = "Shop"
	must(h.UpdateSource(ctx, s))(t)
	h.reopen()
	later := h.did(t)
	if later.ID <= e.ID || later.Deed != audit.Changed || string(later.Before) != `{"name":"Website"}` || string(later.After) != `{"name":"Shop"}` {
		t.Errorf("then %+v", later)
	}
	equal(t, "by id", must(h.AuditEntry(t.Context(), e.ID))(t), want)
	_, err := h.AuditEntry(t.Context(), "aud_gone")
	wantKind(t, hookline.KindNotFound, err)
}

func (h *house) entries(t *testing.T) int {
	t.Helper()
	return len(must(h.ListAuditEntries(t.Context(), audit.Filter{}, hookline.Cursor{Limit: 1000}))(t).Rows)
}

func auditOfNobody(t *testing.T, h *house) {
	s := must(h.CreateSource(t.Context(), hookline.Source{Name: "Website"}))(t)
	mustDo(t, h.DeleteSource(t.Context(), s.ID))
	equal(t, "entries", h.entries(t), 0)
	if err := h.RecordAudit(t.Context(), audit.OfSigningKey().Say(audit.Revealed, "")); err == nil {
		t.Error("nobody looked at the key, and that was kept")
	}
}

func auditOfFailure(t *testing.T, h *house) {
	ctx := audit.With(t.Context(), ana)
	wantKind(t, hookline.KindNotFound, h.DeleteSource(ctx, "src_gone"))
	_, err := h.CreateDestination(ctx, hookline.Destination{Name: "CRM", SignatureMode: hookline.SignWhole, Timeout: time.Second, SourceIDs: []string{"src_gone"}})
	wantKind(t, hookline.KindInvalid, err)
	wantKind(t, hookline.KindNotFound, h.PauseDestination(ctx, "dst_gone", "ana", ""))
	equal(t, "entries", h.entries(t), 0)
}

func auditOfNothing(t *testing.T, h *house) {
	s := must(h.CreateSource(t.Context(), hookline.Source{Name: "Website"}))(t)
	must(h.UpdateSource(audit.With(t.Context(), ana), s))(t)
	equal(t, "entries", h.entries(t), 0)
}

func auditOfEverything(t *testing.T, h *house) {
	ctx := audit.With(t.Context(), ana)
	expect := func(d audit.Deed, k audit.Kind, id string) {
		t.Helper()
		if e := h.did(t); e.Deed != d || e.Kind != k || e.ThingID != id || e.Actor != ana {
			t.Errorf("kept is %s %s %s by %+v, want %s %s %s", e.Deed, e.Kind, e.ThingID, e.Actor, d, k, id)
		}
	}
	d := must(h.CreateDestination(ctx, hookline.Destination{Name: "CRM", Enabled: true, SignatureMode: hookline.SignWhole, Timeout: time.Second}))(t)
	expect(audit.Created, audit.Destination, d.ID)
	mustDo(t, h.PauseDestination(ctx, d.ID, "ana@example.com", "they move house"))
	expect(audit.Paused, audit.Destination, d.ID)
	equal(t, "remark", h.did(t).Remark, "“they move house”")
	mustDo(t, h.ResumeDestination(ctx, d.ID, hookline.Resume{Keep: hookline.KeepAll, By: "ana@example.com"}))
	expect(audit.Resumed, audit.Destination, d.ID)
	mustDo(t, h.VouchDestination(ctx, d.ID))
	expect(audit.Vouched, audit.Destination, d.ID)
	d.SharedSecret = "hush"
	must(h.UpdateDestination(ctx, d))(t)
	expect(audit.Changed, audit.Destination, d.ID)
	equal(t, "change", string(h.did(t).After), `{"shared_secret":"••••"}`)

	template := hookline.NewTemplate()
	template.URL = "https://example.com/"
	a := must(h.CreateAction(ctx, hookline.Action{DestinationID: d.ID, Name: "Tell", Template: template}))(t)
	expect(audit.Created, audit.Action, a.ID)
	a.Name = "Tell them"
	must(h.UpdateAction(ctx, a))(t)
	expect(audit.Changed, audit.Action, a.ID)
	mustDo(t, h.DeleteAction(ctx, a.ID))
	expect(audit.Deleted, audit.Action, a.ID)
	mustDo(t, h.DeleteDestination(ctx, d.ID))
	expect(audit.Deleted, audit.Destination, d.ID)

	b := must(h.CreateBin(ctx, hookline.Bin{Name: "Mine", Script: hookline.NewBinScript()}))(t)
	expect(audit.Created, audit.Bin, b.ID)
	mustDo(t, h.ClearBin(ctx, b.ID))
	expect(audit.Cleared, audit.Bin, b.ID)
	mustDo(t, h.DeleteBin(ctx, b.ID))
	expect(audit.Deleted, audit.Bin, b.ID)

	token := must(h.CreateToken(ctx, hookline.Token{Name: "Deploy", Hash: "hush", Scope: hookline.Editor}))(t)
	expect(audit.Created, audit.APIToken, token.ID)
	mustDo(t, h.DeleteToken(ctx, token.ID))
	expect(audit.Deleted, audit.APIToken, token.ID)
	must(h.RotateSigningKey(ctx))(t)
	expect(audit.Rotated, audit.SigningKey, "")
	mustDo(t, h.SetSetting(ctx, hookline.SettingAddresses, hookline.WriteRegions([]hookline.Region{{Name: "eu", IPs: []string{"203.0.113.7"}}})))
	expect(audit.Changed, audit.Addresses, "")

	p, _, err := h.PutPerson(ctx, "u1", json.RawMessage(`{"plan":"free"}`))
	mustDo(t, err)
	expect(audit.Created, audit.Person, p.ID)
	p.Attributes = json.RawMessage(`{"plan":"pro"}`)
	must(h.UpdatePerson(ctx, p))(t)
	expect(audit.Changed, audit.Person, p.ID)
	mustDo(t, h.DeletePerson(ctx, p.ID))
	expect(audit.Deleted, audit.Person, p.ID)
	equal(t, "of a person who is gone", string(h.did(t).Before), "")
}

func auditNarrowed(t *testing.T, h *house) {
	begin := time.Now().Add(-time.Second)
	one := must(h.CreateSource(audit.With(t.Context(), ana), hookline.Source{Name: "One"}))(t)
	deploy := audit.Actor{Kind: audit.Token, ID: "tok_1", Name: "Deploy"}
	two := must(h.CreateSource(audit.With(t.Context(), deploy), hookline.Source{Name: "Two"}))(t)
	mustDo(t, h.DeleteSource(audit.With(t.Context(), ana), two.ID))
	must(h.RotateSigningKey(audit.With(t.Context(), ana)))(t)
	for name, c := range map[string]struct {
		filter audit.Filter
		want   int
	}{
		"all":      {audit.Filter{}, 4},
		"who":      {audit.Filter{Actor: "Deploy"}, 1},
		"what":     {audit.Filter{Deed: audit.Created}, 2},
		"kind":     {audit.Filter{Kind: audit.SigningKey}, 1},
		"which":    {audit.Filter{ThingID: two.ID}, 2},
		"together": {audit.Filter{Actor: ana.Name, Kind: audit.Source, Deed: audit.Created, ThingID: one.ID}, 1},
		"since":    {audit.Filter{Since: begin}, 4},
		"later":    {audit.Filter{Since: time.Now().Add(time.Hour)}, 0},
		"until":    {audit.Filter{Until: begin}, 0},
		"nobody":   {audit.Filter{Actor: "bob@example.com"}, 0},
	} {
		if got := must(h.ListAuditEntries(t.Context(), c.filter, hookline.Cursor{}))(t); len(got.Rows) != c.want {
			t.Errorf("%s: %d entries, want %d", name, len(got.Rows), c.want)
		}
	}
}

func auditStretches(t *testing.T, h *house) {
	ctx := audit.With(t.Context(), ana)
	for range 5 {
		must(h.RotateSigningKey(ctx))(t)
	}
	first := must(h.ListAuditEntries(ctx, audit.Filter{}, hookline.Cursor{Limit: 2}))(t)
	second := must(h.ListAuditEntries(ctx, audit.Filter{}, hookline.Cursor{Limit: 2, Before: first.Rows[1].ID}))(t)
	back := must(h.ListAuditEntries(ctx, audit.Filter{}, hookline.Cursor{Limit: 2, After: second.Rows[0].ID}))(t)
	equal(t, "back again", back.Rows, first.Rows)
	if !first.Older || first.Newer || !second.Older || !second.Newer || second.Rows[0].ID >= first.Rows[1].ID {
		t.Errorf("first %+v, second %+v", first, second)
	}
}

func auditSignIn(t *testing.T, h *house) {
	u := must(h.CreateUser(t.Context(), hookline.User{Email: "ana@example.com", Role: hookline.Admin, PasswordHash: "hush"}))(t)
	stranger := audit.With(t.Context(), audit.Actor{Kind: audit.Stranger, From: "203.0.113.9"})
	mustDo(t, h.CreateSession(stranger, hookline.Session{IDHash: "hash", UserID: u.ID, CreatedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour)}))
	e := h.did(t)
	equal(t, "who", e.Actor, audit.Actor{Kind: audit.User, ID: u.ID, Name: "ana@example.com", From: "203.0.113.9"})
	if e.Deed != audit.SignedIn || e.ThingID != u.ID {
		t.Errorf("kept is %+v", e)
	}
}
