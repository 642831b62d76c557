package api

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestHealth(t *testing.T) {
	h := newHouse(t)
	check := func(method, path string, status int, body string) {
		t.Helper()
		a := h.do(method, path, "", nil)
		if a.status != status || a.body != body || a.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s: answered %d %s", method, path, a.status, a.body)
		}
	}
	const ok = `{"status":"ok","version":"1.2.3"}`
	check(http.MethodGet, "/healthz", 200, ok)
	check(http.MethodGet, "/readyz", 200, ok)
	check(http.MethodHead, "/readyz", 200, "")

	h.trouble = errors.New("disk full")
	check(http.MethodGet, "/healthz", 200, ok)
	h.refused(h.do(http.MethodGet, "/readyz", "", nil), 503, "unavailable", "Events cannot be stored just now.")
	if !strings.Contains(h.log.String(), "disk full") {
		t.Errorf("the log does not tell the cause: %s", h.log)
	}
	h.refused(h.post("/healthz", ""), 405, "method_not_allowed", "This path does not take this method. Use GET, HEAD.")
}
