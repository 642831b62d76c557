package api

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"hookline/internal/alert"
	"hookline/internal/audit"
	"hookline/internal/hookline"
	"hookline/internal/secret"
)

type channelStore interface {
	ListAlertChannels(ctx context.Context) ([]hookline.AlertChannel, error)
	AlertChannel(ctx context.Context, id string) (hookline.AlertChannel, error)
	CreateAlertChannel(ctx context.Context, c hookline.AlertChannel) (hookline.AlertChannel, error)
	UpdateAlertChannel(ctx context.Context, c hookline.AlertChannel) (hookline.AlertChannel, error)
	DeleteAlertChannel(ctx context.Context, id string) error
}

// Watch tells an example of an alert; alert.Watch is one.
type Watch interface {
	Test(ctx context.Context, c hookline.AlertChannel) alert.Sent
}

// Keys gives the key that seals passwords; secret.Keys is one.
type Keys interface {
	// MakeKey gives the key, and makes it when there is none yet.
	MakeKey() (*secret.Key, error)
}

// channelForm is an alert channel as it is taken. A password that is not given
// stays, while its server and user do.
type channelForm struct {
	Kind     string   `json:"kind" required:"true" enum:"webhook,slack,email" doc:"How to tell. It stays as it was made. Slack is anything that takes {\"text\": …}."`
	Name     string   `json:"name" required:"true" doc:"What people call it." example:"On-call chat"`
	Enabled  bool     `json:"enabled" default:"true" doc:"Whether it is told of alerts."`
	URL      string   `json:"url" doc:"Of a webhook or of Slack: where to post to. Write-only." example:"https://example.com/alerts"`
	Host     string   `json:"host" doc:"Of e-mail: the mail server." example:"smtp.example.com"`
	Port     int      `json:"port" default:"587" doc:"Of the mail server."`
	Security string   `json:"security" default:"starttls" enum:"starttls,tls,none" doc:"How the connection to the mail server is kept secret. Without any, no password is sent."`
	User     string   `json:"user" doc:"Who signs in to the mail server; empty for nobody."`
	Password string   `json:"password" doc:"Of this user. Write-only: it is kept sealed. With another server or user it has to be given again."`
	From     string   `json:"from" doc:"The e-mail address that alerts come from." example:"hookline@example.com"`
	To       []string `json:"to" doc:"The e-mail addresses to tell: at most 20." example:"ana@example.com"`
}

// channelAnswer is an alert channel as it is given: nothing in it lets anybody
// write to where it leads.
type channelAnswer struct {
	ID         string    `json:"id" example:"chn_00000000000000000000"`
	Kind       string    `json:"kind" enum:"webhook,slack,email"`
	Name       string    `json:"name"`
	Enabled    bool      `json:"enabled"`
	URL        string    `json:"url" doc:"Only to which host: what follows, and user and password, are often a secret. Empty for e-mail." example:"https://hooks.example.com/••••••••"`
	SigningKey string    `json:"signing_key" doc:"What signs what a webhook is told; masked. Empty for other kinds."`
	Host       string    `json:"host" doc:"Empty unless it is e-mail, as are all that follow."`
	Port       int       `json:"port"`
	Security   string    `json:"security" doc:"starttls, tls or none."`
	User       string    `json:"user" doc:"Empty unless the token's scope is edit or admin."`
	Password   bool      `json:"has_password" doc:"Whether one is kept, sealed."`
	From       string    `json:"from"`
	To         []string  `json:"to"`
	CreatedAt  time.Time `json:"created_at"`
	UpdatedAt  time.Time `json:"updated_at"`
}

func (c *call) showChannel(one hookline.AlertChannel) channelAnswer {
	mail := one.Mail
	answer := channelAnswer{
		one.ID, string(one.Kind), one.Name, one.Enabled, maskedAddress(one.URL), masked(one.Key),
		mail.Host, mail.Port, string(mail.Security), mail.User, len(mail.Sealed) > 0, mail.From, append([]string{}, mail.To...), one.CreatedAt, one.UpdatedAt,
	}
	if !c.may(edit) { // as on the page
		answer.Host, answer.Port, answer.Security, answer.User, answer.From = "", 0, "", "", ""
	}
	return answer
}

// maskedAddress shows of an address to which host it leads.
func maskedAddress(address string) string {
	if address == "" {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return blot
	}
	front := u.Scheme + "://" + u.Host
	if tail := strings.TrimPrefix(address, front); tail == "" || tail == "/" {
		return address
	}
	return front + "/" + blot
}

func (m *manage) listChannels(c *call) (listAnswer[channelAnswer], error) {
	all, err := m.Store.ListAlertChannels(c.Context())
	return listed(all, c.showChannel), err
}

func (m *manage) showChannel(c *call) (channelAnswer, error) {
	one, err := m.Store.AlertChannel(c.Context(), c.params["id"])
	return c.showChannel(one), err
}

func (m *manage) createChannel(c *call, read func(*channelForm) error) (channelAnswer, error) {
	form := channelForm{Enabled: true, Port: 587, Security: string(hookline.MailSTARTTLS)}
	if err := read(&form); err != nil {
		return channelAnswer{}, err
	}
	one, err := m.channelOver(c, form, hookline.AlertChannel{})
	if err == nil {
		one, err = m.Store.CreateAlertChannel(c.Context(), one)
	}
	return c.showChannel(one), err
}

