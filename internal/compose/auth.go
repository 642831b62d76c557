package compose

import (
	"slices"
	"strings"

	"hookline/internal/hookline"
)

// AuthKind is a way in which a receiver knows who sends.
type AuthKind string

// The kinds of authentication that a form asks for.
const (
	AuthNone   AuthKind = ""
	AuthBasic  AuthKind = "basic"  // user and password in the address, which are sent as Basic authentication
	AuthBearer AuthKind = "bearer" // a token in the header Authorization
	AuthHeader AuthKind = "header" // a key in a header of its own
	AuthQuery  AuthKind = "query"  // a key in the address's query
)

// Auth is a template's authentication, apart from the rest of it. Each kind has
// fields of its own, and all hold Liquid.
type Auth struct {
	Kind                  AuthKind
	User, Password        string
	Token                 string
	HeaderName, HeaderKey string
	ParamName, ParamKey   string

	// Place is which of the template's headers, or of its query's parameters, this
	// is, from 1; 0 is the last.
	Place int
}

// ReadAuth takes the authentication out of a template. rest is the template
// without it; With puts it back.
func ReadAuth(t hookline.Template) (a Auth, rest hookline.Template) {
	for i, h := range t.Headers {
		if strings.EqualFold(h.Name, "Authorization") {
			return authorization(h, i), withoutHeader(t, i)
		}
	}
	if user, password, address, ok := userInfo(t.URL); ok {
		t.URL = address
		return Auth{Kind: AuthBasic, User: user, Password: password}, t
	}
	for i, h := range t.Headers {
		if keyHeader(h.Name) {
			return Auth{Kind: AuthHeader, HeaderName: h.Name, HeaderKey: h.Value, Place: i + 1}, withoutHeader(t, i)
		}
	}
	front, params, err := ReadQuery(t.URL)
	for i, p := range params {
		if err == nil && p.Form == Plain && keyParam(p.Name) {
			t.URL = addPieces(front, -1, texts(slices.Delete(params, i, i+1))...)
			return Auth{Kind: AuthQuery, ParamName: p.Name, ParamKey: p.Value, Place: i + 1}, t
		}
	}
	return Auth{}, t
}

// authorization tells a bearer token from other things that the header can hold.
func authorization(h hookline.Header, i int) Auth {
	if token, ok := strings.CutPrefix(h.Value, "Bearer "); ok && h.Name == "Authorization" && token == strings.TrimSpace(token) {
		return Auth{Kind: AuthBearer, Token: token, Place: i + 1}
	}
	return Auth{Kind: AuthHeader, HeaderName: h.Name, HeaderKey: h.Value, Place: i + 1}
}

// HeaderPlace is which of the template's headers the authentication is, from 1; 0
// is none.
func (a Auth) HeaderPlace() int {
	if a.Kind == AuthBearer || a.Kind == AuthHeader {
		return a.Place
	}
	return 0
}

func withoutHeader(t hookline.Template, i int) hookline.Template {
	t.Headers = slices.Delete(slices.Clone(t.Headers), i, i+1)
	return t
}

// userInfo takes user and password out of an address.
func userInfo(raw string) (user, password, address string, ok bool) {
	start, end := authorityOf(raw)
	if start < 0 {
		return "", "", "", false
	}
	own := maskLiquid(raw[start:end])
	at := strings.LastIndexByte(own, '@')
	if at < 0 {
		return "", "", "", false
	}
	user, password = raw[start:start+at], ""
	if colon := strings.IndexByte(own[:at], ':'); colon >= 0 {
		user, password = raw[start:start+colon], raw[start+colon+1:start+at]
	}
	user, password = percentDecoded(user), percentDecoded(password)
	return user, password, raw[:start] + raw[start+at+1:], showable(user) && showable(password)
}

// authorityOf says where an address names user, host and port; start is -1 when
// the address does not begin with a scheme.
func authorityOf(raw string) (start, end int) {
	own := maskLiquid(raw)
	scheme := strings.Index(own, "://")
	if scheme < 0 || scheme > len("https") {
		return -1, -1
	}
	start = scheme + len("://")
	if n := strings.IndexAny(own[start:], "/?#"); n >= 0 {
		return start, start + n
	}
	return start, len(own)
}

// inUserInfo may stand in user and password as they are (RFC 3986 §3.2.1).
const inUserInfo = "-._~!$&'()*+,;="

