package direct

import (
	"errors"
	"fmt"
	"reflect"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

var errNoMemory = errors.New("no memory for the arguments of a statement")

// Stmt is a prepared statement.
type Stmt struct {
	c      *Conn
	handle uintptr
	args   int
}

// Prepare prepares one statement. More than one in a text is an error.
func (c *Conn) Prepare(query string) (*Stmt, error) {
	text, err := libc.CString(query)
	if err != nil {
		return nil, err
	}
	defer libc.Xfree(c.tls, text)
	out := libc.Xmalloc(c.tls, 2*ptrSize)
	defer libc.Xfree(c.tls, out)
	rest := out + uintptr(ptrSize)
	rc := sqlite3.Xsqlite3_prepare_v3(c.tls, c.db, text, int32(len(query)+1), sqlite3.SQLITE_PREPARE_PERSISTENT, out, rest)
	if rc != sqlite3.SQLITE_OK {
		return nil, c.fail(rc)
	}
	s := &Stmt{c: c, handle: *(*uintptr)(pointer(out))}
	if s.handle == 0 || *(*uintptr)(pointer(rest)) != text+uintptr(len(query)) {
		return nil, errors.Join(errors.New("this is not one statement"), s.Close())
	}
	s.args = int(sqlite3.Xsqlite3_bind_parameter_count(c.tls, s.handle))
	return s, nil
}

// Close lets go of the statement.
func (s *Stmt) Close() error {
	sqlite3.Xsqlite3_finalize(s.c.tls, s.handle)
	s.handle = 0
	return nil
}

// Exec runs the statement to its end and gives the number of rows that it
// inserted, changed or deleted.
func (s *Stmt) Exec(args ...any) (int64, error) {
	if err := s.bind(args); err != nil {
		return 0, err
	}
	for {
		switch rc := sqlite3.Xsqlite3_step(s.c.tls, s.handle); rc {
		case sqlite3.SQLITE_ROW:
		case sqlite3.SQLITE_DONE:
			n := int64(sqlite3.Xsqlite3_changes(s.c.tls, s.c.db))
			sqlite3.Xsqlite3_reset(s.c.tls, s.handle)
			return n, nil
		default:
			err := s.c.fail(rc)
			sqlite3.Xsqlite3_reset(s.c.tls, s.handle)
			return 0, err
		}
	}
}

// Query runs the statement. The rows are to be closed before anything else is
// done with the connection.
func (s *Stmt) Query(args ...any) (*Rows, error) {
	if err := s.bind(args); err != nil {
		return nil, err
	}
	return &Rows{s: s, columns: int(sqlite3.Xsqlite3_column_count(s.c.tls, s.handle))}, nil
}

// bind sets every argument. SQLite does not copy texts and blobs: it reads them
// where scratch holds them, while the statement runs.
func (s *Stmt) bind(args []any) error {
	if len(args) != s.args {
		return fmt.Errorf("the statement takes %d arguments, not %d", s.args, len(args))
	}
	room := 0
	for _, arg := range args {
		switch v := arg.(type) {
		case string:
			room += len(v)
		case []byte:
			room += len(v)
		}
	}
	if err := s.c.args.begin(s.c.tls, room); err != nil {
		return err
	}
	for i, arg := range args {
		if rc := s.bindOne(int32(i+1), arg); rc != sqlite3.SQLITE_OK {
			if rc == unknownType {
				return fmt.Errorf("argument %d is a %s", i+1, reflect.TypeOf(arg)) // so that arg stays on the caller's stack
			}
			return s.c.fail(rc)
		}
	}
	return nil
}

const unknownType = -1

func (s *Stmt) bindOne(i int32, arg any) int32 {
	tls := s.c.tls
	switch v := arg.(type) {
	case int64:
		return sqlite3.Xsqlite3_bind_int64(tls, s.handle, i, v)
	case int:
		return sqlite3.Xsqlite3_bind_int64(tls, s.handle, i, int64(v))
	case string:
		at := s.c.args.take(len(v))
		copy(bytesAt(at, len(v)), v)
		return sqlite3.Xsqlite3_bind_text(tls, s.handle, i, at, int32(len(v)), 0)
	case []byte:
		if v == nil {
			return sqlite3.Xsqlite3_bind_null(tls, s.handle, i)
		}
		at := s.c.args.take(len(v))
		copy(bytesAt(at, len(v)), v)
		return sqlite3.Xsqlite3_bind_blob(tls, s.handle, i, at, int32(len(v)), 0)
	case bool:
		n := int64(0)
		if v {
			n = 1
		}
		return sqlite3.Xsqlite3_bind_int64(tls, s.handle, i, n)
	case float64:
		return sqlite3.Xsqlite3_bind_double(tls, s.handle, i, v)
	case nil:
		return sqlite3.Xsqlite3_bind_null(tls, s.handle, i)
	}
	return unknownType
}
