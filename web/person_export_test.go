package web

import (
	"encoding/json"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

// TestExportHasWhomTheListShows: of a segment its members, of a search in it those found.
func TestExportHasWhomTheListShows(t *testing.T) {
	s := newSite(t, nil)
	ana := s.person(hookline.Person{UserID: "ana", Attributes: json.RawMessage(`{"plan":"pro"}`)})
	ben := s.person(hookline.Person{UserID: "ben", Attributes: json.RawMessage(`{"seats":3}`)})
	s.person(hookline.Person{UserID: "zoe", Attributes: json.RawMessage(`{"secret":true}`)})
	g, err := s.store.CreateSegment(t.Context(), hookline.Segment{Name: "Testers", Manual: true})
	s.must(err)
	s.must(s.store.PutMembers(t.Context(), g.ID, []string{ana.ID, ben.ID}))
	b := s.as(editor)
	b.get("/people").want(t, 200, `href="/people/export"`, "Everybody")
	b.get("/people?segment="+g.ID).want(t, 200, `href="/people/export?segment=`+g.ID+`"`, "Those in “Testers”", "!zoe")
	b.get("/people?segment="+g.ID+"&q=be").want(t, 200, `href="/people/export?q=be&amp;segment=`+g.ID+`"`, "Those in “Testers” found for “be”", "!>ana<")
	b.get("/people?q=nobody").want(t, 200, "!/people/export")
	s.as(viewer).get("/people?segment="+g.ID).want(t, 200, "!/people/export")
	b.get("/people/export?segment="+g.ID).want(t, 200, "The file has those in “Testers”.", `name="segment" value="`+g.ID+`"`, `value="plan"`, `value="seats"`, `!value="secret"`)
	b.get("/people/export?segment=seg_gone").want(t, 404)
	for path, want := range map[string][]string{
		"?segment=" + g.ID:           {"ben", "ana"},
		"?segment=" + g.ID + "&q=be": {"ben"},
		"":                           {"zoe", "ben", "ana"},
	} {
		answer := b.get("/people/export/file" + path)
		answer.want(t, 200)
		var ids []string
		for _, line := range strings.Split(strings.TrimSpace(answer.Body.String()), "\r\n")[1:] {
			id, _, _ := strings.Cut(line, ",")
			ids = append(ids, id)
		}
		if strings.Join(ids, " ") != strings.Join(want, " ") {
			t.Errorf("%q has %v, want %v", path, ids, want)
		}
	}
	found := false
	for _, entry := range s.entries() {
		found = found || entry.Remark == "those in “Testers” found for “be”, with 0 attributes"
	}
	if !found {
		t.Errorf("the entries are %+v", s.entries())
	}
}
