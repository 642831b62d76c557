package web

import (
	"context"
	"net/http"

	"hookline/internal/audit"
	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type signingKeyStore interface {
	SigningKeys(ctx context.Context) ([]hookline.SigningKey, error)
	RotateSigningKey(ctx context.Context) (hookline.SigningKey, error)
}

// showSigningKey shows that there is a key, and how receivers use it, to everybody; the key itself to nobody.
func (s *server) showSigningKey(w http.ResponseWriter, r *http.Request) error {
	return s.showKeys(w, r, false)
}

// revealSigningKey shows the key itself. It is a POST, so that nothing but a person's press can ask for it, and the
// audit log says who did.
func (s *server) revealSigningKey(w http.ResponseWriter, r *http.Request) error {
	if err := s.Store.RecordAudit(r.Context(), audit.OfSigningKey().Say(audit.Revealed, "")); err != nil {
		return err // what cannot be written down is not shown
	}
	s.log.InfoContext(r.Context(), "signing key revealed", "request", traceOf(r).id, "by", visitor(r).user.Email)
	return s.showKeys(w, r, true)
}

func (s *server) showKeys(w http.ResponseWriter, r *http.Request, reveal bool) error {
	keys, err := s.Store.SigningKeys(r.Context())
	if err != nil {
		return err
	}
	m := views.SigningKeyModel{
		Page:    s.page(w, r, ui.Page{Title: "Webhook signing key", Active: ui.NavSettings, Crumbs: settingsCrumbs()}),
		IsAdmin: visitor(r).user.Role.Allows(hookline.Admin),
	}
	if len(keys) > 0 { // the newest one signs
		m.CreatedAt = keys[0].CreatedAt
		if reveal {
			m.Key = keys[0].Key
		}
	}
	return s.show(w, r, view{page: views.SigningKey(m)})
}

// askRotateSigningKey asks on a page of its own, because receivers that know only the old key refuse what comes after.
func (s *server) askRotateSigningKey(w http.ResponseWriter, r *http.Request) error {
	return s.ask(w, r, views.QuestionModel{
		Page:   ui.Page{Title: "Make a new signing key?", Active: ui.NavSettings, Crumbs: settingsCrumbs()},
		Text:   "From the next request on, webhooks are signed with the new key. Receivers that check signatures refuse them until they know it: have somebody ready to put the new key in place.",
		Action: "/settings/signing-key/rotate",
		Yes:    "Make a new key",
		Back:   "/settings/signing-key",
	})
}

// rotateSigningKey keeps the old key in the store, and nothing is signed with it any more.
func (s *server) rotateSigningKey(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.Store.RotateSigningKey(r.Context()); err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "signing key rotated", "request", traceOf(r).id, "by", visitor(r).user.Email)
	return s.done(w, r, "/settings/signing-key", "There is a new signing key. Give it to everybody who checks signatures.")
}
