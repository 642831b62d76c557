package outbound

import (
	"context"
	"net"
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

	mu      sync.Mutex
	phase   phase
	since   time.Time // when the phase began
	timings Timings
	remote  netip.AddrPort
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
	tcp, ok := info.Conn.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return
	}
	ap := tcp.AddrPort()
	ex.mu.Lock()
	defer ex.mu.Unlock()
	ex.remote = netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

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
	r.Timings, r.RemoteAddr = ex.timings, ex.remote
	r.Timings.Total = now.Sub(ex.start)
}

// reached returns the phase at which the exchange stands.
func (ex *exchange) reached() phase {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	return ex.phase
}
