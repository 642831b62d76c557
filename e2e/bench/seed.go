package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
	"hookline/internal/sqlite/direct"
)

// seeded is how many deliveries there are when it is measured how they are
// found.
const seeded = 5_000_000

// What a seeded database has beside them.
const (
	seedDestinations = 40
	seedActions      = 100
	seedPeople       = 200_000
	seedDays         = 30
	seedAtOnce       = 20_000 // deliveries in a transaction
)

// seed is a role that people use, too: it makes a database with many deliveries,
// to look at and to measure. It is given a folder that has none.
func seed(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("seed", flag.ContinueOnError)
	n := flags.Int("n", seeded, "`number` of deliveries")
	data := flags.String("data", "data-seed", "`folder` to make the database in")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(*data, sqlite.File)); err == nil {
		return fmt.Errorf("there is a database in %s already: name another folder", *data)
	}
	if *n < 1 {
		return errors.New("-n must be at least 1")
	}
	if _, err := seedDatabase(ctx, *data, *n, seedPeople); err != nil {
		return err
	}
	fmt.Printf("%s deliveries are in %s. Add somebody who signs in, and start:\n\n", thousands(float64(*n)), *data)
	fmt.Printf("\tgo run ./cmd/hookline user add you@example.com --data %s\n\tgo run ./cmd/hookline serve --data %s\n", *data, *data)
	return nil
}

// seedDatabase makes it and gives what was put in.
func seedDatabase(ctx context.Context, data string, n, people int) (*seeder, error) {
	s := &seeder{random: rand.New(rand.NewPCG(1, 2)), n: n, people: people, end: time.Now().UTC().Add(-10 * time.Minute)}
	if err := s.configure(ctx, data); err != nil {
		return nil, fmt.Errorf("configure: %w", err)
	}
	if err := s.fill(ctx, data); err != nil {
		return nil, fmt.Errorf("fill: %w", err)
	}
	if err := enterLate(ctx, data); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	began := time.Now()
	err := completeIndexes(ctx, data)
	s.indexed = time.Since(began)
	return s, err
}

// seeder makes a database in which deliveries stand as the engine would have left
// them. The same number makes the same ones, but for their times.
type seeder struct {
	random  *rand.Rand
	n       int // of deliveries
	people  int
	end     time.Time
	source  string
	actions []seedAction
	indexed time.Duration // how long the index of words took

	conn       *direct.Conn
	statements map[string]*direct.Stmt
}

// seedAction is an action with its destination.
type seedAction struct{ id, destination, url string }

// configure makes what people would, by the store's own ways.
func (s *seeder) configure(ctx context.Context, data string) (err error) {
	store, err := sqlite.Open(ctx, data, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	source, err := store.CreateSource(ctx, hookline.Source{Name: "Shop", Enabled: true})
	if err != nil {
		return err
	}
	s.source = source.ID
	var destinations []hookline.Destination
	for i := range seedDestinations {
		d, err := store.CreateDestination(ctx, hookline.Destination{
			Name: fmt.Sprintf("%s %d", seedReceivers[i%len(seedReceivers)], i/len(seedReceivers)+1), Enabled: true, SourceIDs: []string{source.ID},
			SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
		})
		if err != nil {
			return err
		}
		destinations = append(destinations, d)
	}
	for i := range seedActions {
		d := destinations[i%len(destinations)]
		a := hookline.Action{DestinationID: d.ID, Name: seedEvents[i%len(seedEvents)], Enabled: true, Template: hookline.NewTemplate(), Batching: hookline.NewBatching()}
		a.Trigger = fmt.Sprintf(`type = "track" and event = %q`, seedEvents[i%len(seedEvents)])
		a.Template.URL = fmt.Sprintf("https://hooks-%d.example.com/v1/%d", i%len(destinations), i)
		if a, err = store.CreateAction(ctx, a); err != nil {
			return err
		}
		s.actions = append(s.actions, seedAction{a.ID, d.ID, a.Template.URL})
	}
	return nil
}

// fill puts people, events, deliveries, requests and attempts in, the oldest
// first, in large transactions that wait for no disk.
func (s *seeder) fill(ctx context.Context, data string) (err error) {
	if err := s.open(data); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.putPeople(); err != nil {
		return err
	}
	for i := range s.n {
		if i%seedAtOnce == 0 {
			if err := errors.Join(ctx.Err(), s.do("commit"), s.do("begin")); err != nil {
				return err
			}
		}
		if i%(50*seedAtOnce) == 0 {
			slog.Info("seeding", "deliveries", i)
		}
		if err := s.put(i); err != nil {
			return err
		}
	}
	if err := s.do("insert into cursors (name, event_id) values ('fanout', ?1)", s.key(s.n-1)); err != nil { // they have been fanned out
		return err
	}
	return s.do("commit")
}

// open opens a database that nothing else has open, to fill it as fast as it goes.
func (s *seeder) open(data string) (err error) {
	if s.conn, err = direct.Open("file:" + filepath.Join(data, sqlite.File)); err != nil {
		return err
	}
	s.statements = map[string]*direct.Stmt{}
	for _, text := range []string{"pragma journal_mode = off", "pragma synchronous = off", "pragma cache_size = -200000", "begin"} {
		if err := s.do(text); err != nil {
			return errors.Join(err, s.close())
		}
	}
	return nil
}

// do runs a statement, which is kept.
func (s *seeder) do(text string, args ...any) error {
	statement := s.statements[text]
	if statement == nil {
		var err error
		if statement, err = s.conn.Prepare(text); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
		s.statements[text] = statement
	}
	if _, err := statement.Exec(args...); err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	return nil
}

func (s *seeder) close() error {
	errs := make([]error, 0, len(s.statements)+1)
	for _, statement := range s.statements {
		errs = append(errs, statement.Close())
	}
	return errors.Join(append(errs, s.conn.Close())...)
}

// completeIndexes brings all that a database has into the indexes that the engine
// fills late.
func completeIndexes(ctx context.Context, data string) (err error) {
	slog.Info("indexing", "what", "the words of what was sent")
	store, err := sqlite.Open(ctx, data, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return store.CompleteIndexes(ctx)
}
