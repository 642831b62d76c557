package web

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/url"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/outbound/cases"
)

// turning is a guard that is another one for each case.
type turning struct{ *outbound.Client }

// TestAddressesThatAreRefused saves every URL that the guard must refuse: the form comes back with the reason at the
// field, and nothing is stored.
func TestAddressesThatAreRefused(t *testing.T) {
	all, err := cases.All()
	if err != nil {
		t.Fatal(err)
	}
	guard := &turning{strictGuard(t, nobody{})}
	s := newSite(t, func(c *Config) { c.Guard = guard })
	d := s.destination(hookline.Destination{}, s.source("Website"))
	path := "/destinations/" + d.ID + "/actions/new"
	b := s.as(editor)
	for _, c := range all {
		guard.Client = strictGuard(t, c.Resolver())
		got := b.post(path, composed("url", c.URL, "save", "keep"))
		made, err := s.store.ListActions(t.Context(), d.ID)
		if err != nil {
			t.Fatal(err)
		}
		if c.Verdict == cases.Accept || c.Verdict == cases.Guard {
			if got.Code != 303 || len(made) != 1 {
				t.Errorf("%q (%s): %d, %d actions; want it saved", c.URL, c.Why, got.Code, len(made))
				continue
			}
			if err := s.store.DeleteAction(t.Context(), made[0].ID); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if got.Code != 422 || len(made) != 0 || !strings.Contains(got.Body.String(), `id="field-url-error"`) {
			t.Errorf("%q (%s): %d, %d actions; want it refused at its field", c.URL, c.Why, got.Code, len(made))
		}
	}
}

// TestWhereWebhooksMayGo is told in the settings, and to whoever types an address.
func TestWhereWebhooksMayGo(t *testing.T) {
	closed := newSite(t, nil)
	closed.as(viewer).get("/settings").want(t, 200, "To public addresses only.", "!Inside addresses are open", "!proxy")
	d := closed.destination(hookline.Destination{})
	closed.as(editor).get("/destinations/"+d.ID+"/actions/new").want(t, 200, "!Inside addresses are open")

	open := newSite(t, func(c *Config) {
		client, err := outbound.New(outbound.Config{
			Resolver: nobody{}, Allow: prefixes(t, "10.1.0.0/16", "192.168.7.7/32"), Proxy: "http://ana:s3cret@127.0.0.1:3128",
		})
		if err != nil {
			t.Fatal(err)
		}
		c.Guard = client
	})
	d = open.destination(hookline.Destination{})
	for _, role := range []hookline.Role{admin, editor, support, viewer} {
		networks := "10.1.0.0/16, 192.168.7.7/32"
		if !role.Allows(editor) {
			networks = "!" + "10.1.0.0"
		}
		open.as(role).get("/settings").want(t, 200, "Inside addresses are open", networks, "Only administrators see", "the proxy http://127.0.0.1:3128", "!s3cret", "!To public addresses only")
	}
	open.as(editor).get("/destinations/"+d.ID+"/actions/new").want(t, 200, "Inside addresses are open on this instance", "10.1.0.0/16, 192.168.7.7/32")
	open.as(viewer).get("/destinations/"+d.ID).want(t, 200, "That of this instance, http://127.0.0.1:3128.", "!s3cret")
}

// TestAnswersFromInside are for administrators alone, on the page and in the piece that keeps it true.
func TestAnswersFromInside(t *testing.T) {
	s := newSite(t, nil)
	now := time.Now()
	id := s.delivery(hookline.Delivery{State: hookline.StateQueued, NextAttemptAt: now, RequestNumber: 1})
	err := s.store.Finish(t.Context(), hookline.Finished{
		Attempt: hookline.Attempt{
			DeliveryID: id, Number: 1, RequestNumber: 1, StartedAt: now, Status: 404, Outcome: hookline.StateFailed, Reason: "The receiver answered 404 Not Found.",
			AnswerHeaders: []hookline.Header{{Name: "X-Inside", Value: "hush-header"}}, Answer: []byte("hush-body"), Timings: hookline.Timings{Inside: true},
		},
		Outcome: hookline.Outcome{State: hookline.StateFailed, Reason: "The receiver answered 404 Not Found."},
	})
	if err != nil {
		t.Fatal(err)
	}
	const hidden = "The answer came from an inside address. Only administrators see what it says."
	for _, b := range []*browser{s.as(admin), s.as(admin).htmx()} {
		b.get("/sent/"+id).want(t, 200, "hush-header", "hush-body", "!"+hidden)
	}
	for _, role := range []hookline.Role{editor, support, viewer} {
		for _, b := range []*browser{s.as(role), s.as(role).htmx()} {
			b.get("/sent/"+id).want(t, 200, "!hush", hidden, "404 Not Found")
		}
	}
}

// wayForm is the settings form of a destination that nothing else is changed in.
func wayForm(pairs ...string) url.Values {
	return form(append([]string{"name", "CRM", "timeout", "4", "signature_mode", "whole"}, pairs...)...)
}

// newTLS is an authority, and a certificate with its key.
func newTLS(t *testing.T, name string, left time.Duration) hookline.TLS {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(left)}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	text := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	return hookline.TLS{CA: text("CERTIFICATE", certificate), ClientCert: text("CERTIFICATE", certificate), ClientKey: text("PRIVATE KEY", key)}
}

