package workspace

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hookline/internal/hookline"
	"hookline/internal/secret"
)

type channelStore interface {
	CreateAlertChannel(ctx context.Context, c hookline.AlertChannel) (hookline.AlertChannel, error)
	UpdateAlertChannel(ctx context.Context, c hookline.AlertChannel) (hookline.AlertChannel, error)
	DeleteAlertChannel(ctx context.Context, id string) error
}

// Keys gives the key that seals the passwords of mail servers; secret.Keys is one.
type Keys interface {
	// Key gives the key; nil when there is none yet.
	Key() (*secret.Key, error)
	// MakeKey gives the key, and makes it when there is none yet.
	MakeKey() (*secret.Key, error)
}

// AlertChannel is an alert channel in a file.
type AlertChannel struct {
	Name       string  `yaml:"name"`
	Kind       string  `yaml:"kind"`
	Enabled    *bool   `yaml:"enabled,omitempty"` // true when not mentioned
	URL        *Secret `yaml:"url,omitempty"`     // a reference for Slack, and when it holds a password
	SigningKey *Secret `yaml:"signing_key,omitempty"`
	Mail       *Mail   `yaml:"mail,omitempty"`
}

// Mail is by what server, from whom and to whom a channel's mail goes, in a file.
type Mail struct {
	Host     string   `yaml:"host"`
	Port     *int     `yaml:"port,omitempty"`     // 587 when not mentioned
	Security *string  `yaml:"security,omitempty"` // starttls when not mentioned
	User     string   `yaml:"user,omitempty"`
	Password *Secret  `yaml:"password,omitempty"`
	From     string   `yaml:"from"`
	To       []string `yaml:"to"`
}

func channelName(c hookline.AlertChannel) string { return c.Name }

// secretAddress says whether whoever knows a channel's address could write there,
// or knows a password.
func secretAddress(c hookline.AlertChannel) bool {
	return c.Kind == hookline.ChannelSlack || hookline.SafeURL(c.URL) != c.URL
}

func (e exporter) channel(c hookline.AlertChannel, ref string) (AlertChannel, error) {
	out := AlertChannel{Name: c.Name, Kind: string(c.Kind), Enabled: &c.Enabled}
	if c.Kind == hookline.ChannelEmail {
		mail, err := e.mail(c, ref)
		out.Mail = mail
		return out, err
	}
	out.URL = &Secret{Value: c.URL}
	if secretAddress(c) {
		out.URL = e.secret(c.URL, "alert url", ref)
	}
	if c.Key != "" {
		out.SigningKey = e.secret(c.Key, "alert key", ref)
	}
	return out, nil
}

func (e exporter) mail(c hookline.AlertChannel, ref string) (*Mail, error) {
	m, security := c.Mail, string(c.Mail.Security)
	out := &Mail{Host: m.Host, Port: &m.Port, Security: &security, User: m.User, From: m.From, To: m.To}
	if len(m.Sealed) == 0 {
		return out, nil
	}
	password := "sealed"
	if e.withSecrets {
		var opens bool
		if password, opens = opened(e.keys, m); !opens {
			return nil, fmt.Errorf("the password of the alert channel “%s” cannot be opened: give the key with which it was saved, or export without secrets", c.Name)
		}
	}
	out.Password = e.secret(password, "mail password", ref)
	return out, nil
}

// opened gives the password of a mail server, if there is the key to it.
func opened(keys Keys, m hookline.MailServer) (password string, opens bool) {
	key, err := keys.Key()
	if err != nil || key == nil {
		return "", false
	}
	password, err = key.Open(m.Bound())
	return password, err == nil
}

func (c *comparison) channelChanges() {
	if len(c.File.AlertChannels) > hookline.MaxAlertChannels {
		c.problem("alert_channels", fmt.Sprintf("at most %d alert channels", hookline.MaxAlertChannels))
	}
	inFile := refs(c.File.AlertChannels, func(one AlertChannel) string { return one.Name })
	for i, ref := range inFile {
		now, known := find(c.channels, c.channelRefs, ref)
		c.channelChange(fmt.Sprintf("alert_channels.%d", i), "alert channel “"+ref+"”", c.File.AlertChannels[i], now, known)
	}
	if c.File.AlertChannels == nil {
		return
	}
	for i, one := range c.channels {
		if ref := c.channelRefs[i]; !slices.Contains(inFile, ref) {
			c.remove("alert channel “"+ref+"”", func(ctx context.Context) error { return c.store.DeleteAlertChannel(ctx, one.ID) })
		}
	}
}

