package views

import (
	"time"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// WayModel is how a destination is reached, where that is not the usual way: what stands in the form, and what is known
// of it. The private key is never in it.
type WayModel struct {
	CA         string // this and the next two as they were typed
	ClientCert string
	Proxy      string
	HasKey     bool                   // a private key is kept
	Client     hookline.Certificate   // the certificate that is kept; the zero value: none
	Authority  []hookline.Certificate // those that are kept
	Secret     bool                   // the proxy has a user or password, which are not shown
	MayProxy   bool                   // the visitor may choose the proxy
	Usual      string                 // the proxy of the instance; "": none
	Region     string                 // where its requests leave from; "": nothing is said
	Regions    []hookline.Region      // all there are, their proxies as they may be shown
	Now        time.Time
}

// isSet says whether there is anything out of the usual.
func (m WayModel) isSet() bool {
	return m.CA != "" || m.ClientCert != "" || m.Proxy != "" || m.Region != ""
}

// opens says whether the section has to be open: something in it is wrong.
func (m WayModel) opens(wrong map[string]string) bool {
	for _, name := range []string{"tls_ca", "tls_client_cert", "tls_client_key", "region", "proxy"} {
		if wrong[name] != "" {
			return true
		}
	}
	return false
}

// warnings say which certificates need a look.
func (m WayModel) warnings() []string {
	var all []string
	if text := m.Client.Warning(m.Now); m.Client.Subject != "" && text != "" {
		all = append(all, "The client certificate "+m.Client.Subject+" "+text)
	}
	for _, c := range m.Authority {
		if text := c.Warning(m.Now); text != "" {
			all = append(all, "The authority "+c.Subject+" "+text)
		}
	}
	return all
}

func (m WayModel) clientWords() string {
	if m.Client.Subject == "" {
		return "None is shown to the receiver."
	}
	return m.Client.Subject + ", valid until " + day(m.Client.NotAfter) + "."
}

func (m WayModel) authorityWords() string {
	switch len(m.Authority) {
	case 0:
		return "Those that this machine trusts."
	case 1:
		return "Only " + m.Authority[0].Subject + ", valid until " + day(m.Authority[0].NotAfter) + "."
	}
	words := "Only "
	for i, c := range m.Authority {
		if i > 0 {
			words += "; "
		}
		words += c.Subject
	}
	return words + "."
}

func (m WayModel) proxyWords() string {
	switch {
	case m.Proxy == hookline.ProxyDirect:
		return "None: requests go straight to the receiver."
	case m.Proxy != "":
		return "Requests go through " + m.Proxy + "."
	case m.region().Proxy == hookline.ProxyDirect:
		return "None: from its region requests go straight to the receiver."
	case m.region().Proxy != "":
		return "That of its region, " + m.region().Proxy + "."
	case m.Usual != "":
		return "That of this instance, " + m.Usual + "."
	}
	return "None: requests go straight to the receiver."
}

func day(t time.Time) string { return t.UTC().Format("2 January 2006") }

// wayFacts are the lines about a way on the destination's page; none when it is the usual one.
func wayFacts(m WayModel) []ui.Fact {
	var facts []ui.Fact
	if m.CA != "" {
		facts = append(facts, ui.Fact{Name: "Authorities", Value: m.authorityWords()})
	}
	if m.ClientCert != "" {
		facts = append(facts, ui.Fact{Name: "Client certificate", Value: m.clientWords()})
	}
	if m.Region != "" {
		facts = append(facts, ui.Fact{Name: "Leaves from", Value: m.regionWords()})
	}
	if m.Proxy != "" || m.Usual != "" || m.region().Proxy != "" {
		facts = append(facts, ui.Fact{Name: "Proxy", Value: m.proxyWords()})
	}
	return facts
}

func (m WayModel) keyHint() string {
	if m.HasKey {
		return "The key in use is never shown. Leave this empty to keep it."
	}
	return "In PEM form and without a passphrase. It is never shown again."
}

func (m WayModel) proxyHint() string {
	hint := "Such as http://proxy.example.com:3128 or socks5://proxy.example.com:1080. Empty for none."
	switch {
	case len(m.Regions) > 0:
		hint = "Such as http://proxy.example.com:3128 or socks5://proxy.example.com:1080. It comes before that of the region. Empty for that of the region or of this instance, if there is one; direct for none."
	case m.Usual != "":
		hint = "Such as http://proxy.example.com:3128 or socks5://proxy.example.com:1080. Empty for that of this instance, " + m.Usual + "; direct for none."
	}
	if m.Secret {
		hint += " The one in use has a user or password, which is not shown; leave it as it is to keep them."
	}
	return hint
}
