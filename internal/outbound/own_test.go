package outbound_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hookline/internal/outbound"
)

// instance runs a stand-in for Hookline itself that says which host and path it
// was asked for, and returns its port.
func instance(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.Host + r.URL.Path))
	}))
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func ownClient(t *testing.T, newClient maker, listen, public string) *outbound.Client {
	return newClient(t, func(c *outbound.Config) {
		c.Allow = nil
		c.Resolver = &names{answers: map[string][]answer{"hookline.example.com": {{addrs: []string{"10.0.0.1"}}}}}
		c.Own = outbound.Own{PublicURL: public, Listen: listen, Prefix: "/b/"}
	})
}

func TestOwnBinsAreReached(t *testing.T) { onBothWays(t, testOwnBinsAreReached) }

func testOwnBinsAreReached(t *testing.T, newClient maker) {
	port := instance(t)
	for _, listen := range []string{"127.0.0.1:" + port, ":" + port, "0.0.0.0:" + port} {
		client := ownClient(t, newClient, listen, "https://Hookline.example.com/")
		for url, want := range map[string]string{
			"https://hookline.example.com/b/abc":          "hookline.example.com/b/abc",
			"https://hookline.example.com:443/b/abc/x?y":  "hookline.example.com/b/abc/x",
			"http://127.0.0.1:" + port + "/b/abc/":        "127.0.0.1:" + port + "/b/abc/",
			"http://localhost:" + port + "/b/abc":         "localhost:" + port + "/b/abc",
			"http://user:pass@LOCALHOST:" + port + "/b/a": "localhost:" + port + "/b/a",
		} {
			if _, err := client.CheckURL(url); err != nil {
				t.Errorf("%s on %s: %v", url, listen, err)
			}
			got, err := client.Send(t.Context(), post(url))
			if err != nil || string(got.Body) != want {
				t.Errorf("%s on %s: %q, %s; want %q", url, listen, got.Body, describe(err), want)
			}
		}
	}
}

func TestOtherPathsOfTheInstanceAreNot(t *testing.T) {
	onBothWays(t, testOtherPathsOfTheInstanceAreNot)
}

func testOtherPathsOfTheInstanceAreNot(t *testing.T, newClient maker) {
	port := instance(t)
	client := ownClient(t, newClient, "127.0.0.1:"+port, "https://hookline.example.com")
	for _, path := range []string{
		"", "/", "/b", "/b/", "/bins", "/api/v1/sources", "/b/../api", "/b/x/../../api", "/b/./x", "/b//x", "//b/x",
		"/b/%2e%2e/api", "/b/..%2fapi", "/b/x%2f..%2f..%2fapi", "/b/%5c..", "/b/x;/../y", "/B/x", "/b/x//",
	} {
		for _, origin := range []string{"http://127.0.0.1:" + port, "http://localhost:" + port, "https://hookline.example.com"} {
			got, err := client.Send(t.Context(), post(origin+path))
			if err == nil {
				t.Errorf("%s%s was sent: %q", origin, path, got.Body)
				continue
			}
			wantError(t, err, outbound.KindRefused, "webhooks may only go to public addresses")
		}
	}
}

// TestOtherOriginsAreNotTheInstance: the bins' path opens no other port, scheme
// or host.
func TestOtherOriginsAreNotTheInstance(t *testing.T) {
	onBothWays(t, testOtherOriginsAreNotTheInstance)
}

func testOtherOriginsAreNotTheInstance(t *testing.T, newClient maker) {
	port := instance(t)
	client := ownClient(t, newClient, "127.0.0.1:"+port, "https://hookline.example.com")
	for _, url := range []string{
		"http://hookline.example.com/b/x", "https://hookline.example.com:8443/b/x", "https://127.0.0.1:" + port + "/b/x",
		"http://127.0.0.1:1/b/x", "http://127.0.0.2:" + port + "/b/x", "http://x.localhost:" + port + "/b/x",
	} {
		_, err := client.Send(t.Context(), post(url))
		wantError(t, err, outbound.KindRefused, "webhooks may only go to public addresses")
	}
}

func TestOwnMustMakeSense(t *testing.T) {
	for want, own := range map[string]outbound.Own{
		"prefix":         {Listen: "127.0.0.1:80", Prefix: "b"},
		"slash":          {Listen: "127.0.0.1:80", Prefix: "/"},
		"listen address": {Listen: "127.0.0.1", Prefix: "/b/"},
		"public URL":     {Listen: "127.0.0.1:80", Prefix: "/b/", PublicURL: "hookline.example.com"},
	} {
		if _, err := outbound.New(outbound.Config{Own: own}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", own, err, want)
		}
	}
}
