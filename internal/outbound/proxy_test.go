package outbound_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

// middleman is a proxy that leads every tunnel to one receiver and answers every
// other request itself. It notes what it was asked.
type middleman struct {
	addr string // where it listens
	mu   sync.Mutex
	log  []string
}

func newMiddleman(t *testing.T, receiver string) *middleman {
	t.Helper()
	m := &middleman{}
	m.addr = receive(t, func(conn net.Conn) {
		r := bufio.NewReader(conn)
		for {
			req, err := http.ReadRequest(r)
			if err != nil {
				return
			}
			m.note(req)
			if req.Method == http.MethodConnect {
				m.join(conn, receiver)
				return
			}
			_, _ = io.Copy(io.Discard, req.Body)
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nproxied")
		}
	})
	return m
}

func (m *middleman) note(req *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.log = append(m.log, strings.TrimSpace(req.Method+" "+req.RequestURI+" "+req.Header.Get("Proxy-Authorization")))
}

func (m *middleman) asked() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.log
}

// join connects both sides until one of them is gone.
func (m *middleman) join(conn net.Conn, receiver string) {
	inner, err := net.Dial("tcp", receiver)
	if err != nil {
		return
	}
	_, _ = io.WriteString(conn, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 Connection established\r\n\r\n")
	go func() {
		_, _ = io.Copy(inner, conn)
		_ = inner.Close()
	}()
	_, _ = io.Copy(conn, inner)
}

// publicNames leads some names to public addresses, and others inside.
func publicNames() *names {
	public := []answer{{addrs: []string{"93.184.215.14"}}}
	return &names{answers: map[string][]answer{
		"receiver.example": public, "other.example": public,
		"inside.example": {{addrs: []string{"10.0.0.5"}}},
		"mixed.example":  {{addrs: []string{"93.184.215.14", "127.0.0.1"}}},
	}}
}

// TestThroughAProxy: https by a tunnel, in which the proxy sees no more than the
// receiver's name; http as a whole. The proxy listens inside, where webhooks may
// not go.
func TestThroughAProxy(t *testing.T) {
	ca := newAuthority(t)
	receiver := receive(t, secure(&tls.Config{Certificates: []tls.Certificate{ca.issue(t, nil)}}, func(conn *tls.Conn) {
		r := bufio.NewReader(conn)
		for readRequest(r) == nil {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
		}
	}))
	m := newMiddleman(t, receiver)
	client := newClient(t, func(c *outbound.Config) {
		c.Allow, c.Resolver, c.Proxy = nil, publicNames(), "http://ana:s3cret@"+m.addr
	})
	for url, want := range map[string]string{
		"https://receiver.example/hook?a=b": "ok",
		"http://receiver.example/hook?a=b":  "proxied",
		"http://other.example:8080/":        "proxied",
	} {
		for range 2 { // the second time the connection is there
			request := post(url)
			request.TLS.CA = ca.pem()
			got, err := client.Send(t.Context(), request)
			if err != nil || string(got.Body) != want || got.RemoteAddr.String() != m.addr || got.Inside {
				t.Errorf("%s: %q from %s, inside %t, error %s", url, got.Body, got.RemoteAddr, got.Inside, describe(err))
			}
		}
	}
	counts := map[string]int{}
	for _, asked := range m.asked() {
		counts[asked]++
	}
	key := " " + basic("ana:s3cret")
	want := map[string]int{
		"CONNECT receiver.example:443" + key:          1,
		"POST http://receiver.example/hook?a=b" + key: 2,
		"POST http://other.example:8080/" + key:       2,
	}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("the proxy was asked (-want +got):\n%s", diff)
	}
}

// TestAProxyOpensNothing: a receiver is judged as it is without a proxy, and since
// the proxy chooses among its addresses, one inside address is enough to refuse.
func TestAProxyOpensNothing(t *testing.T) {
	m := newMiddleman(t, "127.0.0.1:1")
	client := newClient(t, func(c *outbound.Config) {
		c.Allow, c.Resolver, c.Proxy = nil, publicNames(), "http://"+m.addr
	})
	for url, words := range map[string]string{
		"http://127.0.0.1/":            "127.0.0.1 is a loopback address",
		"https://[::1]/":               "::1 is a loopback address",
		"http://169.254.169.254/":      "a cloud metadata address",
		"http://db/":                   "a name of an internal network",
		"http://inside.example/":       "inside.example leads to 10.0.0.5, which is a private address",
		"https://inside.example/":      "inside.example leads to 10.0.0.5, which is a private address",
		"http://mixed.example/":        "mixed.example leads to 127.0.0.1, which is a loopback address",
		"https://mixed.example/":       "mixed.example leads to 127.0.0.1, which is a loopback address",
		"http://receiver.example:25/x": "Port 25 belongs to",
	} {
		_, err := client.Send(t.Context(), post(url))
		wantError(t, err, outbound.KindRefused, words)
	}
	_, err := client.Send(t.Context(), post("https://unknown.example/"))
	wantError(t, err, outbound.KindDNS, "name not found: unknown.example")
	if asked := m.asked(); len(asked) > 0 {
		t.Errorf("the proxy was asked %v", asked)
	}
}