func (m *manage) changeChannel(c *call, read func(*channelForm) error) (channelAnswer, error) {
	before, err := m.Store.AlertChannel(c.Context(), c.params["id"])
	if err != nil {
		return channelAnswer{}, err
	}
	mail := before.Mail
	form := channelForm{
		string(before.Kind), before.Name, before.Enabled, before.URL,
		mail.Host, mail.Port, string(mail.Security), mail.User, "", mail.From, slices.Clone(mail.To),
	}
	if err := read(&form); err != nil {
		return channelAnswer{}, err
	}
	one, err := m.channelOver(c, form, before)
	if err == nil {
		one, err = m.Store.UpdateAlertChannel(c.Context(), one)
	}
	return c.showChannel(one), err
}

// channelOver is the channel with what the form says; before is empty for one
// that is made. An address that stays is not judged again.
func (m *manage) channelOver(c *call, f channelForm, before hookline.AlertChannel) (hookline.AlertChannel, error) {
	one := hookline.AlertChannel{
		ID: before.ID, Kind: hookline.ChannelKind(f.Kind), Name: f.Name, Enabled: f.Enabled, URL: f.URL,
		Mail: hookline.MailServer{Host: f.Host, Port: f.Port, Security: hookline.MailSecurity(f.Security), User: f.User, From: f.From, To: f.To},
	}.Tidy()
	wrong := map[string]string{}
	if before.ID != "" && one.Kind != before.Kind {
		wrong["kind"] = "A channel keeps its kind. Make another channel, and delete this one."
	}
	if f.URL != "" && one.Kind == hookline.ChannelEmail {
		wrong["url"] = "E-mail goes to the addresses in to. Leave the url out."
	}
	if f.Host != "" && one.Kind != hookline.ChannelEmail {
		wrong["host"] = "Only the kind email has a mail server. Leave the host out."
	}
	switch {
	case strings.Contains(one.URL, blot):
		wrong["url"] = "This is how the address is shown, not the address. Leave the field out to keep it."
	case one.URL != "" && one.URL != before.URL:
		if err := m.Guard.CheckReach(c.Context(), one.URL); err != nil {
			wrong["url"] = err.Error()
		}
	case one.Mail.Host != "" && one.Mail.Host != before.Mail.Host:
		if err := m.Guard.CheckMail(c.Context(), one.Mail.Host); err != nil {
			wrong["host"] = err.Error()
		}
	}
	m.checkPassword(wrong, one, before, f.Password)
	if err := also(wrong, one.Validate()); err != nil {
		return one, err
	}
	if one.Mail.User == "" || f.Password == "" {
		return one, nil
	}
	key, err := m.Keys.MakeKey()
	if err == nil {
		one.Mail.Sealed = key.Seal(one.Mail.Bound(), f.Password)
	}
	return one, err
}

// checkPassword notes in wrong when a password is missing, is none, or would do
// nothing.
func (m *manage) checkPassword(wrong map[string]string, one, before hookline.AlertChannel, password string) {
	kept := len(before.Mail.Sealed) > 0 && before.Mail.Host == one.Mail.Host && before.Mail.User == one.Mail.User
	switch {
	case one.Mail.User == "" && password != "":
		wrong["password"] = "A password belongs to a user of a mail server. Give the user too, or leave the password out."
	case one.Mail.User != "" && password == "" && !kept:
		wrong["password"] = "Give the password of this user. With another server or user it has to be given again."
	default:
		checkSecret(wrong, "password", password)
	}
}

func (m *manage) deleteChannel(c *call) (none, error) {
	return none{}, m.Store.DeleteAlertChannel(c.Context(), c.params["id"])
}

// channelTested is what came of telling an example.
type channelTested struct {
	Told       bool   `json:"told" doc:"Whether it was taken."`
	Failure    string `json:"failure" doc:"Why it was not, in plain words; empty when it was."`
	Status     int    `json:"status" doc:"The HTTP status of the answer; 0 without one, and for e-mail."`
	Answer     string `json:"answer_body" doc:"What the receiver said."`
	Hidden     bool   `json:"answer_hidden" doc:"Whether the answer is left out, because it came from an inside address and the token's scope is not admin."`
	DurationMS int64  `json:"duration_ms"`
}

func (m *manage) testChannel(c *call) (channelTested, error) {
	one, err := m.Store.AlertChannel(c.Context(), c.params["id"])
	if err != nil {
		return channelTested{}, err
	}
	if err := m.Store.RecordAudit(c.Context(), audit.OfAlertChannel(one).Say(audit.Tested, "")); err != nil {
		return channelTested{}, err
	}
	sent := m.Watch.Test(c.Context(), one)
	answer := channelTested{sent.Failure == "", sent.Failure, sent.Status, text(sent.Answer), false, sent.Took.Milliseconds()}
	if sent.Inside && !c.may(admin) {
		answer.Answer, answer.Hidden = "", true
	}
	return answer, nil
}

// channelKey is the key by which a receiver checks what it is told.
type channelKey struct {
	Key string `json:"key"`
}

func (m *manage) showChannelKey(c *call) (channelKey, error) {
	one, err := m.Store.AlertChannel(c.Context(), c.params["id"])
	if err != nil {
		return channelKey{}, err
	}
	if one.Key == "" {
		return channelKey{}, &hookline.Error{Kind: hookline.KindNotFound, Message: "This channel has no signing key: only what a webhook is told is signed."}
	}
	if err := m.Store.RecordAudit(c.Context(), audit.OfAlertChannel(one).Say(audit.Revealed, "")); err != nil {
		return channelKey{}, err // what cannot be written down is not shown
	}
	m.logSecret(c, "alert key revealed", "channel", one.ID)
	return channelKey{one.Key}, nil
}
