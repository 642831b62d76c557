package journey

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"testing"
	"time"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

// goalMemory is what goals read, and what they recorded.
type goalMemory struct {
	campaigns   []hookline.Campaign
	events      []hookline.Event
	people      map[string]hookline.Person
	fanout      string
	cursor      string
	read        int // how often events were
	conversions []hookline.Conversion
}

func (m *goalMemory) ListCampaigns(context.Context) ([]hookline.Campaign, error) {
	return m.campaigns, nil
}
func (m *goalMemory) FanoutCursor(context.Context) (string, error) { return m.fanout, nil }
func (m *goalMemory) GoalsCursor(context.Context) (string, error)  { return m.cursor, nil }

func (m *goalMemory) EventsAfter(_ context.Context, id string, limit int) ([]hookline.Event, error) {
	m.read++
	var after []hookline.Event
	for _, e := range m.events {
		if hookline.KeyOf(e.ID) > hookline.KeyOf(id) && len(after) < limit {
			after = append(after, e)
		}
	}
	return after, nil
}

func (m *goalMemory) PeopleByIdentity(context.Context, []string) (map[string]hookline.Person, error) {
	return m.people, nil
}

func (m *goalMemory) MembershipsOf(context.Context, []string) (map[string][]string, error) {
	return map[string][]string{"per_ben": {"seg_1"}}, nil
}

// ToConvert has a delivery of the first step for everybody, a minute before.
func (m *goalMemory) ToConvert(_ context.Context, campaignID, personID string, destinationIDs []string, at time.Time, within time.Duration) (hookline.Conversion, bool, error) {
	if within < time.Minute || !slices.Contains(destinationIDs, "dst_1") {
		return hookline.Conversion{}, false, nil
	}
	return hookline.Conversion{CampaignID: campaignID, DeliveryID: "of " + personID, At: at}, true, nil
}

func (m *goalMemory) MoveGoals(_ context.Context, from, to string, conversions []hookline.Conversion) error {
	if from != m.cursor {
		return hookline.Conflict("moved")
	}
	m.cursor, m.conversions = to, append(m.conversions, conversions...)
	return nil
}

// happen adds an event to the log, an hour ago, and lets fanout follow.
func (m *goalMemory) happen(user, name string, properties string) hookline.Event {
	at := time.Now().Add(-time.Hour + time.Duration(len(m.events))*time.Second)
	payload, _ := json.Marshal(map[string]any{"type": "track", "event": name, "userId": user, "properties": json.RawMessage(properties)})
	e := hookline.Event{ID: hookline.KeyID("evt", hookline.KeyAt(at)), Type: hookline.Track, Name: name, UserID: user, Timestamp: at, ReceivedAt: at, Payload: payload}
	m.events, m.fanout = append(m.events, e), e.ID
	return e
}

func newGoals(t *testing.T, change func(*hookline.Campaign)) (*goalMemory, *Goals) {
	t.Helper()
	c := hookline.Campaign{
		ID: "cmp_1", State: hookline.CampaignRunning, Goal: hookline.Goal{Condition: `event = "Bought"`, Within: time.Hour},
		Steps: []hookline.Step{
			{ID: "stp_1", Kind: hookline.StepWebhook, Webhook: hookline.WebhookStep{DestinationID: "dst_1", ActionID: "act_1", Conversion: true}},
			{ID: "stp_2", Kind: hookline.StepWebhook, Webhook: hookline.WebhookStep{DestinationID: "dst_2", ActionID: "act_2"}},
		},
	}
	if change != nil {
		change(&c)
	}
	m := &goalMemory{campaigns: []hookline.Campaign{c}, people: map[string]hookline.Person{
		"user:ana": {ID: "per_ana", UserID: "ana", Attributes: json.RawMessage(`{"plan":"pro"}`)},
		"user:ben": {ID: "per_ben", UserID: "ben", Attributes: json.RawMessage(`{"plan":"free"}`)},
		"user:eve": {ID: "per_eve", UserID: "eve", Suppressed: true},
	}}
	return m, NewGoals(m, slog.New(slog.NewTextHandler(t.Output(), nil)))
}

