package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

// travellers is how many people walk through two campaigns at once while the
// program is killed. HOOKLINE_JOURNEYS has another number of journeys, such as
// 50000.
func travellers(t *testing.T) int {
	t.Helper()
	text := os.Getenv("HOOKLINE_JOURNEYS")
	if text == "" {
		return 1000
	}
	n, err := strconv.Atoi(text)
	must(t, err)
	return n / 2
}

// crm is a receiver that gives each person's lead an id. It refuses some for good
// at the first step, and takes some at the second try only.
type crm struct {
	mu   sync.Mutex
	seen map[string]int    // by key
	who  map[string]string // what each key was about
}

func (c *crm) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key := r.Header.Get("X-CIO-Idempotency-Key")
	body, _ := io.ReadAll(r.Body)
	var said struct {
		Person int    `json:"person"`
		Step   string `json:"step"`
	}
	if json.Unmarshal(body, &said) != nil {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	c.mu.Lock()
	c.seen[key]++
	n := c.seen[key]
	c.who[key] = fmt.Sprint(said.Person, " ", said.Step)
	c.mu.Unlock()
	switch {
	case refuses(said.Person, said.Step):
		w.WriteHeader(http.StatusNotFound)
	case said.Person%10 == 3 && n == 1:
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_, _ = fmt.Fprintf(w, `{"lead_id":"lead-%d","worth":1}`, said.Person)
}

func refuses(person int, step string) bool { return person%25 == 7 && step == "One create" }

func (c *crm) count() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, times := range c.seen {
		n += times
	}
	return n
}

// seesMore waits until so many more requests came, or none would any more.
func (c *crm) seesMore(t *testing.T, more int) {
	t.Helper()
	for began, want := time.Now(), c.count()+more; c.count() < want && time.Since(began) < 20*time.Second; {
		pause(t, time.Millisecond)
	}
}

// TestJourneysSurviveKills kills the program again and again while people walk
// through two campaigns that change the same attributes of theirs. Nobody is lost,
// no step is done twice, no failed delivery sets anything, and every answer that
// adds to an attribute counts once.
func TestJourneysSurviveKills(t *testing.T) {
	c := &crm{seen: map[string]int{}, who: map[string]string{}}
	server := httptest.NewServer(c)
	defer server.Close()
	data, many := t.TempDir(), travellers(t)
	campaigns := furnishCampaigns(t, data, server.URL+"/", many)

	var log bytes.Buffer
	killed := 0
	for range kills {
		cmd := serving(t, data, &log)
		startReady(t, cmd)
		c.seesMore(t, 1)
		pause(t, 50*time.Millisecond+rand.N(300*time.Millisecond))
		must(t, cmd.Process.Signal(syscall.SIGKILL))
		_ = cmd.Wait() // it was killed
		if n := goingOn(t, data, campaigns); n > 0 {
			killed++
		}
	}
	if killed < 2 {
		t.Errorf("only %d of %d kills were while people walked", killed, kills)
	}
	c.walkToTheEnd(t, data, campaigns, &log)
	c.check(t, data, campaigns, many)
}

// furnishCampaigns makes people, and two campaigns with two webhooks and a wait
// that all of them have entered.
func furnishCampaigns(t *testing.T, data, receiver string, many int) (ids []string) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), data, nil)
	must(t, err)
	defer func() { must(t, store.Close()) }()
	people := make([]hookline.PersonChange, many)
	var made hookline.IDs
	for i := range people {
		p := hookline.Person{ID: made.New("per"), UserID: fmt.Sprint(i), Attributes: json.RawMessage(fmt.Sprintf(`{"n":%d,"worth":0}`, i)), CreatedAt: time.Now(), UpdatedAt: time.Now()}
		people[i] = hookline.PersonChange{Person: p, Identities: []string{hookline.UserIdentity(p.UserID)}}
	}
	must(t, store.RecordFanout(t.Context(), hookline.Fanout{People: people}))
	for _, name := range []string{"One", "Two"} {
		c := furnishCampaign(t, store, name, receiver)
		begins := make([]hookline.JourneyBegin, many)
		for i := range begins {
			begins[i] = hookline.JourneyBegin{CampaignID: c.ID, PersonID: people[i].Person.ID, StepID: c.Steps[0].ID, At: time.Now()}
		}
		_, err := store.BeginJourneys(t.Context(), begins)
		must(t, err)
		ids = append(ids, c.ID)
	}
	return ids
}

