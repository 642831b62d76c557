package api

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	tooLarge   = "The body is too large: at most 512000 bytes are taken. Send fewer events at once."
	brokenGzip = "The body looks like gzip but cannot be unpacked: it is broken or cut short."
	noEncoding = "The body has a content encoding that is not taken. Send it as it is, or with gzip."
	noObject   = "The body is JSON, but not an object. Send one JSON object."
)

func notJSON(at int, want string) string {
	return fmt.Sprintf("The body is not JSON (byte %d: %s). Send one JSON object.", at, want)
}

// TestBadBodies: each is refused with 400 and a sentence, is kept for the
// source's debugger, and harms nothing that comes after.
func TestBadBodies(t *testing.T) {
	gzipHeader := map[string]string{"Content-Encoding": "gzip"}
	bomb := strings.Repeat(zip(strings.Repeat(" ", 1<<20)), 200) // gzip files in a row are one
	tests := []struct {
		name, body string
		header     map[string]string
		want       string
	}{
		{"empty", ``, nil, notJSON(1, "a value was expected here")},
		{"blank", " \n", nil, notJSON(3, "a value was expected here")},
		{"null", `null`, nil, noObject},
		{"an array", `[]`, nil, noObject},
		{"a text", `"x"`, nil, noObject},
		{"a number", `7`, nil, noObject},
		{"two objects", `{}{}`, nil, notJSON(3, "nothing more was expected here")},
		{"cut", `{"userId":"u"`, nil, notJSON(14, "a comma or } was expected here")},
		{"cut in a text", `{"userId":"u`, nil, notJSON(13, "the text has no end")},
		{"no closing bracket", `{"a":[1}`, nil, notJSON(8, "a comma or ] was expected here")},
		{"a comma too many", `{"userId":"u",}`, nil, notJSON(15, "a name in double quotes was expected here")},
		{"single quotes", `{'userId':'u'}`, nil, notJSON(2, "a name in double quotes was expected here")},
		{"no quotes", `{userId:"u"}`, nil, notJSON(2, "a name in double quotes was expected here")},
		{"no colon", `{"userId" "u"}`, nil, notJSON(11, "a colon was expected here")},
		{"no value", `{"userId":}`, nil, notJSON(11, "a value was expected here")},
		{"a comment", `{/*x*/"userId":"u"}`, nil, notJSON(2, "a name in double quotes was expected here")},
		{"NaN", `{"a":NaN}`, nil, notJSON(6, "a value was expected here")},
		{"a zero in front", `{"a":01}`, nil, notJSON(6, "this is not a number of JSON")},
		{"an unknown escape", `{"a":"\x41"}`, nil, notJSON(7, "there is no such escape in JSON")},
		{"a raw NUL", "{\"a\":\"\x00\"}", nil, notJSON(7, "a control character must be escaped in a text")},
		{"a raw line feed", "{\"a\":\"\n\"}", nil, notJSON(7, "a control character must be escaped in a text")},
		{"UTF-16", "{\x00}\x00", nil, notJSON(2, "a name in double quotes was expected here")},
		{"a form", `userId=u&event=E`, nil, notJSON(1, "a value was expected here")},
		{"nested 100,000 deep, never closed", `{"a":` + strings.Repeat(`[`, 100_000), nil, notJSON(100_006, "a value was expected here")},
		{"nested 1,000 deep", `{"userId":"u","a":` + strings.Repeat(`[`, 1000) + strings.Repeat(`]`, 1000) + `}`, nil, "The event is nested too deeply: at most 200 levels are taken."},
		{"33 KB", `{"userId":"` + strings.Repeat("u", 33<<10) + `"}`, nil, "The event is too large: it has 33805 bytes, and at most 32768 are taken."},
		{"600 KB", strings.Repeat("x", 600<<10), nil, tooLarge},
		{"30 MB", strings.Repeat("x", 30<<20), nil, tooLarge},
		{"gzip of nothing like JSON", zip("x"), gzipHeader, notJSON(1, "a value was expected here")},
		{"gzip, cut", zip(`{"userId":"u"}`)[:20], gzipHeader, brokenGzip},
		{"gzip, without its checksum", zip(`{"userId":"u"}`)[:30], gzipHeader, brokenGzip},
		{"gzip, broken", "\x1f\x8b" + strings.Repeat("\xff", 100), gzipHeader, brokenGzip},
		{"gzip that is none", strings.Repeat("\xff", 100), gzipHeader, notJSON(1, "a value was expected here")},
		{"gzip, twice", zip(zip(`{"userId":"u"}`)), gzipHeader, notJSON(1, "a value was expected here")},
		{"a bomb of 200 MB", bomb, gzipHeader, tooLarge},
		{"a bomb that says nothing", bomb, nil, tooLarge},
		{"brotli", "\x8b\x06\x80{}\x03", map[string]string{"Content-Encoding": "br"}, noEncoding},
		{"deflate", "x\x9c", map[string]string{"Content-Encoding": "deflate"}, noEncoding},
		{"gzip and more", zip(`{"userId":"u"}`), map[string]string{"Content-Encoding": "gzip, br"}, noEncoding},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t)
			h.refused(h.do(http.MethodPost, "/v1/page", test.body, test.header), 400, "invalid", test.want)
			if len(h.rejections) != 1 || h.rejections[0].Reason != test.want || h.rejections[0].Type != "page" {
				t.Errorf("kept %d rejections", len(h.rejections))
			}
			if len(h.events) > 0 {
				t.Errorf("stored %s", h.events[0].Payload)
			}
			h.stillTakes()
		})
	}
}

