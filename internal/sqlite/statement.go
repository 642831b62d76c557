package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"regexp"

	"hookline/internal/sqlite/direct"
)

// The writer speaks to SQLite itself: what the driver and database/sql do in
// between, for pools and for cancelling, costs as much as a small statement, and
// one goroutine with one connection needs neither.

// statement is a prepared statement of the writer's.
type statement struct {
	*direct.Stmt
	reads bool // it changes nothing
}

func prepare(conn *direct.Conn, query string) (*statement, error) {
	s, err := conn.Prepare(numbered(query))
	if err != nil {
		return nil, err
	}
	return &statement{s, reading.MatchString(query)}, nil
}

// reading matches what changes nothing, or nothing that is undone.
var reading = regexp.MustCompile(`^(select|pragma|begin|commit|rollback|savepoint|release)\b`)

var placeholder = regexp.MustCompile(`\$(\d+)`)

// numbered writes $1, $2, $3 … as ?1, ?2, ?3 …: to SQLite $1 is a name, and what
// comes first in the text would be the first argument.
func numbered(query string) string { return placeholder.ReplaceAllString(query, "?$1") }

// rows is what a query gives, from the writer's connection or from a pool.
type rows interface {
	row
	Next() bool
	Err() error
	Close() error
}

// row is what a scan function reads from: a row of one, or one of many.
type row interface{ Scan(dest ...any) error }

type failedRow struct{ err error }

func (r failedRow) Scan(...any) error { return r.err }

// onlyRow is the first of some rows; Scan closes them.
type onlyRow struct{ rows }

func (r onlyRow) Scan(dest ...any) error {
	if !r.Next() {
		return errors.Join(firstError(r.Err(), sql.ErrNoRows), r.Close())
	}
	if err := r.rows.Scan(dest...); err != nil {
		return errors.Join(err, r.Close())
	}
	return firstError(r.Err(), r.Close())
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// unitRows are rows of the writer's connection.
type unitRows struct{ *direct.Rows }

func (r unitRows) Scan(dest ...any) error {
	if len(dest) != r.Columns() {
		return fmt.Errorf("scan %d columns into %d places", r.Columns(), len(dest))
	}
	for i := range dest {
		if err := assign(dest[i], r.Value(i)); err != nil {
			return fmt.Errorf("scan column %d: %w", i+1, err)
		}
	}
	return nil
}

// assign puts a column's value into *dest, for the types that our scans use.
func assign(dest, value any) error {
	switch d := dest.(type) {
	case sql.Scanner:
		return d.Scan(value)
	case *int64:
		if v, ok := value.(int64); ok {
			*d = v
			return nil
		}
	case *float64:
		switch v := value.(type) {
		case float64:
			*d = v
			return nil
		case int64: // SQLite stores a whole number as one, whatever the column's type
			*d = float64(v)
			return nil
		}
	case *string:
		if v, ok := value.(string); ok {
			*d = v
			return nil
		}
	case *[]byte:
		if v, ok := value.([]byte); ok {
			*d = v
			return nil
		}
	}
	return assignKind(reflect.ValueOf(dest), value)
}

// assignKind is assign for types that only have the kind of a column's.
func assignKind(dest reflect.Value, value any) error {
	if dest.Kind() == reflect.Pointer && !dest.IsNil() {
		d := dest.Elem()
		switch v := value.(type) {
		case string:
			if d.Kind() == reflect.String {
				d.SetString(v)
				return nil
			}
		case int64:
			switch {
			case d.CanInt() && !d.OverflowInt(v):
				d.SetInt(v)
				return nil
			case d.Kind() == reflect.Bool && (v == 0 || v == 1):
				d.SetBool(v == 1)
				return nil
			}
		}
	}
	return fmt.Errorf("%T does not fit into %s", value, dest.Type())
}