func furnishCampaign(t *testing.T, store *sqlite.Store, name, receiver string) hookline.Campaign {
	t.Helper()
	c, err := store.CreateCampaign(t.Context(), hookline.Campaign{Name: name, Trigger: hookline.CampaignTrigger{Kind: hookline.TriggerCall}})
	must(t, err)
	webhook := func(step string) hookline.Step {
		template := hookline.NewTemplate()
		template.URL, template.Body = receiver, `{"person":{{ customer.n }},"step":"`+name+` `+step+`"}`
		d, a, err := store.CreateOwned(t.Context(), c.ID, name+" "+step, hookline.Action{
			Name: step, Enabled: true, Template: template,
			Response: hookline.Response{Inside: true, Attributes: []hookline.ResponseAttribute{
				{Name: "lead_" + name + "_" + step, Value: "{{ response.lead_id }}"}, {Name: "worth", Value: "{{ customer.worth | plus: response.worth }}"},
			}},
		})
		must(t, err)
		return hookline.Step{Kind: hookline.StepWebhook, Name: step, Webhook: hookline.WebhookStep{DestinationID: d.ID, ActionID: a.ID, Auto: true}}
	}
	wait := hookline.Step{Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitSpan, Span: time.Second}}
	c.Steps = []hookline.Step{webhook("create"), wait, webhook("score")}
	c, err = store.UpdateCampaign(t.Context(), c)
	must(t, err)
	c, err = store.ChangeCampaign(t.Context(), c.ID, hookline.CampaignRunning)
	must(t, err)
	return c
}

// goingOn is how many journeys are not over.
func goingOn(t *testing.T, data string, campaigns []string) int {
	t.Helper()
	store, err := sqlite.Open(t.Context(), data, nil)
	must(t, err)
	defer func() { must(t, store.Close()) }()
	return openJourneys(t, store, campaigns)
}

func openJourneys(t *testing.T, store *sqlite.Store, campaigns []string) (open int) {
	t.Helper()
	for _, id := range campaigns {
		counts, err := store.CountJourneys(t.Context(), id)
		must(t, err)
		for state, n := range counts {
			if !state.Over() {
				open += n
			}
		}
	}
	return open
}

// walkToTheEnd lets the program run until everybody has come through. It gives up
// only when nobody has for a minute.
func (c *crm) walkToTheEnd(t *testing.T, data string, campaigns []string, log *bytes.Buffer) {
	t.Helper()
	cmd := serving(t, data, log)
	startReady(t, cmd)
	defer end(t, cmd)
	store, err := sqlite.OpenGuest(t.Context(), data)
	must(t, err)
	defer func() { must(t, store.Close()) }()
	for before, since := -1, time.Now(); time.Since(since) < time.Minute; pause(t, 100*time.Millisecond) {
		open := openJourneys(t, store, campaigns)
		if open == 0 {
			return
		}
		if come := c.count() - open; come != before { // webhooks came, or journeys ended
			before, since = come, time.Now()
		}
	}
	t.Errorf("%d journeys do not come to their end", openJourneys(t, store, campaigns))
}

// check compares what the receiver saw with what is stored.
func (c *crm) check(t *testing.T, data string, campaigns []string, many int) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), data, nil)
	must(t, err)
	defer func() { must(t, store.Close()) }()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range campaigns {
		counts, err := store.CountJourneys(t.Context(), id)
		must(t, err)
		if counts[hookline.JourneyFinished] != many || len(counts) != 1 {
			t.Errorf("the journeys ended as %v, want %d finished", counts, many)
		}
	}
	const steps = 4 // two of each campaign
	abouts := map[string]string{}
	again := 0
	for key, about := range c.who {
		if other, twice := abouts[about]; twice {
			t.Errorf("the step %q was done with the keys %s and %s", about, key, other)
		}
		abouts[about] = key
		again += c.seen[key]
	}
	if len(abouts) != steps*many {
		t.Errorf("the receiver saw %d steps, want %d", len(abouts), steps*many)
	}
	for i := range many {
		p, err := store.PersonByIdentity(t.Context(), hookline.UserIdentity(fmt.Sprint(i)))
		must(t, err)
		checkTraveller(t, i, p)
	}
	t.Logf("%d journeys across %d kills; %d requests for %d steps", len(campaigns)*many, kills, again, len(abouts))
}

// checkTraveller checks what answers have made of one person: nothing of those
// that were refused, and each other counted once.
func checkTraveller(t *testing.T, i int, p hookline.Person) {
	t.Helper()
	worth := 0
	attributes, err := hookline.ParseAttributes(p.Attributes)
	must(t, err)
	for _, step := range []string{"One create", "One score", "Two create", "Two score"} {
		name := "lead_" + step[:3] + "_" + step[4:]
		set := attributes.Text(name) == fmt.Sprintf("lead-%d", i)
		if set == refuses(i, step) || attributes.Has(name) != set {
			t.Errorf("person %d: after %q, %s is %q", i, step, name, attributes.Text(name))
		}
		if set {
			worth++
		}
	}
	var said struct{ Worth int }
	must(t, json.Unmarshal(p.Attributes, &said))
	if said.Worth != worth {
		t.Errorf("person %d is worth %d after %d answers that each add one", i, said.Worth, worth)
	}
}
