package secret

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"regexp"
	"strings"

	"hookline/internal/hookline"
)

// Mode says how a value is written where it stands.
type Mode byte

// The modes.
const (
	InURL    Mode = 'u'
	InHeader Mode = 'h'
	InJSON   Mode = 'j' // between quotation marks
	InForm   Mode = 'f'
	InText   Mode = 't' // as it is
)

// References make and know what stands for secrets in requests that are kept:
// their names, with a mark that only this instance can make. So what outsiders
// fill in can look like a reference and never is one.
type References struct{ key []byte }

// NewReferences makes references that are marked with a key.
func NewReferences(key string) *References { return &References{[]byte(key)} }

// begin is what every reference begins with.
const begin = "secret."

// A reference has only letters, digits and dots, and underscores in its name:
// nothing that any part of a request would escape.
var (
	reference = regexp.MustCompile(`secret\.([a-z][a-z0-9_]{0,39})\.([uhjft])\.([0-9a-v]{16})`)
	alphabet  = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)
)

// Of gives what stands for a secret.
func (r *References) Of(name string, mode Mode) string {
	return begin + name + "." + string(mode) + "." + r.mark(name, mode)
}

func (r *References) mark(name string, mode Mode) string {
	mac := hmac.New(sha256.New, r.key)
	mac.Write([]byte(name + "." + string(mode)))
	return alphabet.EncodeToString(mac.Sum(nil)[:10])
}

// Replace puts what value gives in place of each reference in a text. What looks
// like one and is none stays.
func (r *References) Replace(text string, value func(name string, mode Mode) string) string {
	if !strings.Contains(text, begin) {
		return text
	}
	return reference.ReplaceAllStringFunc(text, func(found string) string {
		parts := reference.FindStringSubmatch(found)
		mode := Mode(parts[2][0])
		if !hmac.Equal([]byte(parts[3]), []byte(r.mark(parts[1], mode))) {
			return found
		}
		return value(parts[1], mode)
	})
}

// Shown writes references as people write them in templates: {{ secret.crm }}.
func (r *References) Shown(text string) string {
	return r.Replace(text, func(name string, _ Mode) string { return "{{ secret." + name + " }}" })
}

// ShownRequest writes the references of a request as people write them.
func (r *References) ShownRequest(q hookline.Request) hookline.Request {
	q.URL = r.Shown(q.URL)
	if body := r.Shown(string(q.Body)); body != string(q.Body) {
		q.Body = []byte(body)
	}
	headers := make([]hookline.Header, len(q.Headers))
	for i, h := range q.Headers {
		headers[i] = hookline.Header{Name: h.Name, Value: r.Shown(h.Value)}
	}
	q.Headers = headers
	return q
}
