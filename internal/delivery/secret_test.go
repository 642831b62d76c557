package delivery

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/secret"
	"hookline/internal/signing"
)

// lastSent answers each request the same, and keeps the last one.
type lastSent struct {
	answer outbound.Response
	err    error
	got    outbound.Request
}

func (l *lastSent) Send(_ context.Context, r outbound.Request) (outbound.Response, error) {
	l.got = r
	return l.answer, l.err
}

const hush = "hush-hush-12345"

// withSecret makes e know one secret, for the host, and gives what refers to it in a body.
func withSecret(t *testing.T, e *Engine, host string) (map[string]hookline.KeptSecret, string) {
	t.Helper()
	keys, err := secret.NewKeys(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	key, err := keys.MakeKey()
	if err != nil {
		t.Fatal(err)
	}
	one := hookline.KeptSecret{Name: "crm", Hosts: []string{host}}
	one.Sealed = key.Seal(one, hush)
	references := secret.NewReferences("mark")
	e.cfg.Secrets = &secret.Keeper{References: references, Key: keys.Key}
	return map[string]hookline.KeptSecret{"crm": one}, references.Of("crm", secret.InJSON)
}

func TestASecretIsSentAndNotKept(t *testing.T) {
	sent := &lastSent{answer: outbound.Response{Status: 200, Body: []byte(`{"you sent":"` + hush + `"}`), Header: http.Header{"X-Echo": {hush}}}}
	e := New(nil, sent, Config{}, slog.New(slog.DiscardHandler))
	secrets, refers := withSecret(t, e, "api.example.com")
	routing := &hookline.Routing{
		Destinations: map[string]hookline.Destination{"dst_1": {ID: "dst_1"}}, SigningKeys: []hookline.SigningKey{{Key: "k"}}, Secrets: secrets,
	}
	o := hookline.Owed{Delivery: hookline.Delivery{ID: "dlv_1", DestinationID: "dst_1"}, Request: hookline.Request{
		Method: "POST", URL: "https://api.example.com/", Headers: []hookline.Header{{Name: "X-Key", Value: refers}}, Body: []byte(`"` + refers + `"`),
	}}
	f, _ := e.try(t.Context(), o, routing)
	if body := string(sent.got.Body); body != `"`+hush+`"` || f.Outcome.State != hookline.StateDelivered {
		t.Errorf("sent is %s: %+v", body, f.Outcome)
	}
	if string(o.Request.Body) != `"`+refers+`"` || o.Request.Headers[0].Value != refers {
		t.Errorf("what is kept holds the value: %+v", o.Request)
	}
	signed := ""
	for _, h := range f.Attempt.Sent {
		if h.Name == signing.HeaderWorkspace {
			signed = h.Value
		}
	}
	if want := signing.Workspace("k", f.Attempt.StartedAt, []byte(`"`+hush+`"`)); signed != want {
		t.Errorf("the signature %s is not of what was sent, %s", signed, want)
	}
	if kept := string(f.Attempt.Answer) + f.Attempt.AnswerHeaders[0].Value; strings.Contains(kept, "hush") || !strings.Contains(kept, hookline.Blot) {
		t.Errorf("of the answer is kept %s", kept)
	}
}

func TestASecretGoesNowhereElse(t *testing.T) {
	sent := &lastSent{}
	e := New(nil, sent, Config{}, slog.New(slog.DiscardHandler))
	secrets, refers := withSecret(t, e, "api.example.com")
	routing := &hookline.Routing{Destinations: map[string]hookline.Destination{"dst_1": {ID: "dst_1"}}, Secrets: secrets}
	o := hookline.Owed{Delivery: hookline.Delivery{ID: "dlv_1", DestinationID: "dst_1"}, Request: hookline.Request{Method: "POST", URL: "https://evil.example/", Body: []byte(refers)}}
	f, _ := e.try(t.Context(), o, routing)
	if sent.got.URL != "" || f.Outcome.State != hookline.StateFailed || !strings.Contains(f.Outcome.Reason, "may only be sent to api.example.com") {
		t.Errorf("sent to %q: %+v", sent.got.URL, f.Outcome)
	}
	// Another key is no fault of the request: it is tried again.
	e.cfg.Secrets.Key = func() (*secret.Key, error) { return nil, nil }
	o.Request.URL = "https://api.example.com/"
	f, _ = e.try(t.Context(), o, routing)
	if sent.got.URL != "" || f.Outcome.State != hookline.StateRetrying || !strings.Contains(f.Outcome.Reason, "another key") {
		t.Errorf("sent to %q: %+v", sent.got.URL, f.Outcome)
	}
}

func TestTroubleTellsNoSecret(t *testing.T) {
	sent := &lastSent{err: &outbound.Error{Kind: outbound.KindConnect, Message: "no way to " + hush, Cause: errors.New(hush)}}
	e := New(nil, sent, Config{}, slog.New(slog.DiscardHandler))
	secrets, refers := withSecret(t, e, "api.example.com")
	routing := &hookline.Routing{Destinations: map[string]hookline.Destination{"dst_1": {ID: "dst_1"}}, Secrets: secrets}
	o := hookline.Owed{Delivery: hookline.Delivery{ID: "dlv_1", DestinationID: "dst_1"}, Request: hookline.Request{Method: "POST", URL: "https://api.example.com/" + refers}}
	f, _ := e.try(t.Context(), o, routing)
	if strings.Contains(f.Outcome.Reason, "hush") || f.Outcome.State != hookline.StateRetrying {
		t.Errorf("it is told: %+v", f.Outcome)
	}
}
