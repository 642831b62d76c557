package alert

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

// mail tells by e-mail. Sent.Answer is what the server said last.
func (w *Watch) mail(ctx context.Context, t hookline.Telling) Sent {
	m := t.Channel.Mail
	body := w.mailBody(t, time.Now())
	sent := Sent{What: body}
	password, err := w.password(m)
	if err != nil {
		sent.Failure = "The password of the mail server could not be opened: this Hookline runs with another key than the one with which it was saved. Enter it again."
		return sent
	}
	err = w.cfg.Sender.SendMail(ctx, outbound.Mail{
		Host: m.Host, Port: uint16(m.Port), TLS: m.Security == hookline.MailTLS, STARTTLS: m.Security == hookline.MailSTARTTLS,
		User: m.User, Password: password, From: m.From, To: m.To, Text: body,
	})
	if err != nil {
		sent.Failure = sentence(err, "The mail could not be sent.")
		return sent
	}
	sent.Answer = []byte("The mail server took the mail for " + strings.Join(m.To, ", ") + ".")
	return sent
}

var errPassword = errors.New("the password cannot be opened")

func (w *Watch) password(m hookline.MailServer) (string, error) {
	if m.User == "" {
		return "", nil
	}
	key, err := w.cfg.Key()
	if err != nil || key == nil {
		return "", errors.Join(errPassword, err)
	}
	password, err := key.Open(m.Bound())
	if err != nil {
		return "", errors.Join(errPassword, err)
	}
	return password, nil
}

// mailBody writes the mail: what outsiders named is encoded, so that it can be
// no header.
func (w *Watch) mailBody(t hookline.Telling, now time.Time) []byte {
	m := t.Channel.Mail
	var b strings.Builder
	header := func(name, value string) { b.WriteString(name + ": " + value + "\r\n") }
	header("From", "Hookline <"+m.From+">")
	header("To", strings.Join(m.To, ", "))
	header("Subject", mime.QEncoding.Encode("utf-8", "[Hookline] "+oneLine(headline(t.Alert, t.Ended))))
	header("Date", now.Format(time.RFC1123Z))
	header("Message-ID", "<"+idOf(t)+"."+fmt.Sprint(now.UnixMicro())+"@"+domainOf(m.From)+">")
	header("MIME-Version", "1.0")
	header("Content-Type", "text/plain; charset=utf-8")
	header("Content-Transfer-Encoding", "quoted-printable")
	header("Auto-Submitted", "auto-generated")
	b.WriteString("\r\n")
	to := quotedprintable.NewWriter(&b)
	_, err := to.Write([]byte(w.text(t) + "\n\n" + w.link(t.Alert) + "\n"))
	_ = errors.Join(err, to.Close()) // a strings.Builder takes everything
	return []byte(b.String())
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