// TestAProxyThatMisbehaves ends like a receiver that does: in time, with a
// reason, and to be tried again.
func TestAProxyThatMisbehaves(t *testing.T) {
	for words, handle := range map[string]func(net.Conn){
		"would not connect to the server: it answered 403 Forbidden":      script("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
		"would not connect to the server: it answered 302 Found":          script("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n"),
		"asks for a user name and password (407)":                         script("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n"),
		"broke off: it closed the connection without answering":           script(""),
		"the proxy's answer is not valid HTTP":                            script("220 mail.example.com ESMTP\r\n"),
		"broke off":                                                       after("HTTP/1.1 200 OK\r\n", "X-A: "+strings.Repeat("b", 1000)+"\r\n", 0),
		"sent something before the server was asked":                      after("HTTP/1.1 200 OK\r\n\r\nSSH-2.0-OpenSSH", "", 0),
		"timed out after 0.15 s: the proxy did not connect to the server": after("", "", 0),
	} {
		addr := receive(t, handle)
		client := newClient(t, func(c *outbound.Config) {
			c.Allow, c.Resolver, c.Proxy = nil, publicNames(), "http://"+addr
		})
		request := post("https://receiver.example/")
		kind := outbound.KindProxy
		if strings.HasPrefix(words, "timed out") {
			request.Timeout, kind = short, outbound.KindTimeout
		}
		_, err := client.Send(t.Context(), request)
		wantError(t, err, kind, words)
		if kind.Final() {
			t.Errorf("%s is final", kind)
		}
	}
}

// TestWhichProxyIsTaken: the request's own, or that of the instance, or none; and
// one that the configuration of a destination names must be where webhooks may go.
func TestWhichProxyIsTaken(t *testing.T) {
	usual, own := newMiddleman(t, ""), newMiddleman(t, "")
	receiver := receive(t, script("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ndirect"))
	_, port, _ := net.SplitHostPort(receiver)
	resolver := publicNames()
	resolver.answers["near.example"] = []answer{{addrs: []string{"127.0.0.2"}}}
	send := func(allow bool, proxy string) (outbound.Response, error) {
		client := newClient(t, func(c *outbound.Config) {
			c.Resolver, c.Proxy = resolver, "http://"+usual.addr
			if !allow {
				c.Allow = nil
			}
		})
		url := "http://receiver.example/"
		if proxy == hookline.ProxyDirect {
			url = "http://127.0.0.1:" + port + "/"
		}
		request := post(url)
		request.Proxy = proxy
		return client.Send(t.Context(), request)
	}
	for proxy, want := range map[string]string{"": "proxied", "http://" + own.addr: "proxied", hookline.ProxyDirect: "direct"} {
		got, err := send(true, proxy)
		if err != nil || string(got.Body) != want {
			t.Errorf("proxy %q: %q, error %s", proxy, got.Body, describe(err))
		}
	}
	if len(usual.asked()) != 1 || len(own.asked()) != 1 {
		t.Errorf("asked were %v and %v", usual.asked(), own.asked())
	}
	for proxy, words := range map[string]string{
		"http://" + own.addr:             "This proxy may not be used: 127.0.0.1 is a loopback address",
		"http://169.254.169.254:80":      "This proxy may not be used: 169.254.169.254 is a cloud metadata address",
		"http://proxy:3128":              "This proxy may not be used: proxy is a name of an internal network",
		"http://inside.example:3128":     "the proxy cannot be reached: inside.example leads to 10.0.0.5, which is a private address",
		"http://near.example:6379":       "This proxy may not be used: Port 6379 belongs to Redis",
		"https://receiver.example:3128":  "A proxy's address looks like http://proxy.example.com:3128",
		"http://receiver.example:3128/x": "A proxy's address looks like",
		"http://receiver.example":        "A proxy's address looks like",
		"socks4://receiver.example:1080": "A proxy's address looks like",
		"receiver.example:3128":          "A proxy's address looks like",
		"socks5://" + own.addr:           "This proxy may not be used: 127.0.0.1 is a loopback address",
	} {
		_, err := send(false, proxy)
		wantError(t, err, outbound.KindProxy, words)
	}
}

// TestAProxyThatIsNotThere is told apart from a receiver that is not.
func TestAProxyThatIsNotThere(t *testing.T) {
	addr := receive(t, echo)
	_, port, _ := net.SplitHostPort(addr)
	full := fullBacklog(t, port)
	for proxy, want := range map[string]struct {
		kind  outbound.Kind
		words string
	}{
		"http://127.0.0.77:" + port:              {outbound.KindProxy, "the proxy cannot be reached: connection refused"},
		"http://nowhere.example:" + port:         {outbound.KindProxy, "the proxy cannot be reached: name not found: nowhere.example"},
		"http://" + full + ":" + port:            {outbound.KindTimeout, "timed out after 0.15 s: the proxy did not accept a connection"},
		"http://user:hunter2@127.0.0.77:" + port: {outbound.KindProxy, "connection refused"},
	} {
		for _, url := range []string{"http://receiver.example/", "https://receiver.example/"} {
			client := newClient(t, func(c *outbound.Config) {
				c.Allow, c.Resolver, c.Proxy, c.Timeout = nil, publicNames(), proxy, short
			})
			_, err := client.Send(t.Context(), post(url))
			wantError(t, err, want.kind, want.words)
			if strings.Contains(describe(err), "hunter2") {
				t.Errorf("%s shows the password", describe(err))
			}
		}
	}
}
