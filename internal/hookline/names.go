package hookline

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// shortName is how long a name must be to be looked for everywhere in a text:
// an id such as “7” would be found in every price. Shorter ones are looked for
// where a text says that it is an id.
const shortName = 4

// idMembers begin the members that hold ids, in JSON without blanks and in a
// query.
var idMembers = []string{`"userid":`, `"user_id":`, `"anonymousid":`, `"anonymous_id":`, `"previousid":`, `"previous_id":`, `"id":`, "userid=", "user_id="}

// Names are the identities under which a person is known, such as
// UserIdentity("u1"), and their id.
type Names []string

// In says whether a text names the person: one of their ids or addresses stands
// in it by itself, as it is, as JSON writes it, or as an address does. Upper and
// lower case are one.
func (n Names) In(text []byte) bool {
	if len(text) == 0 {
		return false
	}
	folded := bytes.ToLower(text)
	for _, identity := range n {
		for _, form := range writings(identity) {
			if len(form) < shortName {
				if isMember(folded, form) {
					return true
				}
			} else if standsIn(folded, form) {
				return true
			}
		}
	}
	return false
}

// Has says whether an identity is one of the names.
func (n Names) Has(identity string) bool {
	for _, one := range n {
		if one == identity {
			return true
		}
	}
	return false
}

// writings are the ways in which a name stands in a text, in lower case.
func writings(identity string) []string {
	name := identity
	if kind, rest, cut := strings.Cut(identity, ":"); cut && (kind == "user" || kind == "anon" || kind == "email") {
		name = rest
	}
	name = strings.ToLower(name)
	all := []string{name}
	quoted, _ := json.Marshal(name) // a text can always be written
	for _, form := range []string{string(quoted[1 : len(quoted)-1]), strings.ToLower(url.QueryEscape(name)), strings.ToLower(url.PathEscape(name))} {
		if form != all[len(all)-1] && form != name {
			all = append(all, form)
		}
	}
	return all
}

// standsIn says whether form is in text with neither a letter nor a digit, nor
// a sign of an address, right before or after it.
func standsIn(text []byte, form string) bool {
	for from := 0; form != ""; {
		i := bytes.Index(text[from:], []byte(form))
		if i < 0 {
			return false
		}
		at := from + i
		before, _ := utf8.DecodeLastRune(text[:at])
		after, width := utf8.DecodeRune(text[at+len(form):])
		next, _ := utf8.DecodeRune(text[at+len(form)+width:])
		if (at == 0 || !partOfName(before)) && !continues(after, next) {
			return true
		}
		from = at + 1
	}
	return false
}

func partOfName(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_-.+@", r))
}

// continues says whether a name goes on with r: a full stop or a hyphen does so
// only when a letter or a digit follows it.
func continues(r, next rune) bool {
	if r == '.' || r == '-' {
		return unicode.IsLetter(next) || unicode.IsDigit(next)
	}
	return partOfName(r)
}

// isMember says whether text has a member for ids whose value is form.
func isMember(text []byte, form string) bool {
	text = bytes.ReplaceAll(text, []byte(": "), []byte(":"))
	for _, member := range idMembers {
		for _, value := range []string{form, `"` + form + `"`} {
			if form != "" && standsIn(text, member+value) {
				return true
			}
		}
	}
	return false
}
