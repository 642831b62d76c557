package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"hookline/internal/condition"
	"hookline/internal/data"
	"hookline/internal/hookline"
	"hookline/internal/sqlite/direct"

	"golang.org/x/sync/errgroup"
)

// TallyPeople counts, exactly, who meets a condition now, and gives some of them.
// It looks at everybody, with several readers that go their own way to SQLite and
// read of each person no more than the condition does. What no segment asks for
// yet of what people did is counted in the event log. Where that is too long, and
// where memberships are of more people than may be held in memory, it says Later. A condition that cannot be read is KindInvalid at the field.
func (s *Store) TallyPeople(ctx context.Context, text string, samples int) (hookline.Tally, error) {
	c, err := condition.ParseIn(text, condition.AboutPeople)
	if err != nil {
		return hookline.Tally{}, hookline.Invalid("This condition cannot be counted.", map[string]string{"condition": err.Error()})
	}
	known, err := s.knownFor(ctx, c)
	if errors.Is(err, errLater) {
		return hookline.Tally{Later: true}, nil
	}
	if err != nil {
		return hookline.Tally{}, err
	}
	var last int64 // the rows are gone through in their own order, which is the quickest
	if err := s.reads.QueryRowContext(ctx, "select coalesce(max(rowid), 0) from people").Scan(&last); err != nil {
		return hookline.Tally{}, fmt.Errorf("read last person: %w", err)
	}
	var next atomic.Int64
	counters := make([]counter, min(runtime.GOMAXPROCS(0), readers))
	group, counting := errgroup.WithContext(ctx)
	for i := range counters {
		counters[i] = counter{condition: c, known: known, samples: samples, now: known.now}
		group.Go(func() error { return counters[i].run(counting, s.path, &next, last) })
	}
	if err := group.Wait(); err != nil {
		return hookline.Tally{}, fmt.Errorf("count people: %w", err)
	}
	return s.sum(ctx, counters, samples)
}

// sum puts together what the counters found.
func (s *Store) sum(ctx context.Context, counters []counter, samples int) (t hookline.Tally, err error) {
	var newest []string
	for i := range counters {
		t.Count += counters[i].count
		newest = append(newest, counters[i].newest...)
	}
	slices.Sort(newest)
	slices.Reverse(newest)
	t.Sample, err = s.PeopleByID(ctx, newest[:min(samples, len(newest))])
	slices.SortFunc(t.Sample, func(a, b hookline.Person) int { return strings.Compare(b.ID, a.ID) })
	return t, err
}

// counter counts part of the people, on a connection of its own.
type counter struct {
	condition *condition.Condition
	known     *knownForTally
	now       time.Time
	samples   int

	count  int
	newest []string // ids of the newest who were counted
	id     string   // of the person who is asked
}

// countedAtOnce is how many rows a counter takes before it looks whether to go on.
const countedAtOnce = 10_000

const tallyQuery = "select id, user_id, attributes from people where rowid > ?1 and rowid <= ?2 and suppressed = 0"

