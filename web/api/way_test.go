package api

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// newTLS is an authority, and a certificate with its key.
func newTLS(t *testing.T, until time.Time) hookline.TLS {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	good(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "us"}, NotAfter: until}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	good(t, err)
	key, err := x509.MarshalPKCS8PrivateKey(private)
	good(t, err)
	text := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	return hookline.TLS{CA: text("CERTIFICATE", certificate), ClientCert: text("CERTIFICATE", certificate), ClientKey: text("PRIVATE KEY", key)}
}

// sent is a body with one member.
func sent(t *testing.T, name string, value any) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{name: value})
	good(t, err)
	return string(text)
}

func tlsBody(t *testing.T, own hookline.TLS) string {
	return sent(t, "tls", map[string]string{"ca": own.CA, "client_certificate": own.ClientCert, "client_key": own.ClientKey})
}

func TestCertificatesOfADestination(t *testing.T) {
	o := newOffice(t)
	until := time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC)
	own, other := newTLS(t, until), newTLS(t, until)
	path := "/destinations/" + o.make("/destinations", `{"name":"CRM"}`)
	change := func(body string) call1 {
		return call1{method: http.MethodPatch, path: path, body: body, as: hookline.Editor}
	}
	kept := func() hookline.TLS {
		t.Helper()
		d, err := o.store.Destination(t.Context(), strings.TrimPrefix(path, "/destinations/"))
		good(t, err)
		return d.TLS
	}
	shown := o.made(change(tlsBody(t, own)))["tls"].(map[string]any)
	want := map[string]any{"ca": own.CA, "client_certificate": own.ClientCert, "client_certificate_subject": "CN=us", "client_certificate_expires_at": "2031-02-03T04:05:06Z"}
	for name, value := range want {
		if shown[name] != value {
			t.Errorf("%s is %v, want %v", name, shown[name], value)
		}
	}
	for _, role := range hookline.Roles() {
		for _, path := range []string{path, "/destinations"} {
			if a := o.do(call1{method: http.MethodGet, path: path, as: role}); strings.Contains(a.body, "PRIVATE KEY") || !strings.Contains(a.body, "CN=us") {
				t.Errorf("%s sees %s", role, a.body)
			}
		}
	}
	o.made(change(`{"name":"Other name"}`))
	o.made(change(sent(t, "tls", map[string]string{"ca": ""})))
	if got := kept(); got != (hookline.TLS{ClientCert: own.ClientCert, ClientKey: own.ClientKey}) {
		t.Errorf("kept is %+v", got)
	}
	for name, body := range map[string]string{
		"tls.ca":                 sent(t, "tls", map[string]string{"ca": "nonsense"}),
		"tls.client_certificate": sent(t, "tls", map[string]string{"client_certificate": own.ClientCert + own.ClientKey}),
		"tls.client_key":         sent(t, "tls", map[string]string{"client_certificate": other.ClientCert}),
	} {
		if fields := o.refused(change(body), http.StatusUnprocessableEntity, "invalid"); fields[name] == nil || len(fields) != 1 {
			t.Errorf("%s: %v", name, fields)
		}
	}
	o.made(change(sent(t, "tls", map[string]string{"client_certificate": ""})))
	if got := kept(); got != (hookline.TLS{}) {
		t.Errorf("the key stays without its certificate: %+v", got)
	}
}

// TestTheProxyOfADestination is an administrator's choice, and its password is
// shown to no other.
func TestTheProxyOfADestination(t *testing.T) {
	o := newOffice(t)
	path := "/destinations/" + o.make("/destinations", `{"name":"CRM"}`)
	change := func(role hookline.Role, proxy string) call1 {
		return call1{method: http.MethodPatch, path: path, body: sent(t, "proxy", proxy), as: role}
	}
	const whole, shown = "http://ana:s3cret@proxy.example.com:3128", "http://proxy.example.com:3128"
	o.refused(change(hookline.Editor, shown), http.StatusForbidden, "forbidden")
	o.refused(call1{method: http.MethodPost, path: "/destinations", body: `{"name":"X","proxy":"direct"}`, as: hookline.Editor}, http.StatusForbidden, "forbidden")
	if got := o.made(change(hookline.Admin, " "+whole))["proxy"]; got != whole {
		t.Errorf("the proxy is %v", got)
	}
	for _, same := range []string{shown, whole} { // what is shown is no change; nor is what is there
		if got := o.made(change(hookline.Editor, same))["proxy"]; got != shown {
			t.Errorf("an editor sees %v", got)
		}
	}
	o.refused(change(hookline.Editor, ""), http.StatusForbidden, "forbidden")
	for proxy, words := range map[string]string{
		"https://proxy.example.com:3128": "must begin with http://",
		"http://10.0.0.1:3128":           "10.0.0.1 is a private address",
		"http://169.254.169.254:80":      "a cloud metadata address",
		"http://proxy:3128":              "a name of an internal network",
		"http://localhost:3128":          "localhost is this machine",
		"http://proxy.example.com:6379":  "belongs to Redis",
	} {
		fields := o.refused(change(hookline.Admin, proxy), http.StatusUnprocessableEntity, "invalid")
		if message, _ := fields["proxy"].(string); !strings.Contains(message, words) || !strings.HasSuffix(message, ".") {
			t.Errorf("%s: %v, want %q", proxy, fields, words)
		}
	}
	if a := o.do(call1{method: http.MethodGet, path: path}); !strings.Contains(a.body, whole) || !strings.Contains(o.log.String(), "destination secrets revealed") {
		t.Errorf("an administrator sees %s, the log says %s", a.body, o.log.String())
	}
	o.made(change(hookline.Admin, "direct"))
	o.made(change(hookline.Admin, ""))
}
