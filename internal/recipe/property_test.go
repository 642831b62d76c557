package recipe_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/internal/recipe"
)

// hostile are the texts that break bodies, or the ways around it.
var hostile = []string{
	`"`, `\`, `\"`, "\n", "\r\n", "\t", "\x00", "\x1f", "=>", `"=>"`, "{{ x }}", "{% raw %}", "{% endraw %}", "{", "}}", "%}", "#{x}", "nil", "null",
	"\u2028", "é", "名", "\U0001F600", "شكرا", "\u202e", "%22", "&", "=", "+", " ", "a", "", `\u0022`, "</script>", "'", ",", ":", "]", "\ufffd",
}

// hostileText is now and then very long.
func hostileText(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(5) {
		b.WriteString(hostile[r.IntN(len(hostile))])
	}
	if r.IntN(200) == 0 {
		return strings.Repeat(b.String()+"x", 2000)
	}
	return b.String()
}

func hostileValue(r *rand.Rand, depth int) any {
	switch n := r.IntN(12); {
	case n == 0:
		return nil
	case n == 1:
		return r.IntN(2) == 0
	case n == 2:
		return r.Int64() - r.Int64()
	case n == 3:
		return json.Number(fmt.Sprintf("%d.%de%d", r.IntN(1000), r.IntN(1000), r.IntN(40)-20))
	case n == 4 && depth > 0:
		return []any{hostileValue(r, depth-1), hostileValue(r, depth-1)}
	case n == 5 && depth > 0:
		return map[string]any{hostileText(r): hostileValue(r, depth-1)}
	}
	return hostileText(r)
}

// keys are what the recipes ask of people and events.
var keys = []string{
	"email", "first_name", "last_name", "company", "company_url", "job_title", "phone", "plan", "address_1", "address_2", "city", "state", "zip",
	"feedback", "order_id", "total", "score", "comment",
}

// hostileObject lacks every fifth key.
func hostileObject(r *rand.Rand) map[string]any {
	m := map[string]any{}
	for _, key := range keys {
		if r.IntN(5) > 0 {
			m[key] = hostileValue(r, 2)
		}
	}
	return m
}

// round is one request of the property test.
type round struct {
	recipe *recipe.Recipe
	values map[string]string // of its fields
	person map[string]any
	event  map[string]any // its properties
}

func newRound(r *rand.Rand, of *recipe.Recipe) round {
	d := round{recipe: of, values: examples(of), person: hostileObject(r), event: hostileObject(r)}
	for _, f := range of.Fields {
		typed := strings.TrimSpace(strings.Map(printable, hostileText(r)))
		if changed := map[string]string{f.Name: typed}; of.Check(merged(d.values, changed))[f.Name] == "" {
			d.values = merged(d.values, changed)
		}
	}
	return d
}

func printable(c rune) rune {
	if c < ' ' || c == 0x7f || c == 0x85 {
		return -1
	}
	return c
}

func merged(values, changed map[string]string) map[string]string {
	all := map[string]string{}
	for name, value := range values {
		all[name] = value
	}
	for name, value := range changed {
		all[name] = value
	}
	return all
}

func (d round) request(t *testing.T, c *compose.Composer) (hookline.Request, error) {
	t.Helper()
	attributes, err := json.Marshal(d.person)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(map[string]any{"type": "track", "event": d.event["order_id"], "userId": "1", "properties": d.event})
	if err != nil {
		t.Fatal(err)
	}
	return c.Request(t.Context(), d.recipe.Template(d.values), compose.Roots{
		Event:  &hookline.Event{ID: "evt_1", Type: hookline.Track, Timestamp: time.Unix(1_700_000_000, 0), Payload: payload},
		Person: &hookline.Person{ID: "per_1", UserID: "1", Attributes: attributes},
	})
}

// TestWhateverTheDataHolds: 20,000 people and events, over all recipes. What is
// JSON stays JSON, a form gives back what went in, and what was typed into a
// field stays what it is.
func TestWhateverTheDataHolds(t *testing.T) {
	rounds := 20_000
	if raceEnabled || testing.Short() {
		rounds = 2_000
	}
	r := rand.New(rand.NewPCG(20, 26))
	recipes, c := gallery(t).Search(""), compose.New()
	made, forms := 0, 0
	for i := range rounds {
		d := newRound(r, recipes[i%len(recipes)])
		got, err := d.request(t, c)
		if _, cancelled := errors.AsType[*compose.Cancelled](err); cancelled {
			continue
		}
		if err != nil {
			t.Fatalf("round %d, %s: %v\nfields %q\nperson %q\nevent %q\n%s", i, d.recipe.ID, err, d.values, d.person, d.event, got.Body)
		}
		made++
		if strings.Contains(got.Headers[len(got.Headers)-1].Value, "x-www-form-urlencoded") {
			forms++
			d.checkForm(t, got.Body)
		} else if !json.Valid(got.Body) {
			t.Fatalf("round %d, %s: no JSON: %s", i, d.recipe.ID, got.Body)
		}
		d.checkTyped(t, got)
		if t.Failed() {
			t.Fatalf("round %d, %s: fields %q\nperson %q\nevent %q\n%s", i, d.recipe.ID, d.values, d.person, d.event, got.Body)
		}
	}
	if made < rounds*3/4 || forms < rounds/40 {
		t.Errorf("of %d rounds %d made a request, and %d a form", rounds, made, forms)
	}
}

// checkForm reads a form back.
func (d round) checkForm(t *testing.T, body []byte) {
	t.Helper()
	form, err := url.ParseQuery(string(body))
	if err != nil {
		t.Error(err)
	}
	if len(form) != 4 || form.Get("From") != "whatsapp:"+d.values["from"] || form.Get("ContentSid") != d.values["content_sid"] {
		t.Errorf("the form is %q", form)
	}
	if phone, isText := d.person[d.values["phone"]].(string); isText && form.Get("To") != "whatsapp:"+phone {
		t.Errorf("it goes to %q, want %q", form.Get("To"), phone)
	}
	var variables map[string]string
	if err := json.Unmarshal([]byte(form.Get("ContentVariables")), &variables); err != nil || len(variables) != 2 {
		t.Errorf("the variables are %q: %v", form.Get("ContentVariables"), err)
	}
	if name, isText := d.person["first_name"].(string); isText && strings.TrimSpace(name) != "" && variables["1"] != name {
		t.Errorf("the name is %q, want %q", variables["1"], name)
	}
}

// checkTyped looks for what was typed into a field of free text.
func (d round) checkTyped(t *testing.T, made hookline.Request) {
	t.Helper()
	field := map[string]string{"close": "source", "slack": "text", "discord": "text", "lob": "greeting", "google-apps-script": "password"}[d.recipe.ID]
	if field != "" && !holds(t, made.Body, d.values[field]) {
		t.Errorf("%q was typed, and is not in the body", d.values[field])
	}
	if d.recipe.ID == "rest-api" && made.Headers[1].Value != "Bearer "+d.values["token"] {
		t.Errorf("the header is %q, want the token %q", made.Headers[1].Value, d.values["token"])
	}
}
