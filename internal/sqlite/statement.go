package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

// The writer speaks to the driver itself: what database/sql does in between,
// for pools and for cancelling, costs as much as a small statement, and one
// goroutine with one connection needs neither.

// connection is what the driver's connection can do.
type connection struct{ driver.ConnPrepareContext }

// statement is what the driver's prepared statements can do.
type statement struct {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
	reads bool // it changes nothing
}

func (c connection) prepare(query string) (*statement, error) {
	s, err := c.PrepareContext(context.Background(), positional(query))
	if err != nil {
		return nil, err
	}
	executes, canExecute := s.(driver.StmtExecContext)
	queries, canQuery := s.(driver.StmtQueryContext)
	if !canExecute || !canQuery {
		return nil, errors.Join(errors.New("the driver's statements cannot be run"), s.Close())
	}
	return &statement{s, executes, queries, reading.MatchString(query)}, nil
}

// reading matches what changes nothing, or nothing that is undone.
var reading = regexp.MustCompile(`^(select|pragma|begin|commit|rollback|savepoint|release)\b`)

var placeholder = regexp.MustCompile(`\$(\d+)`)

// positional writes $1, $2, $3 … as question marks when they stand in that
// order and each once: to SQLite $1 is a name, and looking names up is dear.
func positional(query string) string {
	for i, found := range placeholder.FindAllStringSubmatch(query, -1) {
		if found[1] != strconv.Itoa(i+1) {
			return query
		}
	}
	if strings.Contains(query, "'$") {
		return query
	}
	return placeholder.ReplaceAllLiteralString(query, "?")
}

// driverValue makes an argument one of the types that drivers take.
func driverValue(arg any) (driver.Value, error) {
	switch v := arg.(type) {
	case nil, int64, float64, bool, []byte, string:
		return v, nil
	case int:
		return int64(v), nil
	}
	return driver.DefaultParameterConverter.ConvertValue(arg)
}

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
type unitRows struct {
	given  driver.Rows
	values []driver.Value
	err    error
}

func (r *unitRows) Next() bool {
	if r.err != nil {
		return false
	}
	r.err = r.given.Next(r.values)
	return r.err == nil
}

func (r *unitRows) Err() error {
	if r.err == io.EOF {
		return nil
	}
	return r.err
}

func (r *unitRows) Close() error { return r.given.Close() }

func (r *unitRows) Scan(dest ...any) error {
	if len(dest) != len(r.values) {
		return fmt.Errorf("scan %d columns into %d places", len(r.values), len(dest))
	}
	for i, value := range r.values {
		if err := assign(dest[i], value); err != nil {
			return fmt.Errorf("scan column %d: %w", i+1, err)
		}
	}
	return nil
}

// assign puts a column's value into *dest, for the types that our scans use.
func assign(dest any, value driver.Value) error {
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
			*d = append([]byte{}, v...)
			return nil
		}
	}
	return assignKind(reflect.ValueOf(dest), value)
}

// assignKind is assign for types that only have the kind of a column's.
func assignKind(dest reflect.Value, value driver.Value) error {
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
