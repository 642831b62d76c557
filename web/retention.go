package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type retentionStore interface {
	Retention(ctx context.Context) (hookline.Retention, error)
	SetRetention(ctx context.Context, r hookline.Retention) error
	RetentionHold() hookline.RetentionHold
	Kept(ctx context.Context, r hookline.Retention) (hookline.Kept, error)
}

const retentionPath = "/settings/retention"

// showRetention shows how long things are kept, and what is there.
func (s *server) showRetention(w http.ResponseWriter, r *http.Request) error {
	now, err := s.Store.Retention(r.Context())
	if err != nil {
		return err
	}
	return s.showRetentionForm(w, r, http.StatusOK, views.RetentionModel{Events: views.KeepDays(now.Events), Bodies: views.KeepDays(now.Bodies), Deliveries: views.KeepDays(now.Deliveries)})
}

func (s *server) showRetentionForm(w http.ResponseWriter, r *http.Request, status int, m views.RetentionModel) error {
	var err error
	if m.Kept, err = s.Store.Kept(r.Context(), hookline.Retention{}); err != nil {
		return err
	}
	m.Hold = s.Store.RetentionHold()
	m.Page = s.page(w, r, ui.Page{
		Title: "Retention", Active: ui.NavSettings, Crumbs: settingsCrumbs(),
		Subtitle: "How long things are kept. What is older is deleted by itself.",
	})
	return s.showStatus(w, r, status, view{page: views.Retention(m)})
}

// saveRetention asks first when anything is to be kept for a shorter time than before.
func (s *server) saveRetention(w http.ResponseWriter, r *http.Request) error {
	m := views.RetentionModel{Events: readKeep(r, "events"), Bodies: readKeep(r, "bodies"), Deliveries: readKeep(r, "deliveries")}
	wanted, err := retentionOf(m)
	if err == nil {
		err = wanted.Validate()
	}
	var wrong bool
	if m.Trouble, wrong = onForm(err); wrong {
		return s.showRetentionForm(w, r, http.StatusUnprocessableEntity, m)
	}
	now, err := s.Store.Retention(r.Context())
	if err != nil {
		return err
	}
	if r.PostFormValue("sure") == "" && wanted.ShorterThan(now) {
		return s.askRetention(w, r, now, wanted)
	}
	if err := s.Store.SetRetention(r.Context(), wanted); err != nil {
		return err
	}
	if wanted.Deletes() {
		return s.done(w, r, retentionPath, "The retention is saved. What is older is deleted from now on, a little at a time.")
	}
	return s.done(w, r, retentionPath, "The retention is saved. Nothing is deleted.")
}

func (s *server) askRetention(w http.ResponseWriter, r *http.Request, now, wanted hookline.Retention) error {
	m := views.RetentionAskModel{Now: now, Wanted: wanted}
	var err error
	if m.Kept, err = s.Store.Kept(r.Context(), wanted); err != nil {
		return err
	}
	m.Page = s.page(w, r, ui.Page{
		Title: "Delete what is older?", Active: ui.NavSettings, Narrow: true,
		Crumbs: append(settingsCrumbs(), ui.Crumb{Label: "Retention", Href: retentionPath}),
	})
	return s.show(w, r, view{page: views.RetentionAsk(m)})
}

func readKeep(r *http.Request, part string) views.Keep {
	return views.Keep{Choice: r.PostFormValue(part + "_days"), Own: strings.TrimSpace(r.PostFormValue(part + "_own"))}
}

// retentionOf reads what was chosen, and says at each field what is no number of days.
func retentionOf(m views.RetentionModel) (wanted hookline.Retention, err error) {
	wrong := map[string]string{}
	for _, part := range []struct {
		name string
		keep views.Keep
		to   *int
	}{{"events", m.Events, &wanted.Events}, {"bodies", m.Bodies, &wanted.Bodies}, {"deliveries", m.Deliveries, &wanted.Deliveries}} {
		text, field := part.keep.Choice, part.name+"_days"
		if text == views.KeepOwn {
			text, field = part.keep.Own, part.name+"_own"
		}
		days, err := strconv.Atoi(text)
		if err != nil || days < 0 || part.keep.Choice == views.KeepOwn && days == 0 || days > hookline.MaxRetention {
			wrong[field] = "Type a number of days between 1 and 3,650."
			continue
		}
		*part.to = days
	}
	if len(wrong) > 0 {
		return wanted, hookline.Invalid("The retention was not saved.", wrong)
	}
	return wanted, nil
}