func (c *counter) run(ctx context.Context, path string, next *atomic.Int64, last int64) (err error) {
	conn, err := direct.Open(fileURI(path))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	for _, pragma := range []string{"busy_timeout(5000)", "query_only(1)", "mmap_size(4294967296)"} {
		if err := execute(conn, "pragma "+pragma); err != nil {
			return err
		}
	}
	rows, err := conn.Prepare(tallyQuery)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for ctx.Err() == nil {
		to := next.Add(countedAtOnce)
		if to-countedAtOnce >= last {
			return nil
		}
		if err := c.stretch(rows, to-countedAtOnce, to); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func execute(conn *direct.Conn, text string) error {
	s, err := conn.Prepare(text)
	if err != nil {
		return err
	}
	_, err = s.Exec()
	return errors.Join(err, s.Close())
}

// stretch asks the people of some rows.
func (c *counter) stretch(s *direct.Stmt, from, to int64) error {
	rows, err := s.Query(from, to)
	if err != nil {
		return err
	}
	names := c.condition.Attributes()
	picker := data.NewPicker(names)
	withID := slices.Contains(names, "id")
	subject := condition.Subject{Now: c.now, InSegment: c.isIn, Did: c.did}
	for rows.Next() {
		c.id = rows.Peek(0)
		if len(names) > 0 {
			if subject.Person, err = picker.Pick(rows.Peek(2)); err != nil {
				subject.Person = &data.Object{}
			}
			if withID {
				subject.Person = condition.WithID(subject.Person, rows.Peek(1))
			}
		}
		if c.condition.Met(subject) {
			c.count++
			c.note()
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// note keeps the person among the newest; most people come in the order of ids.
func (c *counter) note() {
	if len(c.newest) < c.samples {
		c.newest = append(c.newest, strings.Clone(c.id))
		return
	}
	oldest := 0
	for i, id := range c.newest {
		if id < c.newest[oldest] {
			oldest = i
		}
	}
	if c.samples > 0 && c.id > c.newest[oldest] {
		c.newest[oldest] = strings.Clone(c.id)
	}
}

func (c *counter) isIn(segmentID string) bool { return c.known.members[segmentID][c.id] }

func (c *counter) did(event string) hookline.Deeds { return c.known.deeds[event][c.id] }

// errLater says that something cannot be counted now.
var errLater = errors.New("to be counted later")

// knownForTally is what a condition asks for besides attributes.
type knownForTally struct {
	now     time.Time
	members map[string]map[string]bool           // by segment and person
	deeds   map[string]map[string]hookline.Deeds // by event and person
	room    int                                  // for so many more
}

// knownAtMost is how many memberships and deeds are held in memory for a tally.
const knownAtMost = 500_000

func (s *Store) knownFor(ctx context.Context, c *condition.Condition) (*knownForTally, error) {
	k := &knownForTally{now: now(), members: map[string]map[string]bool{}, deeds: map[string]map[string]hookline.Deeds{}, room: knownAtMost}
	plan, err := s.SegmentPlan(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range c.Segments() {
		at := slices.IndexFunc(plan.Segments, func(w hookline.SegmentWork) bool { return w.ID == id })
		switch {
		case at < 0: // nobody is in it
		case plan.Segments[at].State != hookline.SegmentReady || plan.Segments[at].Size > k.room:
			return nil, errLater
		default:
			k.members[id] = map[string]bool{}
			if err := s.readMembers(ctx, plan.Segments[at].Number, k.members[id]); err != nil {
				return nil, err
			}
			k.room -= len(k.members[id])
		}
	}
	for _, d := range c.Deeds() {
		at := slices.IndexFunc(plan.Deeds, func(have hookline.CountedDeed) bool {
			return have.Event == d.Event && have.Times >= d.Times && have.Complete()
		})
		k.deeds[d.Event] = map[string]hookline.Deeds{}
		if at < 0 {
			err = s.readLoggedDeeds(ctx, d, k.deeds[d.Event], k.room)
		} else {
			err = s.readDeeds(ctx, plan.Deeds[at].Number, k.deeds[d.Event], k.room)
		}
		if err != nil {
			return nil, err
		}
		k.room -= len(k.deeds[d.Event])
	}
	return k, nil
}

func (s *Store) readMembers(ctx context.Context, number int64, into map[string]bool) error {
	rows, err := s.reads.QueryContext(ctx, "select person_id from segment_members where segment = $1", number)
	if err != nil {
		return fmt.Errorf("read members: %w", err)
	}
	_, err = collect(rows, func(r row) (none struct{}, err error) {
		var id string
		err = r.Scan(&id)
		into[id] = true
		return none, err
	})
	return err
}

func (s *Store) readDeeds(ctx context.Context, number int64, into map[string]hookline.Deeds, room int) error {
	rows, err := s.reads.QueryContext(ctx, "select "+deedColumns+" from deeds where deed = $1", number)
	if err != nil {
		return fmt.Errorf("read deeds: %w", err)
	}
	_, err = collect(rows, func(r row) (none struct{}, err error) {
		d, err := scanDeeds(r)
		if into[d.Owner] = d.Deeds; len(into) > room && err == nil {
			err = errLater
		}
		return none, err
	})
	return err
}
