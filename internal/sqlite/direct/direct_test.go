package direct

import (
	"bytes"
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func open(t *testing.T) *Conn {
	t.Helper()
	c, err := Open("file:" + filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func (c *Conn) prepared(t *testing.T, query string) *Stmt {
	t.Helper()
	s, err := c.Prepare(query)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // before the connection's
	return s
}

func (c *Conn) run(t *testing.T, query string, args ...any) int64 {
	t.Helper()
	n, err := c.prepared(t, query).Exec(args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func (c *Conn) all(t *testing.T, query string, args ...any) (all [][]any) {
	t.Helper()
	rows, err := c.prepared(t, query).Query(args...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		row := make([]any, rows.Columns())
		for i := range row {
			row[i] = rows.Value(i)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestValuesComeBack: every kind of argument, the empty and the odd ones too,
// is stored as what it is.
func TestValuesComeBack(t *testing.T) {
	c := open(t)
	c.run(t, "create table a (v any) strict")
	insert := c.prepared(t, "insert into a (v) values (?1)")
	given := []any{
		int64(0), int64(math.MaxInt64), int64(math.MinInt64), 1.5, math.Inf(1), "", "a", "Grüße, 世界 🌍", "nul\x00inside",
		strings.Repeat("long ", 20_000),
		[]byte{},
		[]byte("b"), bytes.Repeat([]byte{0, 1, 255}, 30_000), nil,
	}
	for _, v := range given {
		if n, err := insert.Exec(v); err != nil || n != 1 {
			t.Fatalf("%.20v: %d rows, %v", v, n, err)
		}
	}
	want := make([][]any, len(given))
	for i, v := range given {
		want[i] = []any{v}
	}
	if diff := cmp.Diff(want, c.all(t, "select v from a order by rowid")); diff != "" {
		t.Errorf("(-given +stored):\n%.2000s", diff)
	}
	for given, want := range map[any]any{7: int64(7), true: int64(1), false: int64(0)} {
		if got := c.all(t, "select ?1", given); !cmp.Equal(got, [][]any{{want}}) {
			t.Errorf("%v came back as %v", given, got)
		}
	}
	if got := c.all(t, "select ?1 is null", []byte(nil)); !cmp.Equal(got, [][]any{{int64(1)}}) {
		t.Errorf("no bytes came back as %v", got)
	}
}

// TestManyTextsAtOnce: each argument of a statement has its own place, also
// when they need more room than the statement before had.
func TestManyTextsAtOnce(t *testing.T) {
	c := open(t)
	s := c.prepared(t, "select ?1, ?2, ?1 || ?3, ?4")
	for _, n := range []int{0, 1, 1000, 400_000, 10, 300_000} {
		a, b, d := strings.Repeat("a", n), strings.Repeat("b", n+1), strings.Repeat("d", n/2)
		rows, err := s.Query(a, []byte(b), "", d)
		if err != nil {
			t.Fatal(err)
		}
		if !rows.Next() || rows.Value(0) != a || string(rows.Value(1).([]byte)) != b || rows.Value(2) != a || rows.Value(3) != d || rows.Next() {
			t.Errorf("with %d bytes the arguments are mixed up", n)
		}
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	}
	if c.args.size > keptScratch+400_000*3 {
		t.Errorf("%d bytes are kept", c.args.size)
	}
	if _, err := s.Query("", "", "", ""); err != nil || c.args.size != keptScratch {
		t.Errorf("after a small statement %d bytes are kept, %v", c.args.size, err)
	}
}

func TestRowsThatChanged(t *testing.T) {
	c := open(t)
	c.run(t, "create table a (id integer primary key, v text)")
	for _, step := range []struct {
		query string
		want  int64
	}{
		{"insert into a (v) values ('x'), ('y'), ('z')", 3},
		{"update a set v = 'n' where id > 1", 2},
		{"update a set v = 'n' where id > 9", 0},
		{"delete from a where v = 'n' returning id", 2},
		{"insert into a (id, v) values (1, 'again') on conflict do nothing", 0},
	} {
		if got := c.run(t, step.query); got != step.want {
			t.Errorf("%s changed %d rows, want %d", step.query, got, step.want)
		}
	}
}

// TestErrors: each says what was wrong, and the statement can be used again.
func TestErrors(t *testing.T) {
	c := open(t)
	c.run(t, "create table a (id integer primary key) strict")
	for query, want := range map[string]string{
		"select 1; select 2": "not one statement",
		"":                   "not one statement",
		"-- nothing":         "not one statement",
		"selekt 1":           `near "selekt": syntax error`,
	} {
		if _, err := c.Prepare(query); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", query, err, want)
		}
	}
	insert := c.prepared(t, "insert into a (id) values (?1)")
	if _, err := insert.Exec(); err == nil || !strings.Contains(err.Error(), "takes 1 arguments, not 0") {
		t.Errorf("too few: %v", err)
	}
	if _, err := insert.Exec(struct{}{}); err == nil || !strings.Contains(err.Error(), "argument 1 is a struct {}") {
		t.Errorf("a struct: %v", err)
	}
	if _, err := insert.Exec(1); err != nil {
		t.Error(err)
	}
	_, err := insert.Exec(1)
	said, ok := errors.AsType[*Error](err)
	if !ok || said.Code != 1555 || !strings.Contains(err.Error(), "UNIQUE constraint failed: a.id") {
		t.Errorf("the same key twice: %v", err)
	}
	if _, err := insert.Exec(2); err != nil {
		t.Errorf("after an error: %v", err)
	}
	if _, err := Open("file:/no/such/folder/a.db"); err == nil || !strings.Contains(err.Error(), "unable to open database file") {
		t.Errorf("no folder: %v", err)
	}
}

func BenchmarkInsert(b *testing.B) {
	c, err := Open("file::memory:")
	if err != nil {
		b.Fatal(err)
	}
	make, err := c.Prepare("create table a (id integer primary key, b text, c text, d integer, e blob)")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := make.Exec(); err != nil {
		b.Fatal(err)
	}
	insert, err := c.Prepare("insert into a values (?1, ?2, ?3, ?4, ?5)")
	if err != nil {
		b.Fatal(err)
	}
	text, blob := strings.Repeat("x", 32), []byte(strings.Repeat("y", 600))
	b.ReportAllocs()
	var id int64
	for b.Loop() {
		id++
		if _, err := insert.Exec(id, text, text, id, blob); err != nil {
			b.Fatal(err)
		}
	}
}
