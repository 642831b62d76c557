package outbound_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

func (a *authority) pem() string { return certificatePEM(a.cert.Raw) }

func certificatePEM(der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// client issues a certificate for us to show.
func (a *authority) client(t *testing.T) hookline.TLS {
	t.Helper()
	made := a.issue(t, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })
	key, err := x509.MarshalPKCS8PrivateKey(made.PrivateKey.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	return hookline.TLS{
		ClientCert: certificatePEM(made.Certificate[0]),
		ClientKey:  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})),
	}
}

// strict is a receiver that asks who is there, and says whom it saw.
func strict(t *testing.T, ca *authority, version uint16, http2 bool) string {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Proto+" "+r.TLS.PeerCertificates[0].Subject.String())
	}))
	server.EnableHTTP2 = http2
	server.TLS = &tls.Config{
		Certificates: []tls.Certificate{ca.issue(t, nil)}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool,
		MinVersion: version, MaxVersion: version,
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// TestClientCertificate: a receiver that wants one gets that of the request, and
// an error says so when there is none or it is refused.
func TestClientCertificate(t *testing.T) {
	ca, stranger := newAuthority(t), newAuthority(t)
	client := tlsClient(t, ca)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, http2 := range []bool{false, true} {
			addr := strict(t, ca, version, http2)
			good := ca.client(t)
			for range 2 {
				got, err := sendWith(t, client, addr, good)
				want, _ := good.ClientCertificate()
				proto := map[bool]string{false: "HTTP/1.1 ", true: "HTTP/2.0 "}[http2]
				if err != nil || string(got.Body) != proto+want.Subject {
					t.Errorf("%x: %q, error %s", version, got.Body, describe(err))
				}
			}
			_, err := sendWith(t, client, addr, hookline.TLS{})
			wantError(t, err, outbound.KindTLS, "the server asks for a client certificate, and the destination's settings have none")
			_, err = sendWith(t, client, addr, stranger.client(t))
			wantError(t, err, outbound.KindTLS, "the server did not take the client certificate of the destination's settings")
		}
	}
}

func sendWith(t *testing.T, client *outbound.Client, addr string, settings hookline.TLS) (outbound.Response, error) {
	t.Helper()
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	request := post("https://receiver.example:" + port + "/")
	request.TLS = settings
	return client.Send(t.Context(), request)
}

// TestOwnAuthorities: they are trusted for the request that names them, in place
// of all others.
func TestOwnAuthorities(t *testing.T) {
	usual, own := newAuthority(t), newAuthority(t)
	client := tlsClient(t, usual)
	serving := func(ca *authority) string {
		return receive(t, secure(&tls.Config{Certificates: []tls.Certificate{ca.issue(t, nil)}}, sayOK))
	}
	ofUsual, ofOwn := serving(usual), serving(own)
	only := hookline.TLS{CA: own.pem()}
	for _, c := range []struct {
		addr     string
		settings hookline.TLS
		words    string
	}{
		{ofUsual, hookline.TLS{}, ""},
		{ofOwn, only, ""},
		{ofOwn, hookline.TLS{CA: usual.pem() + own.pem()}, ""},
		{ofOwn, hookline.TLS{}, "certificate comes from an unknown authority"},
		{ofUsual, only, "certificate comes from none of the authorities in the destination's settings"},
		{ofOwn, hookline.TLS{CA: "nonsense"}, "the authorities in the destination's settings cannot be read"},
		{ofOwn, hookline.TLS{CA: own.pem(), ClientCert: own.pem()}, "the client certificate in the destination's settings cannot be read"},
	} {
		got, err := sendWith(t, client, c.addr, c.settings)
		if c.words != "" {
			wantError(t, err, outbound.KindTLS, c.words)
		} else if err != nil || string(got.Body) != "ok" {
			t.Errorf("%+v: %q, error %s", c.settings, got.Body, describe(err))
		}
	}
}

// TestAConnectionBelongsToItsCertificate: requests with different certificates
// never share a connection, and one that is forgotten is closed.
func TestAConnectionBelongsToItsCertificate(t *testing.T) {
	ca := newAuthority(t)
	made, ended := make(chan struct{}, 10), make(chan struct{}, 10)
	addr := receive(t, secure(&tls.Config{Certificates: []tls.Certificate{ca.issue(t, nil)}}, func(conn *tls.Conn) {
		made <- struct{}{}
		r := bufio.NewReader(conn)
		for readRequest(r) == nil {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
		}
		ended <- struct{}{}
	}))
	client := tlsClient(t, ca)
	first, second := ca.client(t), ca.client(t)
	for _, settings := range []hookline.TLS{{}, first, second, first, {}, second} {
		if _, err := sendWith(t, client, addr, settings); err != nil {
			t.Fatal(describe(err))
		}
	}
	if len(made) != 3 {
		t.Errorf("%d connections for three certificates", len(made))
	}
	client.Forget()
	for range 2 {
		select {
		case <-ended:
		case <-time.After(late):
			t.Fatal("a connection is kept")
		}
	}
	if len(ended) != 0 {
		t.Error("the usual connection was closed too")
	}
	if _, err := sendWith(t, client, addr, first); err != nil || len(made) != 4 {
		t.Errorf("afterwards: %d connections, error %s", len(made), describe(err))
	}
}

// TestInside: what an exception let through is marked, and what the instance
// says to itself is not.
func TestInside(t *testing.T) { onBothWays(t, testInside) }

func testInside(t *testing.T, newClient maker) {
	port := instance(t)
	client := newClient(t, func(c *outbound.Config) {
		c.Own = outbound.Own{Listen: "127.0.0.1:" + port, Prefix: "/b/"}
	})
	for path, want := range map[string]bool{"/b/abc": false, "/other": true} {
		for range 2 {
			got, err := client.Send(t.Context(), post("http://127.0.0.1:"+port+path))
			if err != nil || got.Inside != want || !got.RemoteAddr.IsValid() {
				t.Errorf("%s: inside %t at %s, error %s", path, got.Inside, got.RemoteAddr, describe(err))
			}
		}
	}
}
