package outbound

import (
	"net/http"
	"strconv"
	"strings"
)

// Header is one name and value of a request, in the order a person gave them.
type Header struct {
	Name  string
	Value string
}

const (
	maxHeaderName  = 256
	maxHeaderValue = 8192
	maxHeaders     = 100
)

// CheckHeader refuses what may not be sent: names that are no token (RFC 9110
// §5.1), names the connection itself needs (see [ForbiddenHeader]), values with
// line breaks or other control characters (§5.5), and absurd lengths. Values may
// hold text beyond ASCII; it goes out as UTF-8. The error is an *[Error] with a
// sentence for the person who typed the header; it never shows the value.
func CheckHeader(name, value string) error {
	switch {
	case name == "":
		return invalidHeader("A header has no name.")
	case len(name) > maxHeaderName:
		return invalidHeader("A header's name is longer than 256 characters.")
	case !isToken(name):
		return invalidHeader("The header name " + strconv.QuoteToASCII(name) + " may only hold letters, digits and hyphens.")
	case ForbiddenHeader(name):
		return invalidHeader("The header " + name + " is set by the connection itself and cannot be given.")
	case len(value) > maxHeaderValue:
		return invalidHeader("The value of the header " + name + " is longer than 8,192 bytes.")
	}
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return invalidHeader("The value of the header " + name + " holds a line break or control character.")
		}
	}
	return nil
}

// ForbiddenHeader says whether name belongs to the connection or to proxies:
// whoever sets it could split, misdirect or hang the request (RFC 9110 §7.6.1,
// RFC 9112 §11.2).
func ForbiddenHeader(name string) bool {
	if len(name) >= len("proxy-") && strings.EqualFold(name[:len("proxy-")], "proxy-") {
		return true
	}
	for _, f := range forbidden[min(len(name), len(forbidden)-1)] {
		if strings.EqualFold(f, name) {
			return true
		}
	}
	return false
}

// forbidden holds the names by their length: most names are settled without a
// comparison.
var forbidden = [18][]string{
	2:  {"TE"},
	4:  {"Host"},
	6:  {"Expect"},
	7:  {"Trailer", "Upgrade"},
	10: {"Connection", "Keep-Alive"},
	14: {"Content-Length", "HTTP2-Settings"},
	17: {"Transfer-Encoding"},
}

// methods are those a receiver may be called with. CONNECT would ask a proxy,
// TRACE would echo our own secrets.
var methods = map[string]bool{
	http.MethodGet: true, http.MethodHead: true, http.MethodPost: true, http.MethodPut: true,
	http.MethodPatch: true, http.MethodDelete: true, http.MethodOptions: true,
}

// CheckMethod refuses all methods but GET, HEAD, POST, PUT, PATCH, DELETE and
// OPTIONS, in capitals.
func CheckMethod(method string) error {
	if methods[method] {
		return nil
	}
	return &Error{
		Kind:    KindInvalidMethod,
		Message: "The method must be one of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS.",
	}
}

// buildHeader gathers a request's headers, which were checked. Names are sent as they
// were written, except that all values of one name go under its first spelling,
// and that names net/http looks for get the spelling it knows.
func (c *Client) buildHeader(list []Header) http.Header {
	header := make(http.Header, len(list)+2)
	values := make([]string, len(list)) // one allocation for all the values
	for i, h := range list {
		name, repeated := spelling(list[:i], h.Name)
		values[i] = h.Value
		if repeated {
			header[name] = append(header[name], h.Value)
		} else {
			header[name] = values[i : i+1 : i+1]
		}
	}
	if header["User-Agent"] == nil {
		header["User-Agent"] = c.userAgent
	}
	return header
}

// spelling returns how name is spelled in the request, and whether a header
// before it has the same name.
func spelling(before []Header, name string) (spelled string, repeated bool) {
	spelled = name
	for i := range before {
		if sameName(before[i].Name, name) {
			spelled, repeated = before[i].Name, true
			break
		}
	}
	for _, known := range [...]string{"User-Agent", "Authorization", "Accept-Encoding", "Content-Type", "Cookie", "Range", "Idempotency-Key", "X-Idempotency-Key"} {
		if sameName(known, name) {
			return known, repeated
		}
	}
	return spelled, repeated
}

func sameName(a, b string) bool {
	return len(a) == len(b) && strings.EqualFold(a, b)
}

func invalidHeader(message string) *Error {
	return &Error{Kind: KindInvalidHeader, Message: message}
}

// isToken is RFC 9110 §5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
			continue
		}
		if strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}
