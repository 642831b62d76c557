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
)

// explain turns whatever ended an exchange into an *Error.
func explain(parent context.Context, ex *exchange, err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	if parent.Err() != nil {
		return &Error{Kind: KindCanceled, Message: "stopped before the answer came", Cause: err}
	}
	if ex.Err() != nil || isTimeout(err) {
		return timedOut(ex, err)
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
	why := "the server accepted the connection but did not answer"
	switch ex.reached() {
	case phaseStart, phaseResolving:
		why = "the name server did not answer"
	case phaseConnecting:
		why = "the server did not accept a connection"
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
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EADDRNOTAVAIL):
		return KindConnect, "no way to the server: its network cannot be reached"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return KindConnect, "Hookline itself has too many open connections"
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
	case strings.Contains(text, "headers exceeded"), strings.Contains(text, "header list"):
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

// explainTLS explains a failed handshake with the server called name; errors of
// time and network stay as they are.
func explainTLS(err error, name string) error {
	message, text := certificate(err, name), err.Error()
	alert, isAlert := strings.CutPrefix(text, "remote error: tls: ")
	var plain tls.RecordHeaderError
	switch {
	case message != "":
	case errors.As(err, &plain):
		message = "the server does not speak TLS on this port: should the URL begin with http://?"
	case strings.Contains(text, "unsupported protocol version"), strings.Contains(text, "protocol version not supported"):
		message = "TLS handshake failed: the server offers only versions before TLS 1.2"
	case isAlert:
		message = "TLS handshake refused by the server (" + alert + ")"
	case strings.HasPrefix(text, "tls: "), strings.HasPrefix(text, "local error: tls: "):
		message = "TLS handshake failed"
	default:
		return err
	}
	return &Error{Kind: KindTLS, Message: message, Cause: err}
}

// signedItself asks about the signature alone: CheckSignatureFrom would also want
// a certificate that may sign others.
func signedItself(cert *x509.Certificate) bool {
	return cert != nil && cert.CheckSignature(cert.SignatureAlgorithm, cert.RawTBSCertificate, cert.Signature) == nil
}

// certificate says what is wrong with the server's certificate, "" if it is not
// the certificate. Revocation is not checked: nobody publishes it in a form that
// could be asked within four seconds.
func certificate(err error, name string) string {
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
		return "certificate comes from an unknown authority"
	}
	return ""
}
