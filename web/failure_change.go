package web

import (
	"net/http"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
)

// changeFailure does what was asked for, and shows the page again: with what happened, or with what is wrong.
func (s *server) changeFailure(w http.ResponseWriter, r *http.Request, c hookline.FailureChange, happened string) error {
	id := r.PathValue("id")
	c.By = visitor(r).user.Email
	err := s.Store.ChangeFailure(r.Context(), id, c)
	if trouble, ok := onForm(err); ok {
		return s.showFailureWith(w, r, http.StatusUnprocessableEntity, func(m *views.FailureModel) {
			m.Trouble, m.Typed = trouble, c.Note
		})
	}
	if err != nil {
		return err
	}
	return s.done(w, r, failurePath(id), happened)
}

func (s *server) noteFailure(w http.ResponseWriter, r *http.Request) error {
	note := trimmed(r, "note")
	if note == "" {
		return s.showFailureWith(w, r, http.StatusUnprocessableEntity, func(m *views.FailureModel) {
			m.Trouble = hookline.Error{Message: "The note was not written.", Fields: map[string]string{"note": "Write something first."}}
		})
	}
	return s.changeFailure(w, r, hookline.FailureChange{Note: note}, "The note was written.")
}

func (s *server) assignFailure(w http.ResponseWriter, r *http.Request) error {
	to := trimmed(r, "assigned_to")
	happened := "It is assigned."
	switch to {
	case "":
		happened = "It is assigned to nobody."
	case visitor(r).user.ID:
		happened = "You look after it now."
	}
	return s.changeFailure(w, r, hookline.FailureChange{Assign: true, AssignTo: to}, happened)
}

func (s *server) snoozeFailure(w http.ResponseWriter, r *http.Request) error {
	now := time.Now()
	until := now.Add(time.Hour)
	switch trimmed(r, "for") {
	case "morning":
		until = views.TomorrowMorning(now)
	case "1w":
		until = now.AddDate(0, 0, 7)
	}
	return s.changeFailure(w, r, hookline.FailureChange{State: hookline.FailureSnoozed, SnoozedUntil: until},
		"It is snoozed until "+until.UTC().Format("2 January, 15:04")+" UTC.")
}

func (s *server) resolveFailure(w http.ResponseWriter, r *http.Request) error {
	return s.changeFailure(w, r, hookline.FailureChange{State: hookline.FailureResolved}, "It is resolved. When one more fails in the same way, it opens again by itself.")
}

func (s *server) reopenFailure(w http.ResponseWriter, r *http.Request) error {
	return s.changeFailure(w, r, hookline.FailureChange{State: hookline.FailureOpen}, "It is open again.")
}
