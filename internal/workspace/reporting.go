package workspace

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hookline/internal/hookline"
)

type reportingStore interface {
	CreateReportingWebhook(ctx context.Context, w hookline.ReportingWebhook) (hookline.ReportingWebhook, error)
	UpdateReportingWebhook(ctx context.Context, w hookline.ReportingWebhook) (hookline.ReportingWebhook, error)
	DeleteReportingWebhook(ctx context.Context, id string) error
}

// ReportingWebhook is a reporting webhook in a file.
type ReportingWebhook struct {
	Name        string   `yaml:"name"`
	Enabled     *bool    `yaml:"enabled,omitempty"` // true when not mentioned
	URL         Secret   `yaml:"url"`               // a reference when it holds a password
	Metrics     []string `yaml:"metrics"`
	FirstOnly   bool     `yaml:"first_only,omitempty"`
	WithContent bool     `yaml:"with_content,omitempty"`
	SigningKey  *Secret  `yaml:"signing_key,omitempty"`
}

func reportingName(w hookline.ReportingWebhook) string { return w.Name }

func (e exporter) reporting(w hookline.ReportingWebhook, ref string) ReportingWebhook {
	out := ReportingWebhook{
		Name: w.Name, Enabled: &w.Enabled, URL: Secret{Value: w.URL}, Metrics: metricNames(w.Metrics),
		FirstOnly: w.FirstOnly, WithContent: w.WithContent, SigningKey: e.secret(w.Key, "reporting key", ref),
	}
	if userInfo.MatchString(w.URL) {
		out.URL = *e.secret(w.URL, "reporting url", ref)
	}
	return out
}

func metricNames(metrics []hookline.Metric) []string {
	names := make([]string, len(metrics))
	for i, metric := range metrics {
		names[i] = string(metric)
	}
	return names
}

// wantReporting leaves the key of a new one to the store when its variable is
// not set: that is no reason to refuse.
func (c *comparison) wantReporting(w ReportingWebhook, now hookline.ReportingWebhook) hookline.ReportingWebhook {
	want := now
	want.Name, want.Enabled, want.URL = strings.TrimSpace(w.Name), w.Enabled == nil || *w.Enabled, c.secret(&w.URL, now.URL, "https://")
	want.FirstOnly, want.WithContent, want.Metrics = w.FirstOnly, w.WithContent, nil
	for _, name := range w.Metrics {
		want.Metrics = append(want.Metrics, hookline.Metric(name))
	}
	if now.ID != "" || w.SigningKey == nil || w.SigningKey.Env == "" || c.Env(w.SigningKey.Env) != "" {
		want.Key = c.secret(w.SigningKey, now.Key, "")
	}
	if want.Key == "" {
		want.Key = now.Key // it is never without one
	}
	return want.Tidy()
}

func (c *comparison) reportingChanges() {
	if len(c.File.ReportingWebhooks) > hookline.MaxReportingWebhooks {
		c.problem("reporting_webhooks", fmt.Sprintf("at most %d reporting webhooks", hookline.MaxReportingWebhooks))
	}
	inFile := refs(c.File.ReportingWebhooks, func(w ReportingWebhook) string { return w.Name })
	for i, ref := range inFile {
		now, known := find(c.reportingWebhooks, c.reportingRefs, ref)
		want, thing := c.wantReporting(c.File.ReportingWebhooks[i], now), "reporting webhook “"+ref+"”"
		c.check(fmt.Sprintf("reporting_webhooks.%d", i), thing, want.Validate())
		c.change(thing, reportingFields(now), reportingFields(want), known, func(ctx context.Context) error {
			if known {
				_, err := c.store.UpdateReportingWebhook(ctx, want)
				return err
			}
			_, err := c.store.CreateReportingWebhook(ctx, want)
			return err
		})
	}
	if c.File.ReportingWebhooks == nil {
		return
	}
	for i, w := range c.reportingWebhooks {
		if ref := c.reportingRefs[i]; !slices.Contains(inFile, ref) {
			c.remove("reporting webhook “"+ref+"”", func(ctx context.Context) error { return c.store.DeleteReportingWebhook(ctx, w.ID) })
		}
	}
}

func reportingFields(w hookline.ReportingWebhook) []Field {
	return []Field{
		{Name: "enabled", After: strconv.FormatBool(w.Enabled)},
		{Name: "url", After: w.URL},
		{Name: "metrics", After: strings.Join(metricNames(w.Metrics), ", ")},
		{Name: "first_only", After: strconv.FormatBool(w.FirstOnly)},
		{Name: "with_content", After: strconv.FormatBool(w.WithContent)},
		{Name: "signing_key", After: w.Key, Secret: true},
	}
}
