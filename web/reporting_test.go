package web

import (
	"context"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/report"
)

// example is a reporter that sends nothing, and says what came of it.
type example struct {
	sent report.Sent
	got  []hookline.ReportingWebhook
}

func (e *example) Test(_ context.Context, w hookline.ReportingWebhook) report.Sent {
	e.got = append(e.got, w)
	return e.sent
}

func (s *site) reporting(t *testing.T) hookline.ReportingWebhook {
	t.Helper()
	made, err := s.store.CreateReportingWebhook(t.Context(), hookline.ReportingWebhook{
		Name: "Warehouse", URL: "https://user:s3cret@example.com/reports", Enabled: true, Metrics: hookline.Metrics(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestReportingWebhooks(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	const list = "/settings/reporting-webhooks"
	b.get("/settings").want(t, 200, `href="`+list+`"`)
	b.get(list).want(t, 200, "No reporting webhook yet", `href="`+list+`/new"`)
	s.as(viewer).get(list).want(t, 200, "No reporting webhook yet", `!href="`+list+`/new"`)
	b.get(list+"/new").want(t, 200, `action="`+list+`/new"`, `name="metric_sent"`, `name="metric_undeliverable"`, "!converted", "!drafted", "!subscribed")
	b.post(list+"/new", form("name", " ", "url", "")).want(t, 422, "Give the reporting webhook a name", "Enter the address", "Choose at least one thing", `aria-invalid="true"`)
	b.post(list+"/new", form("name", "Inside", "url", "http://127.0.0.1/", "metric_sent", "yes")).want(t, 422, `value="Inside"`, `id="field-url-error"`, `name="metric_sent" id="field-metric_sent" value="yes" checked`)

	b.post(list+"/new", form("name", `Data <b>"1"</b>`, "url", "https://example.com/a", "metric_sent", "yes", "metric_failed", "yes", "frequency", "first", "content", "yes", "enabled", "yes"))
	all, err := s.store.ListReportingWebhooks(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	one := all[0]
	if !one.Enabled || !one.FirstOnly || !one.WithContent || len(one.Metrics) != 2 || !one.Wants(hookline.MetricFailed) {
		t.Errorf("made %+v", one)
	}
	path := list + "/" + one.ID
	b.get(path).want(t, 200, "The reporting webhook is ready.", "Data &lt;b&gt;", "sent, failed", "Send test", "!"+one.Key, "topic=reports%3A"+one.ID)
	b.get(list).want(t, 200, "Data &lt;b&gt;", "https://example.com/a", ">On<", "!"+one.Key)
	b.htmx().get(path).want(t, 200, "How it stands", "!<html", "!Send test")
	b.post(path, form("name", "", "url", "https://example.com/a")).want(t, 422, "Give the reporting webhook a name", "Choose at least one thing", "How it stands")
	b.post(path, form("name", "Chat", "url", "https://example.com/a", "metric_attempted", "yes", "frequency", "every")).wantRedirect(t, path)
	b.get(path).want(t, 200, "The reporting webhook is saved.", ">Off<", "nothing is kept for it while it is off")
	if now, err := s.store.ReportingWebhook(t.Context(), one.ID); err != nil || now.Key != one.Key || now.Enabled || now.FirstOnly || now.Name != "Chat" {
		t.Errorf("it is %+v, %v", now, err)
	}
	b.get(path+"/delete").want(t, 200, "Delete this reporting webhook?", `action="`+path+`/delete"`)
	b.post(path+"/delete", nil).wantRedirect(t, list)
	b.get(path).want(t, 404, "no such reporting webhook")
}

func TestReportingKeysAreForThoseWhoConfigure(t *testing.T) {
	s := newSite(t, nil)
	one := s.reporting(t)
	path := "/settings/reporting-webhooks/" + one.ID
	for role, may := range map[hookline.Role]bool{admin: true, editor: true, support: false, viewer: false} {
		b := s.as(role)
		b.get(path).want(t, 200, "How it stands", "!"+one.Key)
		b.get("/settings/reporting-webhooks").want(t, 200, "https://example.com/reports", "!s3cret", "!"+one.Key)
		if may {
			b.post(path+"/reveal", nil).want(t, 200, one.Key)
			continue
		}
		b.get(path).want(t, 200, "!s3cret", "!Send test", "!Make a new key")
		b.post(path+"/reveal", nil).want(t, 403, "!"+one.Key)
	}
	b := s.as(editor)
	b.get(path+"/rotate").want(t, 200, "Make a new key?", `action="`+path+`/rotate"`)
	b.post(path+"/rotate", nil).wantRedirect(t, path)
	now, err := s.store.ReportingWebhook(t.Context(), one.ID)
	if err != nil || now.Key == one.Key || now.URL != one.URL {
		t.Errorf("it is %+v, %v", now, err)
	}
	log := s.log.String()
	if strings.Contains(log, one.Key) || strings.Contains(log, now.Key) || !strings.Contains(log, "reporting key revealed") || !strings.Contains(log, "reporting key rotated") {
		t.Errorf("the log says %s", log)
	}
}

func TestReportingTests(t *testing.T) {
	reporter := &example{sent: report.Sent{Status: 200, Answer: []byte(`{"<got>":1}`), Body: []byte(`{"event_id":"rep_test"}`)}}
	s := newSite(t, func(c *Config) { c.Reporter = reporter })
	one := s.reporting(t)
	path := "/settings/reporting-webhooks/" + one.ID
	b := s.as(editor)
	b.post(path+"/test", nil).want(t, 200, "The test was taken", "&lt;got&gt;", "rep_test", "How it stands")
	b.htmx().post(path+"/test", nil).want(t, 200, "The test was taken", "!<html", "!How it stands")
	reporter.sent = report.Sent{Status: 500, Failure: "The receiver answered 500 Internal Server Error.", Inside: true, Answer: []byte("inside")}
	b.post(path+"/test", nil).want(t, 200, "The test was not taken", "500 Internal Server Error", "!>inside<", "Only administrators see")
	s.as(admin).post(path+"/test", nil).want(t, 200, "inside", "!Only administrators see")
	if len(reporter.got) != 4 || reporter.got[0].Key != one.Key {
		t.Errorf("%d tests were sent", len(reporter.got))
	}
}

func TestAFailingReportingWebhook(t *testing.T) {
	s := newSite(t, nil)
	one := s.reporting(t)
	path := "/settings/reporting-webhooks/" + one.ID
	now := time.Now()
	if err := s.store.SaveUntold(t.Context(), hookline.Untold{WebhookID: one.ID, Tries: 3, Failure: "The receiver answered 502 <Bad>.", FailedAt: now, NextTryAt: now.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if err := s.store.SaveTold(t.Context(), hookline.Told{WebhookID: one.ID, Dropped: 1200, DroppedAt: now}); err != nil {
		t.Fatal(err)
	}
	s.as(viewer).get(path).want(t, 200, "502 &lt;Bad&gt;", "3 times", "1,200 reports were dropped", ">Failing<", "!Try again now")
	s.as(viewer).post(path+"/retry", nil).want(t, 403)
	s.as(support).get(path).want(t, 200, "Try again now", `action="`+path+`/retry"`)
	s.as(support).post(path+"/retry", nil).wantRedirect(t, path)
	if got, err := s.store.ReportingWebhook(t.Context(), one.ID); err != nil || !got.Standing.NextTryAt.IsZero() {
		t.Errorf("it stands at %+v, %v", got.Standing, err)
	}
}
