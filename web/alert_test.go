package web

import (
	"context"
	"strings"
	"testing"
	"time"

	"hookline/internal/alert"
	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// teller tells nobody.
type teller struct {
	sent alert.Sent
	got  []hookline.AlertChannel
}

func (w *teller) Test(_ context.Context, c hookline.AlertChannel) alert.Sent {
	w.got = append(w.got, c)
	return w.sent
}

func (s *site) channel(c hookline.AlertChannel) hookline.AlertChannel {
	s.t.Helper()
	if c.Kind == "" {
		c.Kind, c.URL = hookline.ChannelWebhook, "https://example.com/s3cret-path"
	}
	c.Name, c.Enabled = "On <call>", true
	made, err := s.store.CreateAlertChannel(s.t.Context(), c)
	s.must(err)
	return made
}

func TestAlertRules(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	b.get("/settings/alerts").want(t, 200, "No alert yet", "Nobody is told yet", "Save rules", "Share that fails", `value="50"`, "kind=slack", "topic=alerts")
	b.post("/settings/alerts", form("failing", "yes", "failing_percent", "<b>", "failing_minutes", "90", "failing_tries", "1", "backlog_minutes", "1", "silence_times", "2", "silence_minutes", "5")).
		want(t, 422, "between 1 and 100 percent", "between 1 and 60 minutes", `value="&lt;b&gt;"`, `value="90"`, "!at least 1 try", `id="field-failing_percent-error"`)
	b.post("/settings/alerts", form("backlog", "yes", "failing_percent", "5", "failing_minutes", "10", "failing_tries", "1", "backlog_minutes", "2", "silence_times", "2", "silence_minutes", "5")).wantRedirect(t, "/settings/alerts")
	rules, err := s.store.AlertRules(t.Context())
	want := hookline.AlertRules{Failing: hookline.FailingRule{Percent: 5, Minutes: 10, Tries: 1}, Backlog: hookline.BacklogRule{On: true, Minutes: 2}, Silence: hookline.SilenceRule{Times: 2, Minutes: 5}}
	if err != nil || rules != want {
		t.Errorf("the rules are %+v, %v", rules, err)
	}
	for _, role := range []hookline.Role{support, viewer} {
		b := s.as(role)
		b.get("/settings/alerts").want(t, 200, "No alert yet", "!Save rules", "!kind=slack", "Ask an editor")
		b.post("/settings/alerts", nil).want(t, 403)
	}
}

func TestAlertsAreListed(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{Enabled: true})
	c := s.channel(hookline.AlertChannel{})
	began := time.Now().Add(-10 * time.Minute)
	found := []hookline.AlertFound{
		{Rule: hookline.RuleFailing, Subject: d.ID, Name: "CRM", Words: "9 of 9 tries failed."},
		{Rule: hookline.RuleSilence, Subject: "src_1.track.<A>", Name: "“<A>”", Words: "None has come."},
	}
	s.must(s.store.ChangeAlerts(t.Context(), found, nil, began))
	b := s.as(viewer)
	b.get("/").want(t, 200, "CRM is failing", "9 of 9 tries failed.", "All alerts")
	open, err := s.store.OpenAlerts(t.Context())
	s.must(err)
	s.must(s.store.ChangeAlerts(t.Context(), nil, []string{open[0].ID}, began.Add(4*time.Minute)))
	s.must(s.store.SaveTelling(t.Context(), hookline.Telling{Alert: open[0], Channel: c, State: hookline.TellingFailed, Tries: 5, Failure: "The receiver answered 404 <Not Found>."}))
	page := b.htmx().get("/settings/alerts")
	page.want(t, 200, "!<html", "is failing", "lasted 4 min", ">Over<", ">Goes on<", "“&lt;A&gt;”", `href="/sources/src_1"`, `href="/destinations/`+d.ID,
		"On &lt;call&gt;: not told, given up after 5 tries. The receiver answered 404 &lt;Not Found&gt;.", "On &lt;call&gt;: about to be told")
	b.get("/settings/alerts").want(t, 200, "Webhook", "example.com", "!s3cret-path", "!"+c.Key)
}