func TestCertificatesInTheSettings(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{})
	page, path := "/destinations/"+d.ID, "/destinations/"+d.ID+"/edit"
	own, other, old := newTLS(t, "us.example", 400*24*time.Hour), newTLS(t, "them.example", time.Hour), newTLS(t, "old.example", -time.Hour)
	b := s.as(editor)
	b.get(path).want(t, 200, "Certificates, region and proxy", "<details><summary", "Few receivers need this.", `name="tls_ca"`, "Administrators choose it.", `!name="proxy"`)
	b.get(page).want(t, 200, "!Client certificate", "!Authorities")

	b.post(path, wayForm("tls_ca", own.CA, "tls_client_cert", own.ClientCert, "tls_client_key", own.ClientKey)).wantRedirect(t, page)
	if got := s.theDestination(d.ID).TLS; got != own {
		t.Errorf("saved %+v", got)
	}
	b.get(path).want(t, 200, "<details><summary", "Something out of the usual is set.", own.CA, "CN=us.example, valid until", "The key in use is never shown.", "!PRIVATE KEY")
	s.as(viewer).get(page).want(t, 200, "CN=us.example", "Only CN=us.example", "!PRIVATE KEY", "!expires on")

	// An empty key keeps the one there is, as long as its certificate stays.
	b.post(path, wayForm("tls_client_cert", strings.ReplaceAll(own.ClientCert, "\n", "\r\n"))).wantRedirect(t, page)
	if got := s.theDestination(d.ID).TLS; got != (hookline.TLS{ClientCert: own.ClientCert, ClientKey: own.ClientKey}) {
		t.Errorf("saved %+v", got)
	}
	for name, c := range map[string]struct {
		form  url.Values
		wants []string
	}{
		"no PEM":           {wayForm("tls_ca", "nonsense"), []string{`id="field-tls_ca-error"`, "no certificate in PEM form", "nonsense"}},
		"no key":           {wayForm("tls_client_cert", other.ClientCert), []string{`id="field-tls_client_key-error"`, "Enter the private key that belongs"}},
		"another's key":    {wayForm("tls_client_cert", other.ClientCert, "tls_client_key", own.ClientKey), []string{"does not belong", "!PRIVATE KEY"}},
		"key in the wrong": {wayForm("tls_client_cert", own.ClientKey), []string{`id="field-tls_client_cert-error"`, "There is a private key in this text."}},
	} {
		t.Run(name, func(t *testing.T) { b.post(path, c.form).want(t, 422, append(c.wants, "<details open>")...) })
	}
	if got := s.theDestination(d.ID).TLS; got != (hookline.TLS{ClientCert: own.ClientCert, ClientKey: own.ClientKey}) {
		t.Errorf("what is refused was saved: %+v", got)
	}

	b.post(path, wayForm("tls_client_cert", other.ClientCert, "tls_client_key", other.ClientKey, "tls_ca", old.CA+own.CA)).wantRedirect(t, page)
	s.as(viewer).get(page).want(t, 200, "The client certificate CN=them.example expires on", "The authority CN=old.example has expired on", "!CN=us.example expires")
	b.get(path).want(t, 200, "has expired on")

	b.post(path, wayForm()).wantRedirect(t, page)
	if got := s.theDestination(d.ID).TLS; got != (hookline.TLS{}) {
		t.Errorf("emptied, there is %+v", got)
	}
}

func TestTheProxyInTheSettings(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{})
	page, path := "/destinations/"+d.ID, "/destinations/"+d.ID+"/edit"
	proxy := func() string { return s.theDestination(d.ID).Proxy }
	s.as(editor).post(path, wayForm("proxy", "http://proxy.example.com:3128")).wantRedirect(t, page)
	if proxy() != "" {
		t.Errorf("an editor chose the proxy %s", proxy())
	}
	b := s.as(admin)
	for typed, words := range map[string]string{
		"proxy.example.com":          "with its port",
		"socks4://proxy.example:1":   "must begin with http://",
		"http://10.0.0.1:3128":       "10.0.0.1 is a private address",
		"http://169.254.169.254:80":  "a cloud metadata address",
		"http://proxy.internal:3128": "a name of an internal network",
	} {
		b.post(path, wayForm("proxy", typed)).want(t, 422, "<details open>", `id="field-proxy-error"`, words, `value="`+typed+`"`)
	}
	const whole = "http://ana:s3cret@proxy.example.com:3128"
	b.post(path, wayForm("proxy", whole)).wantRedirect(t, page)
	b.get(path).want(t, 200, `value="http://proxy.example.com:3128"`, "has a user or password, which is not shown", "!s3cret")
	b.post(path, wayForm("proxy", "http://proxy.example.com:3128")).wantRedirect(t, page)
	s.as(editor).post(path, wayForm()).wantRedirect(t, page)
	if proxy() != whole {
		t.Errorf("what was left as it is became %s", proxy())
	}
	s.as(viewer).get(page).want(t, 200, "Requests go through http://proxy.example.com:3128.", "!s3cret")
	b.post(path, wayForm("proxy", hookline.ProxyDirect)).wantRedirect(t, page)
	b.get(page).want(t, 200, "None: requests go straight to the receiver.")
	b.post(path, wayForm("proxy", "")).wantRedirect(t, page)
	if proxy() != "" {
		t.Errorf("emptied, there is %s", proxy())
	}
}
