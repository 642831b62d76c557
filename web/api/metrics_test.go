package api

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestMetrics(t *testing.T) {
	h := newHouse(t)
	h.taken(h.post("/v1/track", `{"userId":"u","event":"E","messageId":"m1"}`))
	h.taken(h.post("/v1/batch", `{"batch":[{"type":"page","userId":"u"},{"type":"page"},{"type":"track","userId":"u","event":"E","messageId":"m1"}]}`))
	h.refused(h.do(http.MethodPost, "/v1/track", `{}`, map[string]string{"Authorization": basic("no such key")}), 401, "unauthorized", unknownKey)

	a := h.do(http.MethodGet, "/metrics", "", map[string]string{"Authorization": ""})
	if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") || a.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("answered %d %v", a.status, a.header)
	}
	for _, line := range []string{
		`hookline_calls_total{status="200"} 2`,
		`hookline_calls_total{status="401"} 1`,
		`hookline_events_total{result="accepted",source="src_1"} 2`,
		`hookline_events_total{result="duplicate",source="src_1"} 1`,
		`hookline_events_total{result="rejected",source="src_1"} 1`,
		`hookline_deliveries_owed{state="queued"} 3`,
	} {
		if !strings.Contains(a.body, line+"\n") {
			t.Errorf("%s is missing in\n%s", line, a.body)
		}
	}
	h.refused(h.post("/metrics", ""), 405, "method_not_allowed", "This path does not take this method. Use GET, HEAD.")

	h.trouble = errors.New("disk full")
	if a := h.do(http.MethodGet, "/metrics", "", nil); a.status != http.StatusOK || !strings.Contains(a.body, "hookline_calls_total") {
		t.Errorf("with a store in trouble it answered %d %s", a.status, a.body)
	}
}

func TestWhoMayReadMetrics(t *testing.T) {
	h := newHouse(t)
	for name, test := range map[string]struct {
		peer, host, header, value string
		status                    int
	}{
		"this machine":                {"127.0.0.1:5000", "127.0.0.1:8080", "", "", 200},
		"this machine by name":        {"127.0.0.1:5000", "LOCALHOST:8080", "", "", 200},
		"this machine, IPv6":          {"[::1]:5000", "[::1]:8080", "", "", 200},
		"this machine, without port":  {"[::1]:5000", "[::1]", "", "", 200},
		"this machine, mapped":        {"[::ffff:127.0.0.1]:5000", "127.0.0.1", "", "", 200},
		"another machine":             {"10.0.0.7:5000", "127.0.0.1:8080", "", "", 401},
		"no address":                  {"@", "localhost", "", "", 401},
		"a page with a bent name":     {"127.0.0.1:5000", "evil.example:8080", "", "", 401},
		"a proxy here":                {"127.0.0.1:5000", "127.0.0.1:8080", "X-Forwarded-For", "127.0.0.1", 401},
		"a proxy here, newer":         {"127.0.0.1:5000", "127.0.0.1:8080", "Forwarded", "for=127.0.0.1", 401},
		"a proxy that keeps the host": {"127.0.0.1:5000", "hooks.example.com", "", "", 401},
		"a token from elsewhere":      {"10.0.0.7:5000", "hooks.example.com", "Authorization", "bearer hkt_good", 200},
		"a wrong token":               {"10.0.0.7:5000", "hooks.example.com", "Authorization", "Bearer hkt_bad", 401},
		"a wrong token from here":     {"127.0.0.1:5000", "localhost", "Authorization", "Bearer hkt_bad", 401},
		"a write key":                 {"10.0.0.7:5000", "hooks.example.com", "Authorization", basic(website.WriteKey), 401},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
			r.RemoteAddr, r.Host = test.peer, test.host
			if test.header != "" {
				r.Header.Set(test.header, test.value)
			}
			w := httptest.NewRecorder()
			h.server.Config.Handler.ServeHTTP(w, r)
			if w.Code != test.status || test.status == 401 && strings.Contains(w.Body.String(), "hookline_") {
				t.Errorf("answered %d, want %d", w.Code, test.status)
			}
		})
	}
}

func TestMetricsWithoutTokens(t *testing.T) {
	a := &API{}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
	r.RemoteAddr = "10.0.0.7:5000"
	r.Header.Set("Authorization", "Bearer ")
	if a.mayScrape(r) == nil {
		t.Error("an empty token opened the metrics")
	}
}
