package web

import (
	"context"
	"errors"
	"maps"
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// newReporting proposes what most want to hear: how a webhook ended.
func (s *server) newReporting(w http.ResponseWriter, r *http.Request) error {
	proposed := hookline.ReportingWebhook{Enabled: true, Metrics: []hookline.Metric{hookline.MetricSent, hookline.MetricFailed, hookline.MetricUndeliverable}}
	return s.showNewReporting(w, r, http.StatusOK, views.ReportingModel{Typed: proposed})
}

func (s *server) showNewReporting(w http.ResponseWriter, r *http.Request, status int, m views.ReportingModel) error {
	m.MayEdit, m.Open = true, s.openNetworks()
	m.Page = s.page(w, r, ui.Page{Title: "New reporting webhook", Active: ui.NavSettings, Crumbs: reportingCrumbs(), Narrow: true})
	return s.showStatus(w, r, status, view{page: views.ReportingNew(m)})
}

func (s *server) createReporting(w http.ResponseWriter, r *http.Request) error {
	m := views.ReportingModel{Typed: readReporting(r)}
	err := s.checkReporting(r.Context(), m.Typed, "")
	var made hookline.ReportingWebhook
	if err == nil {
		made, err = s.Store.CreateReportingWebhook(r.Context(), m.Typed)
	}
	var wrong bool
	if m.Trouble, wrong = onForm(err); wrong {
		return s.showNewReporting(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	s.logReporting(r, "reporting webhook made", made.ID)
	return s.done(w, r, reportingPath+"/"+made.ID, "The reporting webhook is ready. Give its signing key to the receiver, and send a test.")
}

func (s *server) saveReporting(w http.ResponseWriter, r *http.Request) error {
	before, err := s.Store.ReportingWebhook(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.ReportingModel{Typed: readReporting(r)}
	m.Typed.ID = before.ID
	err = s.checkReporting(r.Context(), m.Typed, before.URL)
	if err == nil {
		_, err = s.Store.UpdateReportingWebhook(r.Context(), m.Typed)
	}
	var wrong bool
	if m.Trouble, wrong = onForm(err); wrong {
		return s.showReportingPage(w, r, http.StatusUnprocessableEntity, before, m)
	}
	if err != nil {
		return err
	}
	s.logReporting(r, "reporting webhook changed", before.ID)
	return s.done(w, r, reportingPath+"/"+before.ID, "The reporting webhook is saved.")
}

func readReporting(r *http.Request) hookline.ReportingWebhook {
	typed := hookline.ReportingWebhook{
		Name: trimmed(r, "name"), URL: trimmed(r, "url"),
		Enabled: r.PostFormValue("enabled") != "", FirstOnly: r.PostFormValue("frequency") == "first", WithContent: r.PostFormValue("content") != "",
	}
	for _, metric := range hookline.Metrics() {
		if r.PostFormValue("metric_"+string(metric)) != "" {
			typed.Metrics = append(typed.Metrics, metric)
		}
	}
	return typed
}

// checkReporting says at each field what is wrong. An address that stays is not judged again: where a name leads may
// have changed, and whoever switches a reporting webhook off should not be kept from it.
func (s *server) checkReporting(ctx context.Context, typed hookline.ReportingWebhook, before string) error {
	err := typed.Validate()
	if typed.URL == "" || typed.URL == before {
		return err
	}
	refused := s.Guard.CheckReach(ctx, typed.URL)
	if refused == nil {
		return err
	}
	wrong := map[string]string{}
	if e, ok := errors.AsType[*hookline.Error](err); ok {
		maps.Copy(wrong, e.Fields)
	}
	wrong["url"] = refused.Error()
	return hookline.Invalid("The reporting webhook could not be saved.", wrong)
}

func (s *server) askDeleteReporting(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Store.ReportingWebhook(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	path := reportingPath + "/" + one.ID
	return s.ask(w, r, views.QuestionModel{
		Page:   ui.Page{Title: "Delete this reporting webhook?", Active: ui.NavSettings, Crumbs: append(reportingCrumbs(), ui.Crumb{Label: one.Name, Href: path})},
		Text:   "“" + one.Name + "” is told nothing more, and its signing key is gone. To stop it for a while, switch it off instead.",
		Action: path + "/delete",
		Yes:    "Delete reporting webhook",
		Back:   path,
	})
}

func (s *server) deleteReporting(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := s.Store.DeleteReportingWebhook(r.Context(), id); err != nil {
		return err
	}
	s.logReporting(r, "reporting webhook deleted", id)
	return s.done(w, r, reportingPath, "The reporting webhook is deleted.")
}
