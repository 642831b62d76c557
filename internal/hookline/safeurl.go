package hookline

import (
	"net/url"
	"strings"
)

// Blot stands where a secret was.
const Blot = "••••••••"

// SafeURL is an address without the secrets that may stand in its query: values of parameters that are called key,
// token, secret and the like. User and password never get as far as here; were they there, they would go too.
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
		if ok && value != "" && secretParameter(name) {
			pairs[i] = name + "=" + Blot
		}
	}
	address = front + "?" + strings.Join(pairs, "&")
	if hasFragment {
		address += "#" + fragment
	}
	return address
}

func secretParameter(name string) bool {
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
