package main

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"hookline/internal/sqlite"
)

// TestMultiply makes copies that are older each, keep together, and leave what
// was there as it was.
func TestMultiply(t *testing.T) {
	const moment, own, n = 1_790_000_000_000_000, 10, 5
	data := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(data, sqlite.File))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	f := filler{ctx: t.Context(), db: db}
	f.do("pragma journal_mode = wal")
	f.do("create table cursors (name text not null primary key, event_id integer not null) strict")
	f.do("create table events (id integer not null primary key, identity text not null, name text not null) strict")
	f.do("create table events_by_identity (run integer not null, identity text not null, event_id integer not null, primary key (run, identity, event_id)) strict, without rowid")
	f.do("create table deliveries_by_person (run integer not null, person_id text not null, delivery_id integer not null, primary key (run, person_id, delivery_id)) strict, without rowid")
	f.do("create table message_ids (hash integer not null primary key, event_id integer not null, received_at integer not null) strict")
	f.do("create table late_runs (name text not null, run integer not null, rows integer not null, primary key (name, run)) strict, without rowid")
	f.do("create table deliveries (id integer not null primary key, event_id integer not null, person_id text not null, next_attempt_at integer not null) strict")
	f.do("create index deliveries_event on deliveries (event_id) where event_id <> 0")
	f.do("create table requests (id integer not null primary key, delivery_id integer not null, number integer not null) strict")
	f.do("create table attempts (id integer not null primary key, delivery_id integer not null, duration_us integer not null) strict")
	f.do("create table search_segments (number integer not null primary key) strict")
	f.do("create table search_pages (id integer not null primary key) strict")
	f.do("create table search_open (delivery_id integer not null primary key) strict")
	for i := int64(moment); i < moment+own; i++ {
		f.do("insert into events values ($1, 'user:u1', 'é')", i)
		f.do("insert into message_ids values ($1, $2, $2)", i<<10, i)
		f.do("insert into deliveries values ($1, $2, case when $1 % 2 = 0 then 'per_1' else '' end, 0)", i+100, i)
		f.do("insert into requests values ($1, $1, 1)", i+100)
		f.do("insert into attempts values ($1, $1, 7)", i+100)
	}
	f.do("insert into events_by_identity values (0, 'user:u1', $1)", moment)
	f.do("insert into cursors values ('events_by_identity', $1)", moment)
	if f.err != nil {
		t.Fatal(f.err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := multiply(t.Context(), data, n); err != nil {
		t.Fatal(err)
	}
	checkCopies(t, data, map[string]int64{
		"select count(*) from events": own * n,
		"select count(*) from deliveries d join events e on e.id = d.event_id join requests r on r.id = d.id and r.delivery_id = d.id and r.number = 1 join attempts a on a.id = d.id and a.duration_us = 7": own * n,
		"select count(*) from events_by_identity k join events e on e.id = k.event_id and e.identity = k.identity":                                                                                           own * n,
		"select count(*) from deliveries_by_person k join deliveries d on d.id = k.delivery_id":                                                                                                              own * n / 2,
		"select count(*) from cursors c where c.event_id = (select max(id) from events)":                                                                                                                     1,
		"select count(*) from message_ids m join events e on e.id = m.event_id":                                                                                                                              own * n,
		"select max(id) from events":                                                                       moment + own - 1,
		"select min(id) from events":                                                                       moment - (n-1)*apart.Microseconds(),
		"select count(*) from deliveries where next_attempt_at <> 0":                                       0,
		"select count(*) from events where name <> 'é'":                                                    0,
		"select count(*) from deliveries indexed by deliveries_event where event_id <> 0":                  own * n,
		fmt.Sprintf("select count(*) from deliveries where event_id = %d and id = %d", moment, moment+100): 1,
	})
}

func checkCopies(t *testing.T, data string, wants map[string]int64) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(data, sqlite.File))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for query, want := range wants {
		var got int64
		if err := db.QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %d, %v; not %d", query, got, err, want)
		}
	}
}
