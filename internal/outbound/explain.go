package outbound

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound/wire"
)

// explain turns whatever ended an exchange into an *Error.
func explain(ex *exchange, err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	if ex.parent.Err() != nil {
		return &Error{Kind: KindCanceled, Message: "stopped before the answer came", Cause: err}
	}
	if ex.isOver() || isTimeout(err) {
		return timedOut(ex, err)
	}
	if message := refusedCertificate(ex, err); message != "" {
		return &Error{Kind: KindTLS, Message: message, Cause: err}
	}
	if kind, message := network(err, ex.reached()); kind != "" {
		return &Error{Kind: kind, Message: message, Cause: err}
	}
	return &Error{Kind: KindProtocol, Message: protocol(err.Error()), Cause: err}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.As(err, &timeout) && timeout.Timeout()
}

func timedOut(ex *exchange, err error) *Error {
	why, who := "the server accepted the connection but did not answer", "the server"
	if ex.way != nil && ex.way.proxy != nil {
		who = "the proxy"
	}
	switch ex.reached() {
	case phaseStart, phaseResolving:
		why = "the name server did not answer"
	case phaseConnecting:
		why = who + " did not accept a connection"
		if told := ex.told(); told != "" {
			why = "no connection could be made: " + told
		}
	case phaseTunnelling:
		why = "the proxy did not connect to the server"
	case phaseHandshaking:
		why = "the server did not finish the TLS handshake"
	case phaseAnswering:
		why = "the server began to answer but did not finish"
	}
	return &Error{Kind: KindTimeout, Message: "timed out after " + inSeconds(ex.timeout) + ": " + why, Cause: err}
}

// inSeconds writes 4 s, 1.5 s, 0.25 s.
func inSeconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + " s"
}

// network explains errors of the operating system and connections that ended;
// kind is empty when err is neither.
func network(err error, at phase) (kind Kind, message string) {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return KindConnect, "connection refused: nothing listens at this address and port"
	case isUnreachable(err):
		return KindConnect, "no way to the server: its network cannot be reached"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return KindExhausted, "Hookline itself has too many open connections"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return KindReset, "connection reset by the server"
	case errors.Is(err, io.ErrUnexpectedEOF) && at == phaseAnswering:
		return KindReset, "the server closed the connection before its answer was complete"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), strings.Contains(err.Error(), "closed idle connection"):
		return KindReset, "the server closed the connection without answering"
	case isHTTP2Break(err.Error()):
		return KindReset, "the server broke off the HTTP/2 connection"
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return KindConnect, "no connection could be made"
	}
	return "", ""
}

// isHTTP2Break looks at text because net/http keeps the types to itself.
func isHTTP2Break(text string) bool {
	return strings.Contains(text, "GOAWAY") || strings.Contains(text, "stream error") ||
		strings.Contains(text, "client connection lost") || strings.Contains(text, "client connection force closed")
}

// protocol explains what was wrong with the answer. The receiver's own bytes,
// which net/http quotes, stay out of it.
func protocol(text string) string {
	switch {
	case strings.Contains(text, "readLoopPeekFail"):
		return "the server answered before it was asked"
	case strings.Contains(text, "headers exceeded"), strings.Contains(text, "header list"), text == wire.ErrHeaderTooLarge.Error():
		return "the answer's header is larger than 64 KB"
	case strings.Contains(text, `malformed HTTP response "\x15\x03`):
		return "the server speaks TLS on this port: the URL must begin with https://"
	case strings.Contains(text, "malformed chunked"), strings.Contains(text, "invalid byte in chunk"), strings.Contains(text, "chunk"):
		return "the answer is not valid HTTP: its chunks are malformed"
	case strings.Contains(text, "Content-Length"):
		return "the answer is not valid HTTP: its Content-Length is malformed or given twice"
	case strings.Contains(text, "status code"), strings.Contains(text, "HTTP version"), strings.Contains(text, "HTTP response"):
		return "the answer is not valid HTTP: its first line is malformed"
	case strings.Contains(text, "MIME header"):
		return "the answer is not valid HTTP: its header is malformed"
	}
	return "the answer is not valid HTTP"
}

// explainDNS explains a failed resolution; one that ran out of time stays as it
// is, for explain to tell by its phase.
func explainDNS(ctx context.Context, err error, name string) error {
	var dns *net.DNSError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &dns) && dns.IsNotFound:
		return &Error{Kind: KindDNS, Message: "name not found: " + name + " does not exist or has no address", Cause: err}
	case errors.As(err, &dns) && dns.IsTimeout:
		return &Error{Kind: KindDNS, Message: "DNS timeout: the name server did not answer for " + name, Cause: err}
	}
	return &Error{Kind: KindDNS, Message: "DNS failure: the name server could not look up " + name, Cause: err}
}

