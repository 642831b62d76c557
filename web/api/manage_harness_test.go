package api

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"hookline/internal/access"
	"hookline/internal/compose"
	"hookline/internal/delivery"
	"hookline/internal/health"
	"hookline/internal/hookline"
	"hookline/internal/journey"
	"hookline/internal/outbound"
	"hookline/internal/secret"
	"hookline/internal/shortcut"
	"hookline/internal/sqlite"
	"hookline/internal/sqlite/home"
)

// office is the management API over a database of its own, with a token of
// each scope. Every answer is checked against the OpenAPI document.
type office struct {
	t        *testing.T
	store    *sqlite.Store
	desk     *access.Desk
	handler  http.Handler
	log      *logText
	tokens   map[hookline.Role]string
	document map[string]any
	answered map[string]bool // operations of the document that succeeded, by id
}

func newOffice(t *testing.T, change ...func(*ManageConfig)) *office {
	t.Helper()
	store, err := sqlite.Open(t.Context(), home.New(t), nil)
	good(t, err)
	t.Cleanup(func() { good(t, store.Close()) })
	composer := compose.New()
	o := &office{
		t: t, store: store, desk: access.New(access.Config{Store: store}), log: &logText{},
		tokens: map[hookline.Role]string{}, answered: map[string]bool{},
	}
	keys, err := secret.NewKeys(t.TempDir(), "")
	good(t, err)
	c := ManageConfig{
		Store: store, Desk: o.desk, Composer: composer, Resender: delivery.NewResender(store, composer), Canceller: canceller{store}, Presser: shortcut.New(store, composer),
		Caller: journey.New(store, composer, slog.New(slog.DiscardHandler)),
		Guard:  strictGuard(t, nobody{}),
		Health: health.New(store, slog.New(slog.DiscardHandler)),
		Watch:  &watch{}, Keys: keys, PublicURL: "https://hooks.example.com/",
		Logger: slog.New(slog.NewTextHandler(o.log, nil)),
	}
	for _, apply := range change {
		apply(&c)
	}
	o.handler = NewManagement(c)
	for _, role := range hookline.Roles() {
		o.tokens[role], err = o.desk.CreateToken(t.Context(), "Script of "+string(role), role, "ana@example.com")
		good(t, err)
	}
	a := o.send(call1{method: "GET", path: "/openapi.json"})
	good(t, json.Unmarshal([]byte(a.body), &o.document))
	return o
}

// strictGuard judges addresses as the house does when nothing is opened.
func strictGuard(t *testing.T, names outbound.Resolver) *outbound.Client {
	t.Helper()
	client, err := outbound.New(outbound.Config{Resolver: names})
	good(t, err)
	t.Cleanup(client.Close)
	return client
}

// nobody is a name server that knows no name.
type nobody struct{}

