package compose

import (
	"regexp"
	"slices"
	"strings"

	"hookline/internal/hookline"
	"hookline/internal/liquid"
	"hookline/internal/secret"
)

var (
	// aSecret is all that may be said of one: {{ secret.crm }}.
	aSecret = regexp.MustCompile(`^\{\{\s*secret\.([a-z][a-z0-9_]{0,39})\s*\}\}$`)
	// ofSecrets finds where Liquid speaks of the secrets, and not of a member or a text of that name.
	ofSecrets = regexp.MustCompile(`(^|[^\w.\]])secret\s*[.\[]`)
	quoted    = regexp.MustCompile(`"[^"]*"|'[^']*'`)
)

// SecretsIn lists the names of the secrets that a template uses, each once.
func SecretsIn(t hookline.Template) []string {
	var names []string
	sources := []string{t.URL, t.Body}
	for _, h := range t.Headers {
		sources = append(sources, h.Value)
	}
	for _, source := range sources {
		for _, part := range liquidParts.FindAllString(source, -1) {
			if found := aSecret.FindStringSubmatch(part); found != nil && !slices.Contains(names, found[1]) {
				names = append(names, found[1])
			}
		}
	}
	return names
}

// modes says how a secret is written in a part that is rendered in a mode.
var modes = map[liquid.Mode]secret.Mode{
	liquid.URL: secret.InURL, liquid.Header: secret.InHeader, liquid.JSON: secret.InJSON, liquid.Form: secret.InForm, liquid.Text: secret.InText,
}

// referring puts references in place of the secrets in a part: before Liquid
// reads it, so that no filter and no condition ever sees one.
func (c *Composer) referring(part Part, source string, mode liquid.Mode) (string, error) {
	if !strings.Contains(source, "secret") {
		return source, nil
	}
	var fault error
	var b strings.Builder
	at := 0
	for _, place := range liquidParts.FindAllStringIndex(source, -1) {
		text := source[place[0]:place[1]]
		found := aSecret.FindStringSubmatch(text)
		if found == nil {
			if fault == nil && ofSecrets.MatchString(quoted.ReplaceAllString(strings.Trim(text, "{}%-"), "")) {
				fault = secretError(part, source, place[0], "A secret is put in as it is, with nothing else between the braces, such as {{ secret.crm }}: no filter, no condition, no name that is filled in.")
			}
			continue
		}
		b.WriteString(source[at:place[0]])
		b.WriteString(c.references.Of(found[1], modes[mode]))
		at = place[1]
		if fault == nil && part == URL && inAuthority(source[:place[0]]) {
			fault = secretError(part, source, place[0], "A secret cannot be part of the host, nor stand before an @. Put it behind the host, or into a header such as Authorization.")
		}
	}
	b.WriteString(source[at:])
	return b.String(), fault
}

// inAuthority says whether what follows an address that begins so is part of
// the host, or before it.
func inAuthority(before string) bool {
	_, rest, found := strings.Cut(liquidParts.ReplaceAllStringFunc(before, blank), "://")
	return !found || !strings.ContainsAny(rest, "/?#")
}

func secretError(part Part, source string, at int, message string) *Error {
	line, column := place(source, at+1)
	return &Error{Part: part, Line: line, Column: column, Message: message}
}

// OnlyRefers says whether what is secret about a header's value is the secret
// that it refers to: {{ secret.crm }}, alone or after one word.
func OnlyRefers(value string) bool {
	word, rest, found := strings.Cut(strings.TrimSpace(value), " ")
	return aSecret.MatchString(strings.TrimSpace(value)) || found && aScheme.MatchString(word) && aSecret.MatchString(strings.TrimSpace(rest))
}

// aScheme is what stands before credentials (RFC 9110 §11.4).
var aScheme = regexp.MustCompile(`^[A-Za-z][A-Za-z-]{0,19}$`)

// CheckSecrets says where a template uses a secret that is not there, or one
// that may not be sent to its address; known are all there are. An address whose
// host is filled in later is looked at when it is sent. The error is an *Error.
func CheckSecrets(t hookline.Template, known []hookline.KeptSecret) error {
	sources := map[Part]string{URL: t.URL, Body: t.Body}
	parts := []Part{URL}
	for i, h := range t.Headers {
		sources[Header(i)] = h.Value
		parts = append(parts, Header(i))
	}
	for _, part := range append(parts, Body) {
		source := sources[part]
		for _, at := range liquidParts.FindAllStringIndex(source, -1) {
			found := aSecret.FindStringSubmatch(source[at[0]:at[1]])
			if found == nil {
				continue
			}
			if message := usable(t, found[1], known); message != "" {
				return secretError(part, source, at[0], message)
			}
		}
	}
	return nil
}

// usable says why a secret cannot be used in a template; "" when it can.
func usable(t hookline.Template, name string, known []hookline.KeptSecret) string {
	i := slices.IndexFunc(known, func(s hookline.KeptSecret) bool { return s.Name == name })
	if i < 0 {
		return "There is no secret “" + name + "”. An administrator can add it under Settings, Secrets."
	}
	address := strings.TrimSpace(t.URL)
	if liquidParts.MatchString(authority(address)) {
		return ""
	}
	if !known[i].MayGoTo(liquidParts.ReplaceAllString(withoutUser(address), "x")) {
		return "The secret “" + name + "” may only be sent to " + strings.Join(known[i].Hosts, ", ") +
			". For another host an administrator has to enter it again, under Settings, Secrets."
	}
	return ""
}

// authority is the part of an address between // and what follows the host.
func authority(address string) string {
	_, rest, found := strings.Cut(address, "://")
	if !found {
		return address
	}
	if end := strings.IndexAny(liquidParts.ReplaceAllStringFunc(rest, blank), "/?#"); end >= 0 {
		return rest[:end]
	}
	return rest
}

// withoutUser is an address without user and password, which leave it for a header.
func withoutUser(address string) string {
	own := authority(address)
	return strings.Replace(address, own, own[strings.LastIndexByte(own, '@')+1:], 1)
}
