package web

import (
	"context"
	"net/http"
	"time"

	"hookline/internal/audit"
	"hookline/internal/docs"
	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type signingKeyStore interface {
	SigningKeys(ctx context.Context) ([]hookline.SigningKey, error)
	RotateSigningKey(ctx context.Context) (hookline.SigningKey, error)
	PrepareSigningKey(ctx context.Context, signsAt time.Time) (hookline.SigningKey, error)
	UseSigningKey(ctx context.Context) error
	DropSigningKey(ctx context.Context) error
}

const signingKeyPath = "/settings/signing-key"

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
	role := visitor(r).user.Role
	m := views.SigningKeyModel{
		Page:    s.page(w, r, ui.Page{Title: "Webhook signing key", Active: ui.NavSettings, Crumbs: settingsCrumbs()}),
		IsAdmin: role.Allows(hookline.Admin), MayCheck: role.Allows(hookline.Support), Reveal: reveal,
		Samples: views.VerifySamples(r.URL.Query().Get("code"), r.URL.Query().Get("scheme"), docs.VerifySample),
	}
	now := time.Now()
	for i, key := range keys {
		shown := views.ShownKey{CreatedAt: key.CreatedAt, SignsAt: key.SignsAt}
		if reveal {
			shown.Key = key.Key
		}
		switch {
		case i == 0:
			m.InUse = shown
		case key.Waits(now):
			m.Next = &shown
		default:
			m.Former = append(m.Former, shown)
		}
	}
	return s.show(w, r, view{page: views.SigningKey(m)})
}

// askRotateSigningKey asks on a page of its own, because receivers that know only the old key refuse what is signed
// with the new one: it can wait until they know it.
func (s *server) askRotateSigningKey(w http.ResponseWriter, r *http.Request) error {
	return s.showRotation(w, r, http.StatusOK, views.RotationModel{When: "day"})
}

func (s *server) showRotation(w http.ResponseWriter, r *http.Request, status int, m views.RotationModel) error {
	m.Page = s.page(w, r, ui.Page{
		Title: "Make a new signing key?", Active: ui.NavSettings, Narrow: true,
		Crumbs: append(settingsCrumbs(), ui.Crumb{Label: "Webhook signing key", Href: signingKeyPath}),
	})
	return s.showStatus(w, r, status, view{page: views.Rotation(m)})
}

// overlaps are how long the old key may go on signing, as the form names them.
var overlaps = map[string]time.Duration{"hour": time.Hour, "day": 24 * time.Hour, "week": 7 * 24 * time.Hour}

// rotateSigningKey makes a new key, which signs at once or waits. The old one stays listed.
func (s *server) rotateSigningKey(w http.ResponseWriter, r *http.Request) error {
	when := r.PostFormValue("when")
	told := "There is a new signing key. Give it to everybody who checks signatures."
	var err error
	switch overlap, known := overlaps[when]; {
	case known:
		_, err = s.Store.PrepareSigningKey(r.Context(), time.Now().Add(overlap))
		told = "There is a new signing key, which has not begun to sign. Give it to everybody who checks signatures, beside the one in use."
	case when == "now", when == "":
		_, err = s.Store.RotateSigningKey(r.Context())
	default:
		err = hookline.Invalid("No key was made.", map[string]string{"when": "Choose when the new key begins to sign."})
	}
	trouble, wrong := onForm(err)
	if wrong {
		return s.showRotation(w, r, http.StatusUnprocessableEntity, views.RotationModel{When: when, Trouble: trouble})
	}
	if err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "signing key rotated", "request", traceOf(r).id, "by", visitor(r).user.Email, "when", when)
	return s.done(w, r, signingKeyPath, told)
}

// endSigningKey ends the waiting of the next key: it signs now, or is discarded.
func (s *server) endSigningKey(w http.ResponseWriter, r *http.Request) error {
	end, told := s.Store.UseSigningKey, "The new key signs from now on."
	if r.PostFormValue("do") == "discard" {
		end, told = s.Store.DropSigningKey, "The new key is discarded. The one in use goes on signing."
	}
	if err := end(r.Context()); err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "signing key changed", "request", traceOf(r).id, "by", visitor(r).user.Email, "do", r.PostFormValue("do"))
	return s.done(w, r, signingKeyPath, told)
}
