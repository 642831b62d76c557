package sqlite

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/migrations"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"
)

// atVersion makes a database as Hookline had it at an earlier version of the
// schema, with what the statements put into it.
func atVersion(t *testing.T, version int64, dir string, statements ...string) {
	t.Helper()
	db, err := openDB(filepath.Join(dir, File), 1)
	if err != nil {
		t.Fatal(err)
	}
	files, err1 := fs.Sub(migrations.SQLite, "sqlite")
	provider, err2 := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if _, err := provider.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%v in %s", err, statement)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestKeysOfWhatHadIDs checks that everything finds everything again after ids
// became keys: the key is the time that stood in the id.
func TestKeysOfWhatHadIDs(t *testing.T) {
	dir, at := t.TempDir(), time.Date(2026, 11, 20, 10, 0, 0, 123456000, time.UTC)
	old := func(prefix string, after time.Duration) string {
		return hookline.IDAt(prefix, at.Add(after))[:17] + "zz" + prefix
	}
	event, other := old("evt", 0), old("evt", time.Second)
	sent, sending, batch := old("dlv", 2*time.Second), old("dlv", 3*time.Second), old("dlv", 4*time.Second)
	atVersion(t, 4, dir,
		`insert into events values ('`+event+`', 'src_1', 'track', 'm1', 'u1', 'a1', 'user:u1', 'A', 1, 2, '{"n":1}')`,
		`insert into events values ('`+other+`', 'src_1', 'identify', 'm2', '', '', 'email:ana@example.com', '', 3, 4, '{}')`,
		`insert into message_ids values (7, '`+event+`', 2)`,
		`insert into cursors values ('fanout', '`+event+`')`,
		`insert into rejections values ('`+old("rej", time.Hour)+`', 'src_1', 'track', '', 'no', 5, '{}')`,
		`insert into duplicates values ('`+old("dup", 2*time.Hour)+`', 'src_1', '`+event+`', 'track', 'A', 'm1', 'user:u1', 6, '{}')`,
		`insert into deliveries values ('`+sent+`', 'delivered', 'event', 'dst_1', 'act_1', '`+event+`', 'per_1', 'k1', 2, '', 1, 2, 200, '', 7, 0, 8, 0)`,
		`insert into deliveries values ('`+sending+`', 'sending', 'event', 'dst_1', 'act_1', '`+other+`', '', 'k2', 1, '', 0, 0, 0, '', 9, 10, 11, 0)`,
		`insert into deliveries values ('`+batch+`', 'failed', 'event', 'dst_1', 'act_2', '', '', 'k3', 1, '', 1, 1, 400, 'no', 12, 0, 13, 1)`,
		`insert into requests values ('`+sent+`', 1, 'POST', 'https://one', '[]', x'01', '', 14), ('`+sent+`', 2, 'POST', 'https://two', '[]', x'02', 'ana', 15)`,
		`insert into requests values ('`+sending+`', 1, 'POST', 'https://three', '[]', x'03', '', 16), ('`+batch+`', 1, 'POST', 'https://four', '[]', x'5b5d', '', 17)`,
		`insert into attempts values ('`+sent+`', 1, 1, '', '[]', 18, 19, '{}', 500, '[]', x'', 0, 'retrying', ''), ('`+sent+`', 2, 2, 'ana', '[]', 20, 21, '{}', 200, '[]', x'', 0, 'delivered', '')`,
		`insert into batch_items values ('`+old("bti", 5*time.Second)+`', 'dst_1', 'act_2', '`+other+`', 'per_1', 'k', 'POST', 'https://four', '[]', x'', 22, '`+batch+`')`,
		`insert into batch_items values ('`+old("bti", 6*time.Second)+`', 'dst_1', 'act_2', '`+event+`', '', 'k', 'POST', 'https://four', '[]', x'7b7d', 23, '')`,
	)
	s := openStore(t, dir, nil)
	check := func(what string, got, want any, err error) {
		t.Helper()
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", what, err, diff)
		}
	}
	id := func(prefix string, after time.Duration) string {
		return hookline.KeyID(prefix, hookline.KeyAt(at.Add(after)))
	}
	first, second := id("evt", 0), id("evt", time.Second)
	events, err := s.EventsAfter(t.Context(), "", 9)
	if err != nil || len(events) != 2 || events[0].ID != first || events[0].UserID != "u1" || events[0].AnonymousID != "a1" || events[1].ID != second || events[1].Email != "ana@example.com" {
		t.Fatalf("events %v %+v", err, events)
	}
	cursor, err := s.FanoutCursor(t.Context())
	check("cursor", cursor, first, err)
	intakes, err := s.ListIntakes(t.Context(), hookline.IntakeFilter{SourceID: "src_1"})
	var ids []string
	for _, one := range intakes.Rows {
		ids = append(ids, one.ID+" "+one.EventID)
	}
	check("intakes", ids, []string{id("dup", 2*time.Hour) + " " + first, id("rej", time.Hour) + " ", second + " " + second, first + " " + first}, err)

	rows, err := s.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{})
	ids = nil
	for _, row := range rows.Rows {
		ids = append(ids, row.ID+" "+string(row.State)+" "+row.EventID+" "+row.URL)
	}
	sentID, sendingID, batchID := id("dlv", 2*time.Second), id("dlv", 3*time.Second), id("dlv", 4*time.Second)
	check("deliveries", ids, []string{batchID + " failed  https://four", sendingID + " queued " + second + " https://three", sentID + " delivered " + first + " https://two"}, err)
	attempts, err := s.ListAttempts(t.Context(), sentID)
	check("attempts", []int{attempts[0].Status, attempts[1].Status}, []int{500, 200}, err)
	requests, err := s.ListRequests(t.Context(), sentID)
	check("requests", []string{requests[0].Request.URL, requests[1].Request.URL}, []string{"https://one", "https://two"}, err)
	requests, err = s.ListRequests(t.Context(), batchID)
	check("request of the batch", string(requests[0].Request.Body), "[]", err)
	carried, err := s.ListBatchEvents(t.Context(), batchID)
	check("carried", carried, []hookline.BatchEvent{{EventID: second, EventName: "identify", PersonID: "per_1"}}, err)
	parts, err := s.BatchParts(t.Context(), "act_2", "k", 9)
	check("gathered", parts[0].Items, []hookline.BatchItem{{EventID: first, Body: []byte("{}")}}, err)
}

