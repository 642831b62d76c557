package workspace_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/secret"
	"hookline/internal/sqlite"
	"hookline/internal/workspace"

	"github.com/google/go-cmp/cmp"
)

// keys seal and open in every test.
var keys = newKeys()

func newKeys() *secret.Keys {
	all, err := secret.NewKeys("", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
	if err != nil {
		panic(err)
	}
	return all
}

// furnishAlerts makes a channel of each kind, and rules that nobody else has.
func furnishAlerts(t *testing.T, s *sqlite.Store) {
	t.Helper()
	mail := hookline.AlertChannel{Kind: hookline.ChannelEmail, Name: "Post", Enabled: true, Mail: hookline.MailServer{
		Host: "smtp.example.com", Port: 465, Security: hookline.MailTLS, User: "ana", From: "hookline@example.com", To: []string{"ana@example.com", "bob@example.com"},
	}}
	key, err := keys.MakeKey()
	must(t, err)
	mail.Mail.Sealed = key.Seal(mail.Mail.Bound(), "hush-mail")
	for _, c := range []hookline.AlertChannel{
		mail,
		{Kind: hookline.ChannelSlack, Name: "Chat", Enabled: true, URL: "https://hooks.slack.example/services/hush-slack"},
		{Kind: hookline.ChannelWebhook, Name: "On-call", Enabled: true, URL: "https://example.com/alerts?token=hush-alert-key", Key: "hush-alert-key"},
		{Kind: hookline.ChannelWebhook, Name: "On-call", URL: "https://example.org/alerts"},
		{Kind: hookline.ChannelEmail, Name: "Quiet", Mail: hookline.MailServer{Host: "localhost.example", Port: 25, Security: hookline.MailPlain, From: "a@example.com", To: []string{"b@example.com"}}},
	} {
		made, err := s.CreateAlertChannel(t.Context(), c)
		must(t, err)
		if made.Enabled && made.Kind == hookline.ChannelWebhook {
			wantAllSet(t, made, "Mail")
		}
	}
	wantAllSet(t, mail.Mail)
	rules := hookline.AlertRules{
		Failing: hookline.FailingRule{On: true, Percent: 7, Minutes: 8, Tries: 9}, Broken: hookline.BrokenRule{On: true},
		Backlog: hookline.BacklogRule{On: true, Minutes: 11}, Silence: hookline.SilenceRule{On: true, Times: 12, Minutes: 13},
	}
	wantAllSet(t, rules)
	must(t, s.SaveAlertRules(t.Context(), rules))
}

// allAlerts writes what everything does, with the passwords opened.
func allAlerts(t *testing.T, s *sqlite.Store, to *strings.Builder) {
	t.Helper()
	channels, err := s.ListAlertChannels(t.Context())
	must(t, err)
	key, err := keys.Key()
	must(t, err)
	for _, c := range channels {
		password := ""
		if len(c.Mail.Sealed) > 0 {
			password, err = key.Open(c.Mail.Bound())
			must(t, err)
		}
		c.ID, c.CreatedAt, c.UpdatedAt, c.Mail.Sealed = "", time.Time{}, time.Time{}, nil
		fmt.Fprintf(to, "%#v %s\n", c, password)
	}
	rules, err := s.AlertRules(t.Context())
	must(t, err)
	fmt.Fprintf(to, "%#v\n", rules)
}

const alertFile = `hookline: 1
alert_channels:
  - name: Chat
    kind: slack
    url: https://hooks.slack.example/services/hush
  - name: On-call
    kind: webhook
    url: https://example.com/alerts
  - name: Post
    kind: email
    mail:
      host: smtp.example.com
      user: ana
      password: {env: PASSWORD}
      from: hookline@example.com
      to: [ana@example.com]
alert_rules:
  failing_percent: 20
  silence: false
`

func TestAlertChannelsAreApplied(t *testing.T) {
	s := openStore(t)
	env := map[string]string{"PASSWORD": "hush-1"}
	o := workspace.Options{Env: func(name string) string { return env[name] }}
	p := compare(t, s, alertFile, o)
	if got, want := diff(t, p), `+ alert channel “Chat”
    kind: slack
    enabled: true
    url: ••••••••
+ alert channel “On-call”
    kind: webhook
    enabled: true
    url: https://example.com/alerts
+ alert channel “Post”
    kind: email
    enabled: true
    mail.host: smtp.example.com
    mail.port: 587
    mail.security: starttls
    mail.user: ana
    mail.password: ••••••••
    mail.from: hookline@example.com
    mail.to: ana@example.com
~ alert rules
    failing_percent: 50 → 20
    silence: true → false
`; got != want {
		t.Errorf("-want +got\n%s", cmp.Diff(want, got))
	}
	must(t, p.Apply(t.Context(), nil))
	if again := compare(t, s, alertFile, o); len(again.Changes) > 0 {
		t.Errorf("applied again it changes\n%s", diff(t, again))
	}
	if kept := compare(t, s, alertFile, workspace.Options{}); len(kept.Changes) > 0 || len(kept.Kept) != 1 || kept.Kept[0] != "PASSWORD" {
		t.Errorf("without the variable: kept %v, changes\n%s", kept.Kept, diff(t, kept))
	}

	env["PASSWORD"] = "hush-2"
	changed := strings.NewReplacer("services/hush", "services/hush-too", "to: [ana@example.com]", "to: [ana@example.com, bob@example.com]", "example.com/alerts", "ana:hush@example.com/alerts").Replace(alertFile)
	p = compare(t, s, changed, o)
	if got, want := diff(t, p), `~ alert channel “Chat”
    url: changes
~ alert channel “On-call”
    url: changes
~ alert channel “Post”
    mail.password: changes
    mail.to:
      + bob@example.com
`; got != want {
		t.Errorf("-want +got\n%s", cmp.Diff(want, got))
	}
	must(t, p.Apply(t.Context(), nil))
	var now strings.Builder
	if allAlerts(t, s, &now); !strings.Contains(now.String(), "hush-2") {
		t.Errorf("the password is not the new one:\n%s", now.String())
	}
	if again := compare(t, s, changed, o); len(again.Changes) > 0 {
		t.Errorf("applied again it changes\n%s", diff(t, again))
	}
}

func TestAlertChannelsThatTheFileLeavesOut(t *testing.T) {
	s := openStore(t)
	furnishAlerts(t, s)
	file := "hookline: 1\nalert_channels:\n  - {name: Chat, kind: slack}\n  - {name: Post, kind: email}\n"
	p := compare(t, s, file, workspace.Options{})
	if len(p.Changes) > 0 || strings.Join(p.Extra, ", ") != "alert channel “On-call”, alert channel “On-call #2”, alert channel “Quiet”" {
		t.Errorf("without --prune: extra %v, changes\n%s", p.Extra, diff(t, p))
	}
	must(t, compare(t, s, file, workspace.Options{Prune: true}).Apply(t.Context(), nil))
	left, err := s.ListAlertChannels(t.Context())
	if err != nil || len(left) != 2 || len(left[0].Mail.Sealed) == 0 || left[1].URL == "" {
		t.Errorf("left: %+v (%v)", left, err)
	}
}

func TestAlertChannelsThatCannotBeApplied(t *testing.T) {
	s := openStore(t)
	furnishAlerts(t, s)
	for name, test := range map[string]struct{ old, new, says string }{
		"another kind":      {"kind: slack", "kind: webhook", "line 3, alert channel “Chat”: here it is of the kind slack"},
		"no kind":           {"name: Chat\n    kind: slack", "name: New\n    kind: pigeon", "line 3, alert channel “New”: Choose how to tell"},
		"no address":        {"name: On-call\n    kind: webhook\n    url: https://example.com/alerts", "name: New\n    kind: webhook", "line 6, alert channel “New”: Enter the address to tell"},
		"mail of a webhook": {"url: https://example.com/alerts", "mail: {host: smtp.example.com}", "line 6, alert channel “On-call”: mail: leave it out"},
		"url of mail":       {"kind: email", "kind: email\n    url: https://example.com", "alert channel “Post”: url: leave it out"},
		"key of Slack":      {"kind: slack", "kind: slack\n    signing_key: x", "alert channel “Chat”: signing_key: leave it out"},
		"another server":    {"host: smtp.example.com\n      user: ana\n      password: {env: PASSWORD}", "host: smtp.example.org\n      user: ana", "line 9, alert channel “Post”: mail.password: give the password"},
		"empty password":    {"{env: PASSWORD}", `""`, "mail.password: give the password"},
		"no recipient":      {"to: [ana@example.com]", "to: []", "line 9, alert channel “Post”: Enter at least one e-mail address"},
		"plain with a user": {"user: ana", "user: ana\n      security: none", "alert channel “Post”: A password is sent only"},
		"misspelt":          {"from:", "form:", "there is no setting “form” here"},
		"a share":           {"failing_percent: 20", "failing_percent: 0", "line 18, alert rules: Enter a share between 1 and 100"},
	} {
		changed := strings.Replace(alertFile, test.old, test.new, 1)
		if changed == alertFile {
			t.Errorf("%s: nothing is changed", name)
		}
		f, err := workspace.Parse(strings.NewReader(changed))
		if err == nil {
			_, err = workspace.Compare(t.Context(), s, f, workspace.Options{Env: nothingSet, Keys: keys})
		}
		if wrong, ok := errors.AsType[*workspace.Unusable](err); !ok || !strings.Contains(wrong.Error(), test.says) {
			t.Errorf("%s: %v, want %q", name, err, test.says)
		}
	}
}

// TestPasswordsOfAnotherKey: what cannot be opened is exported as a reference
// all the same, stays while it is not given anew, and is then sealed anew.
func TestPasswordsOfAnotherKey(t *testing.T) {
	s := openStore(t)
	furnishAlerts(t, s)
	other, err := secret.NewKeys(t.TempDir(), "")
	must(t, err)
	if _, err := workspace.Read(t.Context(), s, true, other); err == nil || !strings.Contains(err.Error(), "the password of the alert channel “Post” cannot be opened") {
		t.Errorf("exported with secrets: %v", err)
	}
	f, err := workspace.Read(t.Context(), s, false, other)
	must(t, err)
	for env, want := range map[string]int{"": 0, "hush-mail": 1} {
		p, err := workspace.Compare(t.Context(), s, f, workspace.Options{Keys: other, Env: func(name string) string {
			if name == "HOOKLINE_MAIL_PASSWORD_POST" {
				return env
			}
			return ""
		}})
		if err != nil || len(p.Changes) != want {
			t.Errorf("with %q there are %d changes, %v", env, len(p.Changes), err)
		}
	}
}
