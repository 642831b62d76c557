package workspace

import (
	"strings"

	"hookline/internal/hookline"
)

// TLS is how connections to a destination are secured, in a file.
type TLS struct {
	CA         text    `yaml:"ca,omitempty"`
	ClientCert text    `yaml:"client_certificate,omitempty"`
	ClientKey  *Secret `yaml:"client_key,omitempty"`
}

// way writes how a destination is reached. A proxy's address is a reference when
// it holds a password.
func (e exporter) way(d hookline.Destination, ref string) (*TLS, *Secret) {
	t := &TLS{CA: text(d.TLS.CA), ClientCert: text(d.TLS.ClientCert)}
	if d.TLS.ClientKey != "" {
		t.ClientKey = e.secret(d.TLS.ClientKey, "client key", ref)
	}
	proxy := &Secret{Value: d.Proxy}
	if userInfo.MatchString(d.Proxy) {
		proxy = e.secret(d.Proxy, "proxy", ref)
	}
	return t, proxy
}

// wantWay is how a destination is to be reached; what the file does not mention
// stays.
func (c *comparison) wantWay(d Destination, want *hookline.Destination) {
	now := want.TLS
	if t := d.TLS; t != nil {
		want.TLS = hookline.TLS{CA: string(t.CA), ClientCert: string(t.ClientCert)}
		if t.ClientCert != "" {
			want.TLS.ClientKey = c.secret(t.ClientKey, now.ClientKey, "")
		}
		want.TLS = want.TLS.Tidy()
	}
	if d.Region != nil {
		want.Region = strings.TrimSpace(*d.Region)
	}
	want.Proxy = strings.TrimSpace(c.secret(d.Proxy, want.Proxy, "http://proxy:80/"))
}

// checkable is a destination without what cannot be judged because a secret is
// not there yet: Apply refuses it anyway.
func checkable(d hookline.Destination) hookline.Destination {
	if strings.HasPrefix(d.TLS.ClientKey, "$") {
		d.TLS.ClientCert, d.TLS.ClientKey = "", ""
	}
	if strings.Contains(d.Proxy, "/$") {
		d.Proxy = ""
	}
	return d
}

// checkRegion asks for a region that is there: where requests leave from depends
// on the machine, so that no file brings it along.
func (c *comparison) checkRegion(path, thing string, d hookline.Destination) {
	if _, there := hookline.FindRegion(c.regions, d.Region); d.Region != "" && !there {
		c.problem(path, thing+": there is no region “"+d.Region+"” here. List it in Settings, IP addresses, or leave it out")
	}
}

func wayFields(d hookline.Destination) []Field {
	return []Field{
		{Name: "tls.ca", After: d.TLS.CA},
		{Name: "tls.client_certificate", After: d.TLS.ClientCert},
		{Name: "tls.client_key", After: d.TLS.ClientKey, Secret: true},
		{Name: "proxy", After: d.Proxy},
		{Name: "region", After: d.Region},
	}
}
