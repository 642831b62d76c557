package hookline

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"
)

// issued is a self-signed certificate and its key, both in PEM.
func issued(t *testing.T, name string, until time.Time) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: until.Add(-time.Hour), NotAfter: until,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return inPEM("CERTIFICATE", der), inPEM("PRIVATE KEY", encoded)
}

func inPEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func valid() Destination {
	return Destination{Name: "CRM", SignatureMode: SignWhole, Timeout: DefaultTimeout}
}

func TestTLSIsChecked(t *testing.T) {
	soon := time.Now().Add(time.Hour)
	cert, key := issued(t, "us.example", soon)
	other, otherKey := issued(t, "them.example", soon)
	_, odd, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	oddKey, err := x509.MarshalPKCS8PrivateKey(odd)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		tls   TLS
		field string // "" when nothing is wrong
		words string
	}{
		"nothing":                {TLS{}, "", ""},
		"an authority":           {TLS{CA: cert}, "", ""},
		"two, with words around": {TLS{CA: "ours:\n" + cert + "and theirs:\n" + other}, "", ""},
		"all":                    {TLS{CA: other, ClientCert: cert, ClientKey: key}, "", ""},
		"a chain":                {TLS{ClientCert: cert + other, ClientKey: key}, "", ""},
		"expired":                {expired(t), "", ""},

		"no PEM":                {TLS{CA: "us.example"}, "tls_ca", "no certificate in PEM form"},
		"a key as authority":    {TLS{CA: key}, "tls_ca", "a private key in this text"},
		"a request":             {TLS{CA: inPEM("CERTIFICATE REQUEST", []byte("x"))}, "tls_ca", "-----BEGIN CERTIFICATE REQUEST-----"},
		"damaged":               {TLS{CA: cert + inPEM("CERTIFICATE", []byte("x"))}, "tls_ca", "Certificate 2 of this text is damaged"},
		"cut off":               {TLS{CA: cert[:len(cert)/2]}, "tls_ca", "no certificate in PEM form"},
		"very long":             {TLS{CA: strings.Repeat(cert, 200)}, "tls_ca", "at most 64 KB"},
		"key in the chain":      {TLS{ClientCert: cert + key, ClientKey: key}, "tls_client_cert", "a private key in this text"},
		"no key":                {TLS{ClientCert: cert}, "tls_client_key", "Enter the private key that belongs"},
		"another's key":         {TLS{ClientCert: cert, ClientKey: otherKey}, "tls_client_key", "does not belong to the client certificate"},
		"a key of another kind": {TLS{ClientCert: cert, ClientKey: inPEM("PRIVATE KEY", oddKey)}, "tls_client_key", "does not belong to the client certificate"},
		"no PEM as key":         {TLS{ClientCert: cert, ClientKey: "secret"}, "tls_client_key", "no private key in PEM form"},
		"a certificate as key":  {TLS{ClientCert: cert, ClientKey: other}, "tls_client_key", "begins with -----BEGIN CERTIFICATE-----"},
		"damaged key":           {TLS{ClientCert: cert, ClientKey: inPEM("PRIVATE KEY", []byte("x"))}, "tls_client_key", "cannot be read"},
		"locked key":            {TLS{ClientCert: cert, ClientKey: inPEM("ENCRYPTED PRIVATE KEY", []byte("x"))}, "tls_client_key", "protected by a passphrase"},
		"locked in the old way": {TLS{ClientCert: cert, ClientKey: "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\neA==\n-----END RSA PRIVATE KEY-----\n"}, "tls_client_key", "protected by a passphrase"},
	} {
		d := valid()
		d.TLS = c.tls
		wantField(t, name, d.Validate(), c.field, c.words)
	}
}

func expired(t *testing.T) TLS {
	t.Helper()
	cert, key := issued(t, "old.example", time.Now().Add(-time.Hour))
	return TLS{CA: cert, ClientCert: cert, ClientKey: key}
}

// wantField checks that an error is about one field and says so in a sentence.
func wantField(t *testing.T, name string, err error, field, words string) {
	t.Helper()
	if field == "" {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return
	}
	e, ok := err.(*Error) //nolint:errorlint // it is made here
	if !ok || len(e.Fields) != 1 || !strings.Contains(e.Fields[field], words) || !strings.HasSuffix(e.Fields[field], ".") {
		t.Errorf("%s: %v, want %s: %s", name, err, field, words)
	}
}

func TestTLSIsTidied(t *testing.T) {
	cert, key := issued(t, "us.example", time.Now().Add(time.Hour))
	dos := strings.ReplaceAll(cert, "\n", "\r\n")
	got := TLS{CA: " \n" + dos, ClientCert: "\t" + cert + "\n\n", ClientKey: strings.TrimSpace(key)}.Tidy()
	if want := (TLS{CA: cert, ClientCert: cert, ClientKey: key}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := (TLS{ClientCert: " ", ClientKey: key}).Tidy(); got != (TLS{}) {
		t.Errorf("%+v is kept without its certificate", got)
	}
}

func TestCertificatesAreDescribed(t *testing.T) {
	until := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	cert, _ := issued(t, "us.example", until)
	other, _ := issued(t, "them.example", until)
	got, ok := TLS{ClientCert: cert + other}.ClientCertificate()
	if want := (Certificate{Subject: "CN=us.example", Issuer: "CN=us.example", NotAfter: until}); !ok || got != want {
		t.Errorf("%+v, %t; want %+v", got, ok, want)
	}
	if all := (TLS{CA: cert + other}).Authorities(); len(all) != 2 || all[1].Subject != "CN=them.example" {
		t.Errorf("authorities %+v", all)
	}
	if _, ok := (TLS{ClientCert: "nonsense"}).ClientCertificate(); ok || len((TLS{CA: "nonsense"}).Authorities()) > 0 {
		t.Error("nonsense is described")
	}
	for now, words := range map[time.Time]string{
		until:                          "has expired on 2030-01-02",
		until.Add(-time.Second):        "expires on 2030-01-02",
		until.Add(-CertificateWarning): "expires on 2030-01-02",
		until.Add(-CertificateWarning - time.Second): "",
	} {
		if warning := got.Warning(now); (words == "") != (warning == "") || !strings.Contains(warning, words) {
			t.Errorf("at %s: %q, want %q", now, warning, words)
		}
	}
}

func TestProxiesAreChecked(t *testing.T) {
	for proxy, words := range map[string]string{
		"":                               "",
		ProxyDirect:                      "",
		"http://proxy.example.com:3128":  "",
		"http://proxy.example.com:3128/": "",
		"http://ana:p%40ss@10.0.0.1:80":  "",
		"http://[2001:db8::1]:8080":      "",

		"proxy.example.com:3128":                            "with its port",
		"proxy":                                             "with its port",
		"http://proxy.example.com":                          "with its port",
		"http://:3128":                                      "with its port",
		"http://proxy example:3128":                         "with its port",
		"https://proxy.example.com:3128":                    "must begin with http://",
		"socks5://proxy.example.com:1080":                   "",
		"socks5h://ana:s3cret@proxy.example.com:1080":       "",
		"socks4://proxy.example.com:1080":                   "must begin with http://, socks5://",
		"http://proxy.example.com:3128/path":                "nothing may follow",
		"http://proxy.example.com:3128?x":                   "nothing may follow",
		"http://" + strings.Repeat("a", 2000) + ".com:3128": "too long",
	} {
		d := valid()
		d.Proxy = proxy
		field := "proxy"
		if words == "" {
			field = ""
		}
		wantField(t, proxy, d.Validate(), field, words)
	}
}
