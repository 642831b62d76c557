// Package har writes attempts as an HTTP Archive, version 1.2, which browsers
// and other tools for HTTP read (http://www.softwareishard.com/blog/har-12-spec/).
package har

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"hookline/internal/hookline"
)

// Exchange is one attempt with the request that was sent, both as whoever reads
// the archive may see them: what is secret was masked before.
type Exchange struct {
	Request hookline.Request // with the headers that were added when it was sent
	Attempt hookline.Attempt
}

// Write writes the archive of exchanges, in the order given. version is that of
// the program that made it.
func Write(w io.Writer, version string, exchanges []Exchange) error {
	entries := make([]entry, len(exchanges))
	for i, x := range exchanges {
		entries[i] = newEntry(x)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(archive{archiveLog{Version: "1.2", Creator: creator{"Hookline", version}, Entries: entries}})
}

// notKept is what the archive says of a size or a time that nobody measured.
const notKept = -1

func newEntry(x Exchange) entry {
	a := x.Attempt
	t := newTimings(a)
	return entry{
		Started: a.StartedAt.UTC().Format(time.RFC3339Nano), Time: t.sum(), Request: newRequest(x.Request), Response: newResponse(a),
		Timings: t, Comment: a.Reason,
	}
}

func newRequest(r hookline.Request) request {
	q := request{
		Method: r.Method, URL: r.URL, HTTPVersion: unknownVersion, Cookies: []pair{}, Headers: pairs(r.Headers), Query: query(r.URL),
		HeadersSize: notKept, BodySize: len(r.Body),
	}
	if len(r.Body) > 0 {
		q.PostData = &postData{MimeType: typeOf(r.Headers)}
		q.PostData.Text, q.PostData.Comment = readable(r.Body)
	}
	return q
}

func newResponse(a hookline.Attempt) response {
	r := response{
		Status: a.Status, StatusText: http.StatusText(a.Status), HTTPVersion: unknownVersion, Cookies: []pair{}, Headers: pairs(a.AnswerHeaders),
		RedirectURL: header(a.AnswerHeaders, "Location"), HeadersSize: notKept, BodySize: len(a.Answer),
		Content: content{Size: len(a.Answer), MimeType: typeOf(a.AnswerHeaders)},
	}
	r.Content.Text, r.Content.Comment = readable(a.Answer)
	switch {
	case a.Status == 0:
		r.Comment, r.BodySize = "There was no answer.", notKept
	case a.AnswerHidden:
		r.Comment, r.BodySize = "The answer came from an inside address and is left out.", notKept
	case a.AnswerTooLarge:
		r.Comment, r.BodySize = "The answer was larger than 10 KB; its beginning is kept.", notKept
	}
	return r
}

// newTimings tells connecting with TLS in it, and TLS once more, as the archive
// wants it. What did not happen is -1; of sending only the sum with waiting is
// known.
func newTimings(a hookline.Attempt) timings {
	t := a.Timings
	before := t.DNS + t.Connect + t.TLS
	h := timings{Blocked: notKept, DNS: happened(t.DNS), Connect: happened(t.Connect + t.TLS), TLS: happened(t.TLS)}
	if t.FirstByte > 0 {
		h.Wait, h.Receive = millis(t.FirstByte-before), millis(a.Duration-t.FirstByte)
	} else {
		h.Wait = millis(a.Duration - before)
	}
	return h
}

// sum is the time of an entry: all parts that happened, TLS being one of Connect.
func (t timings) sum() float64 {
	sum := t.Send + t.Wait + t.Receive
	for _, part := range []float64{t.DNS, t.Connect} {
		if part != notKept {
			sum += part
		}
	}
	return sum
}

func happened(d time.Duration) float64 {
	if d <= 0 {
		return notKept
	}
	return millis(d)
}

func millis(d time.Duration) float64 { return float64(max(d, 0).Microseconds()) / 1000 }

func pairs(headers []hookline.Header) []pair {
	all := make([]pair, len(headers))
	for i, h := range headers {
		all[i] = pair{h.Name, strings.ToValidUTF8(h.Value, "\uFFFD")}
	}
	return all
}

// query are the parameters of an address, as they are written in it.
func query(address string) []pair {
	all := []pair{}
	address, _, _ = strings.Cut(address, "#")
	_, text, _ := strings.Cut(address, "?")
	for part := range strings.SplitSeq(text, "&") {
		if part != "" {
			name, value, _ := strings.Cut(part, "=")
			all = append(all, pair{name, value})
		}
	}
	return all
}

func header(headers []hookline.Header, name string) string {
	for _, h := range headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

func typeOf(headers []hookline.Header) string {
	if kind := header(headers, "Content-Type"); kind != "" {
		return kind
	}
	return "x-unknown"
}

// readable is a body as JSON can hold it, and a word about it when that is not
// the whole of it.
func readable(body []byte) (text, comment string) {
	if utf8.Valid(body) {
		return string(body), ""
	}
	return strings.ToValidUTF8(string(body), "\uFFFD"), "Bytes that are no UTF-8 are replaced."
}
