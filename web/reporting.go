package web

import (
	"context"
	"net/http"

	"hookline/internal/audit"
	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/report"
	"hookline/views"
	"hookline/views/ui"
)

type reportingStore interface {
	ListReportingWebhooks(ctx context.Context) ([]hookline.ReportingWebhook, error)
	ReportingWebhook(ctx context.Context, id string) (hookline.ReportingWebhook, error)
	CreateReportingWebhook(ctx context.Context, w hookline.ReportingWebhook) (hookline.ReportingWebhook, error)
	UpdateReportingWebhook(ctx context.Context, w hookline.ReportingWebhook) (hookline.ReportingWebhook, error)
	DeleteReportingWebhook(ctx context.Context, id string) error
	RetryReports(ctx context.Context, id string) error
	Unreported(ctx context.Context, w hookline.ReportingWebhook) (hookline.Unreported, error)
}

// Reporter sends an example to a reporting webhook; report.Reporter is one.
type Reporter interface {
	Test(ctx context.Context, w hookline.ReportingWebhook) report.Sent
}

const reportingPath = "/settings/reporting-webhooks"

func reportingCrumbs() []ui.Crumb {
	return append(settingsCrumbs(), ui.Crumb{Label: "Reporting webhooks", Href: reportingPath})
}

func (s *server) listReporting(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Store.ListReportingWebhooks(r.Context())
	if err != nil {
		return err
	}
	m := views.ReportingListModel{MayEdit: mayEdit(r)}
	for _, one := range all {
		one.URL, one.Key = outbound.ShowURL(one.URL), ""
		m.Rows = append(m.Rows, one)
	}
	p := ui.Page{
		Title: "Reporting webhooks", Active: ui.NavSettings, Crumbs: settingsCrumbs(),
		Subtitle: "Tell systems of your own how webhooks ended: a data warehouse, a chat, an alert.",
	}
	if m.MayEdit && len(all) > 0 {
		p.Actions = []ui.Button{{Label: "New reporting webhook", Href: reportingPath + "/new", Icon: "plus", Look: ui.LookMain}}
	}
	m.Page = s.page(w, r, p)
	return s.show(w, r, view{page: views.ReportingList(m)})
}

func (s *server) showReporting(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Store.ReportingWebhook(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showReportingPage(w, r, http.StatusOK, one, views.ReportingModel{})
}

// showReportingPage shows one reporting webhook: how it stands to everybody, and its settings and its key to those who
// configure. What m has already stays.
func (s *server) showReportingPage(w http.ResponseWriter, r *http.Request, status int, one hookline.ReportingWebhook, m views.ReportingModel) error {
	left, err := s.Store.Unreported(r.Context(), one)
	if err != nil {
		return err
	}
	m.Unreported, m.MayEdit, m.MayRetry, m.Open = left, mayEdit(r), visitor(r).user.Role.Allows(hookline.Support), s.openNetworks()
	if m.Trouble.Message == "" {
		m.Typed = one
	}
	m.Webhook = one
	m.Webhook.URL = outbound.ShowURL(one.URL)
	if !m.Reveal {
		m.Webhook.Key = ""
	}
	m.Typed.Key = ""
	m.Page = s.page(w, r, ui.Page{Title: one.Name, Active: ui.NavSettings, Crumbs: reportingCrumbs()})
	return s.showStatus(w, r, status, view{page: views.Reporting(m), fragment: views.ReportingStanding(m)})
}

// revealReportingKey shows the key itself. It is a POST, so that nothing but a person's press can ask for it, and the
// audit log says who did.
func (s *server) revealReportingKey(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Store.ReportingWebhook(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := s.Store.RecordAudit(r.Context(), audit.OfReporting(one).Say(audit.Revealed, "its key")); err != nil {
		return err // what cannot be written down is not shown
	}
	s.logReporting(r, "reporting key revealed", one.ID)
	return s.showReportingPage(w, r, http.StatusOK, one, views.ReportingModel{Reveal: true})
}

func (s *server) logReporting(r *http.Request, what, id string) {
	s.log.InfoContext(r.Context(), what, "request", traceOf(r).id, "by", visitor(r).user.Email, "webhook", id)
}

func (s *server) askRotateReportingKey(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Store.ReportingWebhook(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	path := reportingPath + "/" + one.ID
	return s.ask(w, r, views.QuestionModel{
		Page:   ui.Page{Title: "Make a new key?", Active: ui.NavSettings, Crumbs: append(reportingCrumbs(), ui.Crumb{Label: one.Name, Href: path})},
		Text:   "From the next report on, “" + one.Name + "” is told with the new key. A receiver that checks signatures refuses reports until it knows it; they are tried again, and none is lost within seven days.",
		Action: path + "/rotate",
		Yes:    "Make a new key",
		Back:   path,
	})
}

func (s *server) rotateReportingKey(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Store.ReportingWebhook(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	one.Key = hookline.Secret()
	if _, err := s.Store.UpdateReportingWebhook(r.Context(), one); err != nil {
		return err
	}
	s.logReporting(r, "reporting key rotated", one.ID)
	return s.done(w, r, reportingPath+"/"+one.ID, "There is a new key. Give it to whoever checks these reports.")
}

// testReporting sends an example to the address that is saved, and shows what came back.
func (s *server) testReporting(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Store.ReportingWebhook(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	s.recorded(r, audit.OfReporting(one).Say(audit.Tested, ""))
	sent := s.Reporter.Test(r.Context(), one)
	m := views.ReportingModel{Test: views.ReportingTest{
		Made: true, Status: sent.Status, Failure: sent.Failure, Took: sent.Took, Header: sent.Header, Body: sent.Body, Answer: sent.Answer,
	}}
	if sent.Inside && !visitor(r).user.Role.Allows(hookline.Admin) {
		m.Test.Answer, m.Test.Hidden = nil, true
	}
	if isHTMX(r) {
		m.Webhook = one
		return s.show(w, r, view{page: views.ReportingTested(m)})
	}
	return s.showReportingPage(w, r, http.StatusOK, one, m)
}

// retryReporting tries at once what would be tried later.
func (s *server) retryReporting(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := s.Store.RetryReports(r.Context(), id); err != nil {
		return err
	}
	return s.done(w, r, reportingPath+"/"+id, "It is tried again now.")
}