func TestBadBatches(t *testing.T) {
	const noBatch = "The body of a batch needs a member “batch” that is an array of calls."
	item := `{"type":"page","userId":"u"}`
	tests := []struct {
		name, body     string
		want           string // "" for a success
		events, bounce int
	}{
		{"empty", `{"batch":[]}`, "", 0, 0},
		{"not an array", `{"batch":"x"}`, noBatch, 0, 1},
		{"missing", `{"userId":"u"}`, noBatch, 0, 1},
		{"half bad", `{"batch":[` + item + `,{"type":"page"},` + item + `,"x"]}`, "", 2, 2},
		{"all bad", `{"batch":[1,2,3]}`, "", 0, 3},
		{"2,500 events", `{"batch":[` + strings.Repeat(item+",", 2499) + item + `]}`, "", 2500, 0},
		{"2,501 events", `{"batch":[` + strings.Repeat(item+",", 2500) + item + `]}`, "The batch has 2501 calls: at most 2500 are taken. Send fewer at once.", 0, 1},
		{"a deep one", `{"batch":[` + item + `,{"a":` + strings.Repeat(`[`, 10_000) + strings.Repeat(`]`, 10_000) + `}]}`, "", 1, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t)
			a := h.post("/v1/batch", test.body)
			if test.want == "" {
				h.taken(a)
			} else {
				h.refused(a, 400, "invalid", test.want)
			}
			if len(h.events) != test.events || len(h.rejections) != test.bounce {
				t.Errorf("%d events and %d rejections, want %d and %d", len(h.events), len(h.rejections), test.events, test.bounce)
			}
			h.stillTakes()
		})
	}
}

