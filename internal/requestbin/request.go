package requestbin

import (
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"

	"hookline/internal/hookline"
)

// MaxBody is how much of a request's body is kept.
const MaxBody = 1 << 20

// maxRest is how much more is read and dropped, so that a sender with a larger
// body hears the answer instead of a broken connection.
const maxRest = 16 << 20

// read takes down a request as it arrived. What breaks off half-way is kept as
// far as it came, and marked as cut.
func read(w http.ResponseWriter, r *http.Request) hookline.BinRequest {
	q := hookline.BinRequest{Method: r.Method, Path: target(r), Headers: headers(r), From: from(r)}
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	q.Cut = err != nil || len(body) > MaxBody
	q.Body = body[:min(len(body), MaxBody)]
	if q.Cut && err == nil {
		_, _ = io.CopyN(io.Discard, r.Body, maxRest) // it ends early by its nature
	}
	return q
}

// from is the address at the other end of the connection, without its port.
// What a proxy says of who is behind it is among the headers.
func from(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return host
}

// target is path and query, byte for byte; a proxy's absolute form loses its
// scheme and host, which are in the Host header.
func target(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") {
		return r.RequestURI
	}
	return r.URL.RequestURI()
}

// headers lists what came, by name; the values of one name keep their order.
// net/http keeps neither the order nor the spelling of names, and takes Host
// and Transfer-Encoding out, which are put back.
func headers(r *http.Request) []hookline.Header {
	list := []hookline.Header{{Name: "Host", Value: r.Host}}
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		for _, value := range r.Header[name] {
			list = append(list, hookline.Header{Name: name, Value: value})
		}
	}
	if len(r.TransferEncoding) > 0 {
		list = append(list, hookline.Header{Name: "Transfer-Encoding", Value: strings.Join(r.TransferEncoding, ", ")})
	}
	return list
}
