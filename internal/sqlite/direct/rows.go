package direct

import (
	"unsafe"

	sqlite3 "modernc.org/sqlite/lib"
)

// Rows are what a query gives, one after the other.
type Rows struct {
	s       *Stmt
	columns int
	err     error
	ended   bool
}

// Columns is how many columns each row has.
func (r *Rows) Columns() int { return r.columns }

// Next goes to the next row; false after the last one, and on an error.
func (r *Rows) Next() bool {
	if r.ended {
		return false
	}
	switch rc := sqlite3.Xsqlite3_step(r.s.c.tls, r.s.handle); rc {
	case sqlite3.SQLITE_ROW:
		return true
	case sqlite3.SQLITE_DONE:
	default:
		r.err = r.s.c.fail(rc)
	}
	r.ended = true
	return false
}

// Err is why Next ended before the last row.
func (r *Rows) Err() error { return r.err }

// Close lets the statement be used again. It may be called again.
func (r *Rows) Close() error {
	r.ended = true
	sqlite3.Xsqlite3_reset(r.s.c.tls, r.s.handle)
	return nil
}

// Value gives a column of the row, counted from 0: an int64, float64, string,
// []byte or nil. It is the caller's own.
func (r *Rows) Value(i int) any {
	tls, handle, column := r.s.c.tls, r.s.handle, int32(i)
	switch sqlite3.Xsqlite3_column_type(tls, handle, column) {
	case sqlite3.SQLITE_INTEGER:
		return sqlite3.Xsqlite3_column_int64(tls, handle, column)
	case sqlite3.SQLITE_FLOAT:
		return sqlite3.Xsqlite3_column_double(tls, handle, column)
	case sqlite3.SQLITE_TEXT:
		at := sqlite3.Xsqlite3_column_text(tls, handle, column)
		return string(bytesAt(at, int(sqlite3.Xsqlite3_column_bytes(tls, handle, column))))
	case sqlite3.SQLITE_BLOB:
		at := sqlite3.Xsqlite3_column_blob(tls, handle, column)
		return append([]byte{}, bytesAt(at, int(sqlite3.Xsqlite3_column_bytes(tls, handle, column)))...)
	}
	return nil
}

// Peek looks at a text column where it lies in SQLite's memory; it is gone with
// the next row.
func (r *Rows) Peek(i int) string {
	tls, handle, column := r.s.c.tls, r.s.handle, int32(i)
	at := sqlite3.Xsqlite3_column_text(tls, handle, column)
	n := int(sqlite3.Xsqlite3_column_bytes(tls, handle, column))
	if at == 0 || n == 0 {
		return ""
	}
	return unsafe.String((*byte)(pointer(at)), n)
}