func (c *comparison) channelChange(path, thing string, inFile AlertChannel, now hookline.AlertChannel, known bool) {
	want := c.wantChannel(inFile, now)
	if words := misplaced(inFile, now); words != "" {
		c.problem(path, thing+": "+words)
		return
	}
	c.check(path, thing, want.Validate())
	before, after := channelFields(now, now, ""), channelFields(want, now, "")
	password := ""
	if want.Kind == hookline.ChannelEmail && want.Mail.User != "" {
		password = c.wantPassword(path, thing, inFile.Mail, &want, now)
		after = channelFields(want, now, password)
	}
	c.change(thing, before, after, known, func(ctx context.Context) error {
		if err := seal(c.Keys, &want, password); err != nil {
			return err
		}
		if known {
			_, err := c.store.UpdateAlertChannel(ctx, want)
			return err
		}
		_, err := c.store.CreateAlertChannel(ctx, want)
		return err
	})
}

// misplaced says what would do nothing; "" when nothing would.
func misplaced(inFile AlertChannel, now hookline.AlertChannel) string {
	kind := hookline.ChannelKind(inFile.Kind)
	switch {
	case now.ID != "" && kind != now.Kind:
		return "here it is of the kind " + string(now.Kind) + ", and a channel keeps its kind. Give the new one another name"
	case kind == hookline.ChannelEmail && inFile.URL != nil:
		return "url: leave it out, mail goes to the addresses in mail"
	case kind != hookline.ChannelEmail && inFile.Mail != nil:
		return "mail: leave it out, only the kind email has a mail server"
	case kind != hookline.ChannelWebhook && inFile.SigningKey != nil:
		return "signing_key: leave it out, only what a webhook is told is signed"
	}
	return ""
}

// wantChannel leaves the key of a new one to the store when its variable is not
// set: that is no reason to refuse.
func (c *comparison) wantChannel(one AlertChannel, now hookline.AlertChannel) hookline.AlertChannel {
	want := now
	want.Name, want.Kind, want.Enabled = one.Name, hookline.ChannelKind(one.Kind), one.Enabled == nil || *one.Enabled
	want.URL = c.secret(one.URL, now.URL, "https://")
	if now.ID != "" || one.SigningKey == nil || one.SigningKey.Env == "" || c.Env(one.SigningKey.Env) != "" {
		want.Key = c.secret(one.SigningKey, now.Key, "")
	}
	if want.Key == "" {
		want.Key = now.Key // it is never without one
	}
	if m := one.Mail; m != nil {
		want.Mail = hookline.MailServer{Host: m.Host, Port: 587, Security: hookline.MailSTARTTLS, User: m.User, From: m.From, To: m.To}
		if m.Port != nil {
			want.Mail.Port = *m.Port
		}
		if m.Security != nil {
			want.Mail.Security = hookline.MailSecurity(*m.Security)
		}
	}
	return want.Tidy()
}

// wantPassword gives the password that is to be sealed; "" when the one that is
// there stays. A password belongs to its server and user.
func (c *comparison) wantPassword(path, thing string, m *Mail, want *hookline.AlertChannel, now hookline.AlertChannel) string {
	same := now.ID != "" && now.Mail.Host == want.Mail.Host && now.Mail.User == want.Mail.User
	if same {
		want.Mail.Sealed = now.Mail.Sealed
	}
	var given *Secret
	if m != nil {
		given = m.Password
	}
	value := c.secret(given, string(want.Mail.Sealed), "")
	switch {
	case same && value == string(now.Mail.Sealed):
		return "" // not mentioned, or its variable is not set
	case value == "":
		c.problem(path, thing+": mail.password: give the password of this user, such as {env: HOOKLINE_MAIL_PASSWORD}. With another server or user it has to be given again")
	case same && len(now.Mail.Sealed) > 0:
		if password, opens := opened(c.Keys, now.Mail); opens && password == value {
			return ""
		}
	}
	return value
}

// seal puts a new password into a channel as it is kept.
func seal(keys Keys, c *hookline.AlertChannel, password string) error {
	if password == "" {
		return nil
	}
	key, err := keys.MakeKey()
	if err != nil {
		return err
	}
	c.Mail.Sealed = key.Seal(c.Mail.Bound(), password)
	return nil
}

// channelFields are those of a channel, with a password that is new. An address
// is hidden if that of now or of c is a secret.
func channelFields(c, now hookline.AlertChannel, password string) []Field {
	port := ""
	if c.Mail.Port > 0 {
		port = strconv.Itoa(c.Mail.Port)
	}
	if password == "" {
		password = string(c.Mail.Sealed)
	}
	return []Field{
		{Name: "kind", After: string(c.Kind)},
		{Name: "enabled", After: strconv.FormatBool(c.Enabled)},
		{Name: "url", After: c.URL, Secret: secretAddress(c) || secretAddress(now)},
		{Name: "signing_key", After: c.Key, Secret: true},
		{Name: "mail.host", After: c.Mail.Host},
		{Name: "mail.port", After: port},
		{Name: "mail.security", After: string(c.Mail.Security)},
		{Name: "mail.user", After: c.Mail.User},
		{Name: "mail.password", After: password, Secret: true},
		{Name: "mail.from", After: c.Mail.From},
		{Name: "mail.to", After: strings.Join(c.Mail.To, "\n")},
	}
}