// explainTLS explains a failed handshake with the server called name, which
// asked for a certificate or did not; errors of time and network stay as they are.
func explainTLS(err error, name string, settings hookline.TLS, asked bool) error {
	message, text := certificate(err, name, settings.CA != ""), err.Error()
	alert, isAlert := strings.CutPrefix(text, remoteAlert)
	var plain tls.RecordHeaderError
	switch {
	case message != "":
	case errors.As(err, &plain):
		message = "the server does not speak TLS on this port: should the URL begin with http://?"
	case strings.Contains(text, "unsupported protocol version"), strings.Contains(text, "protocol version not supported"):
		message = "TLS handshake failed: the server offers only versions before TLS 1.2"
	case isAlert && (asked || aboutCertificate[alert]):
		message = certificateAlert(alert, settings)
	case isAlert:
		message = "TLS handshake refused by the server (" + alert + ")"
	case strings.HasPrefix(text, "tls: "), strings.HasPrefix(text, "local error: tls: "):
		message = "TLS handshake failed"
	default:
		return err
	}
	return &Error{Kind: KindTLS, Message: message, Cause: err}
}

const remoteAlert = "remote error: tls: "

// aboutCertificate are the alerts (RFC 8446 §6.2) that speak of our certificate,
// as crypto/tls words them.
var aboutCertificate = setOf(
	"certificate required", "bad certificate", "unsupported certificate", "revoked certificate", "expired certificate",
	"unknown certificate", "unknown certificate authority",
)

func certificateAlert(alert string, settings hookline.TLS) string {
	if settings.ClientCert == "" {
		return "the server asks for a client certificate, and the destination's settings have none (" + alert + ")"
	}
	return "the server did not take the client certificate of the destination's settings (" + alert + ")"
}

// refusedCertificate explains why a server ended a connection right after the
// handshake in which it asked who we are: in TLS 1.3 it judges the answer only
// then. "" when it did not.
func refusedCertificate(ex *exchange, err error) string {
	conn := ex.wasAsked()
	if conn == nil || ex.reached() != phaseConnected {
		return ""
	}
	_, alert, found := strings.Cut(err.Error(), remoteAlert)
	if !found {
		// HTTP/2, and a write that failed before the alert was read, hide it.
		_, alert, found = strings.Cut(lastError(conn), remoteAlert)
	}
	if found {
		return certificateAlert(alert, ex.way.settings)
	}
	if kind, _ := network(err, phaseConnected); kind == KindReset {
		return certificateAlert("it closed the connection", ex.way.settings)
	}
	return ""
}

// lastError asks a connection that broke, and is in use no more, for what ended
// it.
func lastError(conn *tls.Conn) string {
	_ = conn.SetReadDeadline(time.Unix(1, 0)) // it must not wait
	if _, err := conn.Read(make([]byte, 1)); err != nil {
		return err.Error()
	}
	return ""
}

// signedItself asks about the signature alone: CheckSignatureFrom would also want
// a certificate that may sign others.
func signedItself(cert *x509.Certificate) bool {
	return cert != nil && cert.CheckSignature(cert.SignatureAlgorithm, cert.RawTBSCertificate, cert.Signature) == nil
}

// certificate says what is wrong with the server's certificate, "" if it is not
// the certificate. Revocation is not checked: nobody publishes it in a form that
// could be asked within four seconds.
func certificate(err error, name string, ownAuthorities bool) string {
	var invalid x509.CertificateInvalidError
	var wrongName x509.HostnameError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		if now := time.Now(); now.Before(invalid.Cert.NotBefore) {
			return "certificate is not valid before " + invalid.Cert.NotBefore.UTC().Format(time.DateOnly)
		}
		return "certificate has expired on " + invalid.Cert.NotAfter.UTC().Format(time.DateOnly)
	case errors.As(err, &invalid):
		return "certificate is not valid for a web server"
	case errors.As(err, &wrongName):
		return "certificate is not for " + name
	case errors.As(err, &unknown):
		if signedItself(unknown.Cert) {
			return "certificate is self-signed"
		}
		if ownAuthorities {
			return "certificate comes from none of the authorities in the destination's settings"
		}
		return "certificate comes from an unknown authority"
	}
	return ""
}
