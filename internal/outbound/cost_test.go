package outbound_test

import (
	"bufio"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hookline/internal/outbound"
)

// mostHeap is what one request to the worst of receivers may cost.
const mostHeap = 2 << 20

// TestNoReceiverCostsMuch counts every byte that is allocated for one request,
// also those that are given back at once; the receiver's own few are in it.
func TestNoReceiverCostsMuch(t *testing.T) { onBothWays(t, testNoReceiverCostsMuch) }

func testNoReceiverCostsMuch(t *testing.T, newClient maker) {
	var asked atomic.Int32
	for name, handle := range map[string]func(net.Conn){
		"endless body":      after("HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("x", 4096), 0),
		"endless chunks":    after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", 0),
		"5 GB promised":     after("HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n", strings.Repeat("x", 4096), 0),
		"endless chunk":     after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", strings.Repeat("x", 4096), 0),
		"endless header":    after("HTTP/1.1 200 OK\r\n", "X-A: "+strings.Repeat("x", 100)+"\r\n", 0),
		"endless line":      after("HTTP/1.1 ", strings.Repeat("2", 4096), 0),
		"endless 1xx":       after("", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 0),
		"gzip bomb, small":  script(packed(strings.Repeat("\x00", 9<<20), nil)),
		"gzip bomb of 1 GB": script(gigabyte()),
		"trickle":           after("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", "x", time.Millisecond),
		"header by trickle": after("HTTP/1.1 200 OK\r\nX-A: ", "x", time.Millisecond),
		"silence":           after("", "", 0),
		"redirect to metadata": func(conn net.Conn) {
			r := bufio.NewReader(conn)
			for readRequest(r) == nil {
				asked.Add(1)
				_, _ = io.WriteString(conn, "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/\r\nContent-Length: 0\r\n\r\n")
			}
		},
	} {
		addr := receive(t, handle)
		client := newClient(t, func(c *outbound.Config) { c.Timeout = short })
		allocated, kept := heap(func() { _, _ = client.Send(t.Context(), post("http://"+addr+"/")) })
		if allocated > mostHeap || kept > mostHeap {
			t.Errorf("%s: %d KB were allocated, %d KB are kept", name, allocated>>10, kept>>10)
		}
	}
	if asked.Load() != 1 {
		t.Errorf("after the redirect, %d requests", asked.Load())
	}
}

// heap counts what do allocates, and by how much the heap has grown afterwards.
func heap(do func()) (allocated, kept int64) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	do()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc), int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

// TestFourSeconds holds the time that is the default: whatever a receiver does, a
// request is over after it.
func TestFourSeconds(t *testing.T) { onBothWays(t, testFourSeconds) }

func testFourSeconds(t *testing.T, newClient maker) {
	t.Parallel()
	addr := receive(t, echo)
	_, port, _ := net.SplitHostPort(addr)
	full := fullBacklog(t, port)
	var running sync.WaitGroup
	for name, c := range map[string]struct {
		handle func(net.Conn) // behind a URL that begins with url
		url    string
		words  string
	}{
		"silence":         {handle: after("", "", 0), url: "http://", words: "did not answer"},
		"trickle":         {handle: after("HTTP/1.1 200 OK\r\n\r\n", "x", 50*time.Millisecond), url: "http://", words: "did not finish"},
		"header":          {handle: after("HTTP/1.1 200 OK\r\n", "A: b\r\n", 50*time.Millisecond), url: "http://", words: "did not answer"},
		"1xx":             {handle: after("", "HTTP/1.1 102 Processing\r\n\r\n", 50*time.Millisecond), url: "http://", words: "did not answer"},
		"no TLS":          {handle: drain, url: "https://", words: "did not finish the TLS handshake"},
		"no connection":   {url: "http://" + full + ":" + port + "/", words: "did not accept a connection"},
		"several of them": {url: "http://many.example:" + port + "/", words: full + " did not answer"},
		"no name":         {url: "http://hang.example/", words: "the name server did not answer"},
	} {
		url := c.url
		if c.handle != nil {
			url += receive(t, c.handle)
		}
		client := newClient(t, func(c *outbound.Config) {
			c.Timeout = 0
			c.Resolver = &names{answers: map[string][]answer{"hang.example": {{hang: true}}, "many.example": {{addrs: []string{full, full, full, full}}}}}
		})
		running.Go(func() {
			begun := time.Now()
			_, err := client.Send(t.Context(), post(url))
			wantError(t, err, outbound.KindTimeout, "timed out after 4 s: ")
			wantError(t, err, outbound.KindTimeout, c.words)
			if took := time.Since(begun); took < 4*time.Second || took > 4200*time.Millisecond+late {
				t.Errorf("%s took %s", name, took)
			}
		})
	}
	running.Wait()
}
