package alert

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/smtp"
	"net/textproto"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// MailDialer connects to mail servers that may be reached.
type MailDialer interface {
	DialMail(ctx context.Context, name string, port uint16) (net.Conn, error)
}

// mail tells by e-mail. Sent.Answer is what the server said last.
func (w *Watch) mail(ctx context.Context, t hookline.Telling) Sent {
	m := t.Channel.Mail
	body := w.mailBody(t, time.Now())
	sent := Sent{What: body}
	password, err := w.password(m)
	if err == nil {
		err = w.deliver(ctx, m, password, body)
	}
	if err != nil {
		sent.Failure = mailFailure(err)
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

// step is a part of the talk with a mail server that failed.
type step struct {
	words string
	err   error
}

func (s *step) Error() string { return s.words + ": " + s.err.Error() }

func (s *step) Unwrap() error { return s.err }

func at(words string, err error) error {
	if err == nil {
		return nil
	}
	return &step{words, err}
}

// deliver talks to the mail server. ctx must have a deadline.
func (w *Watch) deliver(ctx context.Context, m hookline.MailServer, password string, body []byte) (err error) {
	conn, err := w.cfg.Sender.DialMail(ctx, m.Host, uint16(m.Port))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return fmt.Errorf("set deadline: %w", err)
		}
	}
	secure := &tls.Config{ServerName: m.Host, MinVersion: tls.VersionTLS12}
	if m.Security == hookline.MailTLS {
		secured := tls.Client(conn, secure)
		if err := secured.HandshakeContext(ctx); err != nil {
			return at("No secure connection could be made", err)
		}
		conn = secured
	}
	client, err := smtp.NewClient(conn, m.Host)
	if err != nil {
		return at("The server did not greet as mail servers do", err)
	}
	return talk(client, m, password, secure, body)
}

func talk(client *smtp.Client, m hookline.MailServer, password string, secure *tls.Config, body []byte) error {
	if m.Security == hookline.MailSTARTTLS {
		if err := client.StartTLS(secure); err != nil {
			return at("The server would not go on with STARTTLS", err)
		}
	}
	if m.User != "" { // never without TLS: Validate sees to it, and so does smtp.PlainAuth
		if err := client.Auth(smtp.PlainAuth("", m.User, password, m.Host)); err != nil {
			return at("The server did not let us sign in", err)
		}
	}
	if err := client.Mail(m.From); err != nil {
		return at("The server did not take the sender "+m.From, err)
	}
	for _, one := range m.To {
		if err := client.Rcpt(one); err != nil {
			return at("The server did not take the recipient "+one, err)
		}
	}
	to, err := client.Data()
	if err != nil {
		return at("The server did not take the mail", err)
	}
	if _, err := to.Write(body); err != nil {
		return at("The mail could not be sent to its end", err)
	}
	if err := to.Close(); err != nil {
		return at("The server did not take the mail", err)
	}
	_ = client.Quit() // the mail is taken, whatever is said now
	return nil
}

// mailFailure says what went wrong, with what the server said: that is text.
func mailFailure(err error) string {
	if errors.Is(err, errPassword) {
		return "The password of the mail server could not be opened: this Hookline runs with another key than the one with which it was saved. Enter it again."
	}
	s, ok := errors.AsType[*step](err)
	if !ok {
		return sentence(err, "The mail could not be sent.")
	}
	var timeout net.Error
	var said *textproto.Error
	switch {
	case errors.As(s.err, &said):
		return fmt.Sprintf("%s. It said: %d %s", s.words, said.Code, strings.Join(strings.Fields(said.Msg), " "))
	case errors.As(s.err, &timeout) && timeout.Timeout():
		return s.words + ": it did not answer in time."
	}
	return s.words + ": " + strings.TrimPrefix(s.err.Error(), "smtp: ") + "."
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
