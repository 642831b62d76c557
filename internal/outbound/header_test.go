package outbound

import (
	"errors"
	"strings"
	"testing"
)

func TestCheckHeader(t *testing.T) {
	for _, good := range []Header{
		{"Content-Type", "application/json; charset=utf-8"},
		{"X-Empty", ""},
		{"x-tab", "a\tb"},
		{"X-Name", "Jürgen 東京"},
		{"Authorization", "Bearer abc"},
		{"Cookie", "a=b"},
		{"Accept-Encoding", "gzip"},
		{"!#$%&'*+-.^_`|~9", "odd, but a token"},
		{"Hosts", "not Host"},
		{"Proxy", "no prefix of Proxy-"},
	} {
		if err := CheckHeader(good.Name, good.Value); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for want, list := range map[string][]Header{
		"no name":               {{"", "x"}},
		"longer than 256":       {{strings.Repeat("a", 10_000), "x"}},
		"longer than 8,192":     {{"X-A", strings.Repeat("a", 8_193)}},
		"letters, digits":       {{"X A", ""}, {"X:A", ""}, {"X\r\nA", ""}, {"X\x00", ""}, {"Größe", ""}, {" X", ""}},
		"line break or control": {{"X-A", "a\r\nB: c"}, {"X-A", "a\nb"}, {"X-A", "\r"}, {"X-A", "a\x00"}, {"X-A", "\x7f"}, {"X-A", "\x1b[0m"}},
		"connection itself": {
			{"Host", "a.example"},
			{"host", ""},
			{"CONTENT-LENGTH", "3"},
			{"Transfer-Encoding", "chunked"},
			{"Connection", "close"},
			{"Keep-Alive", "5"},
			{"te", "trailers"},
			{"Trailer", "X"},
			{"Upgrade", "h2c"},
			{"HTTP2-Settings", ""},
			{"Proxy-Authorization", "x"},
			{"proxy-connection", "x"},
			{"Expect", "100-continue"},
		},
	} {
		for _, bad := range list {
			err := CheckHeader(bad.Name, bad.Value)
			var problem *Error
			if !errors.As(err, &problem) || problem.Kind != KindInvalidHeader || !strings.Contains(problem.Message, want) {
				t.Errorf("%.40q: %v, want %q", bad, err, want)
			}
		}
	}
}

func TestCheckHeaderHidesValues(t *testing.T) {
	for _, value := range []string{"Bearer hunter2\n", "hunter2" + strings.Repeat("x", 9_000)} {
		if err := CheckHeader("Authorization", value); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v, want an error without the value", err)
		}
	}
}

func TestTooManyHeaders(t *testing.T) {
	request := Request{Method: "POST", Header: make([]Header, 101)}
	for i := range request.Header {
		request.Header[i].Name = "X-A"
	}
	if err := request.check(); err == nil {
		t.Error("101 headers are taken")
	}
	request.Header = request.Header[:100]
	if err := request.check(); err != nil {
		t.Error(err)
	}
}

func TestCheckMethod(t *testing.T) {
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		if err := CheckMethod(method); err != nil {
			t.Errorf("%s: %v", method, err)
		}
	}
	for _, method := range []string{"", "get", "CONNECT", "TRACE", "POST ", "PO\r\nST", "PRI"} {
		if CheckMethod(method) == nil {
			t.Errorf("%q is taken", method)
		}
	}
}
