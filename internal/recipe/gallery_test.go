package recipe_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"hookline/internal/compose"
	"hookline/internal/condition"
	"hookline/internal/hookline"
	"hookline/internal/recipe"
)

func gallery(t *testing.T) *recipe.Gallery {
	t.Helper()
	g, err := recipe.New()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func theRecipe(t *testing.T, id string) *recipe.Recipe {
	t.Helper()
	r, ok := gallery(t).Recipe(id)
	if !ok {
		t.Fatalf("there is no recipe %s", id)
	}
	return r
}

// roots are a recipe's own example.
func roots(t *testing.T, r *recipe.Recipe) compose.Roots {
	t.Helper()
	var call struct {
		Type   hookline.EventType
		Event  string
		UserID string
	}
	if err := json.Unmarshal([]byte(r.Event), &call); err != nil {
		t.Fatalf("%s: the event: %v", r.ID, err)
	}
	if !json.Valid([]byte(r.Person)) {
		t.Fatalf("%s: the person is no JSON", r.ID)
	}
	return compose.Roots{
		Event:  &hookline.Event{ID: "evt_1", Type: call.Type, Name: call.Event, UserID: call.UserID, Timestamp: time.Unix(1_700_000_000, 0), Payload: []byte(r.Event)},
		Person: &hookline.Person{ID: "per_1", UserID: call.UserID, Attributes: []byte(r.Person)},
	}
}

// examples are values that every field takes.
func examples(r *recipe.Recipe) map[string]string {
	values := map[string]string{}
	for _, f := range r.Fields {
		values[f.Name] = f.Example
	}
	return values
}

func TestEveryServiceHasARecipe(t *testing.T) {
	for _, id := range []string{
		"zendesk", "zapier", "trello", "medallia", "lob", "ifttt", "help-scout", "close", "twilio-whatsapp",
		"slack", "discord", "hubspot", "google-apps-script", "rest-api",
	} {
		theRecipe(t, id)
	}
	if _, ok := gallery(t).Recipe("none"); ok {
		t.Error("there is a recipe that there is not")
	}
}

// TestRecipesAreRight: the engine finds nothing wrong with them, nor anything to
// warn of, and their own example sets them off.
func TestRecipesAreRight(t *testing.T) {
	for _, r := range gallery(t).Search("") {
		t.Run(r.ID, func(t *testing.T) {
			if wrong := r.Check(examples(r)); len(wrong) > 0 {
				t.Errorf("its examples are refused: %v", wrong)
			}
			tmpl := r.Template(examples(r))
			action := hookline.Action{Name: r.Action, Trigger: r.Trigger, Template: tmpl, Batching: hookline.NewBatching()}
			if err := action.Validate(); err != nil {
				t.Error(err)
			}
			c := compose.New()
			if err := c.Check(tmpl); err != nil {
				t.Error(err)
			}
			made, err := c.Preview(t.Context(), tmpl, roots(t, r))
			if err != nil || len(made.Warnings) > 0 {
				t.Errorf("%v, %v\n%s", err, made.Warnings, made.Request.Body)
			}
			if u, err := url.Parse(made.Request.URL); err != nil || u.Scheme != "https" || u.User != nil {
				t.Errorf("it goes to %s: %v", made.Request.URL, err)
			}
			if text := tmpl.URL + tmpl.Body; strings.Contains(text, "[[") || strings.Contains(text, "]]") {
				t.Errorf("a place is left: %s", text)
			}
			if !strings.HasSuffix(r.About, ".") || len(r.About) > 120 || len(r.Needs) == 0 || r.Answer.Status == "" || r.Answer.Body == "" {
				t.Errorf("about %q (%d), needs %v, answer %v", r.About, len(r.About), r.Needs, r.Answer)
			}
			if !met(t, r) {
				t.Errorf("its example does not meet its trigger %s", r.Trigger)
			}
		})
	}
}

func met(t *testing.T, r *recipe.Recipe) bool {
	t.Helper()
	c, err := condition.Parse(r.Trigger)
	if err != nil {
		t.Fatal(err)
	}
	example := roots(t, r)
	return c.Met(condition.SubjectOf(*example.Event, example.Person))
}

// TestWhoIsAskedAndHow holds what each service wants in the header Authorization
// and in the address.
func TestWhoIsAskedAndHow(t *testing.T) {
	for id, want := range map[string]struct{ address, authorization string }{
		"close":           {"https://api.close.com/api/v1/lead/", "Basic YXBpXzdLZDkzaFFtMkx4VDo="},                                               // api_7Kd93hQm2LxT:
		"lob":             {"https://api.lob.com/v1/postcards", "Basic dGVzdF85ZjhlN2Q2YzViNGE6"},                                                 // test_9f8e7d6c5b4a:
		"zendesk":         {"https://acme.zendesk.com/api/v2/tickets.json", "Basic c3VwcG9ydEBhY21lLmV4YW1wbGUuY29tL3Rva2VuOlhxM3JUOHZCMm5Mdw=="}, // support@acme.example.com/token:Xq3rT8vB2nLw
		"trello":          {"https://api.trello.com/1/cards?idList=5abbe4b7ddc1b351ef961414", `OAuth oauth_consumer_key="0471642aefef5fa1fa76530ce1ba4c85", oauth_token="ATTA3b1cF9d27e"`},
		"medallia":        {"https://app.promoter.io/api/contacts/survey/", "Token 8b3f6c1d2e9a4f70"},
		"help-scout":      {"https://api.helpscout.net/v2/conversations", "Bearer 9e0f1a2b3c4d5e6f"},
		"hubspot":         {"https://api.hubapi.com/crm/v3/objects/contacts/batch/upsert", "Bearer pat-eu1-0000-1111"},
		"ifttt":           {"https://maker.ifttt.com/trigger/payment_failed/with/key/dEf4Gh1jK2lMn3oP", ""},
		"slack":           {"https://hooks.slack.com/services/T0000/B0000/XXXXXXXX", ""},
		"twilio-whatsapp": {"https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json", "Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDo1ZDQxNDAyYWJjNGIyYTc2"},
	} {
		r := theRecipe(t, id)
		made, err := compose.New().Request(t.Context(), r.Template(examples(r)), roots(t, r))
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		got := ""
		for _, h := range made.Headers {
			if h.Name == "Authorization" {
				got = h.Value
			}
		}
		if made.URL != want.address || got != want.authorization {
			t.Errorf("%s goes to %s with %q, want %s with %q", id, made.URL, got, want.address, want.authorization)
		}
	}
}

func TestWhatIsMissingIsNotSent(t *testing.T) {
	for _, id := range []string{"twilio-whatsapp", "hubspot"} {
		r := theRecipe(t, id)
		example := roots(t, r)
		for _, attributes := range []string{`{}`, `{"phone":null,"email":null}`, `{"phone":"","email":" "}`} {
			example.Person.Attributes = []byte(attributes)
			_, err := compose.New().Request(t.Context(), r.Template(examples(r)), example)
			if _, cancelled := errors.AsType[*compose.Cancelled](err); !cancelled {
				t.Errorf("%s of %s: %v", id, attributes, err)
			}
		}
	}
}

func TestSearch(t *testing.T) {
	g := gallery(t)
	for query, want := range map[string]string{
		"close": "close", "CLOSE": "close", "crm lead": "close", "promoter": "medallia", "whatsapp": "twilio-whatsapp",
		"sheet": "google-apps-script", "postcard": "lob", "sl": "slack", "own": "rest-api",
	} {
		found := g.Search(query)
		if len(found) == 0 || !has(found, want) || len(found) > 4 {
			t.Errorf("%q finds %d recipes, and %s among them: %v", query, len(found), want, has(found, want))
		}
	}
	for _, nothing := range []string{"xyzzy", "close xyzzy", "lose"} {
		if found := g.Search(nothing); len(found) != 0 {
			t.Errorf("%q finds %s", nothing, found[0].ID)
		}
	}
	if all := g.Search("  "); len(all) < 14 || all[0].Name > all[1].Name {
		t.Errorf("%d recipes", len(all))
	}
}

func has(recipes []*recipe.Recipe, id string) bool {
	for _, r := range recipes {
		if r.ID == id {
			return true
		}
	}
	return false
}

func TestFieldsSayWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ id, field, value, says string }{
		{"close", "api_key", "", "Fill in “API key”."},
		{"close", "api_key", "two words", "no blanks"},
		{"close", "source", "two\nlines", "on one line"},
		{"close", "source", strings.Repeat("x", 2001), "too long"},
		{"zendesk", "subdomain", "acme.zendesk.com", "before the first dot"},
		{"zendesk", "subdomain", "acme/x?", "Only letters"},
		{"zendesk", "email", "nobody", "e-mail address"},
		{"medallia", "campaign", "78, \"x\": 1", "Only digits"},
		{"help-scout", "mailbox_id", "085", "without a 0 in front"},
		{"trello", "list_id", "{{ customer.id }}", "Only letters and digits"},
		{"twilio-whatsapp", "from", "14155238886", "with +"},
		{"twilio-whatsapp", "account_sid", "SK000", "begins with AC"},
		{"twilio-whatsapp", "phone", "x }}{{ y", "name of an attribute"},
		{"slack", "hook", "https://hooks.example.com/x", "begins with https://hooks.slack.com/"},
		{"slack", "hook", "https://hooks.slack.com/a b", "whole address"},
		{"rest-api", "address", "example.com", "whole address"},
		{"rest-api", "address", "https://%zz/", "whole address"},
	} {
		r := theRecipe(t, c.id)
		values := examples(r)
		values[c.field] = c.value
		wrong := r.Check(values)
		if len(wrong) != 1 || !strings.Contains(wrong[c.field], c.says) {
			t.Errorf("%s: %s %.30q: %v, want %q", c.id, c.field, c.value, wrong, c.says)
		}
		if shown := r.Template(values); shown.URL != r.Template(examples(r)).URL || shown.Body != r.Template(examples(r)).Body {
			t.Errorf("%s: %s %.30q is in the preview", c.id, c.field, c.value)
		}
	}
}

