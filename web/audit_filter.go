package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// auditFilter is what the address asks of the list: for the store and for the fields.
type auditFilter struct {
	filter  audit.Filter
	form    views.AuditForm
	trouble hookline.Error
}

// readAuditFilter reads who, what, which thing and when.
func (s *server) readAuditFilter(r *http.Request) (*auditFilter, error) {
	get := func(name string) string { return strings.TrimSpace(r.URL.Query().Get(name)) }
	f := &auditFilter{form: views.AuditForm{
		Actor: get("who"), Deed: get("what"), Kind: get("kind"), ThingID: get("thing"), Since: get("since"), Until: get("until"),
	}}
	f.filter = audit.Filter{Actor: f.form.Actor, ThingID: f.form.ThingID}
	if deed := audit.Deed(f.form.Deed); slices.Contains(audit.Deeds(), deed) {
		f.filter.Deed = deed
	} else if deed != "" {
		f.wrong("what", "Choose one of the list.")
	}
	if kind := audit.Kind(f.form.Kind); slices.Contains(audit.Kinds(), kind) {
		f.filter.Kind = kind
	} else if kind != "" {
		f.wrong("kind", "Choose one of the list.")
	}
	f.form.Since, f.filter.Since = f.moment("since", f.form.Since)
	f.form.Until, f.filter.Until = f.moment("until", f.form.Until)
	return f, s.offerActors(r, f)
}

// offerActors lists who may have done it: the team and the programs there are now. Others who are asked for, such as
// a token that was revoked, stay to choose from.
func (s *server) offerActors(r *http.Request, f *auditFilter) error {
	users, err := s.Store.ListUsers(r.Context())
	if err != nil {
		return err
	}
	tokens, err := s.Store.ListTokens(r.Context())
	if err != nil {
		return err
	}
	f.form.Actors = []ui.Option{{Label: "Anybody"}}
	offer := func(name, label string) {
		if !slices.ContainsFunc(f.form.Actors, func(o ui.Option) bool { return o.Value == name }) {
			f.form.Actors = append(f.form.Actors, ui.Option{Value: name, Label: label})
		}
	}
	for _, u := range users {
		offer(u.Email, u.Email)
	}
	for _, t := range tokens {
		offer(t.Name, "API token “"+t.Name+"”")
	}
	offer(f.form.Actor, f.form.Actor)
	return nil
}

func (f *auditFilter) wrong(name, why string) {
	f.trouble.Message = "The list cannot be filtered like this."
	if f.trouble.Fields == nil {
		f.trouble.Fields = map[string]string{}
	}
	f.trouble.Fields[name] = why
}

// moment reads a moment in UTC, and gives it back as the field writes it.
func (f *auditFilter) moment(name, text string) (string, time.Time) {
	if text == "" {
		return "", time.Time{}
	}
	for _, format := range momentFormats {
		if t, err := time.Parse(format, text); err == nil {
			return t.UTC().Format(momentFormats[0]), t.UTC()
		}
	}
	f.wrong(name, "Enter a date and a time, such as 2026-01-31T09:30.")
	return text, time.Time{}
}

// query is the filters as an address has them, without the place in the list.
func (f *auditFilter) query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{
		"who": f.form.Actor, "what": f.form.Deed, "kind": f.form.Kind, "thing": f.form.ThingID, "since": f.form.Since, "until": f.form.Until,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}
