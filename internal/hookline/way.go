package hookline

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// TLS is how connections to a destination are secured where that is not the
// usual way. All three are PEM text, and each may be empty.
type TLS struct {
	CA         string // the only authorities whose certificates are taken; empty: those that the machine trusts
	ClientCert string // shown to a receiver that asks who we are (mTLS), followed by its chain
	ClientKey  string // its private key; never shown again
}

// ProxyDirect in place of a proxy's address means: none, also when there is one
// for the whole instance.
const ProxyDirect = "direct"

// maxPEM is the longest text of certificates taken: some 40 certificates.
const maxPEM = 64 << 10

// Certificate is what a person may know of a certificate.
type Certificate struct {
	Subject  string
	Issuer   string
	NotAfter time.Time
}

// CertificateWarning is how long before its end a certificate is warned about.
const CertificateWarning = 30 * 24 * time.Hour

// Warning completes the sentence "The certificate …" when it has expired or is
// about to; it is "" otherwise.
func (c Certificate) Warning(now time.Time) string {
	until := c.NotAfter.UTC().Format(time.DateOnly)
	switch left := c.NotAfter.Sub(now); {
	case left <= 0:
		return "has expired on " + until + ". It is refused: replace it."
	case left <= CertificateWarning:
		return "expires on " + until + ". Replace it before that day."
	}
	return ""
}

// Authorities lists the certificates of CA; none when there are none or they
// cannot be read.
func (t TLS) Authorities() []Certificate {
	found, _ := readCertificates(t.CA)
	return describe(found)
}

// ClientCertificate tells of the certificate that we show; false when there is
// none.
func (t TLS) ClientCertificate() (Certificate, bool) {
	found, _ := readCertificates(t.ClientCert)
	if len(found) == 0 {
		return Certificate{}, false
	}
	return describe(found)[0], true
}

func describe(certificates []*x509.Certificate) []Certificate {
	all := make([]Certificate, len(certificates))
	for i, c := range certificates {
		all[i] = Certificate{Subject: c.Subject.String(), Issuer: c.Issuer.String(), NotAfter: c.NotAfter}
		if all[i].Subject == "" {
			all[i].Subject = strings.Join(c.DNSNames, ", ")
		}
	}
	return all
}

// Roots gives the authorities to trust; nil for those of the machine.
func (t TLS) Roots() (*x509.CertPool, error) {
	if t.CA == "" {
		return nil, nil
	}
	found, problem := readCertificates(t.CA)
	if problem != "" {
		return nil, errors.New("read authorities: " + problem)
	}
	pool := x509.NewCertPool()
	for _, c := range found {
		pool.AddCert(c)
	}
	return pool, nil
}

// KeyPair gives what we show to a receiver that asks who we are; an empty one
// when there is no certificate.
func (t TLS) KeyPair() (tls.Certificate, error) {
	if t.ClientCert == "" {
		return tls.Certificate{}, nil
	}
	pair, err := tls.X509KeyPair([]byte(t.ClientCert), []byte(t.ClientKey))
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("read client certificate: %w", err)
	}
	return pair, nil
}

// Tidy gives the form that is kept: without blanks around, and without a key
// whose certificate was taken away.
func (t TLS) Tidy() TLS {
	t.CA, t.ClientCert, t.ClientKey = tidyPEM(t.CA), tidyPEM(t.ClientCert), tidyPEM(t.ClientKey)
	if t.ClientCert == "" {
		t.ClientKey = ""
	}
	return t
}

func tidyPEM(text string) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if text != "" {
		text += "\n"
	}
	return text
}

func (t TLS) check(f fields) {
	_, problem := readCertificates(t.CA)
	f.check(problem == "", "tls_ca", problem)
	_, problem = readCertificates(t.ClientCert)
	f.check(problem == "", "tls_client_cert", problem)
	if t.ClientCert != "" && problem == "" {
		problem = t.keyProblem()
		f.check(problem == "", "tls_client_key", problem)
	}
}

// readCertificates reads every certificate of a text, the first one first. The
// problem is a sentence for whoever pasted the text, and nothing secret is in it.
func readCertificates(text string) (all []*x509.Certificate, problem string) {
	switch {
	case strings.TrimSpace(text) == "":
		return nil, ""
	case len(text) > maxPEM:
		return nil, "This is too long: at most 64 KB of certificates."
	}
	for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
		switch {
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			return nil, "There is a private key in this text. Only certificates belong here."
		case block.Type != "CERTIFICATE":
			return nil, "There is something else than a certificate in this text, which begins with -----BEGIN " + block.Type + "-----."
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, "Certificate " + strconv.Itoa(len(all)+1) + " of this text is damaged and cannot be read."
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return nil, "This is no certificate in PEM form, which begins with -----BEGIN CERTIFICATE----- and ends with -----END CERTIFICATE-----."
	}
	return all, ""
}

// keyProblem says what is wrong with the private key; the certificate can be
// read.
func (t TLS) keyProblem() string {
	if strings.TrimSpace(t.ClientKey) == "" {
		return "Enter the private key that belongs to the client certificate."
	}
	block, _ := pem.Decode([]byte(t.ClientKey))
	switch {
	case block == nil:
		return "This is no private key in PEM form, which begins with -----BEGIN PRIVATE KEY-----."
	case block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"):
		return "This private key is protected by a passphrase. Enter it without one: openssl pkey -in key.pem writes it."
	case !strings.HasSuffix(block.Type, "PRIVATE KEY"):
		return "This is no private key: it begins with -----BEGIN " + block.Type + "-----."
	}
	_, err := t.KeyPair()
	switch {
	case err == nil:
		return ""
	case strings.Contains(err.Error(), "does not match"):
		return "This private key does not belong to the client certificate."
	}
	return "This private key cannot be read. It must be an RSA, ECDSA or Ed25519 key."
}

// proxySchemes are what the address of a proxy may begin with.
var proxySchemes = []string{"http", "socks5", "socks5h"}

// checkProxy takes "", direct, and scheme://host:port with or without user and
// password. Whether it may be reached is not said here.
func checkProxy(f fields, proxy string) {
	if proxy == "" || proxy == ProxyDirect {
		return
	}
	u, err := url.Parse(proxy)
	switch {
	case len(proxy) > 2000:
		f.check(false, "proxy", "This address is too long: at most 2,000 characters.")
	case err != nil || u.Hostname() == "" || u.Port() == "":
		f.check(false, "proxy", "Enter the proxy’s address with its port, such as http://proxy.example.com:3128.")
	case !slices.Contains(proxySchemes, u.Scheme):
		f.check(false, "proxy", "The proxy’s address must begin with http://, socks5:// or socks5h://. Webhooks to https addresses stay encrypted through it.")
	case u.Path != "" && u.Path != "/", u.RawQuery != "", u.Fragment != "":
		f.check(false, "proxy", "The proxy’s address ends with its port: nothing may follow.")
	}
}