// TestStrangeButGood: what looks odd and is taken, with what is kept of it.
func TestStrangeButGood(t *testing.T) {
	digits := strings.Repeat("9", 10_000)
	var many strings.Builder
	for i := range 2500 {
		fmt.Fprintf(&many, `"p%d":%d,`, i, i)
	}
	tests := []struct{ name, body, kept string }{
		{"a byte order mark", "\ufeff{\"userId\":\"u\"}", `"userId":"u"`},
		{"escaped NUL", `{"userId":"u","a":"\u0000"}`, "\"a\":\"\uFFFD\""},
		{"half a surrogate pair", `{"userId":"u","a":"\ud83d"}`, "\"a\":\"\uFFFD\""},
		{"no UTF-8", "{\"userId\":\"u\",\"a\":\"\xff\"}", "\"a\":\"\uFFFD\""},
		{"duplicate names", `{"userId":"t","userId":"u","a":1}`, `{"userId":"u","a":1`},
		{"1e400", `{"userId":"u","a":1e400}`, `"a":1e400`},
		{"10,000 digits", `{"userId":"u","a":` + digits + `}`, `"a":` + digits},
		{"an exact integer", `{"userId":"u","a":9007199254740993}`, `"a":9007199254740993`},
		{"2,500 properties", `{"userId":"u","properties":{` + many.String() + `"last":true}}`, `"last":true`},
		{"depth 200", `{"userId":"u","a":` + strings.Repeat(`[`, 199) + strings.Repeat(`]`, 199) + `}`, strings.Repeat(`[`, 199)},
		{"a number for an id", `{"userId":9007199254740993,"x":"u"}`, `"userId":"9007199254740993"`},
		{"a nonsense timestamp", `{"userId":"u","timestamp":{"a":1}}`, `"originalTimestamp":{"a":1}`},
		{"a time before 1970", `{"userId":"u","timestamp":"1912-06-23T01:02:03.000000004+01:00"}`, `"timestamp":"1912-06-23T00:02:03.000000004Z"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t)
			h.taken(h.post("/v1/page", test.body))
			if len(h.events) != 1 || !strings.Contains(string(h.events[0].Payload), test.kept) {
				t.Errorf("stored %v", h.events)
			}
			h.stillTakes()
		})
	}
}

func Test10000Properties(t *testing.T) {
	h := newHouse(t)
	h.refused(h.post("/v1/page", `{"userId":"u","properties":{`+strings.Repeat(`"abc":1,`, 10_000)+`"last":true}}`), 400, "invalid",
		"The event is too large: it has 80041 bytes, and at most 32768 are taken.")
	h.stillTakes()
}

func TestLongHeaders(t *testing.T) {
	h := newHouse(t)
	h.taken(h.do(http.MethodPost, "/v1/page", `{"userId":"u"}`, map[string]string{"X-Long": strings.Repeat("x", 100<<10)}))
	h.refused(h.do(http.MethodPost, "/v1/page", `{"userId":"u"}`, map[string]string{"Authorization": "Basic " + strings.Repeat("x", 100<<10)}), 401, "unauthorized", unknownKey)
	h.stillTakes()
}

// raw sends bytes as they are and gives the status line and the body.
func (h *house) raw(text string) (status int, body string) {
	h.t.Helper()
	conn, err := (&net.Dialer{}).DialContext(h.t.Context(), "tcp", h.server.Listener.Addr().String())
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, text); err != nil {
		h.t.Fatal(err)
	}
	tcp, _ := conn.(*net.TCPConn)
	_ = tcp.CloseWrite() // half closed: there is nothing more to come
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		h.t.Fatalf("no answer: %v", err)
	}
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return response.StatusCode, string(read)
}

func TestBrokenTransfers(t *testing.T) {
	const notWhole = `"message":"The body did not arrive whole. Send the call again."`
	head := "POST /v1/page HTTP/1.1\r\nHost: h\r\nAuthorization: " + basic(website.WriteKey) + "\r\n"
	tests := []struct {
		name, rest string
		status     int
		want       string
	}{
		{"a good one in chunks", "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"use\r\n9\r\nrId\":\"u\"}\r\n0\r\n\r\n", 200, `{"success":true}`},
		{"shorter than it said", "Content-Length: 100\r\n\r\n{\"userId\":\"u\"}", 400, notWhole},
		{"chunks without end", "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"use\r\n", 400, notWhole},
		{"broken chunks", "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", 400, notWhole},
		{"no length", "\r\n", 400, notJSON(1, "a value was expected here")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t)
			status, body := h.raw(head + test.rest)
			if status != test.status || !strings.Contains(body, test.want) {
				t.Errorf("answered %d %s", status, body)
			}
			h.stillTakes()
		})
	}
}

// TestSlowBody: a client that stops in the middle is told to come back.
func TestSlowBody(t *testing.T) {
	h := newHouse(t, func(s *http.Server) { s.ReadTimeout = 50 * time.Millisecond })
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", h.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "POST /v1/page HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != 503 || response.Header.Get("Retry-After") != "1" {
		t.Errorf("answered %d, Retry-After %q", response.StatusCode, response.Header.Get("Retry-After"))
	}
	h.stillTakes()
}

// TestManyAtOnce: memory is handed on from call to call, and calls at the same
// time must not see each other's.
func TestManyAtOnce(t *testing.T) {
	h := newHouse(t)
	t.Run("calls", func(t *testing.T) {
		for i := range 50 {
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				body := fmt.Sprintf(`{"userId":"u%d","messageId":"m%d","x":"%s"}`, i, i, strings.Repeat("x", i*100))
				if i%2 == 0 {
					body = zip(body)
				}
				mine := house{memory: h.memory, t: t, server: h.server, log: h.log}
				mine.taken(mine.post("/v1/page", body))
			})
		}
	})
	for _, e := range h.events {
		if n := strings.TrimPrefix(e.UserID, "u"); e.MessageID != "m"+n || !strings.Contains(string(e.Payload), `"userId":"u`+n+`","messageId":"m`+n+`"`) {
			t.Errorf("mixed up: %s %s", e.MessageID, e.Payload)
		}
	}
	if len(h.events) != 50 {
		t.Errorf("%d events", len(h.events))
	}
}
