// Package express answers the commonest call, a small event that came whole, without net/http, and hands every other
// connection over to it with what was read of it.
//
// What is no more than a request line, plain headers and a body of known length costs net/http a second goroutine, two
// contexts and a map of headers each way. Whatever is unusual, incomplete or wrong is left to it: this package refuses
// nothing by itself, so that there is one place that says what HTTP is.
package express

import (
	"net"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// Handler answers the calls.
type Handler interface {
	// Knows says whether calls are made at path.
	Knows(path []byte) bool
	// Call answers a call with its Authorization header, "" without one. It says true for success, or else writes the
	// answer to w. It keeps nothing of what it is given.
	Call(w http.ResponseWriter, path []byte, authorization string, body []byte) (success bool)
}

// Config says how calls are answered; all of it must be set.
type Config struct {
	Handler Handler
	Header  http.Header // of every answer
	Success []byte      // the body of every success, which is JSON

	// Track is told of each connection's states, as [http.Server.ConnState] is, until it is handed over.
	Track func(net.Conn, http.ConnState)
	// Draining says that who calls now shall not call again here.
	Draining func() bool
	// Panicked is told of a panic, which ends its connection.
	Panicked func(value any, stack []byte)

	FirstCall time.Duration // how long a new connection may be silent
	NextCall  time.Duration // and one on which a call was made
}

// Front takes connections. Make it with [New].
type Front struct {
	Config
	success string // head of the answer, from its date on
	header  string // the lines of Header
	rest    rest
}

// New makes a front.
func New(c Config) *Front {
	f := &Front{Config: c, rest: rest{conns: make(chan net.Conn), closed: make(chan struct{})}}
	f.header = lines(c.Header)
	f.success = "\r\nContent-Length: " + strconv.Itoa(len(c.Success)) + "\r\nContent-Type: application/json\r\n" + f.header
	return f
}

func lines(h http.Header) string {
	var b strings.Builder
	_ = h.Write(&b) // a builder takes all
	return b.String()
}

// Serve takes connections until listener is closed, and gives the error that it ends with.
func (f *Front) Serve(listener net.Listener) error {
	f.rest.addr = listener.Addr()
	var pause time.Duration
	for {
		conn, err := listener.Accept()
		switch {
		case err == nil:
			pause = 0
			f.Track(conn, http.StateNew)
			go f.serve(conn)
		case isPassing(err):
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			time.Sleep(pause)
		default:
			return err
		}
	}
}

// isPassing says what net/http goes by: there are no files left, or who called is gone.
func isPassing(err error) bool {
	trouble, ok := err.(interface{ Temporary() bool }) //nolint:errorlint // Accept wraps nothing
	return ok && trouble.Temporary()
}

// Rest gives the connections that are handed over, for [http.Server.Serve]. Closing it hands over none any more.
func (f *Front) Rest() net.Listener { return &f.rest }

// The memory of a connection: what net/http takes for reading alone. What does not fit is handed over.
const (
	maxCall   = 4 << 10
	maxAnswer = 1 << 10 // to begin with
)

// line is a connection on which calls come one after the other.
type line struct {
	net.Conn
	in    [maxCall]byte
	held  int       // bytes of in that were read and not yet answered
	until time.Time // the deadline that is set
	out   []byte
}

// serve answers calls on conn until it ends or is handed over.
func (f *Front) serve(conn net.Conn) {
	defer func() {
		if value := recover(); value != nil {
			f.Panicked(value, debug.Stack())
			f.end(conn)
		}
	}()
	l := &line{Conn: conn, out: make([]byte, 0, maxAnswer)}
	for wait := f.FirstCall; ; wait = f.NextCall {
		if l.held == 0 && l.read(wait) != nil {
			f.end(conn)
			return
		}
		c, ok := parse(l.in[:l.held])
		if !ok || !f.Handler.Knows(c.path) {
			f.handOver(l)
			return
		}
		f.Track(conn, http.StateActive)
		last := f.Draining()
		if !f.answer(l, c, last) || last {
			f.end(conn)
			return
		}
		l.held = copy(l.in[:], l.in[c.size:l.held])
		f.Track(conn, http.StateIdle)
	}
}

// read waits for a call. The deadline is set anew only when much of it has gone, for it costs as much as reading.
func (l *line) read(wait time.Duration) (err error) {
	if now := time.Now(); l.until.Sub(now) < wait*3/4 || l.until.Sub(now) > wait {
		l.until = now.Add(wait)
		_ = l.SetReadDeadline(l.until) // on a connection that is broken Read fails
	}
	l.held, err = l.Read(l.in[:])
	return err
}

func (f *Front) end(conn net.Conn) {
	_ = conn.Close() // all was said
	f.Track(conn, http.StateClosed)
}

// handOver gives the connection to net/http, with what was read of it. It is tracked all the while.
func (f *Front) handOver(l *line) {
	begun := &begun{Conn: l.Conn, read: append([]byte(nil), l.in[:l.held]...)}
	_ = l.SetReadDeadline(time.Time{}) // on a connection that is broken Read fails
	f.Track(begun, http.StateActive)
	f.Track(l.Conn, http.StateHijacked)
	if !f.rest.give(begun) {
		f.end(begun)
	}
}

// answer says whether the connection can go on.
func (f *Front) answer(l *line, c call, last bool) bool {
	refusal := refusal{status: http.StatusOK}
	if f.Handler.Call(&refusal, c.path, c.authorization, c.body) {
		l.out = time.Now().UTC().AppendFormat(append(l.out[:0], "HTTP/1.1 200 OK\r\nDate: "...), http.TimeFormat)
		l.out = append(append(l.out, f.success...), closing(last)...)
		l.out = append(l.out, f.Success...)
	} else {
		l.out = refusal.append(l.out[:0], f.header, last)
	}
	_, err := l.Write(l.out)
	return err == nil
}

// closing ends a header.
func closing(last bool) string {
	if last {
		return "Connection: close\r\n\r\n"
	}
	return "\r\n"
}

// refusal is an answer that is no success; there is no hurry.
type refusal struct {
	status int
	header http.Header
	body   []byte
}

func (r *refusal) Header() http.Header {
	if r.header == nil {
		r.header = http.Header{}
	}
	return r.header
}

func (r *refusal) WriteHeader(status int) { r.status = status }

func (r *refusal) Write(p []byte) (int, error) {
	r.body = append(r.body, p...)
	return len(p), nil
}

func (r *refusal) append(b []byte, header string, last bool) []byte {
	b = append(append(strconv.AppendInt(append(b, "HTTP/1.1 "...), int64(r.status), 10), ' '), http.StatusText(r.status)...)
	b = time.Now().UTC().AppendFormat(append(b, "\r\nDate: "...), http.TimeFormat)
	b = strconv.AppendInt(append(b, "\r\nContent-Length: "...), int64(len(r.body)), 10)
	b = append(append(append(b, "\r\n"...), lines(r.Header())...), header...)
	return append(append(b, closing(last)...), r.body...)
}
