package failure

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

func TestTroubles(t *testing.T) {
	for reason, want := range map[string]hookline.Trouble{
		"The receiver answered 401 Unauthorized, which means that trying again would not help.":                       hookline.TroubleStatus,
		"The receiver answered 503 Service Unavailable. Given up after 11 tries.":                                     hookline.TroubleStatus,
		"The receiver answered 302 Found and pointed to https://certificate.example.com. Redirects are not followed.": hookline.TroubleStatus,
		"The answer was larger than 10 KB.":                                                                          hookline.TroubleTooLarge,
		"Timed out after 4 s: the server accepted the connection but did not answer.":                                hookline.TroubleTimeout,
		"Timed out after 4 s: the name server did not answer.":                                                       hookline.TroubleDNS,
		"Timed out after 4 s: the server did not finish the TLS handshake.":                                          hookline.TroubleTimeout,
		"Name not found: proxy.tls.example.com does not exist or has no address.":                                    hookline.TroubleDNS,
		"DNS failure: the name server could not look up crm.example.com.":                                            hookline.TroubleDNS,
		"DNS timeout: the name server did not answer for crm.example.com.":                                           hookline.TroubleDNS,
		"Certificate has expired on 2026-01-31.":                                                                     hookline.TroubleTLS,
		"Certificate is not for proxy.example.com.":                                                                  hookline.TroubleTLS,
		"The server does not speak TLS on this port: should the URL begin with http://?.":                            hookline.TroubleTLS,
		"The server speaks TLS on this port: the URL must begin with https://.":                                      hookline.TroubleTLS,
		"TLS handshake failed: the server offers only versions before TLS 1.2.":                                      hookline.TroubleTLS,
		"The server asks for a client certificate, and the destination's settings have none (certificate required).": hookline.TroubleTLS,
		"The authorities in the destination's settings cannot be read.":                                              hookline.TroubleTLS,
		"10.0.0.1 is a private address: webhooks may only go to public addresses.":                                   hookline.TroubleRefused,
		"Tls.corp is a name of an internal network: webhooks may only go to public addresses.":                       hookline.TroubleRefused,
		"Port 25 belongs to SMTP: webhooks go to web servers only.":                                                  hookline.TroubleRefused,
		"Connection refused: nothing listens at this address and port.":                                              hookline.TroubleConnect,
		"No way to the server: its network cannot be reached.":                                                       hookline.TroubleConnect,
		"No connection could be made: connection refused: nothing listens at this address and port.":                 hookline.TroubleConnect,
		"Connection reset by the server.":                                                                            hookline.TroubleReset,
		"The server closed the connection without answering.":                                                        hookline.TroubleReset,
		"The server broke off the HTTP/2 connection.":                                                                hookline.TroubleReset,
		"The proxy cannot be reached: connection refused.":                                                           hookline.TroubleProxy,
		"This is no proxy's address: The URL is empty.":                                                              hookline.TroubleProxy,
		"The answer is not valid HTTP: its first line is malformed.":                                                 hookline.TroubleProtocol,
		"The answer's header is larger than 64 KB.":                                                                  hookline.TroubleProtocol,
		"The server switched to another protocol (101), which was not asked for.":                                    hookline.TroubleProtocol,
		"The server answered before it was asked.":                                                                   hookline.TroubleProtocol,
		"The URL is empty.": hookline.TroubleRequest,
		"The header Host is set by the connection itself and cannot be given.":                             hookline.TroubleRequest,
		"The Standard Webhooks secret of this destination cannot be used. Make a new one in its settings.": hookline.TroubleRequest,
		"The body could not be made: line 3, column 9. “a” is no number.":                                  hookline.TroubleTemplate,
		"The address could not be made. This is no address that a request can be sent to.":                 hookline.TroubleTemplate,
		"The body could not be made: line 7, column 1. The body is not valid JSON: a comma is missing.":    hookline.TroubleNotJSON,
		"Hookline itself has too many open connections.":                                                   hookline.TroubleOther,
		"The request could not be sent.":                                                                   hookline.TroubleOther,
		"":                                                                                                 hookline.TroubleOther,
	} {
		if got := troubleOf(firstTry(reason)); got != want {
			t.Errorf("%s: %s, want %s", reason, got, want)
		}
	}
}

func attempt(status int, reason, answer string) hookline.Attempt {
	return hookline.Attempt{Status: status, Reason: reason, Answer: []byte(answer)}
}

func TestMarks(t *testing.T) {
	inside := attempt(401, "The receiver answered 401 Unauthorized.", "secret of the house")
	inside.Timings.Inside = true
	large := attempt(200, "The answer was larger than 10 KB.", "x")
	large.AnswerTooLarge = true
	moved := attempt(302, "The receiver answered 302 Found and pointed to https://one.example.com/7.", "<p>Moved</p>")
	moved.AnswerHeaders = []hookline.Header{{Name: "location", Value: "/sign-in?next=7"}}
	for _, test := range []struct {
		name string
		got  Mark
		want Mark
	}{
		{"a status", OfAttempt(attempt(422, "The receiver answered 422. Given up after 11 tries.", `{"error":"no plan 7"}`)), Mark{hookline.TroubleStatus, 422, "error: no plan …"}},
		{"from inside", OfAttempt(inside), Mark{hookline.TroubleStatus, 401, ""}},
		{"too large", OfAttempt(large), Mark{hookline.TroubleTooLarge, 200, ""}},
		{"a redirect", OfAttempt(moved), Mark{hookline.TroubleStatus, 302, "/sign-in?next=…"}},
		{"the network", OfAttempt(attempt(0, "Timed out after 4 s: the server did not answer. Given up after 11 tries.", "")), Mark{hookline.TroubleTimeout, 0, "Timed out after … s: the server did not answer"}},
		{"broken in the middle", OfAttempt(attempt(200, "The server closed the connection before its answer was complete.", "half")), Mark{hookline.TroubleReset, 0, "The server closed the connection before its answer was complete"}},
		{"a template", OfReason("The body could not be made: line 3, column 9. “Ana 7” is no number."), Mark{hookline.TroubleTemplate, 0, "The body could not be made: line 3, column 9. … is no number"}},
		{"a template without a place", OfReason("The address could not be made. It has 9,000 letters."), Mark{hookline.TroubleTemplate, 0, "The address could not be made. It has … letters"}},
		{"no JSON", OfReason("The body could not be made: line 7, column 3. The body is not valid JSON: a comma is missing."), Mark{hookline.TroubleNotJSON, 0, "The body could not be made: line …, column …. The body is not valid JSON: a comma is missing"}},
	} {
		if test.got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, test.got, test.want)
		}
	}
}

func TestMarksAreBounded(t *testing.T) {
	long := strings.Repeat("word ", 100_000)
	start := time.Now()
	for _, m := range []Mark{
		OfAttempt(attempt(400, "The receiver answered 400.", long)), OfAttempt(attempt(0, long, "")), OfReason(long),
		OfReason("The body could not be made: line 1, column 1" + long + ". x"),
	} {
		if len(m.Answer) > maxNormal || m.Answer == "" {
			t.Errorf("%d bytes: %.80s", len(m.Answer), m.Answer)
		}
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %v", took)
	}
}
