package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/requestbin"
)

// wire carries requests straight to a handler, as if they came from an address.
type wire struct {
	handler http.Handler
	from    string
	err     error
}

func (c *wire) Send(ctx context.Context, q outbound.Request) (outbound.Response, error) {
	if c.err != nil {
		return outbound.Response{}, c.err
	}
	r := httptest.NewRequestWithContext(ctx, q.Method, q.URL, nil)
	r.RemoteAddr = c.from
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	return outbound.Response{Status: w.Code}, nil
}

func addressForm(pairs ...string) url.Values { return form(pairs...) }

func TestAddressesAreListedEditedAndRead(t *testing.T) {
	s := newSite(t, nil)
	const path = "/settings/ip-addresses"
	a, v := s.as(admin), s.as(viewer)
	v.get(path).want(t, 200, "No address is listed yet", "!List addresses", "Retry-After", "three hours")
	a.get(path).want(t, 200, "List addresses")
	s.as(editor).get(path+"/edit").want(t, 403)
	s.as(editor).post(path+"/edit", nil).want(t, 403)
	a.get(path+"/edit").want(t, 200, `value="default"`)

	a.post(path+"/edit", addressForm("region", "default", "ips", "203.0.113.7\r\nexample.com<b>", "region", "d e", "ips", "198.51.100.1", "region", "eu", "ips", "")).
		want(t, 422, "Line 2: “example.com&lt;b&gt;” is no IP address", "letters a to z", "List at least one address", `id="field-ips.0"`, `href="#field-ips.0"`, "203.0.113.7", "!com<b>")
	a.post(path+"/edit", addressForm("region", "default", "ips", "203.0.113.7", "region", "Default", "ips", "203.0.113.8")).want(t, 422, "There is a region of this name above")
	a.post(path+"/edit", addressForm("region", "default", "ips", "203.0.113.7\r\n198.51.100.0/24\r\n", "region", "eu", "ips", "2001:db8::1", "region", "", "ips", " ")).wantRedirect(t, path)
	v.get(path).want(t, 200, "Region default", "203.0.113.7\n198.51.100.0/24", "Region eu", "https://hooks.example.com/v1/info/ip_addresses?region=eu", "Copy all addresses", "!"+path+"/edit")
	a.get(path).want(t, 200, path+"/edit")
	a.get(path+"/edit").want(t, 200, "203.0.113.7\n198.51.100.0/24", "2001:db8::1", "Another region")
	a.post(path+"/edit", addressForm("region", "", "ips", "", "region", "eu", "ips", "2001:db8::1")).wantRedirect(t, path)
	v.get(path).want(t, 200, "!Region default", "Region eu")
	v.get("/settings").want(t, 200, `href="`+path+`"`)
}

func TestAddressesAreCheckedThroughABin(t *testing.T) {
	line := &wire{from: "203.0.113.7:4711"}
	s := newSite(t, func(c *Config) {
		c.Sender = line
		c.Receiver = requestbin.New(c.Store.(requestbin.Store), slog.New(slog.DiscardHandler))
	})
	line.handler = s.handler
	const path = "/settings/ip-addresses"
	e := s.as(editor)
	e.get(path).want(t, 200, "There is no bin to send to", "/bins/new")
	bin, err := s.store.CreateBin(t.Context(), hookline.Bin{Name: "Mine", Script: hookline.NewBinScript()})
	if err != nil {
		t.Fatal(err)
	}
	check := form("bin", bin.ID)
	s.as(support).get(path).want(t, 200, "Editors and administrators can send", "!Send a request")
	s.as(support).post(path+"/check", check).want(t, 403)

	seen := e.post(path+"/check", check)
	seen.want(t, 200, "The bin saw 203.0.113.7", "is not on the list. Receivers", "/bins/"+bin.ID+"/requests/brq_")
	s.as(admin).post(path+"/edit", form("region", "default", "ips", "203.0.113.0/24")).wantRedirect(t, path)
	e.post(path+"/check", check).want(t, 200, "This address is on the list")
	line.from = "127.0.0.1:4711"
	e.post(path+"/check", check).want(t, 200, "The bin saw 127.0.0.1", "inside address")
	line.handler = says("somebody else")
	e.post(path+"/check", check).want(t, 200, "Nothing was seen", "not by the bin")
	line.err = context.DeadlineExceeded
	e.post(path+"/check", check).want(t, 200, "did not reach the bin")
	e.post(path+"/check", form("bin", "bin_none")).want(t, 404)

	list, err := s.store.ListBinRequests(t.Context(), bin.ID, hookline.Cursor{})
	if err != nil || len(list.Rows) != 3 || !strings.Contains(list.Rows[0].Path, "?check=") {
		t.Fatalf("%+v, %v", list, err)
	}
	e.get("/bins/"+bin.ID+"/requests/"+list.Rows[2].ID).want(t, 200, "From", "203.0.113.7")
}
