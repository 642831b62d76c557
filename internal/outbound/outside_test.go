package outbound_test

import (
	"testing"

	"hookline/internal/outbound"
)

// TestOutside: an own bin is reached through the proxy when that is asked for,
// and judged like anybody's address.
func TestOutside(t *testing.T) {
	m := newMiddleman(t, "")
	resolver := publicNames()
	resolver.answers["hookline.example.com"] = []answer{{addrs: []string{"93.184.215.14"}}}
	client := newClient(t, func(c *outbound.Config) {
		c.Resolver = resolver
		c.Own = outbound.Own{PublicURL: "http://hookline.example.com", Listen: "127.0.0.1:" + instance(t), Prefix: "/b/"}
	})
	for outside, want := range map[bool]string{true: "proxied", false: "hookline.example.com/b/abc"} {
		request := post("http://hookline.example.com/b/abc")
		request.Outside, request.Proxy = outside, "http://"+m.addr
		if got, err := client.Send(t.Context(), request); err != nil || string(got.Body) != want {
			t.Errorf("outside %t: %q, %s", outside, got.Body, describe(err))
		}
	}
	inside := post("http://10.0.0.1/b/abc")
	inside.Outside = true
	_, err := client.Send(t.Context(), inside)
	wantError(t, err, outbound.KindRefused, "10.0.0.1 is a private address")
}
