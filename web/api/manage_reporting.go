package api

import (
	"context"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

type reportingStore interface {
	ListReportingWebhooks(ctx context.Context) ([]hookline.ReportingWebhook, error)
	ReportingWebhook(ctx context.Context, id string) (hookline.ReportingWebhook, error)
	CreateReportingWebhook(ctx context.Context, w hookline.ReportingWebhook) (hookline.ReportingWebhook, error)
	UpdateReportingWebhook(ctx context.Context, w hookline.ReportingWebhook) (hookline.ReportingWebhook, error)
	DeleteReportingWebhook(ctx context.Context, id string) error
}

type reportingForm struct {
	Name        string   `json:"name" required:"true" doc:"What people call it." example:"Data warehouse"`
	URL         string   `json:"url" required:"true" doc:"Where reports are posted to." example:"https://example.com/reports"`
	Enabled     bool     `json:"enabled" default:"true" doc:"Whether it is told anything. One that is switched on is told what happens from then on."`
	Metrics     []string `json:"metrics" required:"true" doc:"What it is told: any of attempted, sent, failed, undeliverable." example:"sent"`
	FirstOnly   bool     `json:"first_only" doc:"Whether each metric is told once only of each delivery."`
	WithContent bool     `json:"with_content" doc:"Whether the body that was sent is told with the metric sent."`
	SigningKey  string   `json:"signing_key" doc:"What signs the reports. One is made when none is given."`
}

type reportingAnswer struct {
	ID          string          `json:"id" example:"rpw_00000000000000000000"`
	Name        string          `json:"name"`
	URL         string          `json:"url" doc:"Without user and password unless the token's scope is edit or admin."`
	Enabled     bool            `json:"enabled"`
	Metrics     []string        `json:"metrics"`
	FirstOnly   bool            `json:"first_only"`
	WithContent bool            `json:"with_content"`
	SigningKey  string          `json:"signing_key" doc:"What signs the reports; masked unless the token's scope is edit or admin."`
	Standing    reportsStanding `json:"standing"`
	CreatedAt   time.Time       `json:"created_at"`
	UpdatedAt   time.Time       `json:"updated_at"`
}

type reportsStanding struct {
	Told      int        `json:"told" doc:"How many reports were taken."`
	ToldAt    *time.Time `json:"told_at" doc:"When the last one was."`
	Dropped   int        `json:"dropped" doc:"How many were never taken, and dropped after seven days."`
	Tries     int        `json:"tries" doc:"How often the next report was tried in vain; 0 when all is well."`
	Failure   string     `json:"failure" doc:"Why it was not taken, in plain words."`
	NextTryAt *time.Time `json:"next_try_at" doc:"When it is tried again."`
}

func (c *call) showReporting(w hookline.ReportingWebhook) reportingAnswer {
	answer := reportingAnswer{
		ID: w.ID, Name: w.Name, URL: w.URL, Enabled: w.Enabled, Metrics: []string{}, FirstOnly: w.FirstOnly, WithContent: w.WithContent,
		SigningKey: w.Key, CreatedAt: w.CreatedAt, UpdatedAt: w.UpdatedAt,
		Standing: reportsStanding{
			Told: w.Standing.Told, ToldAt: moment(w.Standing.ToldAt), Dropped: w.Standing.Dropped,
			Tries: w.Standing.Tries, Failure: w.Standing.Failure, NextTryAt: moment(w.Standing.NextTryAt),
		},
	}
	for _, metric := range w.Metrics {
		answer.Metrics = append(answer.Metrics, string(metric))
	}
	if !c.may(edit) {
		answer.URL, answer.SigningKey = outbound.ShowURL(w.URL), masked(w.Key)
	}
	return answer
}

func (m *manage) listReporting(c *call) (listAnswer[reportingAnswer], error) {
	all, err := m.Store.ListReportingWebhooks(c.Context())
	return listed(all, c.showReporting), err
}

func (m *manage) showReporting(c *call) (reportingAnswer, error) {
	w, err := m.Store.ReportingWebhook(c.Context(), c.params["id"])
	return c.showReporting(w), err
}

func (m *manage) createReporting(c *call, read func(*reportingForm) error) (reportingAnswer, error) {
	form := reportingForm{Enabled: true}
	if err := read(&form); err != nil {
		return reportingAnswer{}, err
	}
	w, err := m.reportingOver(c, form, hookline.ReportingWebhook{})
	if err == nil {
		w, err = m.Store.CreateReportingWebhook(c.Context(), w)
	}
	return c.showReporting(w), err
}

func (m *manage) changeReporting(c *call, read func(*reportingForm) error) (reportingAnswer, error) {
	w, err := m.Store.ReportingWebhook(c.Context(), c.params["id"])
	if err != nil {
		return reportingAnswer{}, err
	}
	form := reportingForm{w.Name, w.URL, w.Enabled, c.showReporting(w).Metrics, w.FirstOnly, w.WithContent, w.Key}
	if err := read(&form); err != nil {
		return reportingAnswer{}, err
	}
	if w, err = m.reportingOver(c, form, w); err == nil {
		w, err = m.Store.UpdateReportingWebhook(c.Context(), w)
	}
	return c.showReporting(w), err
}

// reportingOver is the reporting webhook with what the form says.
func (m *manage) reportingOver(c *call, f reportingForm, w hookline.ReportingWebhook) (hookline.ReportingWebhook, error) {
	wrong := map[string]string{}
	checkSecret(wrong, "signing_key", f.SigningKey)
	if f.URL != "" && f.URL != w.URL {
		if err := m.Guard.CheckReach(c.Context(), f.URL); err != nil {
			wrong["url"] = err.Error()
		}
	}
	w.Name, w.URL, w.Enabled, w.FirstOnly, w.WithContent, w.Key = f.Name, f.URL, f.Enabled, f.FirstOnly, f.WithContent, f.SigningKey
	w.Metrics = nil
	for _, metric := range f.Metrics {
		w.Metrics = append(w.Metrics, hookline.Metric(metric))
	}
	return w, also(wrong, w.Validate())
}

func (m *manage) deleteReporting(c *call) (none, error) {
	return none{}, m.Store.DeleteReportingWebhook(c.Context(), c.params["id"])
}
