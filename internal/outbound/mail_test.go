package outbound_test

import (
	"context"
	"net"
	"testing"

	"hookline/internal/outbound"
)

func TestMailServersAreJudgedLikeReceivers(t *testing.T) {
	client := newClient(t, func(c *outbound.Config) {
		c.Allow = nil
		c.Resolver = &names{answers: map[string][]answer{"smtp.example": {{addrs: []string{"10.0.0.1"}}}, "mail.example": {{addrs: []string{"93.184.216.34"}}}}}
	})
	for name, says := range map[string]string{
		"smtp.example": "smtp.example leads to 10.0.0.1", "localhost": "localhost is this machine", "mail": "mail is a name of an internal network", "127.0.0.1": "leads to 127.0.0.1",
	} {
		err := client.SendMail(t.Context(), outbound.Mail{Host: name, Port: 25})
		wantError(t, err, outbound.KindRefused, says)
		wantError(t, client.CheckMail(t.Context(), name), outbound.KindRefused, says)
	}
	err := client.SendMail(t.Context(), outbound.Mail{Host: "mail.example", Port: 6379})
	wantError(t, err, outbound.KindRefused, "port 6379 is not one of mail")
}

// TestAMailServerOnAnOpenNetwork may be on any port; this one says nothing, and is not waited for forever.
func TestAMailServerOnAnOpenNetwork(t *testing.T) {
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client := newClient(t, nil)
	mail := outbound.Mail{Host: "127.0.0.1", Port: uint16(listener.Addr().(*net.TCPAddr).Port)}
	ctx, cancel := context.WithTimeout(t.Context(), short)
	defer cancel()
	wantError(t, client.SendMail(ctx, mail), outbound.KindTimeout, "timed out after the connection was made: the server did not greet")
	if err := listener.Close(); err != nil {
		t.Error(err)
	}
	wantError(t, client.SendMail(t.Context(), mail), outbound.KindConnect, "connection refused")
}
