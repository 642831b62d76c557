package hookline

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhereASecretMayGo(t *testing.T) {
	s := KeptSecret{Name: "crm", Hosts: []string{"api.example.com", "other.example:8443", "203.0.113.7", "[2001:db8::1]"}}
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"https://api.example.com/x?y#z": true, "http://API.example.com": true, "https://api.example.com:443/": true, "http://api.example.com:80/": true,
		"https://api.example.com./": true, "https://api.example.com:80/": false, "https://other.example:8443/": true, "https://other.example/": false,
		"https://203.0.113.7/": true, "https://[2001:db8::1]/": true, "https://x.api.example.com/": false, "https://example.com/": false,
		"https://u:p@api.example.com/": false, "": false, "/path": false,
	} {
		if got := s.MayGoTo(address); got != want {
			t.Errorf("%q: %t, want %t", address, got, want)
		}
	}
}

func TestSecretsThatCannotBe(t *testing.T) {
	good := KeptSecret{Name: "crm", Hosts: []string{"api.example.com"}}
	for field, change := range map[string]func(*KeptSecret){
		"name":  func(s *KeptSecret) { s.Name = "CRM token" },
		"hosts": func(s *KeptSecret) { s.Hosts = nil },
	} {
		bad := good
		change(&bad)
		e, _ := bad.Validate().(*Error)
		if e == nil || e.Fields[field] == "" {
			t.Errorf("%s: %v", field, e)
		}
	}
	for _, host := range []string{"*.example.com", "a b", "https://x", "x/y", "{{ x }}", "u@x", ""} {
		bad := good
		bad.Hosts = []string{host}
		if bad.Validate() == nil {
			t.Errorf("%q is taken for a host", host)
		}
	}
	for _, value := range []string{"short", "two\nlines of it", strings.Repeat("x", MaxSecretValue+1)} {
		if CheckSecretValue(value) == nil {
			t.Errorf("%.20q is taken", value)
		}
	}
}

func TestHostsAsPeopleTypeThem(t *testing.T) {
	got := ReadHosts(" https://API.example.com/v1/x, other.example:8443\r\n\napi.example.com. ")
	if diff := cmp.Diff([]string{"api.example.com", "other.example:8443"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
