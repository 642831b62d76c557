package storetest

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"hookline/internal/hookline"
)

var wayPromises = []promise{
	{"how a destination is reached stays, and changes with it", wayKept},
	{"a way that cannot be used is refused", wayRefused},
	{"a way goes with its destination", wayDeleted},
	{"a region that is used stays, and with it the way from it", regionUsed},
}

// newTLS is an authority, and a certificate with its key.
func newTLS(t *testing.T) hookline.TLS {
	t.Helper()
	public, private := must2(ed25519.GenerateKey(rand.Reader))(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	certificate := must(x509.CreateCertificate(rand.Reader, template, template, public, private))(t)
	key := must(x509.MarshalPKCS8PrivateKey(private))(t)
	text := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	return hookline.TLS{CA: text("CERTIFICATE", certificate), ClientCert: text("CERTIFICATE", certificate), ClientKey: text("PRIVATE KEY", key)}
}

func must2[A, B any](a A, b B, err error) func(t *testing.T) (A, B) {
	return func(t *testing.T) (A, B) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return a, b
	}
}

func wayKept(t *testing.T, h *house) {
	usual := h.destination(t, "Usual")
	d := newDestination("CRM")
	d.TLS, d.Proxy = newTLS(t), "http://ana:s3cret@proxy.example.com:3128"
	d = must(h.CreateDestination(t.Context(), d))(t)
	check := func(what string, want hookline.Destination) {
		t.Helper()
		h.reopen()
		equal(t, what+": list", must(h.ListDestinations(t.Context()))(t), []hookline.Destination{usual, want})
		equal(t, what+": one", must(h.Destination(t.Context(), want.ID))(t), want)
		equal(t, what+": routing", must(h.Routing(t.Context()))(t).Destinations[want.ID], want)
	}
	check("made", d)

	d.TLS, d.Proxy = newTLS(t), hookline.ProxyDirect
	d = must(h.UpdateDestination(t.Context(), d))(t)
	check("changed", d)

	untidy := d
	untidy.TLS = hookline.TLS{CA: " \r\n" + d.TLS.CA, ClientKey: d.TLS.ClientKey}
	untidy.Proxy = " http://10.0.0.1:80 "
	got := must(h.UpdateDestination(t.Context(), untidy))(t)
	d.TLS, d.Proxy, d.UpdatedAt = hookline.TLS{CA: d.TLS.CA}, "http://10.0.0.1:80", got.UpdatedAt
	equal(t, "tidied", got, d)
	check("tidied", d)

	d.TLS, d.Proxy = hookline.TLS{}, ""
	d = must(h.UpdateDestination(t.Context(), d))(t)
	check("taken away", d)
}

func wayRefused(t *testing.T, h *house) {
	good := newTLS(t)
	for name, spoil := range map[string]func(*hookline.Destination){
		"no PEM":        func(d *hookline.Destination) { d.TLS.CA = "nonsense" },
		"another's key": func(d *hookline.Destination) { d.TLS = good; d.TLS.ClientKey = newTLS(t).ClientKey },
		"no proxy":      func(d *hookline.Destination) { d.Proxy = "ftp://proxy.example.com:21" },
	} {
		d := newDestination("CRM")
		spoil(&d)
		_, err := h.CreateDestination(t.Context(), d)
		if hookline.KindOf(err) != hookline.KindInvalid {
			t.Errorf("%s: error = %v", name, err)
		}
	}
	equal(t, "list", must(h.ListDestinations(t.Context()))(t), []hookline.Destination{})
}

func wayDeleted(t *testing.T, h *house) {
	d := newDestination("CRM")
	d.TLS = newTLS(t)
	d = must(h.CreateDestination(t.Context(), d))(t)
	mustDo(t, h.DeleteDestination(t.Context(), d.ID))
	h.reopen()
	equal(t, "list", must(h.ListDestinations(t.Context()))(t), []hookline.Destination{})
}
