package hookline

import "testing"

func TestWhichProxyADestinationTakes(t *testing.T) {
	r := Routing{Regions: []Region{{Name: "eu", Proxy: "http://eu.example:1"}, {Name: "us"}}}
	for name, test := range map[string]struct {
		d     Destination
		proxy string
		ok    bool
	}{
		"nothing said":    {Destination{}, "", true},
		"its own":         {Destination{Proxy: "http://own.example:1", Region: "eu"}, "http://own.example:1", true},
		"none at all":     {Destination{Proxy: ProxyDirect, Region: "eu"}, ProxyDirect, true},
		"its region's":    {Destination{Region: "eu"}, "http://eu.example:1", true},
		"region without":  {Destination{Region: "us"}, "", true},
		"region not here": {Destination{Region: "asia"}, "", false},
	} {
		if proxy, ok := r.ProxyOf(test.d); proxy != test.proxy || ok != test.ok {
			t.Errorf("%s: %q, %t", name, proxy, ok)
		}
	}
}

func TestDestinationsAreListed(t *testing.T) {
	for want, names := range map[string][]string{
		"“a”": {"a"}, "“a” and “b”": {"a", "b"}, "“a”, “b”, “c”, “d”, “e” and others": {"a", "b", "c", "d", "e", "f", "g"},
	} {
		if got := listed(names); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
