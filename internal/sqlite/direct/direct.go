// Package direct speaks to SQLite without database/sql and its driver, for the
// one goroutine that writes: no locks, no pools, no cancelling, and arguments
// that are copied into memory which is used again and again.
//
// The driver's own translation of SQLite does the work; this is only another
// door to it. Nothing here may be used by two goroutines at once.
package direct

import (
	"errors"
	"fmt"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Conn is a connection to one database file.
type Conn struct {
	tls  *libc.TLS
	db   uintptr
	args scratch
}

// Error is what SQLite said.
type Error struct {
	Code int // SQLite's extended result code
	text string
}

func (e *Error) Error() string { return e.text }

// init turns off the counting of memory, which costs a lock each time some is
// taken. SQLite hears it before the first database is opened, or not at all.
func init() {
	tls := libc.NewTLS()
	defer tls.Close()
	off := libc.NewVaList(int32(0))
	defer libc.Xfree(tls, off)
	sqlite3.Xsqlite3_config(tls, sqlite3.SQLITE_CONFIG_MEMSTATUS, off)
}

// Open opens the database at path, a URI beginning with "file:", and makes it
// when it is not there.
func Open(uri string) (*Conn, error) {
	c := &Conn{tls: libc.NewTLS()}
	name, err := libc.CString(uri)
	if err != nil {
		c.tls.Close()
		return nil, err
	}
	defer libc.Xfree(c.tls, name)
	const flags = sqlite3.SQLITE_OPEN_READWRITE | sqlite3.SQLITE_OPEN_CREATE | sqlite3.SQLITE_OPEN_URI | sqlite3.SQLITE_OPEN_NOMUTEX
	place := libc.Xmalloc(c.tls, ptrSize)
	defer libc.Xfree(c.tls, place)
	rc := sqlite3.Xsqlite3_open_v2(c.tls, name, place, flags, 0)
	c.db = *(*uintptr)(pointer(place))
	if rc != sqlite3.SQLITE_OK {
		return nil, errors.Join(fmt.Errorf("open: %w", c.fail(rc)), c.Close())
	}
	sqlite3.Xsqlite3_extended_result_codes(c.tls, c.db, 1)
	return c, nil
}

// Close closes the connection; its statements have to be closed before.
func (c *Conn) Close() error {
	c.args.free(c.tls)
	rc := sqlite3.Xsqlite3_close_v2(c.tls, c.db)
	c.tls.Close()
	if rc != sqlite3.SQLITE_OK {
		return &Error{Code: int(rc), text: fmt.Sprintf("close: SQLite's error %d", rc)}
	}
	return nil
}

// fail is the error of a call that gave rc.
func (c *Conn) fail(rc int32) error {
	text := libc.GoString(sqlite3.Xsqlite3_errstr(c.tls, rc))
	if c.db != 0 {
		if more := libc.GoString(sqlite3.Xsqlite3_errmsg(c.tls, c.db)); more != text {
			text += ": " + more
		}
	}
	return &Error{Code: int(rc), text: fmt.Sprintf("%s (%d)", text, rc)}
}

const ptrSize = libc.Tsize_t(unsafe.Sizeof(uintptr(0)))

// pointer makes memory that SQLite gave, and the collector does not know, readable.
func pointer(p uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&p)) }

// bytesAt is n bytes at p, while SQLite keeps them.
func bytesAt(p uintptr, n int) []byte { return unsafe.Slice((*byte)(pointer(p)), n) }
