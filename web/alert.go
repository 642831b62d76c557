package web

import (
	"context"
	"net/http"
	"strconv"

	"hookline/internal/alert"
	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type alertStore interface {
	AlertRules(ctx context.Context) (hookline.AlertRules, error)
	SaveAlertRules(ctx context.Context, rules hookline.AlertRules) error
	ListAlerts(ctx context.Context, limit int) ([]hookline.Alert, error)
	OpenAlerts(ctx context.Context) ([]hookline.Alert, error)
	ListTellings(ctx context.Context, sinceAlert string) (map[string][]hookline.Telling, error)
	channelStore
}

// Watch tells an example of an alert; alert.Watch is one.
type Watch interface {
	Test(ctx context.Context, c hookline.AlertChannel) alert.Sent
}

const (
	alertsPath  = "/settings/alerts"
	shownAlerts = 50
)

func (s *server) showAlerts(w http.ResponseWriter, r *http.Request) error {
	rules, err := s.Store.AlertRules(r.Context())
	if err != nil {
		return err
	}
	return s.showAlertsPage(w, r, http.StatusOK, views.AlertsModel{Rules: rules})
}

// showAlertsPage shows what began and ended, the rules, and who is told. What m has already stays.
func (s *server) showAlertsPage(w http.ResponseWriter, r *http.Request, status int, m views.AlertsModel) error {
	alerts, err := s.Store.ListAlerts(r.Context(), shownAlerts)
	if err != nil {
		return err
	}
	oldest := ""
	for _, one := range alerts {
		if oldest == "" || one.ID < oldest {
			oldest = one.ID
		}
	}
	tellings, err := s.Store.ListTellings(r.Context(), oldest)
	if err != nil {
		return err
	}
	for _, one := range alerts {
		m.Rows = append(m.Rows, views.AlertRow{Alert: one, Tellings: tellings[one.ID]})
	}
	channels, err := s.Store.ListAlertChannels(r.Context())
	if err != nil {
		return err
	}
	for _, c := range channels {
		m.Channels = append(m.Channels, views.ChannelRow{ID: c.ID, Name: c.Name, Kind: c.Kind, Enabled: c.Enabled, Where: whereTold(c)})
	}
	m.MayEdit = mayEdit(r)
	m.Page = s.page(w, r, ui.Page{
		Title: "Alerts", Active: ui.NavSettings, Crumbs: settingsCrumbs(),
		Subtitle: "When people are told that something is not as it should be. Alerts never change anything about a destination.",
	})
	return s.showStatus(w, r, status, view{page: views.Alerts(m), fragment: views.AlertsNow(m)})
}

// numberOf reads a number of a form; what is none is out of every bound.
func numberOf(r *http.Request, name string) int {
	n, err := strconv.Atoi(trimmed(r, name))
	if err != nil {
		return -1
	}
	return n
}

func (s *server) saveAlertRules(w http.ResponseWriter, r *http.Request) error {
	on := func(name string) bool { return r.PostFormValue(name) != "" }
	m := views.AlertsModel{Rules: hookline.AlertRules{
		Failing: hookline.FailingRule{On: on("failing"), Percent: numberOf(r, "failing_percent"), Minutes: numberOf(r, "failing_minutes"), Tries: numberOf(r, "failing_tries")},
		Broken:  hookline.BrokenRule{On: on("broken")},
		Backlog: hookline.BacklogRule{On: on("backlog"), Minutes: numberOf(r, "backlog_minutes")},
		Silence: hookline.SilenceRule{On: on("silence"), Times: numberOf(r, "silence_times"), Minutes: numberOf(r, "silence_minutes")},
	}}
	err := s.Store.SaveAlertRules(r.Context(), m.Rules)
	var wrong bool
	if m.Trouble, wrong = onForm(err); wrong {
		m.Typed = map[string]string{}
		for _, name := range []string{"failing_percent", "failing_minutes", "failing_tries", "backlog_minutes", "silence_times", "silence_minutes"} {
			m.Typed[name] = trimmed(r, name)
		}
		return s.showAlertsPage(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, alertsPath, "The rules are saved.")
}
