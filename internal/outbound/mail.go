package outbound

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/textproto"
	"slices"
	"strings"
	"time"
)

// Mail is one mail, and the server that takes it.
type Mail struct {
	Host     string
	Port     uint16
	TLS      bool // from the start
	STARTTLS bool
	User     string // "": nobody signs in. A password is sent only under TLS
	Password string
	From     string
	To       []string
	Text     []byte // headers and body
}

// mailPorts are the ports of mail servers, which no webhook may go to.
var mailPorts = map[uint16]bool{25: true, 465: true, 587: true, 2525: true}

// SendMail hands a mail to its server, whose name is judged as that of a
// webhook's receiver is, and so are the addresses to which it leads. A port other
// than those of mail is for servers on networks that an exception opens. It never
// goes through a proxy. What the server says is in the error's message: it is
// text from outside.
func (c *Client) SendMail(ctx context.Context, m Mail) error {
	ctx, cancel := context.WithTimeout(ctx, MaxTimeout)
	defer cancel()
	conn, err := c.dialMail(ctx, m.Host, m.Port)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return mailError("the connection broke", err)
	}
	secure := &tls.Config{ServerName: m.Host, MinVersion: tls.VersionTLS12, RootCAs: c.cfg.Roots}
	if m.TLS {
		secured := tls.Client(conn, secure)
		if err := secured.HandshakeContext(ctx); err != nil {
			return mailError("no secure connection could be made", err)
		}
		conn = secured
	}
	client, err := smtp.NewClient(conn, m.Host)
	if err != nil {
		return mailError("the server did not greet as mail servers do", err)
	}
	return m.talk(client, secure)
}

func (m Mail) talk(client *smtp.Client, secure *tls.Config) error {
	if m.STARTTLS {
		if err := client.StartTLS(secure); err != nil {
			return mailError("the server would not go on with STARTTLS", err)
		}
	}
	if m.User != "" { // smtp.PlainAuth refuses without TLS, but for this very machine
		if err := client.Auth(smtp.PlainAuth("", m.User, m.Password, m.Host)); err != nil {
			return mailError("the server did not let us sign in", err)
		}
	}
	if err := client.Mail(m.From); err != nil {
		return mailError("the server did not take the sender "+m.From, err)
	}
	for _, one := range m.To {
		if err := client.Rcpt(one); err != nil {
			return mailError("the server did not take the recipient "+one, err)
		}
	}
	to, err := client.Data()
	if err == nil {
		_, err = to.Write(m.Text)
	}
	if err == nil {
		err = to.Close()
	}
	if err != nil {
		return mailError("the server did not take the mail", err)
	}
	_ = client.Quit() // the mail is taken, whatever is said now
	return nil
}

// mailError says which part of the talk failed, and what the server said.
func mailError(what string, err error) *Error {
	var said *textproto.Error
	switch {
	case errors.As(err, &said):
		return &Error{Kind: KindProtocol, Message: fmt.Sprintf("%s. It said: %d %s", what, said.Code, strings.Join(strings.Fields(said.Msg), " ")), Cause: err}
	case isTimeout(err):
		return &Error{Kind: KindTimeout, Message: "timed out after the connection was made: " + what, Cause: err}
	}
	return &Error{Kind: KindProtocol, Message: what + ": " + strings.TrimPrefix(err.Error(), "smtp: "), Cause: err}
}

// dialMail connects to a mail server, if it may be reached.
func (c *Client) dialMail(ctx context.Context, name string, port uint16) (net.Conn, error) {
	ex := &exchange{parent: ctx, start: time.Now(), timeout: c.timeout}
	ex.deadline = ex.start.Add(c.timeout)
	ctx, cancel := context.WithDeadline(ctx, ex.deadline)
	defer cancel()
	if refusal := c.guard.admitName(name); refusal != nil {
		return nil, refusal
	}
	ex.enter(phaseResolving)
	found, err := c.dialer.resolve(ctx, name)
	if err != nil {
		return nil, explain(ex, err)
	}
	if !mailPorts[port] && !c.cfg.AnyPort {
		found.admitted = slices.DeleteFunc(found.admitted, func(p place) bool { return !p.inside })
	}
	if len(found.admitted) == 0 {
		return nil, refused("port " + decimal(port) + " is not one of mail: use 25, 465, 587 or 2525")
	}
	ex.enter(phaseConnecting)
	made, err := c.dialer.race(ctx, ex, found, port)
	if err != nil {
		return nil, explain(ex, err)
	}
	return made, nil
}

// CheckMail says whether a form may name this mail server, as [Client.CheckReach]
// does of a URL.
func (c *Client) CheckMail(ctx context.Context, name string) error {
	if refusal := c.guard.admitName(name); refusal != nil {
		return refusal
	}
	return c.leadsOutside(ctx, name)
}
