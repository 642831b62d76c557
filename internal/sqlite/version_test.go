package sqlite

import (
	"testing"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

// TestActionsThatWereThereHaveAVersion opens a database as it was before
// versions were kept.
func TestActionsThatWereThereHaveAVersion(t *testing.T) {
	dir := t.TempDir()
	atVersion(t, 4, dir,
		`insert into destinations values ('dst_1', 'CRM', 1, '', 'whole', '[]', 4000, 1, 2)`,
		`insert into actions values ('act_1', 'dst_1', 'Tell', 1, 'event = "A"', 'PUT', 'https://one', '[{"name":"X","value":"1"}]', '{}', 1, 3, 4, 1, 7, 1500)`,
		`insert into deliveries values ('`+hookline.IDAt("dlv", fromMicros(1_700_000_000_000_000))+`', 'failed', 'event', 'dst_1', 'act_1', '', '', 'k', 1, '', 1, 1, 400, 'no', 5, 0, 6, 0)`,
	)
	s := openStore(t, dir, nil)
	a, err := s.Action(t.Context(), "act_1")
	if err != nil || a.Version != 1 {
		t.Fatalf("%+v, %v", a, err)
	}
	want := a.Saved(fromMicros(4))
	want.Note = "As it was when versions began"
	versions, err := s.ListActionVersions(t.Context(), "act_1", hookline.Cursor{})
	if diff := cmp.Diff([]hookline.ActionVersion{want}, versions.Rows); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	rows, err := s.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{})
	if err != nil || len(rows.Rows) != 1 || rows.Rows[0].ActionVersion != 0 || rows.Rows[0].VersionInUse != 1 {
		t.Errorf("deliveries %+v, %v", rows.Rows, err)
	}
}

// TestPlansOfVersions: a page of versions goes by their key.
func TestPlansOfVersions(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	const key = "INDEX sqlite_autoindex_action_versions_1 (action_id=?"
	checkPlan(t, s, asked{versionQuery, []any{"act_1", 2}}, key+" AND number=?)")
	for _, test := range []struct {
		cursor hookline.Cursor
		more   string
	}{{hookline.Cursor{}, ""}, {hookline.Cursor{Before: "7"}, " AND number<?"}, {hookline.Cursor{After: "7"}, " AND number>?"}} {
		checkPlan(t, s, listed(selectVersions("act_1"), test.cursor), key+test.more+")")
	}
}
