package app

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"testing"
)

// TestBothWaysAnswerAlike: a small call that comes whole is answered before net/http sees it, in the same words. One
// with a slash at the end is left to net/http.
func TestBothWaysAnswerAlike(t *testing.T) {
	f := start(t, func(own, bin string) string { return own + "/b/" + bin })
	for name, body := range map[string]string{
		"success":         fmt.Sprintf(`{"userId":"u1","event":"Seen","writeKey":%q}`, f.writeKey),
		"an unknown key":  `{"userId":"u1","event":"Seen","writeKey":"nobody's"}`,
		"no key":          `{"userId":"u1","event":"Seen"}`,
		"broken JSON":     `{"userId":`,
		"without a name":  fmt.Sprintf(`{"userId":"u1","writeKey":%q}`, f.writeKey),
		"nobody's event":  fmt.Sprintf(`{"event":"Seen","writeKey":%q}`, f.writeKey),
		"gzip, in a name": "\x1f\x8b, but broken",
	} {
		here, there := f.asked("/v1/track", body), f.asked("/v1/track/", body)
		if !reflect.DeepEqual(here, there) {
			t.Errorf("%s:\n%+v, from net/http\n%+v", name, here, there)
		}
	}
}

// said is what is to be alike.
type said struct {
	status int
	body   string
	length int64
	header http.Header
}

func (f *furnished) asked(path, body string) said {
	f.t.Helper()
	c := f.caller()
	c.write(fmt.Sprintf("POST %s HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body))
	answer, err := http.ReadResponse(c.read, nil)
	must(f.t, err)
	text, err := io.ReadAll(answer.Body)
	must(f.t, err)
	header := maps.Clone(answer.Header)
	if header.Get("Date") == "" {
		f.t.Errorf("%s has no date", path)
	}
	delete(header, "Date")
	delete(header, "X-Request-Id") // which pages show, and package express does not give
	return said{answer.StatusCode, string(text), answer.ContentLength, header}
}
