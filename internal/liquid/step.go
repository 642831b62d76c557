package liquid

import "strings"

// Step writes one step of a path as an author would: .plan, or ["first name"]
// for a key that is no plain name. It is "" for the rare key that no quotation
// marks can hold.
func Step(key string) string {
	switch {
	case isPlainName(key):
		return "." + key
	case !strings.Contains(key, `"`) && !strings.ContainsAny(key, "{}%\r\n"):
		return `["` + key + `"]`
	case !strings.Contains(key, `'`) && !strings.ContainsAny(key, "{}%\r\n"):
		return `['` + key + `']`
	}
	return ""
}
