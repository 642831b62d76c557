package outbound_test

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/outbound"
)

// socksProxy speaks SOCKS 5, as RFC 1928 and 1929 have it, and leads each
// connection to one receiver. It notes whom it was asked for.
type socksProxy struct {
	addr     string
	user     string          // user:password that is asked for; "" asks nobody
	refuses  map[string]byte // its answer to a target, in place of a connection
	receiver func(target string) string

	mu  sync.Mutex
	log []string
}

func newSOCKSProxy(t *testing.T, user string, receiver func(string) string) *socksProxy {
	t.Helper()
	p := &socksProxy{user: user, receiver: receiver}
	p.addr = receive(t, p.serve)
	return p
}

func (p *socksProxy) serve(conn net.Conn) {
	r := bufio.NewReader(conn)
	if !p.greet(conn, r) {
		return
	}
	target, err := readTarget(r)
	if err != nil {
		return
	}
	p.mu.Lock()
	p.log = append(p.log, target)
	p.mu.Unlock()
	if answer := p.refuses[target]; answer != 0 {
		_, _ = conn.Write([]byte{5, answer, 0, 1, 0, 0, 0, 0, 0, 0})
		return
	}
	inner, err := net.Dial("tcp", p.receiver(target))
	if err != nil {
		return
	}
	_, _ = conn.Write(append([]byte{5, 0, 0, 3, 5}, "bound\x12\x34"...))
	go func() {
		_, _ = io.Copy(inner, r)
		_ = inner.Close()
	}()
	_, _ = io.Copy(conn, inner)
}

func (p *socksProxy) greet(conn net.Conn, r *bufio.Reader) bool {
	head := make([]byte, 2)
	if _, err := io.ReadFull(r, head); err != nil || head[0] != 5 {
		return false
	}
	manners := make([]byte, head[1])
	if _, err := io.ReadFull(r, manners); err != nil {
		return false
	}
	if p.user == "" {
		_, err := conn.Write([]byte{5, 0})
		return err == nil
	}
	if !strings.Contains(string(manners), "\x02") {
		_, _ = conn.Write([]byte{5, 0xff})
		return false
	}
	_, _ = conn.Write([]byte{5, 2})
	_, _ = r.ReadByte() // the version of the passwords
	user, password := readText(r), readText(r)
	if user+":"+password != p.user {
		_, _ = conn.Write([]byte{1, 1})
		return false
	}
	_, err := conn.Write([]byte{1, 0})
	return err == nil
}

func readText(r *bufio.Reader) string {
	size, _ := r.ReadByte()
	text := make([]byte, size)
	_, _ = io.ReadFull(r, text)
	return string(text)
}

func readTarget(r *bufio.Reader) (string, error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head); err != nil {
		return "", err
	}
	name := ""
	switch head[3] {
	case 1, 4:
		address := make([]byte, map[byte]int{1: 4, 4: 16}[head[3]])
		_, _ = io.ReadFull(r, address)
		addr, _ := netip.AddrFromSlice(address)
		name = addr.String()
	case 3:
		name = readText(r)
	}
	port := make([]byte, 2)
	_, err := io.ReadFull(r, port)
	return net.JoinHostPort(name, fmt.Sprint(binary.BigEndian.Uint16(port))), err
}

func (p *socksProxy) asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string{}, p.log...)
}

// TestThroughSOCKS: http and https by a tunnel; socks5 is handed the address that
// was judged, socks5h the name.
func TestThroughSOCKS(t *testing.T) {
	ca := newAuthority(t)
	const says = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
	encrypted := receive(t, secure(&tls.Config{Certificates: []tls.Certificate{ca.issue(t, nil)}}, sayOK))
	plain := receive(t, script(says))
	resolver := publicNames()
	resolver.answers["six.example"] = []answer{{addrs: []string{"2606:2800:21f:cb07:6820:80da:af6b:8b2c"}}}
	for _, test := range []struct{ scheme, user, url, asked string }{
		{"socks5", "", "https://receiver.example/a", "93.184.215.14:443"},
		{"socks5", "ana:s3cret", "http://receiver.example:8080/a", "93.184.215.14:8080"},
		{"socks5h", "ana:s3cret", "https://receiver.example/a", "receiver.example:443"},
		{"socks5h", "", "http://other.example/", "other.example:80"},
		{"socks5", "", "http://six.example/", "[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:80"},
	} {
		p := newSOCKSProxy(t, test.user, func(target string) string {
			if strings.HasSuffix(target, ":443") {
				return encrypted
			}
			return plain
		})
		user := test.user
		if user != "" {
			user += "@"
		}
		client := newClient(t, func(c *outbound.Config) {
			c.Allow, c.Resolver, c.Proxy = nil, resolver, test.scheme+"://"+user+p.addr
		})
		request := post(test.url)
		request.TLS.CA = ca.pem()
		got, err := client.Send(t.Context(), request)
		if err != nil || string(got.Body) != "ok" || got.RemoteAddr.String() != p.addr || got.Inside {
			t.Errorf("%s by %s: %q from %s, inside %t, error %s", test.url, test.scheme, got.Body, got.RemoteAddr, got.Inside, describe(err))
		}
		if diff := cmp.Diff([]string{test.asked}, p.asked()); diff != "" {
			t.Errorf("%s by %s: the proxy was asked (-want +got):\n%s", test.url, test.scheme, diff)
		}
	}
}

