package web

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type pauseStore interface {
	PauseDestination(ctx context.Context, id, by, note string) error
	ResumeDestination(ctx context.Context, id string, r hookline.Resume) error
	VouchDestination(ctx context.Context, id string) error
	ListHealth(ctx context.Context) (map[string]hookline.Health, error)
	Held(ctx context.Context) (map[string]hookline.Waiting, error)
	HeldBy(ctx context.Context, destinationID string) (hookline.Waiting, error)
	Choices(ctx context.Context, destinationID string, since time.Time) (hookline.Choices, error)
}

// standingOf is how a destination stands now.
func (s *server) standingOf(r *http.Request, d hookline.Destination) (views.DestinationStanding, error) {
	health, err := s.Store.ListHealth(r.Context())
	if err != nil {
		return views.DestinationStanding{}, err
	}
	waiting, err := s.Store.HeldBy(r.Context(), d.ID)
	standing := views.StandingOf(d, health[d.ID], waiting, time.Now())
	standing.MayEdit = mayEdit(r)
	return standing, err
}

// standings are those of several destinations, in their order.
func (s *server) standings(ctx context.Context, destinations []hookline.Destination) ([]views.DestinationStanding, error) {
	health, err := s.Store.ListHealth(ctx)
	if err != nil {
		return nil, err
	}
	waiting, err := s.Store.Held(ctx)
	all := make([]views.DestinationStanding, len(destinations))
	for i, d := range destinations {
		all[i] = views.StandingOf(d, health[d.ID], waiting[d.ID], time.Now())
	}
	return all, err
}

func (s *server) pauseDestination(w http.ResponseWriter, r *http.Request) error {
	before, err := s.Store.Destination(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := s.Store.PauseDestination(r.Context(), before.ID, visitor(r).user.Email, trimmed(r, "note")); err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "destination paused", "destination", before.ID, "by", visitor(r).user.Email)
	s.flash(w, r, pausedFlash(before))
	return goTo(w, r, destinationPath(before.ID))
}

// pausedFlash offers to take a pause back only to who has made one: undoing must not end another's.
func pausedFlash(before hookline.Destination) ui.Flash {
	switch {
	case before.Resuming():
		return ui.Flash{Tone: ui.Good, Text: "The destination is paused again. What was taken out so far stays out."}
	case before.Paused.On():
		return ui.Flash{Tone: ui.Warn, Text: "The destination was paused already."}
	}
	return ui.Flash{Tone: ui.Good, Text: "The destination is paused. What comes in waits.", Undo: destinationPath(before.ID) + "/resume"}
}

// vouchDestination tries a destination at once, whatever is known against its receiver.
func (s *server) vouchDestination(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := s.Store.VouchDestination(r.Context(), id); err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "destination vouched for", "destination", id, "by", visitor(r).user.Email)
	return s.done(w, r, destinationPath(id), "The next webhook that is due is sent at once.")
}

// The age that is suggested for "none that is too old".
const usualAge, usualAgeUnit = "24", "hours"

func (s *server) askResume(w http.ResponseWriter, r *http.Request) error {
	m := views.ResumeDestinationModel{Keep: string(hookline.KeepAll), Age: usualAge, AgeUnit: usualAgeUnit}
	if q := r.URL.Query(); q.Has("age") {
		m.Age, m.AgeUnit = strings.TrimSpace(q.Get("age")), q.Get("unit")
	}
	return s.showResume(w, r, http.StatusOK, m)
}

func (s *server) showResume(w http.ResponseWriter, r *http.Request, status int, m views.ResumeDestinationModel) error {
	d, err := s.Store.Destination(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !d.Paused.On() {
		return hookline.Conflict("This destination is not paused. Somebody may have resumed it already.")
	}
	if m.Standing, err = s.standingOf(r, d); err != nil {
		return err
	}
	age, readable := parseAge(m.Age, m.AgeUnit)
	if readable {
		m.AgeWords = m.Age + " " + m.AgeUnit
	}
	if m.Choices, err = s.Store.Choices(r.Context(), d.ID, time.Now().Add(-age)); err != nil {
		return err
	}
	m.Usual = d.MaxPerSecond
	m.Page = s.page(w, r, ui.Page{
		Title: "Resume", Active: ui.NavDestinations, Narrow: true,
		Crumbs: destinationCrumbs(ui.Crumb{Label: d.Name, Href: destinationPath(d.ID)}),
	})
	return s.showStatus(w, r, status, view{page: views.ResumeDestination(m), fragment: views.ResumeChoices(m)})
}

// resumeDestination takes a form without anything in it, which is what Undo sends, for the wish that all be sent.
func (s *server) resumeDestination(w http.ResponseWriter, r *http.Request) error {
	m := views.ResumeDestinationModel{
		Keep: r.PostFormValue("keep"), Age: trimmed(r, "age"), AgeUnit: r.PostFormValue("unit"),
		PerSecond: trimmed(r, "per_second"), Ramp: trimmed(r, "ramp"),
	}
	if m.Keep == "" {
		m.Keep = string(hookline.KeepAll)
	}
	id, wish := r.PathValue("id"), hookline.Resume{
		By: visitor(r).user.Email, Keep: hookline.Keep(m.Keep), PerSecond: parseRate(m.PerSecond), Ramp: 60 * parseSpan(m.Ramp),
	}
	if age, readable := parseAge(m.Age, m.AgeUnit); readable && wish.Keep == hookline.KeepSince {
		wish.Since = time.Now().Add(-age)
	}
	err := s.Store.ResumeDestination(r.Context(), id, wish)
	var wrong bool
	if m.Trouble, wrong = onForm(err); wrong && m.Trouble.Kind == hookline.KindInvalid {
		return s.showResume(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "resume of destination asked for", "destination", id, "by", wish.By, "keep", m.Keep, "per_second", wish.PerSecond)
	text := "The destination is resumed."
	if wish.Keep != hookline.KeepAll {
		text = "What shall not be sent is being taken out. After that the rest is sent."
	}
	return s.done(w, r, destinationPath(id), text)
}

// parseRate reads a rate as people type it, also with a decimal comma; nothing is none, and what is no number is a
// rate that nothing takes.
func parseRate(text string) float64 {
	if text == "" {
		return 0
	}
	n, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || math.IsNaN(n) || n == 0 {
		return -1
	}
	return n
}

// parseWhole is parseRate for whole numbers.
func parseWhole(text string) int {
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n == 0 {
		return -1
	}
	return n
}

// parseSpan is parseRate for seconds.
func parseSpan(text string) time.Duration {
	if text == "" {
		return 0
	}
	if d := parseSeconds(text); d > 0 {
		return d
	}
	return -time.Second
}

// parseAge reads how old something may be, at most ten years; false when it cannot be read.
func parseAge(text, unit string) (time.Duration, bool) {
	size := map[string]time.Duration{"minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour}[unit]
	n := parseRate(text)
	if size == 0 || n <= 0 || n*size.Hours() > 10*365*24 {
		return 0, false
	}
	return time.Duration(n * float64(size)), true
}
