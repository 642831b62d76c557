package api

import (
	"net/http"
	"testing"

	"hookline/internal/hookline"
)

func TestTheRegionOfADestination(t *testing.T) {
	o := newOffice(t)
	path := "/destinations/" + o.make("/destinations", `{"name":"CRM"}`)
	change := func(body string) call1 {
		return call1{method: http.MethodPatch, path: path, body: body, as: hookline.Editor}
	}
	if fields := o.refused(change(`{"region":"eu"}`), http.StatusUnprocessableEntity, "invalid"); fields["region"] == nil {
		t.Errorf("wrong are %v", fields)
	}
	regions := []hookline.Region{{Name: "eu", IPs: []string{"203.0.113.7"}, Proxy: "http://ana:s3cret@proxy.example.com:3128"}}
	good(t, o.store.SetSetting(t.Context(), hookline.SettingAddresses, hookline.WriteRegions(regions)))
	for _, body := range []string{`{"region":"eu"}`, `{"name":"Other name"}`} {
		if got := o.made(change(body)); got["region"] != "eu" || got["proxy"] != "" {
			t.Errorf("%s: %v", body, got)
		}
	}
	if got := o.made(change(`{"region":""}`))["region"]; got != "" {
		t.Errorf("taken away, it is %v", got)
	}
}
