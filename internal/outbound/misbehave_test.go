package outbound_test

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline/internal/outbound"
)

// expectation is what one misbehaving receiver must lead to.
type expectation struct {
	handle func(net.Conn)
	send   int           // bytes of body to send, if not a few
	kind   outbound.Kind // "" when an answer is expected
	words  string
	status int
	body   string // "" is not compared
	large  bool
}

func TestMisbehavingReceivers(t *testing.T) { onBothWays(t, testMisbehavingReceivers) }

func testMisbehavingReceivers(t *testing.T, newClient maker) {
	groups := map[string]map[string]expectation{
		"slow": slowReceivers(), "breaking": breakingReceivers(), "large": largeReceivers(),
		"packed": packedReceivers(), "not HTTP": oddReceivers(),
	}
	for group, cases := range groups {
		for name, want := range cases {
			t.Run(group+"/"+name, func(t *testing.T) {
				timeout := long
				if want.kind == outbound.KindTimeout {
					t.Parallel()
					timeout = short
				}
				addr := receive(t, want.handle)
				client := newClient(t, func(c *outbound.Config) { c.Timeout = timeout })
				begun := time.Now()
				request := post("http://" + addr + "/")
				if want.send > 0 {
					request.Body = make([]byte, want.send)
				}
				got, err := client.Send(t.Context(), request)
				if took := time.Since(begun); took > timeout+late {
					t.Errorf("took %s", took)
				}
				want.check(t, got, err)
			})
		}
	}
}

func (want expectation) check(t *testing.T, got outbound.Response, err error) {
	t.Helper()
	if want.kind == "" && err != nil {
		t.Fatalf("error %s, want status %d", describe(err), want.status)
	}
	if want.kind != "" {
		wantError(t, err, want.kind, want.words)
	}
	if got.Status != want.status || got.TooLarge != want.large {
		t.Errorf("status %d, too large %t; want %d, %t", got.Status, got.TooLarge, want.status, want.large)
	}
	if want.body != "" && string(got.Body) != want.body {
		t.Errorf("body %.60q (%d bytes), want %.60q (%d bytes)", got.Body, len(got.Body), want.body, len(want.body))
	}
	if len(got.Body) > outbound.DefaultMaxBody {
		t.Errorf("%d bytes kept", len(got.Body))
	}
	if got.Timings.Total <= 0 || !got.RemoteAddr.IsValid() {
		t.Errorf("timings %+v, remote address %s", got.Timings, got.RemoteAddr)
	}
}

// after reads the request, writes a beginning, then repeats the rest with a
// pause until the connection is gone.
func after(begin, rest string, pause time.Duration) func(net.Conn) {
	more := []byte(rest) // once: what a receiver costs must not look like our cost
	return func(conn net.Conn) {
		if readRequest(bufio.NewReader(conn)) != nil {
			return
		}
		_, err := io.WriteString(conn, begin)
		for err == nil && len(more) > 0 {
			_, err = conn.Write(more)
			time.Sleep(pause)
		}
		drain(conn)
	}
}

func slowReceivers() map[string]expectation {
	const pause = 10 * time.Millisecond
	timeout := func(handle func(net.Conn), words string, status int) expectation {
		return expectation{handle: handle, kind: outbound.KindTimeout, words: "timed out after 0.15 s: " + words, status: status}
	}
	return map[string]expectation{
		"hang":         timeout(after("", "", 0), "the server accepted the connection but did not answer", 0),
		"never reads":  timeout(func(conn net.Conn) { time.Sleep(short); drain(conn) }, "the server accepted", 0),
		"slow header":  timeout(after("HTTP/1.1 200 OK\r\n", "X-A: b\r\n", pause), "the server accepted", 0),
		"drip":         timeout(after("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", "x", pause), "the server began to answer but did not finish", 200),
		"drip forever": timeout(after("HTTP/1.1 200 OK\r\n\r\n", "x", pause), "the server began to answer", 200),
		"half a body":  timeout(after("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", "", 0), "the server began to answer", 200),
		"drip of 1xx":  timeout(after("", "HTTP/1.1 102 Processing\r\n\r\n", pause), "the server accepted", 0),
		// The body stays unread, and is larger than the socket's buffers.
		"never reads the body": {
			handle: func(conn net.Conn) {
				_, _ = http.ReadRequest(bufio.NewReaderSize(conn, 16))
				time.Sleep(10 * short)
			}, send: 8 << 20, kind: outbound.KindTimeout, words: "the server accepted",
		},
		"slow, but in time": {handle: func(conn net.Conn) {
			_ = readRequest(bufio.NewReader(conn))
			for _, part := range []string{"HTTP/1.1 200 OK\r\n", "Content-Length: 2\r\n\r\n", "o", "k"} {
				time.Sleep(pause)
				_, _ = io.WriteString(conn, part)
			}
		}, status: 200, body: "ok"},
		"answers before it has read the body": {
			handle: func(conn net.Conn) {
				_, _ = http.ReadRequest(bufio.NewReaderSize(conn, 16))
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
				drain(conn)
			}, send: 8 << 20, status: 200, body: "ok",
		},
	}
}

