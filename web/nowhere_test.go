package web

import (
	"net/http"
	"strings"
	"testing"
)

func TestKnownAddressesRefuseOtherMethods(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(viewer)
	for _, test := range []struct{ method, path, allow string }{
		{"POST", "/sources/src_1/debugger", "GET, HEAD"},
		{"PUT", "/sources", "GET, HEAD"},
		{"DELETE", "/sources/new", "GET, HEAD, POST"},
		{"GET", "/settings/ip-addresses/check", "POST"},
		{"GET", "/logout", "POST"},
		{"POST", "/", "GET, HEAD"},
	} {
		got := b.do(test.method, test.path, strings.NewReader(""))
		got.want(t, http.StatusMethodNotAllowed, "does not take "+test.method, `aria-label="Main"`)
		if allow := got.Header().Get("Allow"); allow != test.allow {
			t.Errorf("%s %s: allowed is %q, want %q", test.method, test.path, allow, test.allow)
		}
	}
	s.as(anyone).do("PUT", "/sources", nil).want(t, http.StatusMethodNotAllowed, `!aria-label="Main"`)
	b.htmx().do("PUT", "/sources", nil).want(t, http.StatusMethodNotAllowed, "!<html")
	b.do("PUT", "/no/such", nil).want(t, http.StatusNotFound)
}
