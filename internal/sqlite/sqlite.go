// Package sqlite keeps everything in one SQLite file: a file per noun, one
// writer that commits several units of work together, and a pool of readers.
// The writer has its own way to SQLite (package direct); readers go through
// database/sql. late.go has the two indexes that rows enter some thousands at a
// time, person_known.go the people that are remembered. What was sent is searched
// by its words: search_enter.go fills that index, look.go goes by it.
//
// Every exported method that writes is one unit: it is on disk when the method
// returns nil (synchronous FULL), and has changed nothing when it returns an
// error. Methods that read see the last commit. Times are stored as
// microseconds UTC, JSON as text, and each statement's text is portable SQL.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"hookline/internal/hookline"

	_ "modernc.org/sqlite" // the driver
)

// File is the name of the database inside the data folder.
const File = "hookline.db"

// readers is how many reads run at once.
const readers = 4

// Store is the database. Safe for concurrent use.
type Store struct {
	ids    hookline.IDs
	path   string
	lock   *os.File
	reads  *sql.DB
	writer *writer
	notify func([]hookline.Topic)
	take   atomic.Pointer[func([]hookline.Event)]

	config atomic.Int64 // version of the configuration, grows with each change
	routes cache[*hookline.Routing]
	keys   cache[map[string]hookline.Source]

	healthVersion atomic.Int64 // of what is known of receivers
	health        cache[map[string]hookline.Health]
	known         knownPeople
	suppressed    suppressed
	late          *lateness
	fanned        atomic.Int64 // the last event that fanout has done, once the people it changed are known

	activity activity
	segment  segmentSize
	openFrom atomic.Int64  // see picksForSearch
	retain   chan struct{} // how long things are kept was changed
	held     held          // how retention waits
	patience time.Duration // how long is looked for what has no index; 0: see patienceFor
}

