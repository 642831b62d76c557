package alert

import (
	"bufio"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

// postOffice is a mail server that takes one mail, and says refuse to the command of that name.
type postOffice struct {
	refuse string
	said   chan string // commands, then the mail
}

func (h *house) postOffice(refuse string) *postOffice {
	h.t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(h.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		h.t.Fatal(err)
	}
	h.mail = listener
	p := &postOffice{refuse: refuse, said: make(chan string, 100)}
	h.t.Cleanup(func() { _ = listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		p.serve(conn)
	}()
	return p
}

func (p *postOffice) serve(conn net.Conn) {
	defer close(p.said)
	from := textproto.NewReader(bufio.NewReader(conn))
	say := func(text string) { _, _ = fmt.Fprintf(conn, "%s\r\n", text) }
	say("220 mail.example.com ready")
	for {
		line, err := from.ReadLine()
		if err != nil {
			return
		}
		p.said <- line
		command, _, _ := strings.Cut(line, " ")
		switch {
		case p.refuse != "" && command == p.refuse:
			say("550 5.7.1 not <b>here</b>")
		case command == "EHLO":
			say("250-mail.example.com\r\n250 8BITMIME")
		case command == "DATA":
			say("354 go on")
			text, _ := from.ReadDotBytes()
			p.said <- string(text)
			say("250 taken")
		case command == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (p *postOffice) all() string {
	var lines []string
	for line := range p.said {
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func mailChannel() hookline.AlertChannel {
	return hookline.AlertChannel{Kind: hookline.ChannelEmail, Mail: hookline.MailServer{
		Host: "mail.example.com", Port: 25, Security: hookline.MailPlain, From: "hookline@example.com", To: []string{"ana@example.com", "bob@example.com"},
	}}
}

func TestMail(t *testing.T) {
	h := newHouse(t)
	p := h.postOffice("")
	h.channel(mailChannel())
	h.d.Name = "Café\r\nBcc: eve@example.com"
	if _, err := h.store.UpdateDestination(t.Context(), h.d); err != nil {
		t.Fatal(err)
	}
	h.sums[h.d.ID] = hookline.Sample{Failed: 30}
	h.look(h.watch())
	said := p.all()
	for _, want := range []string{"MAIL FROM:<hookline@example.com>", "RCPT TO:<ana@example.com>", "RCPT TO:<bob@example.com>", "DATA"} {
		if !strings.Contains(said, want) {
			t.Errorf("%s was not said:\n%s", want, said)
		}
	}
	_, text, _ := strings.Cut(said, "DATA\n")
	got, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
	if err != nil || subject != "[Hookline] Café Bcc: eve@example.com is failing" || got.Header.Get("Bcc") != "" {
		t.Errorf("the subject is %q, headers %v, %v", subject, got.Header, err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(got.Body))
	if err != nil || !strings.Contains(string(body), "30 of 30 tries failed") || !strings.Contains(string(body), "https://hooks.example.com/destinations/"+h.d.ID) {
		t.Errorf("the mail says %q, %v", body, err)
	}
	if tellings, err := h.store.ListTellings(t.Context(), ""); err != nil || tellings[h.alerts()[0].ID][0].State != hookline.TellingTold {
		t.Errorf("it stands at %+v, %v", tellings, err)
	}
}

func TestMailThatIsRefusedSaysWhy(t *testing.T) {
	for refuse, want := range map[string]string{
		"MAIL": "The server did not take the sender hookline@example.com. It said: 550 5.7.1 not <b>here</b>",
		"RCPT": "The server did not take the recipient ana@example.com. It said: 550",
		"DATA": "The server did not take the mail. It said: 550",
	} {
		h := newHouse(t)
		h.postOffice(refuse)
		if got := h.watch().Test(t.Context(), mailChannel()); !strings.HasPrefix(got.Failure, want) {
			t.Errorf("%s refused: %q", refuse, got.Failure)
		}
	}
	h := newHouse(t)
	if got := h.watch().Test(t.Context(), mailChannel()); !strings.HasPrefix(got.Failure, "Mail.example.com leads to 127.0.0.1") {
		t.Errorf("a server that may not be reached: %q", got.Failure)
	}
	h.postOffice("")
	c := mailChannel()
	c.Mail.Security = hookline.MailSTARTTLS
	if got := h.watch().Test(t.Context(), c); !strings.HasPrefix(got.Failure, "The server would not go on with STARTTLS") {
		t.Errorf("no STARTTLS: %q", got.Failure)
	}
	c.Mail.User, c.Mail.Sealed = "hookline", []byte("sealed elsewhere")
	if got := h.watch().Test(t.Context(), c); !strings.Contains(got.Failure, "could not be opened") {
		t.Errorf("another key: %q", got.Failure)
	}
}
