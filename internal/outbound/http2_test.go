package outbound_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hookline/internal/outbound"
)

// The frames of HTTP/2 that these receivers write (RFC 9113 §6).
const (
	frameData         = 0x0
	frameHeaders      = 0x1
	frameReset        = 0x3
	frameSettings     = 0x4
	frameGoAway       = 0x7
	frameContinuation = 0x9

	flagEndHeaders = 0x4
	status200      = "\x88" // :status 200 in HPACK's static table
)

func frame(kind, flags byte, stream uint32, payload string) []byte {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(payload)))[1:]
	head = append(head, kind, flags)
	head = binary.BigEndian.AppendUint32(head, stream)
	return append(head, payload...)
}

// http2Receiver greets as an HTTP/2 server with the settings given, reads until
// a request's header has come, and hands over the connection.
func http2Receiver(settings string, misbehave func(conn *tls.Conn)) func(*tls.Conn) {
	return func(conn *tls.Conn) {
		_, _ = conn.Write(frame(frameSettings, 0, 0, settings))
		if _, err := io.CopyN(io.Discard, conn, int64(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))); err != nil {
			return
		}
		for kind := byte(frameSettings); kind != frameHeaders; {
			head := make([]byte, 9)
			if _, err := io.ReadFull(conn, head); err != nil {
				return
			}
			size := binary.BigEndian.Uint32(append([]byte{0}, head[:3]...))
			if _, err := io.CopyN(io.Discard, conn, int64(size)); err != nil {
				return
			}
			kind = head[3]
		}
		misbehave(conn)
		// The client keeps a connection whose one request timed out for another
		// eight seconds, until its pings stay unanswered: too long for a test.
		_ = conn.SetReadDeadline(time.Now().Add(4 * short))
		_, _ = io.Copy(io.Discard, conn)
	}
}

func TestMisbehavingHTTP2(t *testing.T) {
	write := func(frames ...[]byte) func(*tls.Conn) {
		return func(conn *tls.Conn) { _, _ = conn.Write(bytes.Join(frames, nil)) }
	}
	noWindow := "\x00\x04\x00\x00\x00\x00" // SETTINGS_INITIAL_WINDOW_SIZE 0: the body may never be sent
	for name, c := range map[string]struct {
		settings  string
		misbehave func(*tls.Conn)
		timeout   time.Duration
		kind      outbound.Kind
		words     string
		status    int
	}{
		"GOAWAY with an error": {
			misbehave: func(conn *tls.Conn) {
				write(frame(frameGoAway, 0, 0, "\x00\x00\x00\x01\x00\x00\x00\x02"))(conn)
				_ = conn.Close()
			},
			kind: outbound.KindReset, words: "HTTP/2",
		},
		"RST_STREAM": {
			misbehave: write(frame(frameReset, 0, 1, "\x00\x00\x00\x02")),
			kind:      outbound.KindReset, words: "HTTP/2",
		},
		"RST_STREAM within the body": {
			misbehave: write(
				frame(frameHeaders, flagEndHeaders, 1, status200), frame(frameData, 0, 1, "hello"),
				frame(frameReset, 0, 1, "\x00\x00\x00\x02"),
			),
			kind: outbound.KindReset, words: "HTTP/2", status: 200,
		},
		"endless CONTINUATION": {
			misbehave: func(conn *tls.Conn) {
				_, err := conn.Write(frame(frameHeaders, 0, 1, status200))
				field := "\x00\x03x-a\x64" + strings.Repeat("y", 100)
				for err == nil {
					_, err = conn.Write(frame(frameContinuation, 0, 1, strings.Repeat(field, 100)))
				}
			},
			kind: outbound.KindProtocol, words: "not valid HTTP",
		},
		"no window":      {settings: noWindow, misbehave: write(), timeout: short, kind: outbound.KindTimeout, words: "did not answer"},
		"no answer":      {misbehave: write(), timeout: short, kind: outbound.KindTimeout, words: "did not answer"},
		"no end of body": {misbehave: write(frame(frameHeaders, flagEndHeaders, 1, status200)), timeout: short, kind: outbound.KindTimeout, words: "began to answer", status: 200},
		"not HTTP/2":     {misbehave: write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")), kind: outbound.KindProtocol, words: "not valid HTTP"},
	} {
		t.Run(name, func(t *testing.T) {
			ca := newAuthority(t)
			cfg := &tls.Config{Certificates: []tls.Certificate{ca.issue(t, nil)}, NextProtos: []string{"h2"}}
			addr := receive(t, secure(cfg, http2Receiver(c.settings, c.misbehave)))
			client := tlsClient(t, ca)
			got, err := sendTLS(t, client, addr, c.timeout)
			wantError(t, err, c.kind, c.words)
			if got.Status != c.status {
				t.Errorf("status %d, want %d", got.Status, c.status)
			}
			client.Close()
		})
	}
}

func TestHTTP2(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Proto)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	client := newClient(t, func(c *outbound.Config) { c.Roots = roots })
	for i := range 3 {
		got, err := client.Send(t.Context(), post(server.URL))
		if err != nil || string(got.Body) != "HTTP/2.0" {
			t.Fatalf("body %q, error %s", got.Body, describe(err))
		}
		if reused := got.Timings.TLS == 0; reused != (i > 0) || !got.RemoteAddr.IsValid() {
			t.Errorf("request %d: %+v to %s", i, got.Timings, got.RemoteAddr)
		}
	}
}
