package delivery

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

// listener counts the requests that come to it, and answers each.
func listener(t *testing.T) (addr string, asked chan string, stop func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	asked = make(chan string, 10)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				asked <- r.Method + " " + r.RequestURI
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
			}
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String(), asked, func() { _ = l.Close() }
}

// TestARegionsProxy sends through real connections: what leaves from a region
// goes through its proxy, and nothing goes out directly when that is down or the
// region is not there.
func TestARegionsProxy(t *testing.T) {
	receiver, direct, _ := listener(t)
	proxy, through, stop := listener(t)
	client, err := outbound.New(outbound.Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, AnyPort: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	m := newMemory(1, func(int) string { return "dst" })
	e := New(m, client, Config{}, slog.New(slog.DiscardHandler))
	o := *m.owed["dlv_00000"]
	o.Request.URL = "http://" + receiver + "/hook"
	send := func(region string) hookline.Finished {
		d := m.routing.Destinations["dst"]
		d.Region = region
		m.routing.Destinations["dst"] = d
		f, _ := e.try(t.Context(), o, &m.routing)
		return f
	}
	m.routing.Regions = []hookline.Region{{Name: "eu", Proxy: "http://" + proxy}, {Name: "us"}}
	if f := send("eu"); f.Outcome.State != hookline.StateDelivered || len(direct) != 0 {
		t.Fatalf("through eu: %+v, %d went out directly", f.Outcome, len(direct))
	}
	if got := <-through; got != "POST http://"+receiver+"/hook" {
		t.Errorf("the proxy was asked %s", got)
	}
	if f := send("us"); f.Outcome.State != hookline.StateDelivered || len(direct) != 1 || len(through) != 0 {
		t.Errorf("from us: %+v, %d directly, %d through the proxy", f.Outcome, len(direct), len(through))
	}
	<-direct
	stop()
	for region, words := range map[string]string{"eu": "proxy cannot be reached", "asia": "“asia”"} {
		f := send(region)
		if f.Outcome.State != hookline.StateRetrying || !strings.Contains(f.Outcome.Reason, words) {
			t.Errorf("%s: %+v", region, f.Outcome)
		}
	}
	if len(direct) != 0 {
		t.Errorf("%s went out directly", <-direct)
	}
}
