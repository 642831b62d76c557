package web

import (
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

func TestAuditPages(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(admin)
	b.post("/sources/new", form("name", "Web<b>site</b>"))
	b.post("/settings/signing-key/reveal", nil).want(t, 200)
	for _, role := range []hookline.Role{editor, support, viewer} {
		s.as(role).get("/settings").want(t, 200, "!Audit log")
	}
	b.get("/settings").want(t, 200, "Audit log", `href="/settings/audit"`)
	b.get("/settings/audit").want(t, 200, "<html", "Made: source “Web&lt;b&gt;site&lt;/b&gt;”", "Looked at: signing key", "admin@example.com", "192.0.2.1", "Download as CSV", "!<b>site")
	b.htmx().get("/settings/audit?what=revealed").want(t, 200, "!<html", "Looked at: signing key", "!Made: source", "what=revealed")
	b.get("/settings/audit?kind=source&who=admin%40example.com").want(t, 200, "Made: source", "!Looked at: signing key")
	b.get("/settings/audit?who=nobody%40example.com").want(t, 200, "Nothing fits", `value="nobody@example.com" selected`)
	b.get("/settings/audit?since=2036-01-01T00:00").want(t, 200, "Nothing fits")
	b.get("/settings/audit?what=eaten&since=yesterday").want(t, 422, `id="field-what-error"`, `id="field-since-error"`, "2026-01-31T09:30")

	newest := func() audit.Entry {
		t.Helper()
		list, err := s.store.ListAuditEntries(t.Context(), audit.Filter{Kind: audit.Source}, hookline.Cursor{Limit: 1})
		s.must(err)
		return list.Rows[0]
	}
	source := newest()
	b.get("/settings/audit/"+source.ID).want(t, 200, "As it was made", "Write key", "••••", "All that was done to it", `href="/sources/`+source.ThingID+`"`, "!<b>site")
	b.get("/settings/audit/aud_gone").want(t, 404)
	b.post("/sources/"+source.ThingID+"/edit", form("name", "Shop"))
	b.get("/settings/audit/"+newest().ID).want(t, 200, "What changed", "Before", "After", "Shop")
	b.post("/sources/"+source.ThingID+"/delete", nil)
	b.get("/settings/audit/"+newest().ID).want(t, 200, "As it was", `!href="/sources/`+source.ThingID)
}

func TestAuditInStretches(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(admin)
	ctx := audit.With(t.Context(), audit.Actor{Kind: audit.User, Name: "admin@example.com"})
	for range hookline.PageSize {
		_, err := s.store.RotateSigningKey(ctx)
		s.must(err)
	}
	b.get("/settings/audit?what=rotated").want(t, 200, "!Older")
	b.get("/settings/audit?who=admin%40example.com").want(t, 200, "Older", "?before=aud_", "&amp;who=admin%40example.com")
}

func TestAuditAsAFile(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(admin)
	b.post("/sources/new", form("name", "=HYPERLINK(1)"))
	ctx := audit.With(t.Context(), audit.Actor{Kind: audit.Token, Name: "-Deploy"})
	for range exportStretch + 3 {
		_, err := s.store.RotateSigningKey(ctx)
		s.must(err)
	}
	got := b.get("/settings/audit/export")
	got.want(t, 200)
	if kind, name := got.Header().Get("Content-Type"), got.Header().Get("Content-Disposition"); kind != "text/csv; charset=utf-8" || !strings.HasPrefix(name, `attachment; filename="hookline-audit-`) || !strings.HasSuffix(name, `.csv"`) {
		t.Errorf("it is %s, %s", kind, name)
	}
	rows, err := csv.NewReader(got.Body).ReadAll()
	s.must(err)
	if len(rows) != len(s.entries())+1 || rows[0][4] != "actor" || rows[1][4] != "'-Deploy" || !slices.ContainsFunc(rows, func(r []string) bool { return r[9] == "'=HYPERLINK(1)" }) {
		t.Errorf("%d rows, the first %v", len(rows), rows[:2])
	}

	got = b.get("/settings/audit/export?format=json&kind=source")
	got.want(t, 200)
	var entries []audit.Entry
	s.must(json.Unmarshal(got.Body.Bytes(), &entries))
	if len(entries) != 1 || entries[0].ThingName != "=HYPERLINK(1)" || string(entries[0].After) == "" {
		t.Errorf("entries %+v", entries)
	}
	got = b.get("/settings/audit/export?format=json&who=nobody")
	got.want(t, 200)
	if got.Body.String() != "[]\n" {
		t.Errorf("of nothing it gives %q", got.Body)
	}
	b.get("/settings/audit/export?since=yesterday").want(t, 409, "The list cannot be filtered like this.")
	s.as(editor).get("/settings/audit/export").want(t, 403)
}
