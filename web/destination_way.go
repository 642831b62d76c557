package web

import (
	"net/http"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/views"
)

func mayChooseProxy(r *http.Request) bool { return visitor(r).user.Role.Allows(hookline.Admin) }

// wayOf is how a destination is reached, as this visitor may see it.
func (s *server) wayOf(r *http.Request, d hookline.Destination) views.WayModel {
	m := views.WayModel{
		CA: d.TLS.CA, ClientCert: d.TLS.ClientCert, Proxy: outbound.ShowURL(d.Proxy),
		HasKey: d.TLS.ClientKey != "", Authority: d.TLS.Authorities(),
		Secret: outbound.ShowURL(d.Proxy) != d.Proxy, MayProxy: mayChooseProxy(r), Usual: s.Guard.Proxy(), Region: d.Region, Now: time.Now(),
	}
	m.Client, _ = d.TLS.ClientCertificate()
	return m
}

// readWay puts what was typed into the destination, and gives it as the form shows it again. A key that was left empty
// stays while its certificate does; so do user and password of a proxy that was left as it was shown.
func (s *server) readWay(r *http.Request, d *hookline.Destination) views.WayModel {
	m, kept := s.wayOf(r, *d), *d
	m.CA, m.ClientCert = trimmed(r, "tls_ca"), trimmed(r, "tls_client_cert")
	d.TLS = hookline.TLS{CA: m.CA, ClientCert: m.ClientCert, ClientKey: trimmed(r, "tls_client_key")}.Tidy()
	if d.TLS.ClientKey == "" && d.TLS.ClientCert == kept.TLS.ClientCert {
		d.TLS.ClientKey = kept.TLS.ClientKey
	}
	if r.PostForm.Has("region") { // it is asked only where there are regions
		d.Region = trimmed(r, "region")
		m.Region = d.Region
	}
	if typed := trimmed(r, "proxy"); m.MayProxy && typed != m.Proxy {
		d.Proxy, m.Proxy = typed, typed
	}
	return m
}

// checkProxy asks the guard about a proxy that is well-formed and new.
func (s *server) checkProxy(r *http.Request, d hookline.Destination, before string) error {
	if d.Proxy == before || d.Proxy == "" || d.Proxy == hookline.ProxyDirect || d.Validate() != nil {
		return nil
	}
	if err := s.Guard.CheckProxy(r.Context(), d.Proxy); err != nil {
		return hookline.Invalid("The destination could not be saved.", map[string]string{"proxy": err.Error()})
	}
	return nil
}
