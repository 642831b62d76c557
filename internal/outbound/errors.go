package outbound

// Kind sorts errors by what can be done about them.
type Kind string

const (
	// KindRefused: the guard does not let this address or port be reached.
	KindRefused Kind = "refused"
	// KindInvalidURL: the URL is no absolute http or https URL.
	KindInvalidURL Kind = "invalid_url"
	// KindInvalidHeader: a header's name or value may not be sent.
	KindInvalidHeader Kind = "invalid_header"
	// KindInvalidMethod: the method may not be sent.
	KindInvalidMethod Kind = "invalid_method"
	// KindDNS: the name could not be resolved.
	KindDNS Kind = "dns"
	// KindConnect: no connection could be made.
	KindConnect Kind = "connect"
	// KindTLS: the certificate or the handshake failed.
	KindTLS Kind = "tls"
	// KindProxy: the proxy could not be used, or would not connect.
	KindProxy Kind = "proxy"
	// KindTimeout: the exchange did not end in time.
	KindTimeout Kind = "timeout"
	// KindReset: the connection broke before the answer was complete.
	KindReset Kind = "reset"
	// KindProtocol: the answer is not valid HTTP, or its header is too large.
	KindProtocol Kind = "protocol"
	// KindCanceled: the caller's context ended; it says nothing of the receiver.
	KindCanceled Kind = "canceled"
	// KindExhausted: this machine has nothing left to connect with; it says
	// nothing of the receiver, and may be over soon.
	KindExhausted Kind = "exhausted"
	// KindInternal: a fault of Hookline's own; nothing is known of the receiver.
	KindInternal Kind = "internal"
)

// Final reports whether sending the same request again is bound to fail in the
// same way: the request itself is at fault, not the network or the receiver.
func (k Kind) Final() bool {
	switch k {
	case KindRefused, KindInvalidURL, KindInvalidHeader, KindInvalidMethod, KindInternal:
		return true
	}
	return false
}

// Error is every error of this package except those of [New]. Message is for
// support staff: plain words without secrets, user names or internal detail.
type Error struct {
	Kind    Kind
	Message string
	// Cause is the error underneath, for the log only; it may be nil.
	Cause error
}

func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

func refused(message string) *Error    { return &Error{Kind: KindRefused, Message: message} }
func invalidURL(message string) *Error { return &Error{Kind: KindInvalidURL, Message: message} }
