package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/outbound/cases"
)

// turning is a guard that is another one for each case.
type turning struct{ *outbound.Client }

// TestAddressesThatAreRefused saves every URL that the guard must refuse, in a
// new action and in one that is there: each is refused at the field, and nothing
// is stored.
func TestAddressesThatAreRefused(t *testing.T) {
	all, err := cases.All()
	good(t, err)
	guard := &turning{}
	o := newOffice(t, func(c *ManageConfig) { c.Guard = guard })
	path := "/destinations/" + o.make("/destinations", `{"name":"CRM"}`) + "/actions"
	body := func(url string) string {
		text, err := json.Marshal(map[string]any{"name": "Send", "request": map[string]any{"url": url}})
		good(t, err)
		return string(text)
	}
	guard.Client = strictGuard(t, nobody{})
	kept := path + "/" + o.make(path, body("https://receiver.example/"))
	for _, c := range all {
		guard.Client = strictGuard(t, c.Resolver())
		if c.Verdict == cases.Accept || c.Verdict == cases.Guard {
			made := o.made(call1{method: http.MethodPost, path: path, body: body(c.URL)})
			o.made(call1{method: http.MethodDelete, path: path + "/" + made["id"].(string)})
			continue
		}
		if !utf8.ValidString(c.URL) {
			continue // json.Marshal would mend it; no body can hold it
		}
		for _, call := range []call1{{method: http.MethodPost, path: path, body: body(c.URL)}, {method: http.MethodPatch, path: kept, body: body(c.URL)}} {
			fields := o.refused(call, http.StatusUnprocessableEntity, "invalid")
			if message, _ := fields["request.url"].(string); !strings.HasSuffix(message, ".") {
				t.Errorf("%s %q (%s): %v", call.method, c.URL, c.Why, fields)
			}
		}
	}
	actions := o.made(call1{method: http.MethodGet, path: path})["data"].([]any)
	if len(actions) != 1 || dig(actions[0], "request", "url") != "https://receiver.example/" {
		t.Errorf("stored is %v", actions)
	}
}

// counted counts what is looked up.
type counted struct {
	*outbound.Client
	reached int
}

func (c *counted) CheckReach(ctx context.Context, address string) error {
	c.reached++
	return c.Client.CheckReach(ctx, address)
}

// TestRenderingLooksNothingUp: whoever may only read could else have the machine
// ask for any name.
func TestRenderingLooksNothingUp(t *testing.T) {
	guard := &counted{Client: strictGuard(t, nobody{})}
	o := newOffice(t, func(c *ManageConfig) { c.Guard = guard })
	o.made(call1{method: http.MethodPost, path: "/render", body: `{"template":{"url":"https://receiver.example/"}}`, as: hookline.Viewer})
	o.refused(call1{method: http.MethodPost, path: "/render", body: `{"template":{"url":"http://127.0.0.1/"}}`, as: hookline.Viewer}, http.StatusUnprocessableEntity, "invalid")
	if guard.reached != 0 {
		t.Errorf("%d addresses were looked up", guard.reached)
	}
}

// TestAnswersFromInside are for tokens of administrators alone.
func TestAnswersFromInside(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	attempts, err := o.store.ListAttempts(t.Context(), ids["delivery"])
	good(t, err)
	inside := attempts[0]
	d, err := o.store.CreateDelivery(t.Context(), hookline.Owed{
		Delivery: hookline.Delivery{State: hookline.StateQueued, Origin: hookline.OriginTest, DestinationID: ids["destination"], ActionID: ids["action"], IdempotencyKey: "inside", RequestNumber: 1, CreatedAt: inside.StartedAt, NextAttemptAt: inside.StartedAt, UpdatedAt: inside.StartedAt},
		Request:  hookline.Request{Method: "POST", URL: "http://10.0.0.1/", Headers: []hookline.Header{}},
	})
	good(t, err)
	inside.DeliveryID, inside.Timings.Inside = d.ID, true
	inside.AnswerHeaders, inside.Answer = []hookline.Header{{Name: "X-Inside", Value: "hush-header"}}, []byte("hush-body")
	good(t, o.store.Finish(t.Context(), hookline.Finished{Attempt: inside, Outcome: hookline.Outcome{State: hookline.StateFailed, Reason: "The receiver answered 400."}}))

	for _, role := range hookline.Roles() {
		shown := o.do(call1{method: http.MethodGet, path: "/deliveries/" + d.ID, as: role})
		isAdmin := role == hookline.Admin
		if strings.Contains(shown.body, "hush") != isAdmin || strings.Contains(shown.body, `"answer_hidden":true`) == isAdmin || !strings.Contains(shown.body, `"status":400`) {
			t.Errorf("%s sees %s", role, shown.body)
		}
		outside := o.do(call1{method: http.MethodGet, path: "/deliveries/" + ids["delivery"], as: role})
		if !strings.Contains(outside.body, `"answer_body":"no"`) || !strings.Contains(outside.body, `"answer_hidden":false`) {
			t.Errorf("%s sees of one from outside %s", role, outside.body)
		}
	}
}
