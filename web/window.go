package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// onceFormats are those of a moment in a form, in UTC.
var onceFormats = []string{"2006-01-02T15:04", "2006-01-02T15:04:05"}

func (s *server) newWindow(w http.ResponseWriter, r *http.Request) error {
	return s.showWindowForm(w, r, http.StatusOK, views.WindowFormModel{Kind: "weekly", Zone: "UTC"})
}

func (s *server) showWindowForm(w http.ResponseWriter, r *http.Request, status int, m views.WindowFormModel) error {
	d, err := s.Store.Destination(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m.Destination = withoutSecrets(d)
	m.Page = s.page(w, r, ui.Page{
		Title: "New maintenance window", Active: ui.NavDestinations, Narrow: true,
		Crumbs: destinationCrumbs(ui.Crumb{Label: d.Name, Href: destinationPath(d.ID)}, ui.Crumb{Label: "Settings", Href: destinationPath(d.ID) + "/edit"}),
	})
	return s.showStatus(w, r, status, view{page: views.WindowForm(m)})
}

func (s *server) addWindow(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Store.Destination(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.WindowFormModel{
		Kind: r.PostFormValue("kind"), Days: r.PostForm["days"], Start: trimmed(r, "start"), End: trimmed(r, "end"), Zone: trimmed(r, "zone"),
		From: trimmed(r, "from"), Until: trimmed(r, "until"), Note: trimmed(r, "window_note"),
	}
	window, err := readWindow(m)
	if err == nil {
		d.Maintenance = append(d.Maintenance, window)
		_, err = s.Store.UpdateDestination(r.Context(), d)
	}
	var wrong bool
	if m.Trouble, wrong = onForm(err); wrong {
		return s.showWindowForm(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, destinationPath(d.ID)+"/edit#windows", "The maintenance window is added.")
}

// readWindow reads the half of the form that was chosen; the other one may hold anything.
func readWindow(m views.WindowFormModel) (hookline.Window, error) {
	window := hookline.Window{Note: m.Note}
	wrong := map[string]string{}
	if m.Kind == "once" {
		for name, moment := range map[string]struct {
			text string
			into *time.Time
		}{"from": {m.From, &window.From}, "until": {m.Until, &window.Until}} {
			var known bool
			if *moment.into, known = parseMoment(moment.text); !known {
				wrong[name] = "Enter a date and a time, such as 2026-01-31T09:30."
			}
		}
	} else {
		window.Zone = m.Zone
		var known bool
		if window.Days, known = hookline.ParseWeekdays(m.Days); !known || window.Days == 0 {
			wrong["days"] = "Choose the days on which it begins."
		}
		if window.Start, known = hookline.ParseTimeOfDay(m.Start); !known {
			wrong["start"] = "Enter a time of day, such as 22:00."
		}
		if window.End, known = hookline.ParseTimeOfDay(m.End); !known {
			wrong["end"] = "Enter a time of day, such as 06:00."
		}
	}
	if len(wrong) > 0 {
		return window, hookline.Invalid("The maintenance window could not be saved.", wrong)
	}
	return window, window.Validate()
}

func parseMoment(text string) (time.Time, bool) {
	for _, format := range onceFormats {
		if at, err := time.Parse(format, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// removeWindow takes one away, if it is still the one that the visitor saw.
func (s *server) removeWindow(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Store.Destination(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(r.PostFormValue("number"))
	if err != nil || number < 0 || number >= len(d.Maintenance) || d.Maintenance[number].String() != r.PostFormValue("window") {
		return hookline.Conflict("The maintenance windows were changed in the meantime. Go back, reload the page and try again.")
	}
	d.Maintenance = slices.Delete(d.Maintenance, number, number+1)
	if _, err := s.Store.UpdateDestination(r.Context(), d); err != nil {
		return err
	}
	return s.done(w, r, destinationPath(d.ID)+"/edit#windows", "The maintenance window is removed.")
}
