package api

import (
	"errors"
	"net/http"
	"testing"

	"hookline/internal/hookline"
)

func TestAddresses(t *testing.T) {
	h := newHouse(t)
	ask := func(query, want string) {
		t.Helper()
		a := h.do(http.MethodGet, "/v1/info/ip_addresses"+query, "", map[string]string{"Authorization": "", "Origin": "https://firewall.example"})
		if a.status != 200 || a.body != want+"\n" || a.header.Get("Content-Type") != "application/json" || a.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: answered %d %s %v", query, a.status, a.body, a.header)
		}
	}
	ask("", `{"ips":[]}`)
	h.settings = map[string]string{hookline.SettingAddresses: `[{"name":"default","ips":["203.0.113.7","198.51.100.0/24"]},{"name":"eu","ips":["203.0.113.7","2001:db8::1"],"proxy":"http://ana:s3cret@proxy.example.com:3128"}]`}
	ask("", `{"ips":["203.0.113.7","198.51.100.0/24","2001:db8::1"]}`)
	ask("?region=EU", `{"ips":["203.0.113.7","2001:db8::1"]}`)
	h.refused(h.do(http.MethodGet, "/v1/info/ip_addresses?region=mars", "", nil), 404, "not_found", "There is no such region. It may have been deleted.")
	h.refused(h.post("/v1/info/ip_addresses", ""), 405, "method_not_allowed", "This path does not take this method. Use GET, HEAD.")
	if a := h.do(http.MethodOptions, "/v1/info/ip_addresses", "", nil); a.status != 204 || a.header.Get("Access-Control-Allow-Methods") != "GET, HEAD, OPTIONS" {
		t.Errorf("preflight: %d %v", a.status, a.header)
	}
	h.trouble = errors.New("disk is gone")
	if a := h.do(http.MethodGet, "/v1/info/ip_addresses", "", nil); a.status != 500 {
		t.Errorf("with trouble: %d %s", a.status, a.body)
	}
}