// goOn lets goals do all that is to be done.
func goOn(t *testing.T, g *Goals) {
	t.Helper()
	for range 3 {
		if _, err := g.step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestGoals(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*hookline.Campaign)
		want   []string // the deliveries that convert
	}{
		{"who meets it converts", nil, []string{"of per_ana", "of per_ben"}},
		{"a stopped campaign still counts", func(c *hookline.Campaign) { c.State = hookline.CampaignStopped }, []string{"of per_ana", "of per_ben"}},
		{"a condition over the event", func(c *hookline.Campaign) { c.Goal.Condition = `event = "Bought" and properties.total > 10` }, []string{"of per_ben"}},
		{"a condition over the person", func(c *hookline.Campaign) { c.Goal.Condition = `event = "Bought" and person.plan = "pro"` }, []string{"of per_ana"}},
		{"a condition over segments", func(c *hookline.Campaign) { c.Goal.Condition = `event = "Bought" and segment("seg_1")` }, []string{"of per_ben"}},
		{"too long ago", func(c *hookline.Campaign) { c.Goal.Within = time.Second }, nil},
		{"no step may count", func(c *hookline.Campaign) { c.Steps[0].Webhook.Conversion = false }, nil},
		{"another step may count", func(c *hookline.Campaign) { c.Steps[0].Webhook.Conversion, c.Steps[1].Webhook.Conversion = false, true }, nil},
		{"a draft has no goal", func(c *hookline.Campaign) { c.State = hookline.CampaignDraft }, nil},
		{"without a goal", func(c *hookline.Campaign) { c.Goal = hookline.Goal{} }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, g := newGoals(t, test.change)
			goOn(t, g)
			m.happen("ana", "Bought", `{"total":10}`)
			m.happen("ana", "Looked", `{"total":99}`)
			m.happen("ben", "Bought", `{"total":10.01}`)
			m.happen("eve", "Bought", `{"total":99}`)
			m.happen("nobody", "Bought", `{"total":99}`)
			goOn(t, g)
			var got []string
			for _, c := range m.conversions {
				got = append(got, c.DeliveryID)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("converted (-want +got):\n%s", diff)
			}
			if asks := m.campaigns[0].Converting() != nil && m.campaigns[0].State != hookline.CampaignDraft; !asks && (m.read > 0 || m.cursor != "") {
				t.Errorf("without a goal events were read %d times, and the place is %q", m.read, m.cursor)
			}
		})
	}
}

// TestAGoalCountsFromWhenItIsSet: what happened before is not held against it, and
// neither is what happened while there was none.
func TestAGoalCountsFromWhenItIsSet(t *testing.T) {
	m, g := newGoals(t, nil)
	m.happen("ana", "Bought", `{}`)
	goOn(t, g)
	m.happen("ben", "Bought", `{}`)
	goOn(t, g)
	m.campaigns[0].State = hookline.CampaignDraft
	g.stale = true
	goOn(t, g)
	if m.cursor != "" {
		t.Errorf("without a goal the place is %q", m.cursor)
	}
	m.happen("ben", "Bought", `{}`)
	goOn(t, g)
	m.campaigns[0].State, g.stale = hookline.CampaignRunning, true
	goOn(t, g)
	last := m.happen("ana", "Bought", `{}`)
	goOn(t, g)
	if len(m.conversions) != 2 || m.conversions[0].DeliveryID != "of per_ben" || m.conversions[1].EventID != last.ID {
		t.Errorf("converted %+v", m.conversions)
	}
}

// TestGoalsWaitForAnswers: an event that a webhook brings about may come before
// the webhook's answer is recorded, and one that fanout has not followed is of
// somebody who is not known yet.
func TestGoalsWaitForAnswers(t *testing.T) {
	now := time.Now()
	at := func(d time.Duration) hookline.Event {
		return hookline.Event{ID: hookline.KeyID("evt", hookline.KeyAt(now.Add(d)))}
	}
	events := []hookline.Event{at(-time.Minute), at(-3 * time.Second), at(-time.Second), at(0)}
	for _, test := range []struct {
		end  string
		want int
	}{{events[3].ID, 2}, {events[1].ID, 2}, {events[0].ID, 1}, {"", 0}} {
		if got := len(settled(events, test.end, now)); got != test.want {
			t.Errorf("of those up to %q %d are looked at, want %d", test.end, got, test.want)
		}
	}
}
