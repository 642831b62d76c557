package outbound_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"testing"

	"hookline/internal/outbound"
)

// TestANameThatCannotBeLookedUpMayBeSaved: it may come to be, and a form must not
// wait for a name server that is silent.
func TestANameThatCannotBeLookedUpMayBeSaved(t *testing.T) {
	client := newClient(t, func(c *outbound.Config) {
		c.Allow = nil
		c.Resolver = &names{answers: map[string][]answer{
			"empty.example": {{}}, "servfail.example": {{err: errors.New("server misbehaving")}},
			"timeout.example": {{err: &net.DNSError{IsTimeout: true}}}, "hang.example": {{hang: true}},
			"inside.example": {{addrs: []string{"10.0.0.1"}}},
		}}
	})
	for _, name := range []string{"unknown", "empty", "servfail", "timeout", "hang"} {
		ctx, cancel := context.WithTimeout(t.Context(), short)
		if err := client.CheckReach(ctx, "https://"+name+".example/"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := client.CheckProxy(ctx, "http://"+name+".example:3128"); err != nil {
			t.Errorf("%s as proxy: %v", name, err)
		}
		cancel()
	}
	wantError(t, client.CheckReach(t.Context(), "https://inside.example/"), outbound.KindRefused, "inside.example leads to 10.0.0.1")
	wantError(t, client.CheckReach(t.Context(), "https://"), outbound.KindInvalidURL, "names no host")
	wantError(t, client.CheckProxy(t.Context(), "http://inside.example:3128"), outbound.KindRefused, "inside.example leads to 10.0.0.1")
}

// TestOwnBinsNeedNoLookup: the instance need not know its own name.
func TestOwnBinsNeedNoLookup(t *testing.T) {
	resolver := &names{answers: map[string][]answer{"hookline.example.com": {{addrs: []string{"10.0.0.1"}}}}}
	client := newClient(t, func(c *outbound.Config) {
		c.Allow, c.Resolver = nil, resolver
		c.Own = outbound.Own{PublicURL: "https://hookline.example.com", Listen: "10.0.0.1:8080", Prefix: "/b/"}
	})
	if err := client.CheckReach(t.Context(), "https://hookline.example.com/b/abc"); err != nil || resolver.asked != 0 {
		t.Errorf("%v, asked %d times", err, resolver.asked)
	}
	wantError(t, client.CheckReach(t.Context(), "https://hookline.example.com/other"), outbound.KindRefused, "hookline.example.com leads to 10.0.0.1")
}

// TestWhatIsOpenIsTold, and the password of a proxy is not.
func TestWhatIsOpenIsTold(t *testing.T) {
	client := newClient(t, func(c *outbound.Config) { c.Proxy = "http://ana:s3cret@127.0.0.1:3128" })
	if got := client.Exceptions(); !slices.Equal(got, loopback) || client.Proxy() != "http://127.0.0.1:3128" {
		t.Errorf("open are %v, the proxy is %s", got, client.Proxy())
	}
	if err := client.CheckProxy(t.Context(), "http://ana:s3cret@127.0.0.1:3128"); err != nil {
		t.Errorf("the instance's own proxy: %v", err)
	}
	client = newClient(t, func(c *outbound.Config) { c.Allow = []netip.Prefix{netip.MustParsePrefix("10.1.2.3/8")} })
	if got := client.Exceptions(); len(got) != 1 || got[0].String() != "10.0.0.0/8" || client.Proxy() != "" {
		t.Errorf("open are %v, the proxy is %q", got, client.Proxy())
	}
	if _, err := outbound.New(outbound.Config{Proxy: "proxy.example.com"}); err == nil {
		t.Error("a client is made with a proxy that is none")
	}
}
