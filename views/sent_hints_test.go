package views

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

// The words that mayHaveArrived looks for are outbound's: should they change there, this fails.
func TestHintsKnowTheWordsOfSending(t *testing.T) {
	release := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	halfway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush() // the test is about what the sender makes of it
		<-release
	}))
	hangsUp := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	t.Cleanup(func() {
		close(release)
		silent.Close()
		halfway.Close()
		hangsUp.Close()
	})
	for name, test := range map[string]struct {
		url     string
		arrived bool
	}{
		"no answer":      {silent.URL, true},
		"half an answer": {halfway.URL, true},
		"hung up":        {hangsUp.URL, true},
		"nobody there":   {"http://" + closedPort(t), false},
	} {
		t.Run(name, func(t *testing.T) {
			if reason := sendReason(t, test.url); mayHaveArrived(hookline.Attempt{Reason: reason}) != test.arrived {
				t.Errorf("%q: want it taken as arrived: %v", reason, test.arrived)
			}
		})
	}
}

func sendReason(t *testing.T, url string) string {
	t.Helper()
	client, err := outbound.New(outbound.Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_, err = client.Send(t.Context(), outbound.Request{Method: http.MethodPost, URL: url, Body: []byte("x"), Timeout: 200 * time.Millisecond})
	if err == nil {
		t.Fatal("there was an answer")
	}
	return err.Error()
}

// closedPort is an address where nothing listens any more.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // nothing was sent over it
	return l.Addr().String()
}