func breakingReceivers() map[string]expectation {
	reset := func(conn net.Conn) { _ = conn.(*net.TCPConn).SetLinger(0) }
	return map[string]expectation{
		"reset": {handle: func(conn net.Conn) {
			_ = readRequest(bufio.NewReader(conn))
			reset(conn)
		}, kind: outbound.KindReset, words: "connection reset by the server"},
		"reset within the body": {handle: func(conn net.Conn) {
			_ = readRequest(bufio.NewReader(conn))
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
			time.Sleep(short / 5)
			reset(conn)
		}, kind: outbound.KindReset, words: "connection reset by the server", status: 200, body: "hello"},
		"closes at once":           {handle: func(net.Conn) {}, kind: outbound.KindReset, words: "the server"},
		"closes without answering": {handle: script(""), kind: outbound.KindReset, words: "closed the connection without answering"},
		"closes within the header": {handle: script("HTTP/1.1 200 OK\r\nX-A: b\r\n"), kind: outbound.KindReset, words: "closed the connection without answering"},
		"closes within the body":   {handle: script("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"), kind: outbound.KindReset, words: "before its answer was complete", status: 200, body: "hello"},
		"closes within a chunk":    {handle: script("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"), kind: outbound.KindReset, words: "before its answer was complete", status: 200},
		"half-closes": {handle: func(conn net.Conn) {
			_ = readRequest(bufio.NewReader(conn))
			_ = conn.(*net.TCPConn).CloseWrite()
			drain(conn)
		}, kind: outbound.KindReset, words: "without answering"},
	}
}

