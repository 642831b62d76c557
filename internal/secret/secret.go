// Package secret keeps named values that requests carry and nobody sees again.
//
// A template says {{ secret.crm }}. The request that it becomes, which is kept
// and shown, holds a reference in its place; the value is put in for the moment
// of sending (Reveal), before the body is signed, and only when the address
// leads to a host to which the secret is bound. What comes back is looked
// through for it (Veil) before anything is made of it.
package secret

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"hookline/internal/hookline"
)

// Keeper puts values in place of references. Safe for concurrent use.
type Keeper struct {
	References *References
	Key        func() (*Key, error) // nil without an error: there is none yet
}

// ErrRefused is what errors.Is finds when a secret may never be sent like this.
var ErrRefused = errors.New("the secret may not be sent")

// refusal is an error in plain words, for the delivery.
type refusal struct {
	words string
	final bool
}

func (r *refusal) Error() string { return r.words }

func (r *refusal) Is(target error) bool { return target == ErrRefused && r.final }

// Reveal gives a request with the values in it, and what blots them out of the
// answer. It changes nothing of the one that it was given. A request without
// references is given back as it is, with a Veil that covers nothing.
func (k *Keeper) Reveal(r hookline.Request, all map[string]hookline.KeptSecret) (hookline.Request, Veil, error) {
	o := opening{keeper: k, all: all, address: r.URL}
	headers := r.Headers
	for i, h := range r.Headers {
		if value := k.References.Replace(h.Value, o.value); value != h.Value {
			if &headers[0] == &r.Headers[0] {
				headers = append([]hookline.Header{}, r.Headers...) // they are shared
			}
			headers[i].Value = value
		}
	}
	if bytes.Contains(r.Body, []byte(begin)) {
		r.Body = []byte(k.References.Replace(string(r.Body), o.value))
	}
	r.URL = k.References.Replace(r.URL, o.value)
	r.Headers = headers
	if o.err != nil {
		return hookline.Request{}, Veil{}, o.err
	}
	return r, o.veil, nil
}

// opening is one request while its secrets are put in.
type opening struct {
	keeper  *Keeper
	all     map[string]hookline.KeptSecret
	address string
	values  map[string]string
	veil    Veil
	err     error
}

func (o *opening) value(name string, mode Mode) string {
	if o.err != nil {
		return ""
	}
	value, known := o.values[name]
	if !known {
		if value, o.err = o.open(name); o.err != nil {
			return ""
		}
		if o.values == nil {
			o.values = map[string]string{}
		}
		o.values[name] = value
		o.veil.add(value)
	}
	return written(value, mode)
}

func (o *opening) open(name string) (string, error) {
	s, known := o.all[name]
	if !known {
		return "", &refusal{"There is no secret “" + name + "”. An administrator can add it under Settings, Secrets; then resend this.", true}
	}
	if !s.MayGoTo(o.address) {
		return "", &refusal{"The secret “" + name + "” may only be sent to " + strings.Join(s.Hosts, ", ") + ", and this goes elsewhere. Nothing was sent. " +
			"Correct the address, or ask an administrator to allow its host for the secret.", true}
	}
	key, err := o.keeper.Key()
	if err == nil && key == nil {
		err = ErrKey
	}
	var value string
	if err == nil {
		value, err = key.Open(s)
	}
	if err != nil {
		return "", &refusal{"The secret “" + name + "” could not be opened: this Hookline runs with another key than the one with which the secret was saved. " +
			"Whoever runs it can put the key back; or an administrator saves the secret again.", false}
	}
	return value, nil
}

// inURL lets slashes stand, as in https://hooks.example.com/{{ secret.path }}.
var inURL = strings.NewReplacer("+", "%20", "%2F", "/")

// written is a value as it stands in a part of a request.
func written(value string, mode Mode) string {
	switch mode {
	case InURL:
		return inURL.Replace(url.QueryEscape(value))
	case InForm:
		return url.QueryEscape(value)
	case InJSON:
		text, err := json.Marshal(value)
		if err != nil {
			return value // a text always is
		}
		return string(text[1 : len(text)-1])
	}
	return value
}

// Veil blots values out of what comes back. The zero value covers nothing.
type Veil struct {
	forms []string
}

// shown stands where a value was.
const shown = "••••••••"

// add covers a value in each form in which a receiver may send it back.
func (v *Veil) add(value string) {
	quoted := inQuotes.Replace(value)
	v.forms = append(
		v.forms,
		value, written(value, InJSON), written(value, InURL), written(value, InForm), url.PathEscape(value),
		quoted, strings.ReplaceAll(quoted, "/", `\/`), strings.ReplaceAll(written(value, InJSON), "/", `\/`),
		base64.StdEncoding.EncodeToString([]byte(value)), base64.URLEncoding.EncodeToString([]byte(value)),
		base64.RawStdEncoding.EncodeToString([]byte(value)),
	)
}

// inQuotes writes a value between quotation marks as most programs do.
var inQuotes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// Empty says that there is nothing to cover.
func (v Veil) Empty() bool { return len(v.forms) == 0 }

// Cover blots the values out of a text.
func (v Veil) Cover(text string) string {
	for _, form := range v.forms {
		text = strings.ReplaceAll(text, form, shown)
	}
	return text
}

// CoverCut is Cover for a text that was cut: a value may end where it ends.
func (v Veil) CoverCut(text string) string {
	text = v.Cover(text)
	for _, form := range v.forms {
		for n := min(len(form)-1, len(text)); n >= 4; n-- {
			if strings.HasSuffix(text, form[:n]) {
				text = text[:len(text)-n] + shown
				break
			}
		}
	}
	return text
}