// Open opens the database in folder dir, making both when they are not there,
// and brings its schema up to date. It fails when another process has the
// folder open, when the file is damaged, and when a newer Hookline made it.
//
// notify is called after each commit with what it changed, on the writer's
// goroutine: it must not block. It may be nil.
func Open(ctx context.Context, dir string, notify func([]hookline.Topic)) (*Store, error) {
	if notify == nil {
		notify = func([]hookline.Topic) {}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{path: filepath.Join(dir, File), lock: lock, notify: notify, late: newLateness(), segment: usualSegment, retain: make(chan struct{}, 1)}
	if err := s.open(ctx, s.path); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, path string) error {
	if err := migrateFile(ctx, path); err != nil {
		return fmt.Errorf("open database %s: %w", path, err)
	}
	var err error
	if s.writer, err = newWriter(path, s.committed); err != nil {
		return fmt.Errorf("open database %s: %w", path, err)
	}
	if s.reads, err = openDB(path, readers, readerCache, readsOnly); err != nil {
		return err
	}
	if err := s.continueIDs(ctx); err != nil {
		return err
	}
	if err := s.firstSigningKey(ctx); err != nil {
		return err
	}
	if err := s.findFanned(ctx); err != nil {
		return err
	}
	if err := s.write(ctx, mayWrite); err != nil {
		return fmt.Errorf("open database %s: %w", path, err)
	}
	if s.ids.Last() <= hookline.KeyAt(now()) {
		return nil
	}
	if err := s.write(ctx, followClock); err != nil { // what was made last was made in the future
		return fmt.Errorf("open database %s: %w", path, err)
	}
	return nil
}

// mayWrite changes nothing. SQLite opens a file that it may only read, and says
// so at the first statement that could change something.
func mayWrite(t *tx) error {
	_, err := t.exec("delete from settings where key = ''")
	return err
}

// The page caches: the writer's holds the ends of the tables and the indexes
// that every commit touches, and no more, since SQLite goes through all of it at
// most commits. Readers find in the system's cache what they lack.
const (
	writerCache = "cache_size(-8192)"
	readerCache = "_pragma=cache_size(-8192)"
	readsOnly   = "_pragma=query_only(1)"
)

// pragmas are what every connection begins with. WAL lets readers go on while
// the writer commits; FULL makes a commit wait for the disk.
var pragmas = []string{
	"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "temp_store(2)", "wal_autocheckpoint(1000)",
}

func fileURI(path string) string { return "file:" + (&url.URL{Path: path}).EscapedPath() }

// openDB opens a pool on path; more are options of the driver's.
func openDB(path string, connections int, more ...string) (*sql.DB, error) {
	options := []string{"_txlock=immediate"}
	for _, pragma := range pragmas {
		options = append(options, "_pragma="+pragma)
	}
	dsn := fileURI(path) + "?" + strings.Join(append(options, more...), "&")
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// continueIDs makes new ids sort after all that are stored, even when the
// clock was set back in between.
func (s *Store) continueIDs(ctx context.Context) error {
	for _, table := range []string{"rejections", "duplicates", "people", "bin_requests", "audit_entries", "segments", "campaigns"} {
		var last sql.NullString
		if err := s.reads.QueryRowContext(ctx, "select max(id) from "+table).Scan(&last); err != nil {
			return fmt.Errorf("read last id of %s: %w", table, err)
		}
		s.ids.After(last.String)
		s.ids.AfterKey(hookline.KeyOf(last.String))
	}
	for _, table := range []string{"events", "deliveries", "requests", "attempts", "batch_parts", "resends", "failures", "failure_notes", "segment_moves", "journeys"} {
		var last sql.NullInt64
		if err := s.reads.QueryRowContext(ctx, "select max(id) from "+table).Scan(&last); err != nil {
			return fmt.Errorf("read last key of %s: %w", table, err)
		}
		s.ids.AfterKey(last.Int64)
	}
	return nil
}

// committed runs on the writer's goroutine after each commit.
func (s *Store) committed(did told) {
	s.known.follow(did.people)
	if did.fanned != 0 {
		s.fanned.Store(did.fanned)
	}
	s.late.add(len(did.appended), did.owed)
	s.activity.changes.Add(int64(len(did.topics)))
	for _, topic := range did.topics {
		switch topic {
		case hookline.TopicConfig: // also a guest's, whatever it changed
			s.config.Add(1)
			s.known.clear()
			s.healthVersion.Add(1) // that of a deleted destination is gone with it
		case hookline.TopicHealth:
			s.healthVersion.Add(1)
		}
	}
	if take := s.take.Load(); take != nil && len(did.appended) > 0 {
		(*take)(did.appended)
	}
	s.notify(did.topics)
}

// HandOver has take called after each commit with the events that it appended,
// in the order of the event log, on the writer's goroutine: it must not block.
// It is called for every event that is appended from now on.
func (s *Store) HandOver(take func([]hookline.Event)) { s.take.Store(&take) }

// Close waits for the units that were handed in, and closes the database.
func (s *Store) Close() error {
	var errs []error
	if s.writer != nil {
		errs = append(errs, s.writer.close())
	}
	if s.reads != nil {
		errs = append(errs, s.reads.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}

// Writable says whether the store can take writes: it commits a small one.
func (s *Store) Writable(ctx context.Context) error {
	return s.SetSetting(ctx, "health.checked_at", fmt.Sprint(micros(time.Now())))
}

// cache holds something made from the configuration until that changes.
type cache[T any] struct {
	entry atomic.Pointer[cached[T]]
}

type cached[T any] struct {
	version int64
	value   T
}

// get gives the value for version, making it when the one at hand is older.
func (c *cache[T]) get(version int64, load func() (T, error)) (T, error) {
	if e := c.entry.Load(); e != nil && e.version == version {
		return e.value, nil
	}
	value, err := load()
	if err != nil {
		return value, err
	}
	c.entry.Store(&cached[T]{version: version, value: value})
	return value, nil
}

// micros is how times are stored; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

// now is the present at the precision in which it is stored.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
