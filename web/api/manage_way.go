package api

import (
	"context"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

// tlsForm is how connections to a destination are secured where that is not the
// usual way.
type tlsForm struct {
	CA         string `json:"ca" doc:"Certificates in PEM: the only authorities whose certificates are taken. Empty for those that the machine trusts."`
	ClientCert string `json:"client_certificate" doc:"A certificate in PEM, with its chain, for a receiver that asks who we are (mTLS); empty for none."`
	ClientKey  string `json:"client_key" doc:"Its private key in PEM, without a passphrase. It is never shown: leave it out to keep it."`
}

type tlsAnswer struct {
	CA            string     `json:"ca" doc:"PEM; empty for the authorities that the machine trusts."`
	ClientCert    string     `json:"client_certificate" doc:"PEM; empty for none. Its private key is never shown."`
	ClientSubject string     `json:"client_certificate_subject"`
	ClientExpires *time.Time `json:"client_certificate_expires_at" doc:"null without a client certificate."`
}

func showTLS(t hookline.TLS) tlsAnswer {
	answer := tlsAnswer{CA: t.CA, ClientCert: t.ClientCert}
	if c, ok := t.ClientCertificate(); ok {
		answer.ClientSubject, answer.ClientExpires = c.Subject, moment(c.NotAfter)
	}
	return answer
}

// showProxy leaves out user and password unless the token may change them.
func (c *call) showProxy(proxy string) string {
	if c.may(admin) {
		return proxy
	}
	return outbound.ShowURL(proxy)
}

// hidesPassword says whether a proxy's address has what showProxy leaves out.
func hidesPassword(proxy string) bool { return outbound.ShowURL(proxy) != proxy }

// takeProxy is the proxy that a form asks for, given the one there is. Only
// administrators choose it: it sees who is sent to.
func (m *manage) takeProxy(c *call, wanted, now string) (string, error) {
	wanted = strings.TrimSpace(wanted)
	switch {
	case wanted == now, wanted == c.showProxy(now):
		return now, nil
	case !c.may(admin):
		return now, hookline.Forbidden("Choosing a destination's proxy needs a token with the scope admin.")
	}
	return wanted, nil
}

// checkProxy asks the guard about a proxy that is well-formed and new.
func (m *manage) checkProxy(ctx context.Context, d hookline.Destination, before string) error {
	if d.Proxy == before || d.Proxy == "" || d.Proxy == hookline.ProxyDirect || d.Validate() != nil {
		return nil
	}
	if err := m.Guard.CheckProxy(ctx, d.Proxy); err != nil {
		return hookline.Invalid("The destination could not be saved.", map[string]string{"proxy": err.Error()})
	}
	return nil
}

// wayField gives a field of a destination's way the name it has here.
func wayField(name string) (string, bool) {
	switch name {
	case "tls_ca":
		return "tls.ca", true
	case "tls_client_cert":
		return "tls.client_certificate", true
	case "tls_client_key":
		return "tls.client_key", true
	}
	return name, false
}
