package outbound

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxURL is the longest URL taken, in bytes; servers commonly stop at 8 KB.
const maxURL = 8192

// CheckURL judges the text of a URL as it stands, without resolving its name,
// and returns it in the form in which it would be called: scheme and host in
// lower case, the name in ASCII, the fragment gone, user and password still in
// User. It refuses everything a URL parser somewhere might read differently than
// we do. The error is an *[Error] with a whole sentence for the person who typed
// the URL; it never shows user or password.
//
// A URL that passes may still be refused by [Client.Send], when its name leads
// to an inside address.
func (c *Client) CheckURL(raw string) (*url.URL, error) {
	t, err := c.guard.checkURL(raw)
	if err != nil {
		return nil, err
	}
	return t.url, nil
}

// ShowURL returns raw without user, password and fragment, for pages and logs.
// It also works on text that is no valid URL.
func ShowURL(raw string) string {
	scheme, rest, found := strings.Cut(raw, "://")
	if !found {
		return raw
	}
	authority, path := splitAuthority(rest)
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		authority = authority[at+1:]
	}
	path, _, _ = strings.Cut(path, "#")
	return scheme + "://" + authority + path
}

// target is a URL that passed.
type target struct {
	url  *url.URL
	host string // name in ASCII or address, without brackets
	port uint16 // 0 when the URL names none
	own  bool   // one of the instance's own bins
}

func (g *guard) checkURL(raw string) (target, error) {
	if err := checkText(raw); err != nil {
		return target{}, err
	}
	authority, err := authorityOf(raw)
	if err != nil {
		return target{}, err
	}
	_, hostport := splitUser(authority)
	h, err := parseHost(hostport)
	if err != nil {
		return target{}, err
	}
	u, err := parseURL(raw, hostport)
	if err != nil {
		return target{}, err
	}
	u.Host, u.Fragment, u.RawFragment = h.authority(u.Scheme), "", ""
	u.RawQuery = escapeQuery(u.RawQuery)
	t := target{url: u, host: h.name, port: h.port, own: g.own.covers(u)}
	if t.own {
		return t, nil
	}
	if err := g.admitHost(h); err != nil {
		return target{}, err
	}
	return t, nil
}

// target is where a request goes.
func (g *guard) target(r *Request) (target, error) {
	if !r.Outside {
		return g.checkURL(r.URL)
	}
	outside := *g
	outside.own = nil // which covers nothing
	return outside.checkURL(r.URL)
}

// admitHost asks the guard about what is known without resolving.
func (g *guard) admitHost(h host) error {
	if h.addr.IsValid() {
		if what, ok := g.admit(h.addr); !ok {
			return refused(h.name + " is " + what.Reason + onlyPublic)
		}
	} else if err := g.admitName(h.name); err != nil {
		return err
	}
	if h.port == 0 {
		return nil // the scheme's own
	}
	if err := g.admitPort(h.port); err != nil {
		return err
	}
	return nil
}

// checkText refuses characters that have no place in a URL, wherever they are.
// Browsers drop or turn some of them, which is how two parsers come to read two
// hosts.
func checkText(raw string) error {
	switch {
	case strings.TrimSpace(raw) == "":
		return invalidURL("The URL is empty.")
	case len(raw) > maxURL:
		return invalidURL("The URL is longer than 8,192 characters.")
	case !utf8.ValidString(raw):
		return invalidURL("The URL holds bytes that are not UTF-8 text.")
	}
	for _, r := range raw {
		switch {
		case r == '\\':
			return invalidURL("The URL holds a backslash; use / instead.")
		case r == '<' || r == '>' || r == '"' || r == '`':
			return invalidURL("The URL holds the character " + string(r) + ", which must be percent-encoded.")
		case r > ' ' && r < 0x7f: // most of every URL, settled without a table
		case unicode.IsSpace(r):
			return invalidURL("The URL holds a blank or line break; write %20 for a blank.")
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return invalidURL("The URL holds an invisible control character.")
		}
	}
	return nil
}

// authorityOf returns what stands between "scheme://" and the path, as written.
func authorityOf(raw string) (string, error) {
	scheme, rest, found := strings.Cut(raw, ":")
	switch {
	case !found || strings.ContainsAny(scheme, "/?#"):
		return "", invalidURL("The URL must begin with https:// or http://.")
	case !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https"):
		return "", invalidURL("The URL must begin with https:// or http://; other kinds cannot be called.")
	case !strings.HasPrefix(rest, "//"):
		return "", invalidURL("The URL needs two slashes after the colon, as in https://example.com/.")
	}
	authority, _ := splitAuthority(rest[len("//"):])
	return authority, nil
}

func splitAuthority(rest string) (authority, path string) {
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		return rest[:end], rest[end:]
	}
	return rest, ""
}

// splitUser cuts at the last @, as RFC 3986 and browsers do: a user name may be
// an e-mail address.
func splitUser(authority string) (user, hostport string) {
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		return authority[:at], authority[at+1:]
	}
	return "", authority
}

// parseURL reads the rest of the URL, and makes sure that net/url sees the same
// host as we did.
func parseURL(raw, hostport string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		var escape url.EscapeError
		switch {
		case errors.As(err, &escape):
			return nil, invalidURL("The URL holds a % that is not followed by two hex digits; write %25 for a percent sign.")
		case strings.Contains(err.Error(), "userinfo"):
			return nil, invalidURL("User name and password before the @ must be percent-encoded.")
		}
		return nil, invalidURL("The URL cannot be read.")
	}
	if u.Host != hostport || u.Opaque != "" {
		return nil, invalidURL("The URL's host can be read in two ways.")
	}
	return u, nil
}

// escapeQuery percent-encodes what lies beyond ASCII: net/url leaves a query as
// it is, but a request line may hold ASCII only (RFC 9112 §3.2).
func escapeQuery(query string) string {
	const hexDigits = "0123456789ABCDEF"
	if isASCII(query) {
		return query
	}
	var b strings.Builder
	for i := range len(query) {
		if c := query[i]; c < utf8.RuneSelf {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
		}
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// host is the host and port of a URL, understood.
type host struct {
	name string     // ASCII, lower case, no brackets, no final dot
	addr netip.Addr // set when name is an address
	port uint16     // 0 when the URL names none
}

// authority writes the host as it goes into a URL and the Host header; the port
// that the scheme has anyway is left out.
func (h host) authority(scheme string) string {
	name := h.name
	if h.addr.Is6() {
		name = "[" + name + "]"
	}
	if h.port == 0 || scheme == "http" && h.port == 80 || scheme == "https" && h.port == 443 {
		return name
	}
	return name + ":" + decimal(h.port)
}
