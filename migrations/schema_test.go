package migrations_test

import (
	"database/sql"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hookline/internal/sqlite"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden file")

const golden = "schema_sqlite.sql"

const head = "-- What the migrations in sqlite/ make, in one piece. Made by go test ./migrations -update; not read by the program.\n"

// TestSchema applies every migration to an empty file and compares the result
// with the golden file, so that a change of the schema is seen as a whole.
func TestSchema(t *testing.T) {
	dir := t.TempDir()
	store, err := sqlite.Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	got := head + schema(t, filepath.Join(dir, sqlite.File))
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the schema differs from %s; if it should, run go test ./migrations -update (-want +got):\n%s", golden, diff)
	}
}

// schema gives the statements that made the tables, by name, each followed by
// its indexes, without what SQLite and the migration library keep for themselves.
func schema(t *testing.T, path string) string {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	rows, err := db.QueryContext(t.Context(), `select type, sql from sqlite_master
		where sql is not null and tbl_name not like 'sqlite\_%' escape '\' and tbl_name not like 'goose\_%' escape '\'
		order by tbl_name, type = 'table' desc, name`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		var kind, text string
		if err := rows.Scan(&kind, &text); err != nil {
			t.Fatal(err)
		}
		if kind == "table" {
			b.WriteString("\n")
		}
		b.WriteString(normal(text) + ";\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// normal writes the words that SQLite capitalises by itself as the migrations do.
func normal(statement string) string {
	for _, word := range []string{"create table ", "create unique index ", "create index "} {
		if len(statement) > len(word) && strings.EqualFold(statement[:len(word)], word) {
			return word + statement[len(word):]
		}
	}
	return statement
}
