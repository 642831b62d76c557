package hookline

import (
	"net/url"
	"strings"
)

// Blot stands where a secret is, so that nobody who looks learns even its length.
const Blot = "••••••••"

// SecretHeader says whether a header of this name authorizes.
func SecretHeader(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "authorization", "proxy-authorization", "cookie", "set-cookie":
		return true
	}
	for _, part := range []string{"token", "secret", "password", "api-key", "apikey", "access-key"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// SafeURL is an address without the secrets that may stand in it: user and
// password, and the values of parameters that are called key, token, secret and
// the like.
func SafeURL(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	if ok {
		host, tail := rest, ""
		if end := strings.IndexAny(rest, "/?#"); end >= 0 {
			host, tail = rest[:end], rest[end:]
		}
		address = scheme + "://" + host[strings.LastIndexByte(host, '@')+1:] + tail
	}
	front, query, ok := strings.Cut(address, "?")
	if !ok {
		return address
	}
	query, fragment, hasFragment := strings.Cut(query, "#")
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if ok && value != "" && SecretParameter(name) {
			pairs[i] = name + "=" + Blot
		}
	}
	address = front + "?" + strings.Join(pairs, "&")
	if hasFragment {
		address += "#" + fragment
	}
	return address
}

// SecretParameter says whether a parameter, attribute or field of this name is
// likely to hold a secret.
func SecretParameter(name string) bool {
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	name = strings.ToLower(name)
	switch name {
	case "key", "auth", "sig", "pass", "pwd", "code", "hapikey":
		return true
	}
	for _, part := range []string{"token", "secret", "password", "apikey", "api_key", "api-key", "access_key", "access-key", "signature"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
