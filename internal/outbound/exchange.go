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

// exchange is one request and its answer, and the context they run under: the
// dialer, which net/http starts on a context of its own making, finds it as a
// value there. The dialer may outlive the exchange, hence the mutex.
type exchange struct {
	context.Context
	cancel   context.CancelFunc
	trace    httptrace.ClientTrace
	start    time.Time
	deadline time.Time
	timeout  time.Duration
	way      *way // nil: to our own bins

	mu      sync.Mutex
	phase   phase
	since   time.Time // when the phase began
	timings Timings
	remote  netip.AddrPort
	inside  bool      // an exception let it through
	tried   []tried   // the addresses that are dialled
	refused []tried   // those of the same name that may not be
	secured *tls.Conn // the connection that was made for this exchange
	asked   bool      // the server asked on it who we are
}

type exchangeKey struct{}

func newExchange(parent context.Context, timeout time.Duration) *exchange {
	now := time.Now()
	ex := &exchange{start: now, since: now, timeout: timeout, deadline: now.Add(timeout)}
	ctx, cancel := context.WithDeadline(parent, ex.deadline)
	ex.trace.GotConn = ex.gotConn
	ex.Context, ex.cancel = httptrace.WithClientTrace(ctx, &ex.trace), cancel
	return ex
}

// Value makes the exchange findable without another context around it.
func (ex *exchange) Value(key any) any {
	if key == (exchangeKey{}) {
		return ex
	}
	return ex.Context.Value(key)
}

// exchangeOf finds the exchange a dial is for; only Send makes requests, so that
// there always is one.
func exchangeOf(ctx context.Context) *exchange {
	return ctx.Value(exchangeKey{}).(*exchange)
}

// enter ends the present phase, notes how long it took and begins the next. A
// late dialer does not lead back.
func (ex *exchange) enter(next phase) {
	ex.mu.Lock()
	defer ex.mu.Unlock()
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
	ex.enter(phaseConnected)
	conn := info.Conn
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn()
	}
	if made, ok := conn.(*link); ok {
		ex.mu.Lock()
		defer ex.mu.Unlock()
		ex.remote, ex.inside = made.remote, ex.inside || made.inside
	}
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
	ex.refused, ex.tried = to.refused, make([]tried, len(to.admitted))
	for i, p := range to.admitted {
		ex.tried[i] = tried{p.addr, unanswered}
	}
}

// failed notes what came of the address at place index.
func (ex *exchange) failed(index int, what string) {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	ex.tried[index].what = what
}

// told says what came of each address, "" when there was only one.
func (ex *exchange) told() string {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	return tellTried(ex.tried, ex.refused)
}

// secure notes that the handshake is done, and whether the server asked in it
// who we are.
func (ex *exchange) secure(conn *tls.Conn, asked bool) {
	ex.enter(phaseConnected)
	ex.mu.Lock()
	defer ex.mu.Unlock()
	ex.secured, ex.asked = conn, asked
}

// wasAsked gives the connection that was made for this exchange when the server
// asked on it who we are; nil otherwise.
func (ex *exchange) wasAsked() *tls.Conn {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	if !ex.asked {
		return nil
	}
	return ex.secured
}

// isOver says whether its time is up: a dialer may notice that before the
// context does.
func (ex *exchange) isOver() bool { return !time.Now().Before(ex.deadline) }

// answering notes that the header is there.
func (ex *exchange) answering() {
	ex.enter(phaseAnswering)
	ex.mu.Lock()
	defer ex.mu.Unlock()
	ex.timings.FirstByte = time.Since(ex.start)
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
