package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// begun is the file of a database that was started: openStore copies it, as
// home.Fill does for the tests of other packages.
var begun = sync.OnceValues(func() (image []byte, err error) {
	dir, err := os.MkdirTemp("", "hookline-home-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := Open(context.Background(), dir, nil)
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, File))
})

// openStore opens the database in dir. When there is none, it is a new one; the
// folder must be there.
func openStore(t *testing.T, dir string, notify func([]hookline.Topic)) *Store {
	t.Helper()
	path := filepath.Join(dir, File)
	if _, err := os.Stat(path); err != nil {
		image, err := begun()
		if err == nil {
			err = os.WriteFile(path, image, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return openAnew(t, dir, notify)
}

// openAnew opens the database in dir, and makes what is missing as a first start
// does.
func openAnew(t *testing.T, dir string, notify func([]hookline.Topic)) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir, notify)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// hand hands in a unit without waiting for its answer.
func hand(s *Store, do func(*tx) error) *unit { return handIn(s, false, do) }

func handUrgent(s *Store, do func(*tx) error) *unit { return handIn(s, true, do) }

func handIn(s *Store, urgent bool, do func(*tx) error) *unit {
	u := &unit{do: do, answer: make(chan error, 1)}
	if !s.writer.inbox.put(u, urgent) {
		panic("the inbox is closed")
	}
	return u
}

func isClosed(s *Store) bool {
	s.writer.inbox.mu.Lock()
	defer s.writer.inbox.mu.Unlock()
	return s.writer.inbox.closed
}

func waiting(s *Store) int {
	b := s.writer.inbox
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.urgent) + len(b.normal)
}

// busy keeps the writer at work until goOn is called, so that what is handed
// in meanwhile is committed as one group.
func busy(s *Store) (goOn func()) {
	begun, end := make(chan struct{}), make(chan struct{})
	hand(s, func(*tx) error { close(begun); <-end; return nil })
	<-begun
	return func() { close(end) }
}

// set is a unit that succeeds once for each key.
func set(key string) func(*tx) error {
	return func(t *tx) error {
		t.changed(hookline.Topic(key))
		_, err := t.exec("insert into settings (key, value) values ($1, 'x')", key)
		return err
	}
}

func wantAnswers(t *testing.T, units []*unit, kinds ...hookline.Kind) {
	t.Helper()
	for i, want := range kinds {
		err := <-units[i].answer
		if got := hookline.KindOf(err); got != want {
			t.Errorf("unit %d: kind %q, want %q (%v)", i, got, want, err)
		}
	}
}

func wantSettings(t *testing.T, s *Store, want string) {
	t.Helper()
	rows, err := s.reads.QueryContext(t.Context(), "select key from settings order by key")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := collect(rows, func(r row) (key string, err error) {
		err = r.Scan(&key)
		return key, err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(keys, " "); got != want {
		t.Errorf("stored %q, want %q", got, want)
	}
}

func TestFailingUnitIsUndoneAlone(t *testing.T) {
	var told []hookline.Topic
	s := openStore(t, t.TempDir(), func(topics []hookline.Topic) { told = topics })
	goOn := busy(s)
	var units []*unit
	for _, do := range []func(*tx) error{
		set("a"),
		func(t *tx) error { return errors.Join(set("half")(t), hookline.Conflict("No.")) },
		func(t *tx) error { panic(fmt.Sprint("a fault after ", set("panicked")(t))) },
		set("b"),
		func(t *tx) error { return errors.Join(set("twice")(t), set("twice")(t)) },
		set("c"),
	} {
		units = append(units, hand(s, do))
	}
	goOn()
	wantAnswers(t, units, "", hookline.KindConflict, hookline.KindInternal, "", hookline.KindUnavailable, "")
	wantSettings(t, s, "a b c")
	if want := []hookline.Topic{"a", "b", "c"}; !slices.Equal(told, want) {
		t.Errorf("told of %v, want %v", told, want)
	}
	if err := s.write(t.Context(), set("d")); err != nil {
		t.Errorf("the writer does not go on: %v", err)
	}
}

// breakCommit is a unit that succeeds and makes its group's commit fail: it
// names a user who does not exist, which here only the commit checks.
func breakCommit(t *tx) error {
	_, err := t.exec("pragma defer_foreign_keys = on")
	_, err2 := t.exec("insert into sessions (" + sessionColumns + ") values ('a', 'nobody', 1, 1, 1, '', '')")
	return errors.Join(err, err2)
}

func TestCommitFailureReachesEveryCaller(t *testing.T) {
	var told []hookline.Topic
	s := openStore(t, t.TempDir(), func(topics []hookline.Topic) { told = append(told, topics...) })
	told = nil // of the opening
	goOn := busy(s)
	units := []*unit{
		hand(s, set("a")),
		hand(s, breakCommit),
		hand(s, func(*tx) error { return hookline.Conflict("No.") }),
	}
	goOn()
	wantAnswers(t, units, hookline.KindUnavailable, hookline.KindUnavailable, hookline.KindConflict)
	wantSettings(t, s, "")
	if err := s.write(t.Context(), set("b")); err != nil {
		t.Errorf("the writer does not go on: %v", err)
	}
	wantSettings(t, s, "b")
	if want := []hookline.Topic{"b"}; !slices.Equal(told, want) {
		t.Errorf("told of %v, want %v", told, want)
	}
}

// TestToldBeforeAnswered holds what the caches rest on: when a caller hears
// that its change is stored, what was read before it counts no more.
func TestToldBeforeAnswered(t *testing.T) {
	var u *unit
	told := make(chan int, 1)
	s := openStore(t, t.TempDir(), func(topics []hookline.Topic) {
		if slices.Contains(topics, "a") {
			told <- len(u.answer)
		}
	})
	goOn := busy(s)
	u = hand(s, set("a"))
	goOn()
	if answers := <-told; answers > 0 {
		t.Error("the caller was answered first")
	}
	wantAnswers(t, []*unit{u}, "")
}

func TestCloseAnswersWhoWaits(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	goOn := busy(s)
	units := []*unit{hand(s, set("a")), handUrgent(s, set("b"))}
	last := make(chan error)
	go func() { last <- s.write(context.Background(), set("c")) }()
	closed := make(chan error)
	go func() { closed <- s.Close() }()
	for !isClosed(s) {
		runtime.Gosched()
	}
	goOn()
	wantAnswers(t, units, "", "")
	if err := <-closed; err != nil {
		t.Errorf("close: %v", err)
	}
	stored := "a b"
	if err := <-last; err == nil { // it came in time, or else was told
		stored = "a b c"
	} else if hookline.KindOf(err) != hookline.KindUnavailable {
		t.Errorf("unit that came at the end: %v", err)
	}
	if err := s.write(t.Context(), set("late")); hookline.KindOf(err) != hookline.KindUnavailable {
		t.Errorf("unit after the end: %v", err)
	}
	wantSettings(t, openStore(t, dir, nil), stored)
}

func TestUnitWhoseCallerLeaves(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	ctx, leave := context.WithCancel(t.Context())
	err := s.write(ctx, func(t *tx) error { leave(); return set("begun")(t) })
	if err != nil {
		t.Errorf("a unit that has begun is waited for, got %v", err)
	}

	goOn := busy(s)
	given := func(err error) {
		t.Helper()
		if hookline.KindOf(err) != hookline.KindUnavailable || !errors.Is(err, context.Canceled) {
			t.Errorf("caller who left heard %v", err)
		}
	}
	for range 20 { // of what could be chosen by luck
		given(s.write(ctx, set("left before")))
	}
	if n := waiting(s); n > 0 {
		t.Errorf("%d units wait of a caller who had left already", n)
	}
	ctx, leave = context.WithCancel(t.Context())
	answer := make(chan error)
	go func() { answer <- s.write(ctx, set("given up")) }()
	for waiting(s) == 0 {
		runtime.Gosched()
	}
	leave()
	given(<-answer)
	goOn()
	if err := s.write(t.Context(), set("after")); err != nil {
		t.Error(err)
	}
	wantSettings(t, s, "after begun")
}

func TestUrgentUnitsComeFirst(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	var order []string
	note := func(name string) func(*tx) error {
		return func(*tx) error { order = append(order, name); return nil }
	}
	goOn := busy(s)
	units := []*unit{
		hand(s, note("new 1")), hand(s, note("new 2")),
		handUrgent(s, note("outcome 1")), handUrgent(s, note("outcome 2")),
	}
	goOn()
	wantAnswers(t, units, "", "", "", "")
	if !slices.Equal(order, []string{"outcome 1", "outcome 2", "new 1", "new 2"}) {
		t.Errorf("order %v", order)
	}
}

func TestCommitsAreWatched(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	groups := make(chan int, 10)
	s.WatchCommits(func(units int, took time.Duration) {
		if took <= 0 {
			t.Errorf("a commit took %s", took)
		}
		groups <- units
	})
	goOn := busy(s)
	units := []*unit{hand(s, set("a")), hand(s, set("b")), handUrgent(s, set("c"))}
	goOn()
	wantAnswers(t, units, "", "", "")
	if first, second := <-groups, <-groups; first != 1 || second != 3 {
		t.Errorf("groups of %d and %d units, want 1 and 3", first, second)
	}
}