func TestAlertChannels(t *testing.T) {
	watch := &teller{sent: alert.Sent{Status: 200, Answer: []byte("<ok>"), What: []byte(`{"text":"x"}`)}}
	s := newSite(t, func(c *Config) { c.Watch = watch })
	b := s.as(editor)
	const to = "/settings/alerts/channels/new"
	b.get(to+"?kind=slack").want(t, 200, `value="slack"`, "Mattermost", "!Send a test")
	b.post(to, form("kind", "slack", "name", " ", "url", "http://127.0.0.1/x")).want(t, 422, "Give the channel a name", `id="field-url-error"`, `value="http://127.0.0.1/x"`)
	b.post(to, form("kind", "carrier pigeon", "name", "A")).want(t, 422, "Choose how to tell")
	b.post(to, form("kind", "slack", "name", "On <call>", "url", "https://hooks.slack.com/services/T/B/s3cret", "enabled", "yes"))
	all, err := s.store.ListAlertChannels(t.Context())
	if err != nil || len(all) != 1 || !all[0].Enabled || all[0].Key != "" {
		t.Fatalf("%+v, %v", all, err)
	}
	path := "/settings/alerts/channels/" + all[0].ID
	b.get(path).want(t, 200, "The channel is ready.", "services/T/B/s3cret", "On &lt;call&gt;", "Send a test", "!Show key")
	b.post(path+"/test", nil).want(t, 200, "The test was taken", "&lt;ok&gt;")
	b.htmx().post(path+"/test", nil).want(t, 200, "!<html", "The test was taken")
	watch.sent = alert.Sent{Failure: "The receiver answered 404 Not Found.", Status: 404, Answer: []byte("inside"), Inside: true}
	b.post(path+"/test", nil).want(t, 200, "The test was not taken", "404 Not Found", "!>inside<", "Only administrators see")
	if len(watch.got) != 3 || watch.got[0].URL != "https://hooks.slack.com/services/T/B/s3cret" {
		t.Errorf("tested with %+v", watch.got)
	}
	b.post(path, form("name", "Chat", "url", "https://hooks.slack.com/services/T/B/other")).wantRedirect(t, path)
	if now, err := s.store.AlertChannel(t.Context(), all[0].ID); err != nil || now.Name != "Chat" || now.Enabled || now.Kind != hookline.ChannelSlack {
		t.Errorf("it is %+v, %v", now, err)
	}
	b.get(path+"/delete").want(t, 200, "Delete this alert channel?")
	b.post(path+"/delete", nil).wantRedirect(t, "/settings/alerts")
	b.get(path).want(t, 404)
	for _, e := range s.entries() {
		if strings.Contains(string(e.Before)+string(e.After), "services/T/B") {
			t.Errorf("the audit log has the address: %s %s", e.Before, e.After)
		}
	}
}

func mailForm(more ...string) []string {
	return append([]string{
		"kind", "email", "name", "Mail", "host", "smtp.example.com", "port", "587", "security", "starttls", "user", "hookline",
		"from", "hookline@example.com", "to", "ana@example.com\r\nbob@example.com\r\n", "enabled", "yes",
	}, more...)
}

func TestMailPasswordsAreSealed(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	const to = "/settings/alerts/channels/new"
	b.post(to, form("kind", "email", "name", "Mail", "port", "x", "security", "none", "user", "u", "to", "nobody")).
		want(t, 422, "name of the mail server", "port of the mail server", "is sent only over a connection", "“nobody” is not an e-mail address", "address that alerts come from")
	b.post(to, form(mailForm()...)).want(t, 422, "Enter the password of this user")
	b.post(to, form(append(mailForm(), "password", "p4ss w0rd")...))
	all, err := s.store.ListAlertChannels(t.Context())
	if err != nil || len(all) != 1 || len(all[0].Mail.Sealed) == 0 || strings.Contains(string(all[0].Mail.Sealed), "p4ss") || len(all[0].Mail.To) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	path := "/settings/alerts/channels/" + all[0].ID
	b.get(path).want(t, 200, "One is kept, sealed", "!p4ss", "smtp.example.com")
	b.post(path, form(mailForm("name", "Post")...)).wantRedirect(t, path) // the password stays
	if now, err := s.store.AlertChannel(t.Context(), all[0].ID); err != nil || string(now.Mail.Sealed) != string(all[0].Mail.Sealed) {
		t.Errorf("it is %+v, %v", now, err)
	}
	other := mailForm()
	other[5] = "smtp.elsewhere.example.com"
	b.post(path, form(other...)).want(t, 422, "With another server or user it has to be entered again")
	inside := mailForm("password", "x")
	inside[5] = "localhost"
	b.post(path, form(inside...)).want(t, 422, `id="field-host-error"`)
	if strings.Contains(s.log.String(), "p4ss") {
		t.Error("the log has the password")
	}
	for _, e := range s.entries() {
		if strings.Contains(string(e.After), "p4ss") {
			t.Errorf("the audit log has the password: %s", e.After)
		}
	}
}

func TestAlertSecretsAreForThoseWhoConfigure(t *testing.T) {
	s := newSite(t, nil)
	c := s.channel(hookline.AlertChannel{})
	path := "/settings/alerts/channels/" + c.ID
	for _, role := range []hookline.Role{support, viewer} {
		b := s.as(role)
		b.get(path).want(t, 403, "!s3cret-path")
		for _, act := range []string{"/test", "/reveal", "/delete", ""} {
			b.post(path+act, nil).want(t, 403, "!"+c.Key)
		}
	}
	b := s.as(editor)
	b.get(path).want(t, 200, "s3cret-path", "Show key", "!"+c.Key)
	b.post(path+"/reveal", nil).want(t, 200, c.Key)
	if entries := s.entries(); entries[0].Deed != audit.Revealed || entries[0].Kind != audit.AlertChannel {
		t.Errorf("the audit log says %+v", entries[0])
	}
}
