package liquid

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// bodies are shaped like those people write. Whatever the data holds, what
// comes out must be JSON.
var bodies = []string{
	`{"id":"{{customer.id}}","mail":"{{customer.email}}"}`,
	`{"customer":
{{ customer | replace: "=>", ":"}}
}`,
	`{"ticket": {"about": "{{customer.company}} has left.", "text": {"body":"{{event.words}}"},
  "who": {"name":"{{customer.first_name}} {{customer.last_name | capitalize}}","mail":"{{ customer.email | default: event.email }}"}}}`,
	`{"type": "mail", "about": "From {{customer.first_name | truncate: 5}}", "day": "{% assign moment = 'now' %}{{moment | date: "%F"}}",
  "threads": [{"body": "{{customer.comment}} \n \n Mark: {{customer.score}}", "all": "{{ customer }}", "tags": {{ customer.tags | json }}}]}`,
	`{"url": "{% if customer.site.size > 0 %}{{customer.site}}{%else %}none{% endif %}", "{{ event.key }}": "{{ customer.bio | strip_newlines | url_decode }}",
  "list": [{% for t in customer.tags %}"{{ t }}"{% unless forloop.last %}, {% endunless %}{% endfor %}], "event": {{ event | json }},
  "{% capture c %}{{ customer.bio }}"{{ event.words | upcase }}{% endcapture %}": "{{ c }}"}`,
}

// nasty are the texts that break JSON, or the ways around it.
var nasty = []string{
	`"`, `\`, `\"`, "\n", "\r\n", "\t", "\x00", "\x1f", "=>", `"=>"`, "{{ x }}", "{% raw %}", "#{x}", "nil", "\u2028", "é", "名", "\U0001F600",
	"%22", "%5C", "%FF", "%0A%22", "a", " ", "", `\u0022`, "</script>", "\xff", "\xfe\xff", "'", ",", ":", "}", "]", "\ufffd",
}

func randomText(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(5) {
		b.WriteString(nasty[r.IntN(len(nasty))])
	}
	return b.String()
}

func randomValue(r *rand.Rand, depth int) any {
	switch n := r.IntN(10); {
	case n == 0:
		return nil
	case n == 1:
		return r.IntN(2) == 0
	case n == 2:
		return r.Int64() - r.Int64()
	case n == 3:
		return json.Number(fmt.Sprintf("%d.%de%d", r.IntN(1000), r.IntN(1000), r.IntN(40)-20))
	case n == 4 && depth > 0:
		list := make([]any, r.IntN(4))
		for i := range list {
			list[i] = randomValue(r, depth-1)
		}
		return list
	case n == 5 && depth > 0:
		return randomObject(r, depth-1, nil)
	}
	return randomText(r)
}

func randomObject(r *rand.Rand, depth int, keys []string) map[string]any {
	m := map[string]any{}
	for _, k := range keys {
		if r.IntN(5) > 0 {
			m[k] = randomValue(r, depth)
		}
	}
	for range r.IntN(3) {
		m[randomText(r)] = randomValue(r, depth)
	}
	return m
}

func TestJSONStaysJSON(t *testing.T) {
	rounds := 20_000
	if raceEnabled || testing.Short() {
		rounds = 2_000
	}
	var templates []*Template
	for _, body := range bodies {
		tmpl, err := Compile(body, JSON)
		if err != nil {
			t.Fatal(err)
		}
		templates = append(templates, tmpl)
	}
	r := rand.New(rand.NewPCG(1, 2))
	people := []string{"id", "email", "first_name", "last_name", "company", "comment", "score", "tags", "site", "bio"}
	for i := range rounds {
		vars := Vars{
			"customer": FromGo(randomObject(r, 2, people)),
			"event":    FromGo(randomObject(r, 2, []string{"words", "email", "key"})),
		}
		for j, tmpl := range templates {
			res, err := tmpl.Render(context.Background(), vars, Options{})
			if err != nil && strings.Contains(err.Error(), "not valid UTF-8") {
				continue // url_decode refuses such bytes, and says so
			}
			if err != nil {
				t.Fatalf("round %d, body %d: %v", i, j, err)
			}
			if !json.Valid([]byte(res.Output)) {
				t.Fatalf("round %d, body %d: no JSON:\n%s", i, j, res.Output)
			}
			checkRecipe(t, j, vars["customer"], res.Output)
		}
	}
}

// checkRecipe: the second body gives the object back exactly.
func checkRecipe(t *testing.T, body int, customer Value, output string) {
	t.Helper()
	if body != 1 {
		return
	}
	got, err := DecodeObject([]byte(output))
	if err != nil {
		t.Fatal(err)
	}
	back, _ := got.Get("customer")
	want, err := Decode(mustJSON(t, customer))
	if err != nil {
		t.Fatal(err)
	}
	if !equal(back, want) {
		t.Fatalf("the recipe changed the object:\n%s\n%s", mustJSON(t, customer), output)
	}
}

func mustJSON(t *testing.T, v Value) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
