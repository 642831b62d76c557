package workspace_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/workspace"
)

// ownTLS is an authority, and a certificate with its key.
var ownTLS = newTLS()

func newTLS() hookline.TLS {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		panic(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		panic(err)
	}
	text := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	return hookline.TLS{CA: text("CERTIFICATE", certificate), ClientCert: text("CERTIFICATE", certificate), ClientKey: text("PRIVATE KEY", key)}
}

const wayHead = "hookline: 1\ndestinations:\n  - name: CRM\n    actions: []\n"

// wayFile is a destination's way as a file tells it.
func wayFile(t hookline.TLS, key, proxy string) string {
	return wayHead + "    tls:\n      ca: |\n" + indented(t.CA) + "      client_certificate: |\n" + indented(t.ClientCert) + "      client_key: " + key + "\n    proxy: " + proxy + "\n"
}

func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("        " + line)
	}
	return b.String()
}

func TestRegions(t *testing.T) {
	s := openStore(t)
	f, err := workspace.Parse(strings.NewReader(wayHead + "    region: mars\n"))
	must(t, err)
	if _, err := workspace.Compare(t.Context(), s, f, workspace.Options{}); err == nil || !strings.Contains(err.Error(), "there is no region “mars” here") {
		t.Errorf("%v", err)
	}
	file := wayHead + "    region: eu\n"
	must(t, compare(t, s, file, workspace.Options{}).Apply(t.Context(), nil))
	for file, want := range map[string]int{file: 0, wayHead: 0, wayHead + "    region: \"\"\n": 1} {
		if p := compare(t, s, file, workspace.Options{}); len(p.Changes) != want {
			t.Errorf("changes\n%s", diff(t, p))
		}
	}
}

func TestWays(t *testing.T) {
	s := openStore(t)
	env := func(name string) string { return map[string]string{"KEY": ownTLS.ClientKey}[name] }
	way := func() hookline.Destination {
		t.Helper()
		all, err := s.ListDestinations(t.Context())
		must(t, err)
		return hookline.Destination{TLS: all[0].TLS, Proxy: all[0].Proxy}
	}
	file := wayFile(ownTLS, "{env: KEY}", "http://ana:hush@proxy.example:3128")
	p := compare(t, s, file, workspace.Options{Env: env})
	if told := diff(t, p); strings.Contains(told, "hush") || strings.Contains(told, "PRIVATE KEY") || !strings.Contains(told, "tls.client_key: ••••••••") || !strings.Contains(told, "proxy: http://••••••••@proxy.example:3128") {
		t.Errorf("the diff is\n%s", told)
	}
	must(t, p.Apply(t.Context(), nil))
	want := hookline.Destination{TLS: ownTLS, Proxy: "http://ana:hush@proxy.example:3128"}
	if got := way(); got.TLS != want.TLS || got.Proxy != want.Proxy {
		t.Errorf("made %+v", got)
	}

	for name, untouched := range map[string]string{"the same, the key from here": file, "nothing mentioned": wayHead} {
		if p := compare(t, s, untouched, workspace.Options{}); len(p.Changes) > 0 {
			t.Errorf("%s: changes\n%s", name, diff(t, p))
		}
	}

	other := newTLS()
	problems := map[string]string{
		wayFile(other, "{env: KEY}", "direct"):                          "does not belong to the client certificate",
		wayFile(hookline.TLS{CA: "nonsense\n"}, `""`, "direct"):         "no certificate in PEM form",
		wayFile(ownTLS, "{env: KEY}", "https://proxy.example.com:3128"): "must begin with http://",
		wayFile(ownTLS, "{env: KEY}", "[a, list]"):                      "{env: NAME}",
		strings.Replace(file, "client_key", "private_key", 1):           "no setting “private_key”",
	}
	for file, words := range problems {
		f, err := workspace.Parse(strings.NewReader(file))
		if err == nil {
			_, err = workspace.Compare(t.Context(), s, f, workspace.Options{Env: env})
		}
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%v, want %q", err, words)
		}
	}

	must(t, compare(t, s, wayHead+"    tls: {}\n    proxy: \"\"\n", workspace.Options{}).Apply(t.Context(), nil))
	if got := way(); got.TLS != (hookline.TLS{}) || got.Proxy != "" {
		t.Errorf("taken away, it is %+v", got)
	}
}
