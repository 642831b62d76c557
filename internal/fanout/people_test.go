package fanout

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline/internal/data"
	"hookline/internal/hookline"
)

// world is the store's side of people: what a stretch read, and what it
// recorded, stretch by stretch.
type world struct {
	t      *testing.T
	ids    hookline.IDs
	people map[string]hookline.Person
	names  map[string]string
}

func newWorld(t *testing.T) *world {
	return &world{t: t, people: map[string]hookline.Person{}, names: map[string]string{}}
}

// stretch plays events, each as "type name {payload}", as one stretch.
func (w *world) stretch(calls ...string) {
	w.t.Helper()
	var events []call
	known := map[string]hookline.Person{}
	for i, text := range calls {
		c := newCall(parseCall(w.t, text, i))
		c.identities(func(name string) {
			if id, ok := w.names[name]; ok {
				known[name] = w.people[id]
			}
		})
		events = append(events, c)
	}
	p := newPeople(&w.ids, known)
	for i := range events {
		p.remove(events[i].event, p.apply(&events[i]))
	}
	w.record(p.changes())
}

func parseCall(t *testing.T, text string, i int) *hookline.Event {
	t.Helper()
	kind, payload, _ := strings.Cut(text, " ")
	var c struct {
		UserID      string `json:"userId"`
		AnonymousID string `json:"anonymousId"`
		Event       string `json:"event"`
		Traits      any    `json:"traits"`
	}
	if err := json.Unmarshal([]byte(payload), &c); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	email := ""
	if traits, ok := c.Traits.(map[string]any); ok && c.UserID == "" && c.AnonymousID == "" {
		email, _ = traits["email"].(string)
	}
	return &hookline.Event{
		Email: email, ID: fmt.Sprintf("evt_%d", i), Type: hookline.EventType(kind), UserID: c.UserID, AnonymousID: c.AnonymousID, Name: c.Event,
		Payload: json.RawMessage(payload), ReceivedAt: time.Unix(int64(i), 0),
	}
}

// record does what the store does with the changes.
func (w *world) record(changes []hookline.PersonChange) {
	w.t.Helper()
	for _, c := range changes {
		for _, id := range c.Merged {
			if _, ok := w.people[id]; !ok {
				w.t.Errorf("person %s merged, but is not stored", id)
			}
			delete(w.people, id)
			for name, owner := range w.names {
				if owner == id {
					w.names[name] = c.Person.ID
				}
			}
		}
		if c.Deleted {
			delete(w.people, c.Person.ID)
			for name, owner := range w.names {
				if owner == c.Person.ID {
					delete(w.names, name)
				}
			}
			continue
		}
		c.Person.Version++
		w.people[c.Person.ID] = c.Person
		for _, name := range c.Identities {
			w.names[name] = c.Person.ID
		}
	}
}