// TestNothingOfAFieldBecomesLiquid fills in what would be Liquid, JSON or another
// part of an address, and wants it back as it was.
func TestNothingOfAFieldBecomesLiquid(t *testing.T) {
	const hostile = `"}}{{ customer.email }}{% cancel %}\`
	for _, c := range []struct{ id, field string }{{"close", "source"}, {"lob", "greeting"}, {"slack", "text"}, {"discord", "text"}, {"google-apps-script", "password"}} {
		r := theRecipe(t, c.id)
		for _, value := range []string{hostile, hostile + "{", "{", "%}", "{%", "{% endraw %}", "שלום 😀", `\u007b`} {
			values := examples(r)
			values[c.field] = value
			made, err := compose.New().Request(t.Context(), r.Template(values), roots(t, r))
			if err != nil {
				t.Errorf("%s with %q: %v", c.id, value, err)
				continue
			}
			if !holds(t, made.Body, value) {
				t.Errorf("%s with %q: it is not in %s", c.id, value, made.Body)
			}
		}
	}
	r := theRecipe(t, "rest-api")
	values := map[string]string{"address": "https://api.example.com/{{customer.email}}?a={%25%7D", "token": "{{customer.email}}{%x%}{"}
	made, err := compose.New().Request(t.Context(), r.Template(values), roots(t, r))
	if err != nil {
		t.Fatal(err)
	}
	if want := "https://api.example.com/%7B%7Bcustomer.email%7D%7D?a=%7B%25%7D"; made.URL != want {
		t.Errorf("the address is %s, want %s", made.URL, want)
	}
	if got := made.Headers[1].Value; got != "Bearer {{customer.email}}{%x%}{" {
		t.Errorf("the header is %s", got)
	}
}

// holds says whether one of the texts in some JSON has a text in it.
func holds(t *testing.T, body []byte, text string) bool {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return false
		}
		if err != nil {
			t.Errorf("%v: %s", err, body)
			return false
		}
		if found, isText := token.(string); isText && strings.Contains(found, text) {
			return true
		}
	}
}

var manualLinks = regexp.MustCompile(`href="([^"]*)"`)

// TestNeedsAreSound: only links into the manual, which the server knows.
func TestNeedsAreSound(t *testing.T) {
	for _, r := range gallery(t).Search("") {
		for _, part := range r.Needs {
			for _, link := range manualLinks.FindAllStringSubmatch(part.HTML, -1) {
				if !strings.HasPrefix(link[1], "/manual/") {
					t.Errorf("%s links to %s", r.ID, link[1])
				}
			}
			if strings.Contains(part.HTML, "<h1") || strings.Contains(part.HTML, "raw HTML omitted") {
				t.Errorf("%s has %s", r.ID, part.HTML)
			}
		}
	}
}
