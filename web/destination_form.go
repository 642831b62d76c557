package web

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

func (s *server) newDestination(w http.ResponseWriter, r *http.Request) error {
	return s.showNewDestination(w, r, http.StatusOK, views.DestinationFormModel{Chosen: r.URL.Query()["source"]})
}

func (s *server) showNewDestination(w http.ResponseWriter, r *http.Request, status int, m views.DestinationFormModel) error {
	sources, err := s.Store.ListSources(r.Context())
	if err != nil {
		return err
	}
	m.Sources = sources
	m.Page = s.page(w, r, ui.Page{Title: "New destination", Active: ui.NavDestinations, Crumbs: destinationCrumbs(), Narrow: true})
	return s.showStatus(w, r, status, view{page: views.NewDestination(m), fragment: views.SharedSecretBox(m)})
}

// createDestination makes a destination, or only a secret for the form when that is what was pressed.
func (s *server) createDestination(w http.ResponseWriter, r *http.Request) error {
	m := views.DestinationFormModel{
		Name: trimmed(r, "name"), Chosen: r.PostForm["sources"],
		SharedSecret: trimmed(r, "shared_secret"), Enabled: r.PostFormValue("enabled") != "",
	}
	if r.PostFormValue("make") == "secret" {
		m.SharedSecret, m.MadeSecret = hookline.Secret(), true
		return s.showNewDestination(w, r, http.StatusOK, m)
	}
	made, err := s.Store.CreateDestination(r.Context(), hookline.Destination{
		Name: m.Name, Enabled: m.Enabled, SourceIDs: m.Chosen, SharedSecret: m.SharedSecret,
		SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
	})
	var wrong bool
	if m.Trouble, wrong = onForm(err); wrong {
		return s.showNewDestination(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, destinationPath(made.ID), "The destination is made. Next, add an action that says what to send.")
}

func (s *server) editDestination(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Store.Destination(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showDestinationForm(w, r, http.StatusOK, views.DestinationFormModel{
		Destination: d, Name: d.Name, Chosen: d.SourceIDs,
		Timeout: seconds(d.Timeout), SignatureMode: string(d.SignatureMode), Pace: paceForm(d), Way: s.wayOf(r, d),
	})
}

func (s *server) showDestinationForm(w http.ResponseWriter, r *http.Request, status int, m views.DestinationFormModel) error {
	sources, err := s.Store.ListSources(r.Context())
	if err != nil {
		return err
	}
	regions, err := s.regions(r.Context())
	if err != nil {
		return err
	}
	m.Sources, m.Destination, m.Way.Regions = sources, withoutSecrets(m.Destination), shownRegions(regions)
	m.Page = s.page(w, r, ui.Page{
		Title: "Settings", Active: ui.NavDestinations, Narrow: true,
		Crumbs: destinationCrumbs(ui.Crumb{Label: m.Destination.Name, Href: destinationPath(m.Destination.ID)}),
	})
	return s.showStatus(w, r, status, view{page: views.DestinationForm(m)})
}

func (s *server) saveDestination(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Store.Destination(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.DestinationFormModel{
		Destination: d, Name: trimmed(r, "name"), Chosen: r.PostForm["sources"],
		Timeout: trimmed(r, "timeout"), SignatureMode: r.PostFormValue("signature_mode"),
		Pace: views.PaceForm{
			PerSecond: trimmed(r, "max_per_second"), Burst: trimmed(r, "burst"), AtOnce: trimmed(r, "max_concurrent"),
			Tries: trimmed(r, "max_tries"), RetryBase: trimmed(r, "retry_base"),
		},
	}
	proxy := d.Proxy
	m.Way = s.readWay(r, &d)
	d.Name, d.SourceIDs = m.Name, slices.Clone(m.Chosen)
	d.MaxPerSecond, d.Burst, d.MaxConcurrent = parseRate(m.Pace.PerSecond), parseWhole(m.Pace.Burst), parseWhole(m.Pace.AtOnce)
	d.MaxTries, d.RetryBase = parseWhole(m.Pace.Tries), parseSpan(m.Pace.RetryBase)
	d.SignatureMode, d.Timeout = hookline.SignatureMode(m.SignatureMode), parseSeconds(m.Timeout)
	if err = s.checkProxy(r, d, proxy); err == nil {
		_, err = s.Store.UpdateDestination(r.Context(), d)
	}
	var wrong bool
	if m.Trouble, wrong = onForm(err); wrong {
		return s.showDestinationForm(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, destinationPath(d.ID), "The settings are saved.")
}

// paceForm is a pace as people type it; what is as usual is empty.
func paceForm(d hookline.Destination) views.PaceForm {
	write := func(n float64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return views.PaceForm{
		PerSecond: write(d.MaxPerSecond), Burst: write(float64(d.Burst)), AtOnce: write(float64(d.MaxConcurrent)),
		Tries: write(float64(d.MaxTries)), RetryBase: write(d.RetryBase.Seconds()),
	}
}

// seconds is a time-out as people type it: 4, 0.5.
func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
}

// parseSeconds reads what people type, also with a decimal comma; 0, which no destination takes, for what is no number.
func parseSeconds(text string) time.Duration {
	n, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || math.IsNaN(n) || n < 0 || n > 1e6 { // larger ones would overflow
		return 0
	}
	return time.Duration(n * float64(time.Second))
}

func (s *server) askDeleteDestination(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Store.Destination(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	owed, err := s.owedTo(r, d.ID)
	if err != nil {
		return err
	}
	return s.ask(w, r, views.QuestionModel{
		Page:   ui.Page{Title: "Delete this destination?", Active: ui.NavDestinations, Crumbs: destinationCrumbs(ui.Crumb{Label: d.Name, Href: destinationPath(d.ID)})},
		Text:   "“" + d.Name + "” goes with its actions and secrets, and cannot be brought back. " + owed + " What was sent before stays in Sent. To stop sending for a while, switch the destination off instead.",
		Action: destinationPath(d.ID) + "/delete",
		Yes:    "Delete destination",
		Back:   destinationPath(d.ID) + "/edit",
	})
}

// owedTo says what becomes of the webhooks that were not sent yet. They are counted up to a page's worth.
func (s *server) owedTo(r *http.Request, destinationID string) (string, error) {
	owed, more := 0, false
	for _, state := range []hookline.State{hookline.StateQueued, hookline.StateRetrying, hookline.StateHeld, hookline.StateDraft} {
		list, err := s.Store.ListDeliveries(r.Context(), hookline.DeliveryFilter{DestinationID: destinationID, State: state}, hookline.Cursor{Limit: countedDeliveries})
		if err != nil {
			return "", err
		}
		owed, more = owed+len(list.Rows), more || list.Older
	}
	switch {
	case more:
		return "More than " + strconv.Itoa(owed) + " webhooks that are still waiting to be sent are not sent: they count as failed.", nil
	case owed == 1:
		return "One webhook that is still waiting to be sent is not sent: it counts as failed.", nil
	case owed > 1:
		return strconv.Itoa(owed) + " webhooks that are still waiting to be sent are not sent: they count as failed.", nil
	}
	return "Nothing is waiting to be sent.", nil
}

func (s *server) deleteDestination(w http.ResponseWriter, r *http.Request) error {
	if err := s.Store.DeleteDestination(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return s.done(w, r, "/destinations", "The destination is deleted.")
}
