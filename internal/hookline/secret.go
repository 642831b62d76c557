package hookline

import (
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The limits of a secret.
const (
	MinSecretValue = 8 // what is shorter could not be blotted out without blotting out half of every answer
	MaxSecretValue = 4 << 10
	MaxSecretHosts = 20
	MaxSecrets     = 200
)

// KeptSecret is a named value that templates use and nobody sees again. Its
// value is sealed, together with the name and the hosts.
type KeptSecret struct {
	Name      string
	Hosts     []string // the only ones it is sent to, such as api.example.com or example.com:8443
	Sealed    []byte
	MadeBy    string // who set the value last
	CreatedAt time.Time
	UpdatedAt time.Time
}

var secretName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Validate says at each field what is wrong; nil when nothing is.
func (s KeptSecret) Validate() error {
	f := fields{}
	f.check(secretName.MatchString(s.Name), "name", "Use small letters, digits and _, beginning with a letter, such as crm. At most 40 characters.")
	f.check(len(s.Hosts) > 0, "hosts", "List at least one host that it may be sent to, such as api.example.com.")
	f.check(len(s.Hosts) <= MaxSecretHosts, "hosts", "At most 20 hosts.")
	for _, h := range s.Hosts {
		f.check(isHost(h), "hosts", "“"+h+"” is no host. Enter only the part of the address between // and the next /, such as api.example.com.")
	}
	return f.err("The secret could not be saved.")
}

// CheckSecretValue says what is wrong with a value; nil when nothing is.
func CheckSecretValue(value string) error {
	f := fields{}
	f.check(len(value) >= MinSecretValue, "value", "This is too short to be a secret: at least 8 characters.")
	f.check(len(value) <= MaxSecretValue, "value", "This is too long: at most 4,096 characters.")
	f.check(!strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }), "value", "Use one line, without tabs and line breaks.")
	return f.err("The secret could not be saved.")
}

// isHost says whether a text is a host name or an address, perhaps with a port.
func isHost(text string) bool {
	u, err := url.Parse("https://" + text)
	return err == nil && u.Host == text && u.Hostname() != "" && len(text) <= 255 && !strings.ContainsAny(text, " *{}")
}

// ReadHosts reads hosts that people typed, one a line or with commas between;
// of a whole address it takes the host.
func ReadHosts(text string) []string {
	var hosts []string
	for _, h := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(", \t\r\n", r) }) {
		if u, err := url.Parse(h); err == nil && u.Host != "" {
			h = u.Host
		}
		h = strings.TrimSuffix(lower(h), ".")
		if !slices.Contains(hosts, h) {
			hosts = append(hosts, h)
		}
	}
	return hosts
}

// MayGoTo says whether the secret may be sent to a finished address. A host
// without a port stands for the usual one.
func (s KeptSecret) MayGoTo(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	host, port := strings.TrimSuffix(lower(u.Hostname()), "."), u.Port()
	if usual := map[string]string{"https": "443", "http": "80"}[u.Scheme]; port == "" || port == usual {
		if slices.Contains(s.Hosts, host) || strings.Contains(host, ":") && slices.Contains(s.Hosts, "["+host+"]") {
			return true
		}
		port = usual
	}
	return slices.Contains(s.Hosts, net.JoinHostPort(host, port))
}
