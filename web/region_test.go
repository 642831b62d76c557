package web

import (
	"context"
	"testing"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

const regionProxy = "http://ana:s3cret@proxy.example.com:3128"

func TestTheProxyOfARegion(t *testing.T) {
	s := newSite(t, nil)
	a, v := s.as(admin), s.as(viewer)
	const path = addressesPath + "/edit"
	kept := func() string {
		t.Helper()
		setting, err := s.store.Setting(t.Context(), hookline.SettingAddresses)
		if err != nil {
			t.Fatal(err)
		}
		return setting
	}
	a.post(path, form("region", "eu", "ips", "203.0.113.7", "proxy", "http://10.0.0.1:3128", "was", "")).
		want(t, 422, `id="field-proxy.0-error"`, "10.0.0.1 is a private address")
	a.post(path, form("region", "eu", "ips", "203.0.113.7", "proxy", "proxy.example.com", "was", "")).want(t, 422, "with its port")
	a.post(path, form("region", "eu", "ips", "203.0.113.7", "proxy", regionProxy, "was", "")).wantRedirect(t, addressesPath)
	before := kept()
	v.get(addressesPath).want(t, 200, "Requests leave through the proxy", "http://proxy.example.com:3128", "!s3cret")
	a.get(path).want(t, 200, `value="http://proxy.example.com:3128"`, "which is not shown", "!s3cret")
	a.post(path, form("region", "eu", "ips", "203.0.113.7", "proxy", "http://proxy.example.com:3128", "was", "eu")).wantRedirect(t, addressesPath)
	if kept() != before {
		t.Errorf("what was left as it is became %s", kept())
	}
	a.get("/settings/audit").want(t, 200, "!s3cret")

	d := s.destination(hookline.Destination{})
	page := destinationPath(d.ID)
	e := s.as(editor)
	e.get(page+"/edit").want(t, 200, "Leave from", "Region eu, through http://proxy.example.com:3128", "!s3cret")
	e.post(page+"/edit", wayForm("region", "us")).want(t, 422, "<details open>", `id="field-region-error"`, "There is no such region.")
	e.post(page+"/edit", wayForm("region", "eu")).wantRedirect(t, page)
	v.get(page).want(t, 200, "Leaves from", "Region eu: 203.0.113.7", "That of its region, http://proxy.example.com:3128.", "!s3cret")
	v.get(addressesPath).want(t, 200, "Used by "+d.Name)

	for _, c := range []string{"", "europe"} { // removed, renamed
		ips := map[string]string{"": "", "europe": "203.0.113.7"}[c]
		a.post(path, form("region", c, "ips", ips, "proxy", "", "was", "eu")).
			want(t, 422, `id="field-region.0-error"`, "Requests to “"+d.Name+"” leave from “eu”.")
	}
	a.post(path, form("region", "us", "ips", "203.0.113.8")).want(t, 422, "leave from “eu”.") // the form did not know it
	if kept() != before {
		t.Errorf("a region in use became %s", kept())
	}
	e.post(page+"/edit", wayForm("region", "")).wantRedirect(t, page)
	a.post(path, form("region", "", "ips", "", "proxy", "", "was", "eu")).wantRedirect(t, addressesPath)
}

// noting keeps the last request that it was given to send.
type noting struct{ last outbound.Request }

func (n *noting) Send(_ context.Context, q outbound.Request) (outbound.Response, error) {
	n.last = q
	return outbound.Response{}, context.DeadlineExceeded
}

func TestAddressesAreCheckedFromARegion(t *testing.T) {
	sender := &noting{}
	s := newSite(t, func(c *Config) { c.Sender = sender })
	regions := []hookline.Region{{Name: "eu", IPs: []string{"203.0.113.7"}, Proxy: regionProxy}}
	if err := s.store.SetSetting(t.Context(), hookline.SettingAddresses, hookline.WriteRegions(regions)); err != nil {
		t.Fatal(err)
	}
	bin, err := s.store.CreateBin(t.Context(), hookline.Bin{Name: "Mine", Script: hookline.NewBinScript()})
	if err != nil {
		t.Fatal(err)
	}
	e := s.as(editor)
	e.get(addressesPath).want(t, 200, "Leave from", `value="eu"`)
	e.post(addressesPath+"/check", form("bin", bin.ID, "region", "eu")).want(t, 200, "Nothing was seen", "!s3cret")
	if sender.last.Proxy != regionProxy || !sender.last.Outside {
		t.Errorf("it went %+v", sender.last)
	}
	e.post(addressesPath+"/check", form("bin", bin.ID, "region", "")).want(t, 200, "Nothing was seen")
	if sender.last.Proxy != "" || sender.last.Outside {
		t.Errorf("as usual it went %+v", sender.last)
	}
	e.post(addressesPath+"/check", form("bin", bin.ID, "region", "us")).want(t, 404)
}