func largeReceivers() map[string]expectation {
	const limit = outbound.DefaultMaxBody
	x := func(n int) string { return strings.Repeat("x", n) }
	sized := func(n int) string { return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", n) }
	tooLarge := func(handle func(net.Conn)) expectation {
		return expectation{handle: handle, status: 200, body: x(limit), large: true}
	}
	return map[string]expectation{
		"just fits":        {handle: script(sized(limit) + x(limit)), status: 200, body: x(limit)},
		"one byte more":    tooLarge(script(sized(limit+1) + x(limit+1))),
		"5 GB promised":    tooLarge(after(sized(5<<30)+x(1000), x(1000), 0)),
		"endless":          tooLarge(after("HTTP/1.1 200 OK\r\n\r\n", x(1000), 0)),
		"endless chunks":   tooLarge(after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "a\r\n"+x(10)+"\r\n", 0)),
		"endless header":   {handle: after("HTTP/1.1 200 OK\r\n", "X-A: "+x(100)+"\r\n", 0), kind: outbound.KindProtocol, words: "header is larger than 64 KB"},
		"huge header line": {handle: after("HTTP/1.1 200 OK\r\nX-A: ", x(1000), 0), kind: outbound.KindProtocol, words: "header is larger than 64 KB"},
		"header just over": {handle: script("HTTP/1.1 200 OK\r\nX-A: " + x(64<<10) + "\r\nContent-Length: 0\r\n\r\n"), kind: outbound.KindProtocol, words: "header is larger than 64 KB"},
		"header just fits": {handle: script("HTTP/1.1 200 OK\r\nX-A: " + x(60<<10) + "\r\nContent-Length: 0\r\n\r\n"), status: 200},
		"many headers":     {handle: script("HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 9_000) + "Content-Length: 0\r\n\r\n"), status: 200},
		"too many headers": {handle: script("HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 12_000) + "Content-Length: 0\r\n\r\n"), kind: outbound.KindProtocol, words: "header is larger than 64 KB"},
		"endless 1xx":      {handle: after("", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 0), kind: outbound.KindProtocol, words: "header is larger than 64 KB"},
		"some 1xx":         {handle: script("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + sized(2) + "ok"), status: 200, body: "ok"},
	}
}

// packed returns data as a gzip'd answer of which keep bytes are sent.
func packed(data string, keep func([]byte) []byte) string {
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	_, _ = io.WriteString(zw, data)
	_ = zw.Close()
	body := b.Bytes()
	if keep != nil {
		body = keep(body)
	}
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// bomb is an answer of megabytes of zeros, each packed into a kilobyte.
func bomb(megabytes int) string {
	zeros := make([]byte, 1<<20)
	var b bytes.Buffer
	zw, _ := flate.NewWriter(&b, flate.BestCompression) // the level is known
	_, _ = zw.Write(zeros)
	_ = zw.Flush()
	block := b.String()
	b.Reset()
	zw.Reset(&b)
	_ = zw.Close()
	sum := crc32.NewIEEE()
	for range megabytes {
		_, _ = sum.Write(zeros)
	}
	tail := binary.LittleEndian.AppendUint32(nil, sum.Sum32())
	tail = binary.LittleEndian.AppendUint32(tail, uint32(megabytes<<20))
	body := "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + strings.Repeat(block, megabytes) + b.String() + string(tail)
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

var gigabyte = sync.OnceValue(func() string { return bomb(1 << 10) })

// TestTheBombIsOne: without this, the test above would show nothing.
func TestTheBombIsOne(t *testing.T) {
	_, body, _ := strings.Cut(bomb(20), "\r\n\r\n")
	zr, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, zr); n != 20<<20 || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
}

func packedReceivers() map[string]expectation {
	const limit = outbound.DefaultMaxBody
	cut := func(b []byte) []byte { return b[:len(b)-6] }
	whole := packed(`{"id":"lead_1"}`, nil)
	raw := packed(`{"id":"lead_1"}`, cut)
	return map[string]expectation{
		"gzip":                    {handle: script(whole), status: 200, body: `{"id":"lead_1"}`},
		"gzip just fits":          {handle: script(packed(strings.Repeat("x", limit), nil)), status: 200, body: strings.Repeat("x", limit)},
		"gzip bomb":               {handle: script(packed(strings.Repeat("x", 5<<20), nil)), status: 200, body: strings.Repeat("x", limit), large: true},
		"gzip bomb of 1 GB":       {handle: script(gigabyte()), status: 200, large: true},
		"gzip twice":              {handle: script(strings.Replace(whole, "gzip", "gzip, gzip", 1)), status: 200, body: whole[strings.Index(whole, "\r\n\r\n")+4:]},
		"gzip, by its other name": {handle: script(strings.Replace(whole, "gzip", "X-GZip", 1)), status: 200, body: `{"id":"lead_1"}`},
		"gzip and then garbage":   {handle: script(packed(`{}`, func(b []byte) []byte { return append(b, "garbage"...) })), status: 200},
		"gzip cut off":            {handle: script(raw), status: 200, body: raw[strings.Index(raw, "\r\n\r\n")+4:]},
		"gzip of lies":            {handle: script("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"), status: 200, body: "hello"},
		"deflate of lies": {
			handle: script("HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: 5\r\n\r\nhello"), status: 200, body: "hello",
		},
		"large gzip of lies": {
			handle: script("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + strings.Repeat("x", limit+1)), status: 200,
			body: strings.Repeat("x", limit), large: true,
		},
	}
}

func oddReceivers() map[string]expectation {
	bad := func(answer, words string) expectation {
		return expectation{handle: script(answer), kind: outbound.KindProtocol, words: words}
	}
	return map[string]expectation{
		"more than promised":   {handle: script("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokay then"), status: 200, body: "ok"},
		"two lengths":          bad("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok", "Content-Length is malformed or given twice"),
		"negative length":      bad("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok", "Content-Length is malformed"),
		"bad status":           bad("HTTP/1.1 abc OK\r\n\r\n", "first line is malformed"),
		"bad version":          bad("HTTP/banana 200 OK\r\n\r\n", "first line is malformed"),
		"HTTP/0.9":             bad("<html>hello</html>\r\n\r\n", "first line is malformed"),
		"not HTTP at all":      bad("220 mail.example.com ESMTP\r\n", "first line is malformed"),
		"header without name":  bad("HTTP/1.1 200 OK\r\n: x\r\n\r\n", "header is malformed"),
		"header without colon": bad("HTTP/1.1 200 OK\r\nhello\r\n\r\n", "header is malformed"),
		"NUL in a header":      bad("HTTP/1.1 200 OK\r\nX-A: a\x00b\r\n\r\n", "header is malformed"),
		"TLS on a plain port":  bad("\x15\x03\x01\x00\x02\x02\x16", "speaks TLS on this port"),
		"bad chunk": {
			handle: script("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello"), kind: outbound.KindProtocol,
			words: "chunks are malformed", status: 200,
		},
		"switches protocols": {
			handle: after("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", "", 0),
			kind:   outbound.KindProtocol, words: "switched to another protocol (101)", status: 101,
		},
		"more after 101": {
			handle: after("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", "x", 0),
			kind:   outbound.KindProtocol, words: "switched to another protocol (101)", status: 101,
		},
		"101 without upgrade": {
			handle: after("HTTP/1.1 101 Switching Protocols\r\n\r\n", "", 0),
			kind:   outbound.KindProtocol, words: "switched to another protocol (101)", status: 101,
		},
		"length and chunks": {handle: script("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"), status: 200, body: "ok"},
		"unknown encoding":  bad("HTTP/1.1 200 OK\r\nTransfer-Encoding: banana\r\n\r\nok", "not valid HTTP"),
		"same length twice": {handle: script("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok"), status: 200, body: "ok"},
		"huge length":       bad("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nok", "Content-Length is malformed"),
		"status of four":    bad("HTTP/1.1 2000 OK\r\n\r\n", "first line is malformed"),
		"status of two":     bad("HTTP/1.1 20 OK\r\n\r\n", "first line is malformed"),
		"HTTP/1.0":          {handle: script("HTTP/1.0 200 OK\r\n\r\nok"), status: 200, body: "ok"},
		"no reason phrase":  {handle: script("HTTP/1.1 201\r\nContent-Length: 0\r\n\r\n"), status: 201},
		"redirect":          {handle: script("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"), status: 302},
		"no content":        {handle: script("HTTP/1.1 204 No Content\r\n\r\n"), status: 204},
	}
}
