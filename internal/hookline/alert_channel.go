package hookline

import (
	"net/mail"
	"strings"
	"time"
)

// ChannelKind is by what way an alert is told.
type ChannelKind string

// The ways there are.
const (
	ChannelWebhook ChannelKind = "webhook"
	ChannelSlack   ChannelKind = "slack" // or anything that takes {"text": …}
	ChannelEmail   ChannelKind = "email"
)

// MailSecurity is how a connection to a mail server is kept secret.
type MailSecurity string

// The ways there are. Without any, no password is sent.
const (
	MailSTARTTLS MailSecurity = "starttls"
	MailTLS      MailSecurity = "tls"
	MailPlain    MailSecurity = "none"
)

// MaxAlertChannels is how many a workspace may have.
const MaxAlertChannels = 20

// AlertChannel is where alerts are told.
type AlertChannel struct {
	ID        string // chn_…
	Kind      ChannelKind
	Name      string
	Enabled   bool
	URL       string // of a webhook or of Slack, where it is a secret
	Key       string // signs what a webhook is told
	Mail      MailServer
	CreatedAt time.Time
	UpdatedAt time.Time
}

// MailServer is by what server, from whom and to whom mail goes.
type MailServer struct {
	Host     string
	Port     int
	Security MailSecurity
	User     string // "": nobody signs in
	Sealed   []byte // the password, sealed
	From     string
	To       []string
}

// Bound is the password as package secret seals it: it belongs to its server and
// user, and beside others does not open.
func (m MailServer) Bound() KeptSecret {
	return KeptSecret{Name: "mail server", Hosts: []string{m.Host, m.User}, Sealed: m.Sealed}
}

// Tidy gives c in the form that is stored.
func (c AlertChannel) Tidy() AlertChannel {
	c.Name, c.URL = strings.TrimSpace(c.Name), strings.TrimSpace(c.URL)
	if c.Kind != ChannelWebhook {
		c.Key = "" // what the others are told is not signed
	}
	if c.Kind != ChannelEmail {
		c.Mail = MailServer{}
		return c
	}
	m := &c.Mail
	c.URL = ""
	m.Host, m.User, m.From = strings.ToLower(strings.TrimSpace(m.Host)), strings.TrimSpace(m.User), strings.TrimSpace(m.From)
	var to []string
	for _, one := range m.To {
		if one = strings.TrimSpace(one); one != "" {
			to = append(to, one)
		}
	}
	m.To = to
	if m.User == "" {
		m.Sealed = nil
	}
	return c
}

// Validate says at each field what is wrong; nil when nothing is. Where an
// address leads is judged by those who can tell.
func (c AlertChannel) Validate() error {
	f := fields{}
	checkName(f, c.Name, "Give the channel a name, such as “On-call chat”.")
	f.check(len(c.Key) <= 500, "key", "This key is too long: at most 500 characters.")
	switch c.Kind {
	case ChannelWebhook, ChannelSlack:
		f.check(c.URL != "", "url", "Enter the address to tell, such as https://example.com/alerts.")
		f.check(len(c.URL) <= 8<<10, "url", "This address is too long: at most 8,192 characters.")
	case ChannelEmail:
		c.Mail.check(f)
	default:
		f.check(false, "kind", "Choose how to tell: webhook, slack or email.")
	}
	return f.err("The channel could not be saved.")
}

func (m MailServer) check(f fields) {
	f.check(m.Host != "" && len(m.Host) <= 253 && !strings.ContainsAny(m.Host, " /:@"), "host", "Enter the name of the mail server, such as smtp.example.com.")
	f.check(m.Port >= 1 && m.Port <= 65535, "port", "Enter the port of the mail server: usually 587, or 465 with TLS.")
	f.check(m.Security == MailSTARTTLS || m.Security == MailTLS || m.Security == MailPlain, "security", "Choose how the connection is kept secret.")
	f.check(m.User == "" || m.Security != MailPlain, "security", "A password is sent only over a connection that is kept secret. Choose STARTTLS or TLS, or leave the user empty.")
	f.check(len(m.User) <= 500 && !strings.ContainsAny(m.User, "\r\n\x00"), "user", "This user is too long, or has characters that cannot be sent.")
	f.check(isMailAddress(m.From), "from", "Enter the e-mail address that alerts come from, such as hookline@example.com.")
	f.check(len(m.To) > 0, "to", "Enter at least one e-mail address to tell.")
	f.check(len(m.To) <= 20, "to", "At most 20 addresses can be told. Use a list address instead.")
	for _, one := range m.To {
		f.check(isMailAddress(one), "to", "“"+strings.ToValidUTF8(one, "?")+"” is not an e-mail address. Enter one a line.")
	}
}

// isMailAddress takes a bare address, as it stands in an envelope.
func isMailAddress(text string) bool {
	if len(text) > 320 {
		return false
	}
	parsed, err := mail.ParseAddress(text)
	return err == nil && parsed.Address == text
}