func (nobody) LookupNetIP(_ context.Context, _, name string) ([]netip.Addr, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func good(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// call1 is one call to make; the path is without the root.
type call1 struct {
	method, path, body string
	as                 hookline.Role // whose token; "" for none
	header             map[string]string
}

// send makes a call and gives what came back, unchecked.
func (o *office) send(c call1) answer {
	o.t.Helper()
	r := httptest.NewRequestWithContext(o.t.Context(), c.method, "http://h"+manageRoot+c.path, strings.NewReader(c.body))
	if c.as != "" {
		r.Header.Set("Authorization", "Bearer "+o.tokens[c.as])
	}
	for name, value := range c.header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	o.handler.ServeHTTP(w, r)
	return answer{status: w.Code, header: w.Header(), body: w.Body.String()}
}

// do makes a call as an administrator unless it says otherwise, and checks the
// answer against the document.
func (o *office) do(c call1) answer {
	o.t.Helper()
	if c.as == "" {
		c.as = hookline.Admin
	}
	a := o.send(c)
	o.fits(c, a)
	return a
}

// fits fails when the document says otherwise than an answer.
func (o *office) fits(c call1, a answer) {
	o.t.Helper()
	op := o.operation(c.method, c.path)
	response, ok := dig(op, "responses", strconv.Itoa(a.status)).(map[string]any)
	if !ok {
		o.t.Errorf("%s %s was answered %d %s, which the document does not know", c.method, c.path, a.status, a.body)
		return
	}
	if a.status < 300 {
		o.answered[op["operationId"].(string)] = true
	}
	if _, refused := response["$ref"]; refused {
		response = dig(o.document, "components", "responses", "refusal").(map[string]any)
	}
	content, hasBody := dig(response, "content", "application/json", "schema").(map[string]any)
	if !hasBody {
		if a.body != "" {
			o.t.Errorf("%s %s was answered with a body, %s, and the document has none", c.method, c.path, a.body)
		}
		return
	}
	value, err := parsed(a.body)
	good(o.t, err)
	for _, wrong := range (validator{dig(o.document, "components", "schemas").(map[string]any)}).check(content, value, "answer") {
		o.t.Errorf("%s %s (%d): %s", c.method, c.path, a.status, wrong)
	}
	if got := a.header.Get("Content-Type"); got != "application/json" {
		o.t.Errorf("%s %s is %s", c.method, c.path, got)
	}
}

// operation finds what the document says of a call.
func (o *office) operation(method, path string) map[string]any {
	o.t.Helper()
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	if op, ok := dig(o.document, "paths", path, strings.ToLower(method)).(map[string]any); ok {
		return op // before those that have an id in this place
	}
	for pattern, operations := range dig(o.document, "paths").(map[string]any) {
		if op, ok := operations.(map[string]any)[strings.ToLower(method)]; ok && sameShape(strings.Split(pattern, "/"), parts) {
			return op.(map[string]any)
		}
	}
	o.t.Fatalf("the document has no %s %s", method, path)
	return nil
}

func sameShape(pattern, parts []string) bool {
	if len(pattern) != len(parts) {
		return false
	}
	for i := range parts {
		if pattern[i] != parts[i] && !strings.HasPrefix(pattern[i], "{") {
			return false
		}
	}
	return true
}

func dig(in any, names ...string) any {
	for _, name := range names {
		object, _ := in.(map[string]any)
		in = object[name]
	}
	return in
}

// made makes a call that has to succeed and gives the answer as an object.
func (o *office) made(c call1) map[string]any {
	o.t.Helper()
	a := o.do(c)
	if a.status >= 300 {
		o.t.Fatalf("%s %s was answered %d %s", c.method, c.path, a.status, a.body)
	}
	if a.body == "" {
		return nil
	}
	value, err := parsed(a.body)
	good(o.t, err)
	return value.(map[string]any)
}

// refused makes a call that has to be refused and gives its fields.
func (o *office) refused(c call1, status int, kind string) map[string]any {
	o.t.Helper()
	a := o.do(c)
	value, err := parsed(a.body)
	good(o.t, err)
	if got := dig(value, "error", "kind"); a.status != status || got != kind {
		o.t.Errorf("%s %s %s was answered %d %s, want %d %s", c.method, c.path, c.body, a.status, a.body, status, kind)
	}
	fields, _ := dig(value, "error", "fields").(map[string]any)
	return fields
}

// id of what a POST makes.
func (o *office) make(path, body string) string {
	o.t.Helper()
	return o.made(call1{method: "POST", path: path, body: body})["id"].(string)
}

const actionBody = `{"name":"Send","trigger":"event=\"Signed Up\"","request":{"url":"https://user:pass@example.com/{{ event.userId }}?token=t0psecret","headers":[{"name":"Authorization","value":"Bearer abcdefghijklmnop"}],"body":"{\"a\":{{ event.event | json }}}"}}`

// furnish makes one of each: the ids by the names they have in paths.
func (o *office) furnish() map[string]string {
	o.t.Helper()
	ids := map[string]string{"source": o.make("/sources", `{"name":"Website"}`)}
	ids["destination"] = o.make("/destinations", `{"name":"CRM","source_ids":["`+ids["source"]+`"],"shared_secret":"shared-secret-1234","standard_secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]}`)
	ids["action"] = o.make("/destinations/"+ids["destination"]+"/actions", actionBody)
	o.made(call1{method: "PUT", path: "/people/u1", body: `{"attributes":{"email":"ana@example.com"}}`})
	ids["segment"] = o.make("/segments", `{"name":"Friends","manual":true}`)
	o.made(call1{method: "PUT", path: "/people/gone", body: `{"attributes":{}}`})
	ids["deletion"] = o.made(call1{method: "DELETE", path: "/people/gone?suppress=true"})["id"].(string)
	ids["delivery"] = o.delivery(ids)
	ids["resend"] = o.make("/deliveries/resend", `{"filter":{"state":"failed"},"mode":"original"}`)
	ids["reporting"] = o.make("/reporting-webhooks", reportingBody)
	ids["channel"] = o.make("/alert-channels", channelBody)
	ids["mail"] = o.make("/alert-channels", mailBody)
	ids["share"] = o.make("/deliveries/"+ids["delivery"]+"/share", `{"hours":24}`)
	ids["shortcut"] = o.make("/shortcuts", shortcutBody)
	ids["press"] = "prs_gone" // a press would be one delivery more
	ids["campaign"] = o.make("/campaigns", campaignBody)
	o.made(call1{method: "POST", path: "/campaigns/" + ids["campaign"] + "/start"})
	o.made(call1{method: "POST", path: "/campaigns/" + ids["campaign"] + "/call", body: `{"person_ids":["u1"],"data":{"order":17}}`})
	journeys := o.made(call1{method: "GET", path: "/campaigns/" + ids["campaign"] + "/journeys"})["data"].([]any)
	ids["journey"] = journeys[0].(map[string]any)["id"].(string)
	return ids
}

// delivery records one that was attempted and failed.
func (o *office) delivery(ids map[string]string) string {
	o.t.Helper()
	now := time.Now().UTC()
	d, err := o.store.CreateDelivery(o.t.Context(), hookline.Owed{
		Delivery: hookline.Delivery{
			State: hookline.StateQueued, Origin: hookline.OriginTest, DestinationID: ids["destination"], ActionID: ids["action"],
			IdempotencyKey: "key", RequestNumber: 1, CreatedAt: now, NextAttemptAt: now, UpdatedAt: now,
		},
		Request: hookline.Request{Method: "POST", URL: "https://example.com/?token=t0psecret", Headers: []hookline.Header{{Name: "Authorization", Value: "Basic dXNlcjpwYXNzd29yZA=="}}, Body: []byte("{\"bad\":\"\xff\"}")},
	})
	good(o.t, err)
	good(o.t, o.store.Finish(o.t.Context(), hookline.Finished{
		Attempt: hookline.Attempt{
			DeliveryID: d.ID, Number: 1, RequestNumber: 1, StartedAt: now, Duration: 1500 * time.Millisecond, Status: 400,
			Sent:          []hookline.Header{{Name: "X-CIO-Signature", Value: strings.Repeat("0123456789abcdef", 4)}},
			AnswerHeaders: []hookline.Header{{Name: "Set-Cookie", Value: "session=abcdefghijklmnop"}}, Answer: []byte("no"),
			Outcome: hookline.StateFailed, Reason: "The receiver answered 400.",
		},
		Outcome: hookline.Outcome{State: hookline.StateFailed, Reason: "The receiver answered 400."},
	}))
	return d.ID
}

func (o *office) paths(ids map[string]string, pattern string) string {
	o.t.Helper()
	noun := map[string]string{"sources": "source", "destinations": "destination", "segments": "segment", "deliveries": "delivery", "resends": "resend", "deletions": "deletion", "failures": "failure", "reporting-webhooks": "reporting", "alert-channels": "channel", "shared-links": "share", "shortcuts": "shortcut", "campaigns": "campaign"}
	subject := strings.Split(pattern, "/")[1]
	id, ok := ids[noun[subject]]
	if !ok {
		id = "u1"
	}
	return strings.NewReplacer("{id}", id, "{action_id}", ids["action"], "{press_id}", ids["press"], "{person_id}", "u1", "{journey_id}", ids["journey"]).Replace(pattern)
}

func quote(text string) string { return fmt.Sprintf("%q", text) }

// canceller has nothing in hand: the store alone decides.
type canceller struct{ store *sqlite.Store }

func (c canceller) Cancel(ctx context.Context, d hookline.Delivery, by string) error {
	return c.store.CancelDelivery(ctx, d.ID, by)
}
