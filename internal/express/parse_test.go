package express

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
)

const plain = "POST /v1/track HTTP/1.1\r\nHost: hooks.example.com:8080\r\nUser-Agent: x\r\nauthorization: Basic a2V5Og==\r\n" +
	"Connection: Keep-Alive\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"

func TestParse(t *testing.T) {
	c, ok := parse([]byte(plain + "POST"))
	if !ok || string(c.path) != "/v1/track" || c.authorization != "Basic a2V5Og==" || string(c.body) != "{}" || c.size != len(plain) {
		t.Errorf("%+v, %t", c, ok)
	}
}

// TestParseLeaves what is incomplete, unusual or wrong.
func TestParseLeaves(t *testing.T) {
	for end := range len(plain) {
		if _, ok := parse([]byte(plain[:end])); ok {
			t.Errorf("the first %d bytes are taken for a call", end)
		}
	}
	for name, change := range map[string][2]string{
		"another method":      {"POST", "PUT"},
		"a small method":      {"POST", "post"},
		"HTTP/1.0":            {"HTTP/1.1", "HTTP/1.0"},
		"no version":          {" HTTP/1.1", ""},
		"a query":             {"/track", "/track?a=b"},
		"a space in the path": {"/track", "/tra ck"},
		"an absolute URL":     {"/v1", "http://hooks.example.com/v1"},
		"a bare line feed":    {"User-Agent: x\r\n", "User-Agent: x\n"},
		"no host":             {"Host", "Hots"},
		"two hosts":           {"User-Agent: x", "Host: other"},
		"an empty host":       {"hooks.example.com:8080", ""},
		"an odd host":         {"hooks.example.com", "hooks/example"},
		"two lengths":         {"User-Agent: x", "Content-Length: 2"},
		"no length":           {"Content-Length", "Length"},
		"length 0":            {"Length: 2", "Length: 0"},
		"a signed length":     {"Length: 2", "Length: +2"},
		"a long length":       {"Length: 2", "Length: 00002"},
		"two keys":            {"User-Agent", "Authorization"},
		"an empty key":        {"Basic a2V5Og==", ""},
		"chunks":              {"User-Agent: x", "Transfer-Encoding: chunked"},
		"a packed body":       {"User-Agent: x", "Content-Encoding: gzip"},
		"another packed body": {"{}", "\x1f\x8b"},
		"Expect":              {"User-Agent: x", "Expect: 100-continue"},
		"Connection: close":   {"Keep-Alive", "close"},
		"an upgrade":          {"Keep-Alive", "upgrade"},
		"a trailer":           {"User-Agent", "Trailer"},
		"a space in a name":   {"User-Agent:", "User-Agent :"},
		"a name with a space": {"User-Agent", "User Agent"},
		"no colon":            {"User-Agent: x", "User-Agent"},
		"no name":             {"User-Agent", ""},
		"a folded line":       {"User-Agent: x", " x"},
		"a zero byte":         {"User-Agent: x", "User-Agent: \x00"},
		"a carriage return":   {"User-Agent: x", "User-Agent: x\ry"},
	} {
		changed := strings.Replace(plain, change[0], change[1], 1)
		if changed == plain {
			t.Errorf("%s: nothing changed", name)
		}
		if c, ok := parse([]byte(changed)); ok {
			t.Errorf("%s: taken for %+v", name, c)
		}
	}
}

// FuzzParse: net/http takes all that parse takes, and understands the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte(plain))
	f.Add([]byte(strings.Replace(plain, "User-Agent: x", "X-Thing: \xff\t , ;=\"", 1) + plain))
	f.Add([]byte(strings.Replace(plain, "hooks.example.com", "[::1]", 1)))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, ok := parse(b)
		if !ok {
			return
		}
		in := bufio.NewReader(bytes.NewReader(b))
		r, err := http.ReadRequest(in)
		if err != nil {
			t.Fatalf("net/http does not take it: %v", err)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil || !bytes.Equal(body, c.body) {
			t.Errorf("the body is %q, %v; want %q", body, err, c.body)
		}
		if r.Method != http.MethodPost || r.RequestURI != string(c.path) || r.Header.Get("Authorization") != c.authorization || r.Close || r.Host == "" {
			t.Errorf("it is %+v, want %+v", r, c)
		}
		if left, _ := io.ReadAll(in); len(b)-len(left) != c.size {
			t.Errorf("it has %d bytes, want %d", len(b)-len(left), c.size)
		}
	})
}
