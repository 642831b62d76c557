// Package outbound is the only door to the outside: it classifies every resolved
// address before it dials, and tells the reason for every refusal.
//
// A URL is judged twice. [Client.CheckURL] looks at the text alone, so that a
// form can refuse it while somebody is there to mend it. [Client.Send] looks
// again, because a template may have changed the URL since, and then the dialer
// looks at the addresses the name resolves to, and dials those very addresses:
// a name that changes its answer in between gains nothing.
//
// Requests travel in one of two ways: small ones to http URLs by package wire,
// all others by net/http. Whatever stands in front (guard, dialer, limits) and
// behind (the words of an error) is the same for both.
//
// Nothing else in Hookline builds an http.Client or http.Transport.
package outbound

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound/wire"
)

const (
	// DefaultTimeout bounds a whole exchange when neither the request nor the
	// configuration says otherwise.
	DefaultTimeout = 4 * time.Second
	// MaxTimeout is the longest a request may ask for.
	MaxTimeout = 30 * time.Second
	// DefaultMaxBody is the most bytes of an answer's body that are kept: 10 KB.
	DefaultMaxBody = 10_240

	defaultIdlePerHost = 64
	maxIdle            = 1024
	// idleTimeout stays under the 60 s after which common proxies drop an idle
	// connection: whoever closes first is spared the race.
	idleTimeout = 30 * time.Second
	// maxHeader bounds the bytes of an answer's status line and header, all
	// informational (1xx) answers before it included.
	maxHeader = 64 << 10
)

// Resolver turns a name into addresses; [net.Resolver] is one. An address that
// is an IPv4-mapped IPv6 one counts as IPv4.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Config says how a [Client] behaves. The zero value is the strict default:
// public addresses only, 4 s, 10 KB.
type Config struct {
	// UserAgent is sent with every request that does not bring its own.
	UserAgent string
	// Allow lists inside addresses that may be reached all the same. Addresses
	// of cloud metadata services count only when named one by one (a /32 or
	// /128): a wide range must not open them by accident.
	Allow []netip.Prefix
	// AnyPort lifts the refusal of ports that belong to other protocols, see
	// [BlockedPort].
	AnyPort bool
	// Own opens the way to the instance's own bins.
	Own Own
	// Resolver is asked for names; nil means the system's resolver.
	Resolver Resolver
	// Proxy is the egress proxy of all requests that name none, such as
	// "http://proxy.example.com:3128" or "socks5://proxy.example.com:1080"; "" is
	// none. It may be at any address.
	Proxy string
	// Roots are the certificate authorities trusted; nil means the system's.
	Roots *x509.CertPool
	// Timeout is for requests that name none; 0 means [DefaultTimeout].
	Timeout time.Duration
	// MaxBody is the most bytes kept of an answer's body; 0 means
	// [DefaultMaxBody].
	MaxBody int
	// IdlePerHost is how many idle connections are kept to one host and port;
	// 0 means 64.
	IdlePerHost int
}

// Client sends requests. It is safe for concurrent use and keeps connections
// alive between requests.
type Client struct {
	cfg       Config
	guard     guard
	dialer    dialer
	userAgent []string
	timeout   time.Duration
	maxBody   int
	usual     *way
	ways      ways            // of requests with settings of their own
	inside    *http.Transport // to the instance's own bins; nil when it has none
	kept      wire.Pool       // connections of the short way, to receivers and to our own bins
	buffers   sync.Pool       // for answers' bodies
	requests  sync.Pool       // for requests that take the short way

	onlyNetHTTP bool // nothing takes the short way
}

// New makes a client. The error tells which part of the configuration is wrong.
func New(cfg Config) (*Client, error) {
	own, err := newOwnOrigin(cfg.Own)
	if err != nil {
		return nil, fmt.Errorf("make outbound client: %w", err)
	}
	if err := CheckHeader("User-Agent", cfg.UserAgent); err != nil {
		return nil, fmt.Errorf("make outbound client: %w", err)
	}
	c := &Client{
		cfg:       cfg,
		guard:     newGuard(cfg, own),
		userAgent: []string{cfg.UserAgent},
		timeout:   orDefault(cfg.Timeout, DefaultTimeout),
		maxBody:   orDefault(cfg.MaxBody, DefaultMaxBody),
		ways:      ways{kept: map[wayKey]*way{}},
	}
	c.requests.New = func() any { b := make([]byte, 0, 2048); return &b }
	c.kept.PerKey, c.kept.Total, c.kept.Idle = orDefault(cfg.IdlePerHost, defaultIdlePerHost), maxIdle, idleTimeout
	c.buffers.New = func() any { b := make([]byte, c.maxBody+1); return &b }
	c.dialer = dialer{guard: &c.guard, resolver: cfg.Resolver}
	if c.dialer.resolver == nil {
		c.dialer.resolver = systemResolver{}
	}
	if c.usual, err = c.newWay(hookline.TLS{}, cfg.Proxy); err != nil {
		return nil, fmt.Errorf("make outbound client: %w", err)
	}
	if own != nil {
		c.inside = newTransport(cfg)
		c.inside.DialContext = own.dial
	}
	return c, nil
}

// Close drops idle connections. Requests under way end as they would.
func (c *Client) Close() {
	c.usual.transport.CloseIdleConnections()
	c.kept.Empty()
	c.Forget()
	if c.inside != nil {
		c.inside.CloseIdleConnections()
	}
}

// newTransport sets what both ways share. Redirects and cookies are no concern
// here: they live in http.Client, which is not used.
func newTransport(cfg Config) *http.Transport {
	return &http.Transport{
		Proxy:                  nil, // never from the environment: a proxy would dial unguarded
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           maxIdle,
		MaxIdleConnsPerHost:    orDefault(cfg.IdlePerHost, defaultIdlePerHost),
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxHeader,
		// An HTTP/2 connection is shared by all requests to a host, so a dead
		// one must be found out by asking, not by each request's time-out.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 5 * time.Second, PingTimeout: 3 * time.Second},
	}
}

func tlsConfig(roots *x509.CertPool) *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS12, // RFC 8996 retired what came before
		RootCAs:            roots,
		NextProtos:         []string{"h2", "http/1.1"},
		ClientSessionCache: tls.NewLRUClientSessionCache(512),
	}
}

func orDefault[T int | time.Duration](v, fallback T) T {
	if v <= 0 {
		return fallback
	}
	return v
}
