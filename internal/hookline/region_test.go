package hookline

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
)

func TestParseRegion(t *testing.T) {
	region, err := ParseRegion(" EU ", "203.0.113.7\r\n\r\n 2001:DB8::1 \n203.0.113.7\n198.51.100.0/24\n::ffff:192.0.2.1", " http://ana:s3cret@proxy.example.com:3128 ")
	if err != nil || region.Name != "eu" || region.Proxy != "http://ana:s3cret@proxy.example.com:3128" || !slices.Equal(region.IPs, []string{"203.0.113.7", "2001:db8::1", "198.51.100.0/24", "192.0.2.1"}) {
		t.Errorf("read %+v, %v", region, err)
	}
	for _, test := range []struct{ name, lines, proxy, field, says string }{
		{"", "", "", "name", "Give the region a name"},
		{"e u", "", "", "name", "letters a to z"},
		{"eu", "203.0.113.7\nexample.com", "", "ips", "Line 2: “example.com” is no IP address"},
		{"eu", "203.0.113.7/24", "", "ips", "Write 203.0.113.0/24"},
		{"eu", "fe80::1%eth0", "", "ips", "is no IP address"},
		{"eu", "0.0.0.0", "", "ips", "every address"},
		{"eu", "1.2.3.4 5.6.7.8", "", "ips", "is no IP address"},
		{"eu", strings.Repeat("x", 500), "", "ips", "is no IP address"},
		{"eu", "", "https://proxy.example.com:3128", "proxy", "must begin with http://"},
		{"eu", "", "http://proxy.example.com", "proxy", "with its port"},
	} {
		_, err := ParseRegion(test.name, test.lines, test.proxy)
		e, ok := err.(*Error) //nolint:errorlint // it is made here
		if !ok || !strings.Contains(e.Fields[test.field], test.says) {
			t.Errorf("%q %q: %v, want %q at %s", test.name, test.lines, err, test.says, test.field)
		}
	}
}

func TestRegionsAreKeptAndAsked(t *testing.T) {
	regions := []Region{
		{Name: "default", IPs: []string{"203.0.113.7", "198.51.100.0/24"}},
		{Name: "eu", IPs: []string{"203.0.113.7", "2001:db8::1"}, Proxy: "http://ana:s3cret@proxy.example.com:3128"},
	}
	read, err := ReadRegions(WriteRegions(regions))
	if err != nil || len(read) != 2 || read[1].Proxy != regions[1].Proxy || !slices.Equal(read[1].IPs, regions[1].IPs) {
		t.Errorf("read %+v, %v", read, err)
	}
	if none, err := ReadRegions(""); none != nil || err != nil {
		t.Errorf("nothing set: %v, %v", none, err)
	}
	if _, err := ReadRegions("{"); err == nil {
		t.Error("a broken setting is no list")
	}
	all := Addresses(regions)
	if !slices.Equal(all, []string{"203.0.113.7", "198.51.100.0/24", "2001:db8::1"}) {
		t.Errorf("all are %v", all)
	}
	for address, want := range map[string]bool{"203.0.113.7": true, "::ffff:203.0.113.7": true, "198.51.100.200": true, "203.0.113.8": false, "2001:db8::2": false} {
		if Lists(all, netip.MustParseAddr(address)) != want {
			t.Errorf("%s: want %v", address, want)
		}
	}
}
