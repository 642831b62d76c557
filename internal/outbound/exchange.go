package outbound

import (
	"context"
	"crypto/tls"
	"net/http/httptrace"
	"net/netip"
	"sync"
	"time"
)

// Timings tells where an exchange's time went. DNS, Connect and TLS are zero
// when a connection was reused. FirstByte counts from the start until the
// answer's header was there, Total until the end.
type Timings struct {
	DNS       time.Duration
	Connect   time.Duration
	TLS       time.Duration
	FirstByte time.Duration
	Total     time.Duration
}

// phase is how far an exchange has come; it only grows.
type phase int

const (
	phaseStart phase = iota
	phaseResolving
	phaseConnecting
	phaseTunnelling // the proxy is asked for a connection
	phaseHandshaking
	phaseConnected // the request is on its way, or the answer awaited
	phaseAnswering // the answer's header is there
)

// exchange is one request and its answer. A dialer that net/http started may
// outlive it, hence the mutex.
type exchange struct {
	parent   context.Context // the caller's
	start    time.Time
	deadline time.Time
	timeout  time.Duration
	way      *way // nil: to our own bins

	mu      sync.Mutex
	phase   phase
	since   time.Time // when the phase began
	timings Timings
	remote  netip.AddrPort
	inside  bool     // an exception let it through
	dialled *dialled // nil while no connection was made for it
}

// dialled is what is known of the connection that was made for an exchange.
type dialled struct {
	tried   []tried   // the addresses that are dialled
	refused []tried   // those of the same name that may not be
	secured *tls.Conn // after the handshake
	asked   bool      // the server asked in it who we are
}

func newExchange(parent context.Context, timeout time.Duration) *exchange {
	now := time.Now()
	return &exchange{parent: parent, start: now, since: now, timeout: timeout, deadline: now.Add(timeout)}
}

// context is for what net/http does for the exchange, and ends with it: a dialer,
// which net/http starts on a context of its own making, finds the exchange in it.
func (ex *exchange) context() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithDeadline(ex.parent, ex.deadline)
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: ex.gotConn})
	return exchangeContext{traced, ex}, cancel
}

type exchangeContext struct {
	context.Context
	ex *exchange
}

type exchangeKey struct{}

// Value makes the exchange findable without another context around it.
func (c exchangeContext) Value(key any) any {
	if key == (exchangeKey{}) {
		return c.ex
	}
	return c.Context.Value(key)
}

// exchangeOf finds the exchange that net/http dials for; only Send makes
// requests, so that there always is one.
func exchangeOf(ctx context.Context) *exchange {
	return ctx.Value(exchangeKey{}).(*exchange)
}

// isOver says whether its time is up. A dialer may notice that before a context
// does.
func (ex *exchange) isOver() bool { return !time.Now().Before(ex.deadline) }

// enter ends the present phase, notes how long it took and begins the next. A
// late dialer does not lead back.
func (ex *exchange) enter(next phase) {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	ex.move(next)
}

func (ex *exchange) move(next phase) {
	if next <= ex.phase {
		return
	}
	now := time.Now()
	ex.note(now)
	ex.phase, ex.since = next, now
}

// note writes down how long the present phase has lasted.
func (ex *exchange) note(now time.Time) {
	took := now.Sub(ex.since)
	switch ex.phase {
	case phaseResolving:
		ex.timings.DNS = took
	case phaseConnecting:
		ex.timings.Connect = took
	case phaseHandshaking:
		ex.timings.TLS = took
	}
}

func (ex *exchange) gotConn(info httptrace.GotConnInfo) {
	conn := info.Conn
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn()
	}
	if made, ok := conn.(*link); ok {
		ex.got(made)
	}
}

// got notes the connection that the request goes over.
func (ex *exchange) got(made *link) {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	ex.move(phaseConnected)
	ex.remote, ex.inside = made.remote, ex.inside || made.inside
}

// wentInside notes that the name of a receiver behind a proxy leads inside.
func (ex *exchange) wentInside() {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	ex.inside = true
}

// trying notes the addresses that are going to be dialled.
func (ex *exchange) trying(to resolved) {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	ex.dialled = &dialled{refused: to.refused, tried: make([]tried, len(to.admitted))}
	for i, p := range to.admitted {
		ex.dialled.tried[i] = tried{p.addr, unanswered}
	}
}

// failed notes what came of the address at place index.
func (ex *exchange) failed(index int, what string) {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	ex.dialled.tried[index].what = what
}

// told says what came of each address, "" when there was only one.
func (ex *exchange) told() string {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	if ex.dialled == nil {
		return ""
	}
	return tellTried(ex.dialled.tried, ex.dialled.refused)
}

// secure notes that the handshake is done, and whether the server asked in it
// who we are.
func (ex *exchange) secure(conn *tls.Conn, asked bool) {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	ex.move(phaseConnected)
	ex.dialled.secured, ex.dialled.asked = conn, asked
}

// wasAsked gives the connection that was made for this exchange when the server
// asked on it who we are; nil otherwise.
func (ex *exchange) wasAsked() *tls.Conn {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	if ex.dialled == nil || !ex.dialled.asked {
		return nil
	}
	return ex.dialled.secured
}

// answering notes that the header is there.
func (ex *exchange) answering() {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	ex.move(phaseAnswering)
	ex.timings.FirstByte = ex.since.Sub(ex.start)
}

// report fills in what is known when the exchange ends, well or not.
func (ex *exchange) report(r *Response) {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	now := time.Now()
	ex.note(now)
	r.Timings, r.RemoteAddr, r.Inside = ex.timings, ex.remote, ex.inside
	r.Timings.Total = now.Sub(ex.start)
}

// reached returns the phase at which the exchange stands.
func (ex *exchange) reached() phase {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	return ex.phase
}
