package web

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
	"hookline/internal/signing"
	"hookline/views"
	"hookline/views/ui"
)

// maxStandardSecrets is how many Standard Webhooks secrets sign at once. Two are enough to change one for another; a
// signature for each is sent with every webhook.
const maxStandardSecrets = 4

func signingPath(id string) string { return destinationPath(id) + "/signing" }

func (s *server) showDestinationSigning(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Store.Destination(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showSigning(w, r, http.StatusOK, views.DestinationSigningModel{Destination: d})
}

// revealDestinationSecrets shows the secrets themselves. It is a POST, so that nothing but a person's press can ask for
// it, and the log says who did.
func (s *server) revealDestinationSecrets(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Store.Destination(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := s.Store.RecordAudit(r.Context(), audit.OfDestination(d).Say(audit.Revealed, "its secrets")); err != nil {
		return err // what cannot be written down is not shown
	}
	s.logSecret(r, "destination secrets revealed", d.ID)
	return s.showSigning(w, r, http.StatusOK, views.DestinationSigningModel{Destination: d, Reveal: true})
}

func (s *server) logSecret(r *http.Request, what, destinationID string) {
	s.log.InfoContext(r.Context(), what, "request", traceOf(r).id, "by", visitor(r).user.Email, "destination", destinationID)
}

func (s *server) showSigning(w http.ResponseWriter, r *http.Request, status int, m views.DestinationSigningModel) error {
	d := m.Destination
	m.HasShared = d.SharedSecret != ""
	if m.Reveal {
		m.Shared = d.SharedSecret
	}
	for _, secret := range d.StandardSecrets {
		shown := views.StandardSecret{Mark: secretMark(secret), End: secret[max(0, len(secret)-4):], Until: d.StandardEnds[secret], Ended: d.HasEnded(secret, time.Now())}
		if m.Reveal {
			shown.Secret = secret
		}
		m.Standard = append(m.Standard, shown)
	}
	m.RoomForStandard = len(d.LiveSecrets(time.Now())) < maxStandardSecrets
	m.Destination = withoutSecrets(d)
	m.Page = s.page(w, r, ui.Page{
		Title: "Signatures", Active: ui.NavDestinations,
		Subtitle: "How the receiver can tell that a webhook came from you and was not changed on its way.",
		Crumbs:   destinationCrumbs(ui.Crumb{Label: d.Name, Href: destinationPath(d.ID)}),
	})
	return s.showStatus(w, r, status, view{page: views.DestinationSigning(m)})
}

// secretMark names a secret in a form without giving it away.
func secretMark(secret string) string {
	sum := sha256.Sum256([]byte("hookline secret mark:" + secret))
	return hex.EncodeToString(sum[:8])
}

// saveSharedSecret sets the secret that was typed or makes one, or takes it away: by the button that was pressed.
func (s *server) saveSharedSecret(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Store.Destination(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.DestinationSigningModel{Destination: d, Typed: trimmed(r, "shared_secret")}
	told := "The new shared secret signs from now on. Give it to the receiver."
	switch r.PostFormValue("do") {
	case "remove":
		d.SharedSecret, told = "", "The shared secret is removed. Webhooks carry no X-Signature any more."
	case "make":
		d.SharedSecret = hookline.Secret()
	default:
		d.SharedSecret = m.Typed
		if m.Typed == "" {
			err = hookline.Invalid("The secret was not saved.", map[string]string{"shared_secret": "Enter a secret, or press “Make one for me”."})
		}
	}
	return s.saveSecrets(w, r, secretChange{form: m, changed: d, err: err, told: told})
}

// endAfter is how long an old secret still signs when somebody says that it ends.
const endAfter = 7 * 24 * time.Hour

// saveStandardSecret adds a secret, takes one away, or says when one ends. A new one goes first; the ones before it sign
// beside it until they end or are removed, so that the receiver can change over without losing a webhook.
func (s *server) saveStandardSecret(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Store.Destination(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.DestinationSigningModel{Destination: d}
	told := "There is a new Standard Webhooks secret. Give it to the receiver."
	do, mark, _ := strings.Cut(r.PostFormValue("do"), ":")
	live := d.LiveSecrets(time.Now())
	switch {
	case do == "remove":
		d.StandardSecrets = slices.DeleteFunc(slices.Clone(d.StandardSecrets), func(secret string) bool { return secretMark(secret) == mark })
		told = "The secret is removed. It signs nothing any more."
	case do == "end":
		d, told = endSecret(d, mark, time.Now().Add(endAfter)), "The secret signs for seven more days, and nothing after that."
	case do == "keep":
		d, told = endSecret(d, mark, time.Time{}), "The secret goes on signing until you remove it."
	case len(live) >= maxStandardSecrets:
		err = hookline.Conflict("There are four secrets already. Remove one that nobody checks with any more.")
	default: // those that have ended make room
		d.StandardSecrets = slices.Insert(slices.Clone(live), 0, signing.NewStandardSecret())
	}
	return s.saveSecrets(w, r, secretChange{form: m, changed: d, err: err, told: told})
}

// endSecret has the secret with this mark end at a time; at no time when that is zero.
func endSecret(d hookline.Destination, mark string, at time.Time) hookline.Destination {
	ends := maps.Clone(d.StandardEnds)
	if ends == nil {
		ends = map[string]time.Time{}
	}
	for _, secret := range d.StandardSecrets {
		if secretMark(secret) == mark {
			ends[secret] = at
		}
	}
	d.StandardEnds = ends
	return d
}

// secretChange is a change of a destination's secrets: how its form is shown again when err or the store refuses it,
// and what is told when not.
type secretChange struct {
	form    views.DestinationSigningModel
	changed hookline.Destination
	err     error
	told    string
}

func (s *server) saveSecrets(w http.ResponseWriter, r *http.Request, c secretChange) error {
	err := c.err
	if err == nil {
		_, err = s.Store.UpdateDestination(r.Context(), c.changed)
	}
	var wrong bool
	if c.form.Trouble, wrong = onForm(err); wrong {
		return s.showSigning(w, r, http.StatusUnprocessableEntity, c.form)
	}
	if err != nil {
		return err
	}
	s.logSecret(r, "destination secrets changed", c.changed.ID)
	return s.done(w, r, signingPath(c.changed.ID), c.told)
}
