package outbound_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"hookline/internal/outbound"
)

// authority issues certificates for a test; nil issues self-signed ones.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	made := (*authority)(nil).issue(t, func(c *x509.Certificate) {
		c.IsCA, c.BasicConstraintsValid, c.KeyUsage, c.DNSNames, c.ExtKeyUsage = true, true, x509.KeyUsageCertSign, nil, nil
	})
	return &authority{cert: made.Leaf, key: made.PrivateKey.(*ecdsa.PrivateKey)}
}

// issue makes a good certificate for receiver.example, after change has spoilt it.
func (a *authority) issue(t *testing.T, change func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: rand.Text()},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"receiver.example"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if change != nil {
		change(template)
	}
	parent, signer := template, key
	if a != nil {
		parent, signer = a.cert, a.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// secure runs handle behind TLS.
func secure(cfg *tls.Config, handle func(*tls.Conn)) func(net.Conn) {
	return func(conn net.Conn) {
		server := tls.Server(conn, cfg)
		defer func() { _ = server.Close() }()
		if server.Handshake() == nil {
			handle(server)
		}
	}
}

func sayOK(conn *tls.Conn) { script("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")(conn) }

// tlsClient trusts ca and finds receiver.example at host.
func tlsClient(t *testing.T, ca *authority) *outbound.Client {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(ca.cert)
	return newClient(t, func(c *outbound.Config) {
		c.Roots = roots
		c.Resolver = &names{answers: map[string][]answer{"receiver.example": {{addrs: []string{"127.0.0.1"}}}}}
	})
}

// sendTLS sends to receiver.example at the port of addr.
func sendTLS(t *testing.T, client *outbound.Client, addr string, timeout time.Duration) (outbound.Response, error) {
	t.Helper()
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	request := post("https://receiver.example:" + port + "/")
	request.Timeout = timeout
	return client.Send(t.Context(), request)
}

func TestGoodTLS(t *testing.T) {
	ca := newAuthority(t)
	large := ca.issue(t, nil)
	for range 60 { // a chain of over 16 KB
		large.Certificate = append(large.Certificate, ca.cert.Raw)
	}
	for name, cert := range map[string]tls.Certificate{"plain": ca.issue(t, nil), "large chain": large} {
		addr := receive(t, secure(&tls.Config{Certificates: []tls.Certificate{cert}}, sayOK))
		got, err := sendTLS(t, tlsClient(t, ca), addr, 0)
		if err != nil || string(got.Body) != "ok" || got.Timings.TLS <= 0 || got.Timings.Connect <= 0 {
			t.Errorf("%s: body %q, timings %+v, error %s", name, got.Body, got.Timings, describe(err))
		}
	}
}

func TestBadCertificates(t *testing.T) {
	ca, stranger := newAuthority(t), newAuthority(t)
	yesterday, tomorrow := time.Now().Add(-24*time.Hour), time.Now().Add(24*time.Hour)
	for words, cert := range map[string]tls.Certificate{
		"certificate is self-signed":                  (*authority)(nil).issue(t, nil),
		"certificate comes from an unknown authority": stranger.issue(t, nil),
		"certificate is not for receiver.example":     ca.issue(t, func(c *x509.Certificate) { c.DNSNames = []string{"other.example"} }),
		"certificate has expired on " + yesterday.UTC().Format(time.DateOnly): ca.issue(t, func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = yesterday.Add(-time.Hour), yesterday
		}),
		"certificate is not valid before " + tomorrow.UTC().Format(time.DateOnly): ca.issue(t, func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = tomorrow, tomorrow.Add(time.Hour)
		}),
		"certificate is not valid for a web server": ca.issue(t, func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		}),
	} {
		addr := receive(t, secure(&tls.Config{Certificates: []tls.Certificate{cert}}, sayOK))
		got, err := sendTLS(t, tlsClient(t, ca), addr, 0)
		wantError(t, err, outbound.KindTLS, words)
		if got.Status != 0 {
			t.Errorf("%s: status %d", words, got.Status)
		}
	}
}

func TestBadHandshakes(t *testing.T) {
	ca := newAuthority(t)
	certs := []tls.Certificate{ca.issue(t, nil)}
	for name, c := range map[string]struct {
		handle  func(net.Conn)
		timeout time.Duration
		kind    outbound.Kind
		words   string
	}{
		"old versions only": {
			handle: secure(&tls.Config{Certificates: certs, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, sayOK),
			kind:   outbound.KindTLS, words: "before TLS 1.2",
		},
		"no common cipher": {
			handle: secure(&tls.Config{
				Certificates: certs, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA},
			}, sayOK),
			kind: outbound.KindTLS, words: "TLS handshake refused by the server (handshake failure)",
		},
		"plain HTTP": {
			handle: func(conn net.Conn) {
				_, _ = bufio.NewReader(conn).ReadByte()
				_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
				drain(conn)
			},
			kind: outbound.KindTLS, words: "does not speak TLS",
		},
		"garbage": {
			handle: func(conn net.Conn) { _, _ = io.WriteString(conn, "\x16\x03\x03\x00\x04abcd"); drain(conn) },
			kind:   outbound.KindTLS, words: "TLS handshake failed",
		},
		"hangs": {handle: drain, timeout: short, kind: outbound.KindTimeout, words: "did not finish the TLS handshake"},
		"hangs up": {
			handle: func(conn net.Conn) { _, _ = bufio.NewReader(conn).Peek(100) },
			kind:   outbound.KindReset, words: "connection",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sendTLS(t, tlsClient(t, ca), receive(t, c.handle), c.timeout)
			wantError(t, err, c.kind, c.words)
		})
	}
}

// TestUserinfoStaysHidden: neither an error nor its cause shows the password.
func TestUserinfoStaysHidden(t *testing.T) {
	client := newClient(t, nil)
	for _, url := range []string{"http://alice:hunter2@127.0.0.1:1/", "https://alice:hunter2@nowhere.example/"} {
		_, err := client.Send(t.Context(), post(url))
		if err == nil || strings.Contains(describe(err), "hunter2") || strings.Contains(describe(err), "alice") {
			t.Errorf("%s: %s", url, describe(err))
		}
	}
}
