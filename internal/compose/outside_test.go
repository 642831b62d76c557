package compose_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

// names is a name server that knows a few names, all of them inside but one.
type names map[string]string

func (n names) LookupNetIP(_ context.Context, _, name string) ([]netip.Addr, error) {
	if n[name] == "" {
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return []netip.Addr{netip.MustParseAddr(n[name])}, nil
}

// sendFilled fills in a template with what somebody said of themselves, and sends
// what comes of it. The error is compose's or outbound's.
func sendFilled(t *testing.T, client *outbound.Client, template hookline.Template, value string) (string, error) {
	t.Helper()
	attributes, err := json.Marshal(map[string]string{"it": value})
	if err != nil {
		t.Fatal(err)
	}
	if template.Method == "" {
		template.Method = "POST"
	}
	made, err := compose.New().Request(t.Context(), template, compose.Roots{Person: &hookline.Person{ID: "per_1", UserID: "u1", Attributes: attributes}})
	if err != nil {
		return "", err
	}
	request := outbound.Request{Method: made.Method, URL: made.URL, Body: made.Body}
	for _, h := range made.Headers {
		request.Header = append(request.Header, outbound.Header(h))
	}
	answer, err := client.Send(t.Context(), request)
	return string(answer.Body), err
}

// isFinal: an error that another try would meet again.
func isFinal(err error) bool {
	made, sent := (*compose.Error)(nil), (*outbound.Error)(nil)
	return errors.As(err, &made) || errors.As(err, &sent) && sent.Kind.Final()
}

// TestWhatIsFilledInOpensNothing: an address is judged as it is when everything is
// filled in, with every request. Nobody gets inside, nor splits a request, by
// what they say of themselves.
func TestWhatIsFilledInOpensNothing(t *testing.T) {
	var reached atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	t.Cleanup(server.Close)
	inside := strings.TrimPrefix(server.URL, "http://")
	client, err := outbound.New(outbound.Config{Resolver: names{"loop.example": "127.0.0.1", "meta.example": "169.254.169.254", "api.10.0.0.1.example": "10.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	_, port, _ := net.SplitHostPort(inside)
	for _, c := range []struct{ template, value string }{
		{"http://{{ customer.it }}/", inside},
		{"http://{{ customer.it }}/", "127.0.0.1"},
		{"http://{{ customer.it }}/", "localhost"},
		{"http://{{ customer.it }}/", "[::1]"},
		{"http://{{ customer.it }}/", "2130706433"},
		{"http://{{ customer.it }}/", "169.254.169.254/latest"},
		{"http://{{ customer.it }}:" + port + "/", "loop.example"},
		{"http://{{ customer.it }}/", "meta.example"},
		{"http://api.{{ customer.it }}.example/", "10.0.0.1"},
		{"http://api.example{{ customer.it }}/", "@" + inside},
		{"http://api.example{{ customer.it }}/", ".internal"},
		{"http://{{ customer.it }}.example/", inside + "/?"},
		{"http://{{ customer.it }}.example/", inside + "#"},
		{"http://{{ customer.it }}.example/", inside + "\\"},
		{"http://{{ customer.it }}.example/", "127.0.0.1 "},
		{"http://{{ customer.it }}.example/", "a\r\nHost: " + inside},
		{"http://{{ customer.it }}.example/", "a\x00"},
		{"http://{{ customer.it }}@" + inside + "/", "public.example"},
		{"{{ customer.it }}", server.URL},
		{"{{ customer.it }}", "http://ana:pass@" + inside + "/"},
		{"{{ customer.it }}", "file:///etc/passwd"},
		{"{{ customer.it }}", "gopher://" + inside + "/"},
		{"{{ customer.it }}", server.URL + "/\r\nX-Evil: 1"},
		{"{{ customer.it }}", " "},
		{"{{ customer.it }}/path", "//" + inside},
		{"http{{ customer.it }}", "://" + inside},
		{"http:/{{ customer.it }}", "/" + inside},
		{"http://api.example:{{ customer.it }}/", "80@" + inside},
		{"http://api.example:{{ customer.it }}/", "22"},
		{"http://api.example:{{ customer.it }}/", "99999"},
		{"http://loop.example:" + port + "/{{ customer.it }}", "x"},
	} {
		answer, err := sendFilled(t, client, hookline.Template{URL: c.template}, c.value)
		if !isFinal(err) {
			t.Errorf("%s with %q: %q, %v; want it refused for good", c.template, c.value, answer, err)
		}
	}
	// In the password's place it stays one, and the host is the template's.
	_, err = sendFilled(t, client, hookline.Template{URL: "http://user:{{ customer.it }}@api.example/"}, "x@"+inside+"/")
	if err == nil || !strings.Contains(err.Error(), "api.example does not exist") {
		t.Errorf("a password becomes a host: %v", err)
	}
	if reached.Load() != 0 {
		t.Errorf("the inside was reached %d times", reached.Load())
	}
}

// TestWhatIsFilledInSplitsNothing: a header's value may be whatever it may, but
// never more than one header; a name, none of HTTP's own.
func TestWhatIsFilledInSplitsNothing(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.Header.Write(w)
		_, _ = io.WriteString(w, r.URL.String())
	}))
	t.Cleanup(server.Close)
	client, err := outbound.New(outbound.Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	with := func(name, value string) hookline.Template {
		return hookline.Template{URL: server.URL + "/{{ customer.it }}?q={{ customer.it }}", Headers: []hookline.Header{{Name: name, Value: value}}}
	}
	for _, value := range []string{"a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\x00b", "a\x0bb", "a\x7fb", "a\x1b[31m", strings.Repeat("x", 9000)} {
		if answer, err := sendFilled(t, client, with("X-Name", "Dear {{ customer.it }}"), value); !isFinal(err) {
			t.Errorf("%q: %q, %v; want it refused for good", value, answer, err)
		}
	}
	for _, name := range []string{
		"Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "TE", "Trailer", "Upgrade", "Expect", "Proxy-Authorization", "Proxy-Connection",
		"proxy-anything", "HTTP2-Settings", "X Name", "X:Name", "X\r\nName", "X\x00", "Größe", "", strings.Repeat("x", 10_000),
	} {
		if answer, err := sendFilled(t, client, with(name, "1"), "ana"); !isFinal(err) {
			t.Errorf("%.40q: %q, %v; want it refused for good", name, answer, err)
		}
	}
	for value, want := range map[string]string{
		"Ana & Bo": "X-Name: Dear Ana & Bo\r\n", "  Ana  ": "X-Name: Dear   Ana\r\n", "Jürgen, 東京": "X-Name: Dear Jürgen, 東京\r\n", "a@b, c:d": "X-Name: Dear a@b, c:d\r\n",
	} {
		answer, err := sendFilled(t, client, with("X-Name", "Dear {{ customer.it }}"), value)
		if err != nil || !strings.Contains(answer, want) || strings.Contains(answer, "X-Evil") {
			t.Errorf("%q: %q, %v; want %q in it", value, answer, err, want)
		}
	}
	for value, want := range map[string]string{
		"a b": "/a%20b?q=a%20b", "../x?y#z": "/..%2Fx%3Fy%23z?q=..%2Fx%3Fy%23z", "a&b=c": "/a%26b%3Dc?q=a%26b%3Dc", "a\r\nHost: x": "/a%0D%0AHost%3A%20x?q=a%0D%0AHost%3A%20x",
	} {
		answer, err := sendFilled(t, client, with("X-A", "1"), value)
		if err != nil || !strings.HasSuffix(answer, want) {
			t.Errorf("%q: %q, %v; want it to end in %q", value, answer, err, want)
		}
	}
}