// With is a template with this authentication. What is not complete, or has no
// place in it, is left out; Check says which.
func (a Auth) With(rest hookline.Template) (t hookline.Template, placed Auth) {
	placed = a
	placed.Place = 0
	switch {
	case len(a.Check(rest)) > 0:
		return rest, placed
	case a.Kind == AuthBasic:
		start, _ := authorityOf(rest.URL)
		rest.URL = rest.URL[:start] + percentEncoded(a.User, inUserInfo) + ":" + percentEncoded(a.Password, inUserInfo) + "@" + rest.URL[start:]
	case a.Kind == AuthBearer:
		placed.Place = addHeader(&rest, a.Place, hookline.Header{Name: "Authorization", Value: "Bearer " + a.Token})
	case a.Kind == AuthHeader:
		placed.Place = addHeader(&rest, a.Place, hookline.Header{Name: a.HeaderName, Value: a.HeaderKey})
	case a.Kind == AuthQuery:
		placed.Place = a.Place
		rest.URL = addPieces(rest.URL, a.Place-1, Param{Name: a.ParamName, Value: a.ParamKey}.text())
	}
	return rest, placed
}

// addHeader puts a header at a place, from 1, or behind all, and says where it is.
func addHeader(t *hookline.Template, place int, h hookline.Header) int {
	if place < 1 || place > len(t.Headers) {
		place = len(t.Headers) + 1
	}
	t.Headers = slices.Insert(slices.Clone(t.Headers), place-1, h)
	return place
}

// Check says at each of the fields what keeps the authentication from being part
// of a template: auth_user, auth_password, auth_token, auth_header_name,
// auth_header_key, auth_param_name and auth_param_key, or auth.
func (a Auth) Check(rest hookline.Template) map[string]string {
	wrong := map[string]string{}
	switch a.Kind {
	case AuthNone:
	case AuthBasic:
		a.checkBasic(rest, wrong)
	case AuthBearer:
		ask(wrong, "auth_token", a.Token, "Enter the token, or choose “None” above.")
		if hasHeader(rest, "Authorization") {
			wrong["auth"] = "There is a header Authorization as well. Remove it, or choose “None” here."
		}
	case AuthHeader:
		ask(wrong, "auth_header_name", a.HeaderName, "Enter the header’s name, such as X-Api-Key, or choose “None” above.")
		ask(wrong, "auth_header_key", a.HeaderKey, "Enter the key, or choose “None” above.")
		if a.HeaderName != "" && hasHeader(rest, a.HeaderName) {
			wrong["auth_header_name"] = "There is a header " + a.HeaderName + " as well. Remove it, or choose “None” above."
		}
	case AuthQuery:
		ask(wrong, "auth_param_name", a.ParamName, "Enter the parameter’s name, such as api_key, or choose “None” above.")
		ask(wrong, "auth_param_key", a.ParamKey, "Enter the key, or choose “None” above.")
	default:
		wrong["auth"] = "Choose how the receiver knows you."
	}
	return wrong
}

func (a Auth) checkBasic(rest hookline.Template, wrong map[string]string) {
	start, _ := authorityOf(rest.URL)
	_, _, _, twice := userInfo(rest.URL)
	switch {
	case a.User == "" && a.Password == "":
		wrong["auth_user"] = "Enter the user, or choose “None” above."
	case hasHeader(rest, "Authorization"):
		wrong["auth"] = "There is a header Authorization as well, which would be sent in the place of user and password. Remove it, or choose “None” here."
	case twice:
		wrong["auth"] = "There are a user and a password in the address as well. Take them out there, or choose “None” here."
	case start < 0 && rest.URL != "":
		wrong["auth"] = "A user and a password need an address that begins with https:// or http://."
	case start < 0:
		wrong["url"] = "Enter the address to send to, such as https://example.com/webhooks."
	}
}

func ask(wrong map[string]string, field, value, words string) {
	if value == "" {
		wrong[field] = words
	}
}

func hasHeader(t hookline.Template, name string) bool {
	return slices.ContainsFunc(t.Headers, func(h hookline.Header) bool { return strings.EqualFold(h.Name, name) })
}

// keyHeader says whether a header is called as the keys of services are.
func keyHeader(name string) bool {
	switch strings.ToLower(name) {
	case "cookie", "set-cookie", "proxy-authorization":
		return false
	}
	return hookline.SecretHeader(name)
}

// keyParam says the same of a parameter of the address.
func keyParam(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "key", "auth", "hapikey":
		return true
	}
	return slices.ContainsFunc([]string{"token", "secret", "apikey", "api_key", "api-key", "access_key", "access-key"}, func(part string) bool {
		return strings.Contains(name, part)
	})
}

// texts are parameters as they stand in an address.
func texts(params []Param) []string {
	all := make([]string, len(params))
	for i, p := range params {
		all[i] = p.text()
	}
	return all
}
