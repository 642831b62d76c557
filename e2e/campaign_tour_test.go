//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"

	"hookline/internal/app"
	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

// tour is a campaign that is there when the story begins: whoever signs up has a lead created in a CRM, whose answer
// sets lead_id, and then a team told of it.
type tour struct {
	*story
	crm *crm
}

// crm is a receiver with a mind of its own: /leads creates a lead, and /v2/leads as well; /team is told of it.
type crm struct {
	*httptest.Server
	mu     sync.Mutex
	broken bool   // /leads refuses
	answer string // to a lead; "": its number
	got    []string
}

func newCRM(t *testing.T) *crm {
	c := &crm{}
	c.Server = httptest.NewServer(c)
	t.Cleanup(c.Close)
	return c
}

func (c *crm) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.got = append(c.got, r.URL.Path+" "+string(body))
	if r.URL.Path == "/team" {
		return
	}
	if c.broken && r.URL.Path == "/leads" {
		http.Error(w, "no such field", http.StatusNotFound)
		return
	}
	answer := c.answer
	if answer == "" {
		answer = fmt.Sprintf(`{"lead_id":"L-%d"}`, len(c.got))
	}
	_, _ = io.WriteString(w, answer)
}

func (c *crm) becomes(broken bool, answer string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken, c.answer = broken, answer
}

// wants waits until the receiver has got a request.
func (c *crm) wants(t *testing.T, request string) {
	t.Helper()
	for began := time.Now(); time.Since(began) < 15*time.Second; time.Sleep(20 * time.Millisecond) {
		c.mu.Lock()
		for _, got := range c.got {
			if got == request {
				c.mu.Unlock()
				return
			}
		}
		c.mu.Unlock()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	t.Errorf("the receiver got %q, want %s", c.got, request)
}

// campaignPlan is a campaign of the tour.
type campaignPlan struct {
	name, trigger string
	auto          bool
	conversion    bool
	sets          []hookline.ResponseAttribute
}

var setsLead = []hookline.ResponseAttribute{{Name: "lead_id", Value: "{{ response.lead_id }}"}}

// newTour furnishes a folder, and opens the house on it.
func newTour(t *testing.T, plans ...campaignPlan) *tour {
	t.Helper()
	c, data := newCRM(t), t.TempDir()
	writeKey := furnishTour(t, data, c.URL, plans)
	url := newHouseOn(t, data, func(cfg *app.Config) { cfg.AllowCIDRs = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")} })
	v := visit(t, url)
	setUp(v)
	return &tour{story: &story{visitor: v, url: url, writeKey: writeKey}, crm: c}
}

func furnishTour(t *testing.T, data, receiver string, plans []campaignPlan) (writeKey string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	store, err := sqlite.Open(ctx, data, func([]hookline.Topic) {})
	must(err)
	source, err := store.CreateSource(ctx, hookline.Source{Name: "Website", Enabled: true})
	must(err)
	for _, plan := range plans {
		c, err := store.CreateCampaign(ctx, hookline.Campaign{
			Name: plan.name, Trigger: hookline.CampaignTrigger{Kind: hookline.TriggerEvent, Condition: plan.trigger},
			Goal: hookline.Goal{Condition: `event = "Bought"`, Within: 24 * time.Hour},
		})
		must(err)
		step := func(name, path, body string, sets []hookline.ResponseAttribute) hookline.WebhookStep {
			a := hookline.Action{Name: name, Enabled: true, Template: hookline.NewTemplate(), Batching: hookline.NewBatching(), Response: hookline.Response{Attributes: sets}}
			a.Template.URL, a.Template.Body = receiver+path, body
			a = a.SavedBy(true, hookline.Action{}) // the receiver is an inside address: an administrator lets its answers set attributes
			d, a, err := store.CreateOwned(ctx, c.ID, name, a)
			must(err)
			return hookline.WebhookStep{DestinationID: d.ID, ActionID: a.ID}
		}
		lead := step("Create a lead", "/leads", `{"who":"{{ customer.id }}","plan":"{{ customer.plan }}"}`, plan.sets)
		lead.Auto, lead.Conversion = plan.auto, plan.conversion
		team := step("Tell the team", "/team", `{"who":"{{ customer.id }}","lead":"{{ customer.lead_id }}"}`, nil)
		team.Auto = true
		c.Steps = []hookline.Step{
			{Kind: hookline.StepWebhook, Name: "Create a lead", Webhook: lead},
			{Kind: hookline.StepWebhook, Name: "Tell the team", Webhook: team},
		}
		c, err = store.UpdateCampaign(ctx, c)
		must(err)
		_, err = store.ChangeCampaign(ctx, c.ID, hookline.CampaignRunning)
		must(err)
	}
	must(store.Close())
	return source.WriteKey
}

// signsUp is somebody who enters.
func (k *tour) signsUp(user, plan string) {
	k.t.Helper()
	call(k.t, k.url, k.writeKey, "identify", fmt.Sprintf(`{"userId":%q,"traits":{"email":"%s@example.com","plan":%q}}`, user, user, plan))
	k.does(user, "Signed Up")
}

func (k *tour) does(user, event string) {
	k.t.Helper()
	call(k.t, k.url, k.writeKey, "track", fmt.Sprintf(`{"userId":%q,"event":%q}`, user, event))
}
