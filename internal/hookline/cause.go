package hookline

import "strings"

// NetworkCause sorts the reasons for which a try got no answer, by what has to
// be mended.
type NetworkCause string

// The causes.
const (
	NetworkTimeout  NetworkCause = "timeout"  // no answer in time
	NetworkDNS      NetworkCause = "dns"      // the name could not be found
	NetworkConnect  NetworkCause = "connect"  // no connection
	NetworkTLS      NetworkCause = "tls"      // the certificate or the handshake
	NetworkReset    NetworkCause = "reset"    // the connection broke off
	NetworkProtocol NetworkCause = "protocol" // the answer is no HTTP
	NetworkProxy    NetworkCause = "proxy"    // the way out
	NetworkRefused  NetworkCause = "refused"  // an address that may not be reached
)

// NetworkCauses lists the causes in the order of a menu.
func NetworkCauses() []NetworkCause {
	return []NetworkCause{
		NetworkTimeout, NetworkDNS, NetworkConnect, NetworkTLS, NetworkReset, NetworkProtocol, NetworkProxy, NetworkRefused,
	}
}

// Known says whether c is one of NetworkCauses.
func (c NetworkCause) Known() bool {
	begins, holds := c.Words()
	return len(begins) > 0 || holds != ""
}

// Words are those by which a reason is of the cause: how it begins, or what it
// has anywhere. A reason is what is kept of a try without an answer.
func (c NetworkCause) Words() (begins []string, holds string) {
	switch c {
	case NetworkTimeout:
		begins = []string{"Timed out after"}
	case NetworkDNS:
		begins = []string{"Name not found", "DNS timeout", "DNS failure"}
	case NetworkConnect:
		begins = []string{"Connection refused", "No way to the server", "No connection could be made"}
	case NetworkTLS:
		begins = []string{
			"TLS handshake", "Certificate ", "The server does not speak TLS", "The server asks for a client certificate",
			"The server did not take the client certificate", "The authorities in ", "The client certificate in ",
		}
	case NetworkReset:
		begins = []string{"Connection reset", "The server closed the connection", "The server broke off"}
	case NetworkProtocol:
		begins = []string{
			"The answer is not valid HTTP", "The answer's header", "The server answered before it was asked",
			"The server speaks TLS on this port", "The server switched to another protocol",
		}
	case NetworkProxy:
		begins = []string{"The proxy", "This proxy may not be used", "This is no proxy's address", "A proxy's address"}
	case NetworkRefused:
		begins = []string{"Port "}
		holds = "webhooks may only go to public addresses"
	}
	return begins, holds
}

// Of says whether a reason is of the cause. A proxy that may not be reached is of
// two.
func (c NetworkCause) Of(reason string) bool {
	begins, holds := c.Words()
	for _, words := range begins {
		if strings.HasPrefix(reason, words) {
			return true
		}
	}
	return holds != "" && strings.Contains(reason, holds)
}