// TestSOCKSTriesTheNextAddress: as without a proxy; a rule of the proxy's is no
// matter of the address.
func TestSOCKSTriesTheNextAddress(t *testing.T) {
	plain := receive(t, script("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
	resolver := publicNames()
	resolver.answers["two.example"] = []answer{{addrs: []string{"93.184.215.14", "93.184.215.15"}}}
	for answer, words := range map[byte]string{5: "", 4: "", 2: "the proxy would not connect to the server: its rules do not allow it", 77: "it answered 77"} {
		p := newSOCKSProxy(t, "", func(string) string { return plain })
		p.refuses = map[string]byte{"93.184.215.14:80": answer}
		client := newClient(t, func(c *outbound.Config) { c.Allow, c.Resolver, c.Proxy = nil, resolver, "socks5://"+p.addr })
		got, err := client.Send(t.Context(), post("http://two.example/"))
		if words != "" {
			wantError(t, err, outbound.KindProxy, words)
		} else if err != nil || string(got.Body) != "ok" || len(p.asked()) != 2 {
			t.Errorf("after %d: %q, asked %v, error %s", answer, got.Body, p.asked(), describe(err))
		}
	}
	p := newSOCKSProxy(t, "", nil)
	p.refuses = map[string]byte{"93.184.215.14:80": 3, "93.184.215.15:80": 5}
	client := newClient(t, func(c *outbound.Config) { c.Allow, c.Resolver, c.Proxy = nil, resolver, "socks5://"+p.addr })
	_, err := client.Send(t.Context(), post("http://two.example/"))
	wantError(t, err, outbound.KindProxy, "the proxy would not connect to the server: connection refused")
}

// TestSOCKSOpensNothing: a receiver is judged as it is without a proxy.
func TestSOCKSOpensNothing(t *testing.T) {
	p := newSOCKSProxy(t, "", func(string) string { return "127.0.0.1:1" })
	for _, scheme := range []string{"socks5", "socks5h"} {
		client := newClient(t, func(c *outbound.Config) { c.Allow, c.Resolver, c.Proxy = nil, publicNames(), scheme+"://"+p.addr })
		for _, url := range []string{"http://127.0.0.1/", "https://[::1]/", "http://169.254.169.254/", "http://inside.example/", "https://mixed.example/", "http://mixed.example/"} {
			_, err := client.Send(t.Context(), post(url))
			wantError(t, err, outbound.KindRefused, "")
		}
	}
	if asked := p.asked(); len(asked) > 0 {
		t.Errorf("the proxy was asked %v", asked)
	}
}

// TestASOCKSProxyThatMisbehaves ends in time, with a reason, and to be tried again.
func TestASOCKSProxyThatMisbehaves(t *testing.T) {
	says := func(parts ...string) func(net.Conn) { // after each thing that it is sent
		return func(conn net.Conn) {
			for _, part := range parts {
				if _, err := conn.Read(make([]byte, 512)); err != nil {
					return
				}
				_, _ = io.WriteString(conn, part)
			}
			if len(parts) == 0 {
				drain(conn)
			}
		}
	}
	for _, test := range []struct {
		user, words string
		handle      func(net.Conn)
	}{
		{"", "the proxy does not speak SOCKS 5", says("HTTP/1.1 400 Bad Request\r\n\r\n")},
		{"", "the proxy does not speak SOCKS 5", says("\x05\x00", "\x04\x00\x00\x01")},
		{"", "the proxy does not speak SOCKS 5", says("\x05\x00", "\x05\x00\x00\x09")},
		{"", "the proxy does not speak SOCKS 5", says("\x05\x07")},
		{"", "the proxy asks for a user name and password", says("\x05\xff")},
		{"", "the proxy asks for a user name and password", says("\x05\x02")},
		{"ana:s3cret@", "the proxy takes no user name and password", says("\x05\xff")},
		{"ana:s3cret@", "the proxy does not accept this user name and password", says("\x05\x02", "\x01\x01")},
		{"", "the proxy broke off", says("\x05\x00", "\x05")},
		{"", "the proxy broke off", func(net.Conn) {}},
		{"", "timed out after 0.15 s: the proxy did not connect to the server", says()},
		{"", "the proxy would not connect to the server: it has trouble of its own", says("\x05\x00", "\x05\x01\x00\x01\x00\x00\x00\x00\x00\x00")},
	} {
		addr := receive(t, test.handle)
		client := newClient(t, func(c *outbound.Config) {
			c.Allow, c.Resolver, c.Proxy = nil, publicNames(), "socks5://"+test.user+addr
		})
		request := post("https://receiver.example/")
		kind := outbound.KindProxy
		if strings.HasPrefix(test.words, "timed out") {
			request.Timeout, kind = short, outbound.KindTimeout
		}
		_, err := client.Send(t.Context(), request)
		wantError(t, err, kind, test.words)
	}
}

// TestSOCKSAddresses: what the protocol cannot say is refused where it is named.
func TestSOCKSAddresses(t *testing.T) {
	client := newClient(t, nil)
	for proxy, words := range map[string]string{
		"socks5://ana@proxy.example.com:1080":                               "takes a user name and a password",
		"socks5h://ana:" + strings.Repeat("a", 256) + "@proxy.example:1080": "takes a user name and a password",
		"socks5://proxy.example.com":                                        "looks like http://proxy.example.com:3128 or socks5://",
		"socks5://proxy.example.com:1080/path":                              "looks like http://proxy.example.com:3128 or socks5://",
		"socks4://proxy.example.com:1080":                                   "looks like http://proxy.example.com:3128 or socks5://",
	} {
		request := post("https://receiver.example/")
		request.Proxy = proxy
		_, err := client.Send(t.Context(), request)
		wantError(t, err, outbound.KindProxy, words)
	}
}