// TestWhatWasKnownBeforeRuns: messages and people's rows are found as before.
func TestWhatWasKnownBeforeRuns(t *testing.T) {
	dir, at := t.TempDir(), now().Add(-time.Hour)
	h := fnv.New64a()
	h.Write([]byte("src_1\x00m1"))
	key := at.UnixMicro()
	row := func(format string, args ...any) string { return fmt.Sprintf(format, args...) }
	atVersion(
		t, 9, dir,
		row("insert into events values (%d, 'src_1', 'track', 'm1', '', 'user:u1', 'A', 1, %d, '{}')", key, key),
		row("insert into events_by_identity values ('user:u1', %d)", key),
		row("insert into cursors values ('events_by_identity', %d), ('deliveries_by_person', %d)", key, key),
		row("insert into message_ids values (%d, %d, %d), (7, 7, %d)", int64(h.Sum64()), key, key, at.AddDate(0, 0, -3).UnixMicro()),
		row("insert into deliveries values (%d, 'delivered', 'event', 'dst_1', 'act_1', %d, 'per_1', 'k1', 1, '', 1, 1, 200, '', %d, 0, %d, 0)", key, key, key, key),
		row("insert into deliveries_by_person values ('per_1', %d)", key),
	)
	s := openStore(t, dir, nil)
	if s.takes(t, "src_1", "m1", now()) {
		t.Error("a message of an hour ago is not known")
	}
	var left int
	if err := s.reads.QueryRowContext(t.Context(), "select count(*) from message_ids").Scan(&left); err != nil || left != 1 {
		t.Errorf("%d messages are known, %v; those of three days ago are of no use", left, err)
	}
	events, err1 := s.ListEvents(t.Context(), hookline.EventFilter{Identities: []string{"user:u1"}}, hookline.Cursor{})
	deliveries, err2 := s.ListDeliveries(t.Context(), hookline.DeliveryFilter{PersonID: "per_1"}, hookline.Cursor{})
	if err := errors.Join(err1, err2); err != nil || len(events.Rows) != 1 || len(deliveries.Rows) != 1 {
		t.Errorf("%d events, %d deliveries, %v", len(events.Rows), len(deliveries.Rows), err)
	}
}
