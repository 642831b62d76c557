package outbound

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"sync"

	"hookline/internal/hookline"
)

// maxWays is how many special ways are kept at once. Beyond it the one that was
// not used for longest makes room: the next request that wants it makes it anew.
const maxWays = 256

// way is one manner of reaching receivers: the authorities it trusts, the
// certificate it shows, the proxy it takes, and its own connections. Two requests
// share a connection only when all of that is equal.
type way struct {
	dialer
	tls       *tls.Config
	settings  hookline.TLS
	shown     tls.Certificate // to a receiver that asks who we are; empty when there is none
	proxy     *proxy          // nil: none
	transport *http.Transport
	used      uint64 // the tick of its latest use
}

// newWay makes a way; proxy "" is none.
func (c *Client) newWay(settings hookline.TLS, proxy string) (*way, error) {
	w := &way{dialer: c.dialer, settings: settings, transport: newTransport(c.cfg)}
	roots, err := settings.Roots()
	if err != nil {
		return nil, &Error{Kind: KindTLS, Message: "the authorities in the destination's settings cannot be read", Cause: err}
	}
	if roots == nil {
		roots = c.cfg.Roots
	}
	w.tls = tlsConfig(roots)
	if w.shown, err = settings.KeyPair(); err != nil {
		return nil, &Error{Kind: KindTLS, Message: "the client certificate in the destination's settings cannot be read", Cause: err}
	}
	if proxy != "" {
		if w.proxy, err = c.newProxy(proxy, proxy == c.cfg.Proxy); err != nil {
			return nil, err
		}
		if w.proxy.passesOn() {
			w.transport.Proxy = w.throughProxy
		}
	}
	w.transport.DialContext, w.transport.DialTLSContext = w.dialPlain, w.dialTLS
	return w, nil
}

// throughProxy has net/http hand requests to http URLs to the proxy; for the
// others dialTLS makes a tunnel.
func (w *way) throughProxy(r *http.Request) (*url.URL, error) {
	if r.URL.Scheme != "http" {
		return nil, nil
	}
	return w.proxy.url, nil
}

// dialPlain connects to the receiver, or to the proxy when it is handed the
// request. The exchange's deadline holds here too, because net/http lets a dial outlive its
// request.
func (w *way) dialPlain(ctx context.Context, _, hostport string) (net.Conn, error) {
	ex := exchangeOf(ctx)
	ctx, cancel := context.WithDeadline(ctx, ex.deadline)
	defer cancel()
	name, port, err := splitHostPort(hostport)
	if err != nil {
		return nil, err
	}
	var made *link
	switch {
	case w.proxy == nil:
		made, err = w.connect(ctx, ex, name, port)
	case w.proxy.passesOn():
		made, err = w.proxy.connect(ctx, ex)
	default:
		made, err = w.tunnel(ctx, ex, name, hostport)
	}
	if err != nil {
		return nil, err // not made, which as a net.Conn would not be nil
	}
	ex.enter(phaseConnected)
	return made, nil
}

// dialTLS connects to the receiver, if need be through a tunnel, and shakes
// hands; all share the deadline.
func (w *way) dialTLS(ctx context.Context, _, hostport string) (net.Conn, error) {
	ex := exchangeOf(ctx)
	ctx, cancel := context.WithDeadline(ctx, ex.deadline)
	defer cancel()
	name, port, err := splitHostPort(hostport)
	if err != nil {
		return nil, err
	}
	var raw *link
	if w.proxy == nil {
		raw, err = w.connect(ctx, ex, name, port)
	} else {
		raw, err = w.tunnel(ctx, ex, name, hostport)
	}
	if err != nil {
		return nil, err
	}
	return w.handshake(ctx, ex, raw, name)
}

// tunnel connects to the receiver through the proxy, if its name may be reached.
func (w *way) tunnel(ctx context.Context, ex *exchange, name, hostport string) (*link, error) {
	ex.enter(phaseResolving)
	at, inside, err := w.admitThrough(ctx, name)
	if err != nil {
		return nil, err
	}
	raw, err := w.proxy.tunnel(ctx, ex, hostport, at)
	if err == nil {
		raw.inside = inside
	}
	return raw, err
}

// handshake puts TLS around raw, for the server called name.
func (w *way) handshake(ctx context.Context, ex *exchange, raw net.Conn, name string) (net.Conn, error) {
	ex.enter(phaseHandshaking)
	cfg, asked := w.tls.Clone(), false
	cfg.ServerName = name
	cfg.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		asked = true // who is there
		return &w.shown, nil
	}
	conn := tls.Client(raw, cfg)
	if err := conn.HandshakeContext(ctx); err != nil {
		_ = raw.Close() // the handshake's error is the one to tell
		return nil, explainTLS(err, name, w.settings, asked)
	}
	ex.secure(conn, asked)
	return conn, nil
}

// wayKey is all that makes ways differ.
type wayKey struct {
	settings hookline.TLS
	proxy    string
}

// ways keeps the special ways.
type ways struct {
	mu   sync.Mutex
	tick uint64
	kept map[wayKey]*way
}

// wayFor finds the way of a request, and makes it when it is not there.
func (c *Client) wayFor(r *Request) (*way, error) {
	key := wayKey{r.TLS, r.Proxy}
	if key == (wayKey{}) {
		return c.usual, nil
	}
	switch key.proxy {
	case "":
		key.proxy = c.cfg.Proxy
	case hookline.ProxyDirect:
		key.proxy = ""
	}
	c.ways.mu.Lock()
	defer c.ways.mu.Unlock()
	c.ways.tick++
	w := c.ways.kept[key]
	if w == nil {
		var err error
		if w, err = c.newWay(key.settings, key.proxy); err != nil {
			return nil, err
		}
		c.ways.add(key, w)
	}
	w.used = c.ways.tick
	return w, nil
}

// add keeps a way, and drops another when there is no room.
func (w *ways) add(key wayKey, made *way) {
	if len(w.kept) >= maxWays {
		var oldest wayKey
		at := w.tick + 1
		for k, one := range w.kept {
			if one.used < at {
				oldest, at = k, one.used
			}
		}
		go w.kept[oldest].transport.CloseIdleConnections()
		delete(w.kept, oldest)
	}
	w.kept[key] = made
}

// Forget gives up what is kept for requests with settings of their own: their
// connections end when the requests on them do. To be called when the
// configuration changed, so that a certificate that was replaced is not used any
// longer. It does not wait: saying good-bye to a receiver may take its time.
func (c *Client) Forget() {
	c.ways.mu.Lock()
	defer c.ways.mu.Unlock()
	for _, w := range c.ways.kept {
		go w.transport.CloseIdleConnections()
	}
	clear(c.ways.kept)
}