// String lists everybody: names, attributes.
func (w *world) String() string {
	byID := map[string][]string{}
	for name, id := range w.names {
		byID[id] = append(byID[id], name)
	}
	var lines []string
	for id, p := range w.people {
		slices.Sort(byID[id])
		line := strings.Join(byID[id], " ") + " " + string(p.Attributes)
		if p.Suppressed {
			line += " suppressed"
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func TestPeople(t *testing.T) {
	for name, test := range map[string]struct {
		calls []string
		want  string
	}{
		"identify makes a person": {
			[]string{`identify {"userId":"u1","traits":{"plan":"pro","n":12345678901234567890}}`},
			`user:u1 {"plan":"pro","n":12345678901234567890}`,
		},
		"a later identify adds and replaces": {
			[]string{`identify {"userId":"u1","traits":{"plan":"free","age":3}}`, `identify {"userId":"u1","traits":{"plan":"pro","vip":null}}`},
			`user:u1 {"plan":"pro","age":3,"vip":null}`,
		},
		"track with an id makes a person": {
			[]string{`track {"userId":"u1","event":"Signed Up","properties":{"plan":"x"}}`},
			`user:u1 {}`,
		},
		"track by somebody anonymous makes nobody": {
			[]string{`track {"anonymousId":"a1","event":"Looked"}`, `page {"anonymousId":"a1"}`},
			``,
		},
		"identify of somebody anonymous makes a person": {
			[]string{`identify {"anonymousId":"a1","traits":{"plan":"x"}}`},
			`anon:a1 {"plan":"x"}`,
		},
		"who was anonymous becomes the user, whose own attributes win": {
			[]string{
				`identify {"anonymousId":"a1","traits":{"plan":"trial","seen":1}}`,
				`identify {"userId":"u1","anonymousId":"a1","traits":{"plan":"pro"}}`,
			},
			`anon:a1 user:u1 {"plan":"pro","seen":1}`,
		},
		"an anonymous id keeps its first user": {
			[]string{`identify {"userId":"u1","anonymousId":"a1"}`, `identify {"userId":"u2","anonymousId":"a1"}`},
			"anon:a1 user:u1 {}\nuser:u2 {}",
		},
		"identify by e-mail": {
			[]string{`identify {"traits":{"email":"Ana@Example.com","plan":"x"}}`, `identify {"traits":{"email":"ana@example.com","plan":"y"}}`},
			`email:ana@example.com {"email":"ana@example.com","plan":"y"}`,
		},
		"who was known by e-mail alone gets an id": {
			[]string{`identify {"traits":{"email":"ana@example.com","lead":true}}`, `identify {"userId":"u1","traits":{"email":"ana@example.com"}}`},
			`email:ana@example.com user:u1 {"email":"ana@example.com","lead":true}`,
		},
		"an e-mail keeps its first user": {
			[]string{`identify {"userId":"u1","traits":{"email":"x@example.com"}}`, `identify {"userId":"u2","traits":{"email":"x@example.com"}}`},
			"email:x@example.com user:u1 {\"email\":\"x@example.com\"}\nuser:u2 {\"email\":\"x@example.com\"}",
		},
		"alias of somebody anonymous": {
			[]string{`identify {"anonymousId":"a1","traits":{"seen":1}}`, `alias {"previousId":"a1","userId":"u1"}`},
			`anon:a1 user:u1 {"seen":1}`,
		},
		"alias of an anonymous id nobody knows yet": {
			[]string{`alias {"previousId":"a1","userId":"u1"}`, `identify {"anonymousId":"a1","traits":{"seen":2}}`},
			`anon:a1 user:u1 {"seen":2}`,
		},
		"alias of a user id": {
			[]string{
				`identify {"userId":"old","traits":{"plan":"free","since":1}}`, `identify {"userId":"new","traits":{"plan":"pro"}}`,
				`alias {"previousId":"old","userId":"new"}`, `identify {"userId":"old","traits":{"last":true}}`,
			},
			`user:new user:old {"plan":"pro","since":1,"last":true}`,
		},
		"alias to oneself": {
			[]string{`identify {"userId":"u1","traits":{"a":1}}`, `alias {"previousId":"u1","userId":"u1"}`},
			`user:u1 {"a":1}`,
		},
		"User Deleted": {
			[]string{`identify {"userId":"u1","anonymousId":"a1","traits":{"email":"x@example.com"}}`, `track {"userId":"u1","event":"User Deleted"}`},
			``,
		},
		"User Deleted of a stranger": {[]string{`track {"userId":"u1","event":"User Deleted"}`}, ``},
		"deleted and back": {
			[]string{`identify {"userId":"u1","traits":{"a":1}}`, `track {"userId":"u1","event":"User Deleted"}`, `identify {"userId":"u1","traits":{"b":2}}`},
			`user:u1 {"b":2}`,
		},
		"User Suppressed keeps nothing and takes nothing": {
			[]string{`identify {"userId":"u1","traits":{"a":1}}`, `track {"userId":"u1","event":"User Suppressed"}`, `identify {"userId":"u1","traits":{"a":2}}`},
			`user:u1 {} suppressed`,
		},
		"User Unsuppressed": {
			[]string{`track {"userId":"u1","event":"User Suppressed"}`, `track {"userId":"u1","event":"User Unsuppressed"}`, `identify {"userId":"u1","traits":{"a":2}}`},
			`user:u1 {"a":2}`,
		},
		"traits that are no object": {
			[]string{`identify {"userId":"u1","traits":[1]}`, `identify {"userId":"u2","traits":"x"}`},
			"user:u1 {}\nuser:u2 {}",
		},
	} {
		t.Run(name, func(t *testing.T) {
			together, apart := newWorld(t), newWorld(t)
			together.stretch(test.calls...)
			for _, call := range test.calls {
				apart.stretch(call)
			}
			if got := together.String(); got != test.want {
				t.Errorf("as one stretch\n got %s\nwant %s", got, test.want)
			}
			if got := apart.String(); got != test.want {
				t.Errorf("each as a stretch of its own\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestSettersAreTheEvents: an attribute keeps the event that gave it the value
// it has, through events that say the same again, and merges.
func TestSettersAreTheEvents(t *testing.T) {
	w := newWorld(t)
	w.stretch(`identify {"anonymousId":"a1","traits":{"seen":1,"plan":"trial"}}`, `identify {"userId":"u1","traits":{"plan":"pro","tags":[1,2]}}`)
	w.stretch(
		`identify {"userId":"u1","traits":{"plan":"pro","tags":[1, 2]}}`, `identify {"userId":"u1","traits":{"plan":"pro","score":2}}`,
		`identify {"userId":"u1","anonymousId":"a1"}`,
	)
	want := map[string]string{"seen": "evt_0", "plan": "evt_1", "tags": "evt_1", "score": "evt_1"} // of each stretch
	for name, by := range w.people[w.names["user:u1"]].Setters.All() {
		if by.ID != want[name] || by.Kind() != hookline.SetByEvent {
			t.Errorf("%s was set by %+v, want %s", name, by, want[name])
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("nothing is kept of %v", want)
	}
	w.stretch(`track {"userId":"u1","event":"User Suppressed"}`)
	if kept := w.people[w.names["user:u1"]].Setters; kept != "" {
		t.Errorf("of somebody suppressed %s is kept", kept)
	}
}

func TestIntegrations(t *testing.T) {
	for _, test := range []struct {
		integrations string
		want         bool
	}{
		{`{}`, true},
		{`{"All":true}`, true},
		{`{"All":false}`, false},
		{`{"All":false,"Webhooks":true}`, true},
		{`{"All":false,"Webhooks":false}`, false},
		{`{"All":false,"CRM":true}`, true},
		{`{"All":false,"CRM":{"option":1}}`, true},
		{`{"CRM":false}`, false},
		{`{"Other":false}`, true},
		{`{"All":true,"CRM":false}`, false},
		{`{"Webhooks":false}`, false},
		{`{"Webhooks":false,"CRM":true}`, true},
		{`{"CRM":null}`, false},
		{`{"All":null,"Webhooks":{}}`, true},
		{`null`, true},
		{`"CRM"`, true},
		{`[false]`, true},
	} {
		c := newCall(&hookline.Event{Payload: []byte(`{"integrations":` + test.integrations + `}`)})
		if got := c.allows("CRM"); got != test.want {
			t.Errorf("%s: allowed %v, want %v", test.integrations, got, test.want)
		}
	}
}

// TestMergedIsWhatAttributesSay holds what is written of a person against
// hookline.Attributes, to the letter.
func TestMergedIsWhatAttributesSay(t *testing.T) {
	objects := []string{
		`{}`, `{"a":1}`, `{"b":{"x": [1.50, 1e2, "\u00e9\/"], "x":2},"a":"\ud800"}`, `{"a":null,"c":[ ],"a":12345678901234567890.50}`, `{"é":"é","b":true,"":-0}`,
	}
	for _, first := range objects {
		for _, second := range objects {
			want, err1 := hookline.ParseAttributes([]byte(first))
			more, err2 := hookline.ParseAttributes([]byte(second))
			a, err3 := data.DecodeObject(first)
			b, err4 := data.DecodeObject(second)
			if err := errors.Join(err1, err2, err3, err4); err != nil {
				t.Fatal(err)
			}
			want.Merge(more)
			if got := string(merged(a, b).AppendWritten(nil)); got != string(want.JSON()) {
				t.Errorf("%s and %s became\n%s, want\n%s", first, second, got, want.JSON())
			}
		}
	}
}
