package condition

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSentence(t *testing.T) {
	tests := []struct{ text, want string }{
		{``, `When any event comes in`},
		{
			`event = "Signed Up" and in(properties.plan, "Pro", "Team")`,
			`When the event is Signed Up and plan is one of Pro, Team`,
		},
		{`type = "track" or type != "page"`, `When the event type is track or the event type is not page`},
		{
			`contains(event, "Up") and !contains(event, "Down") and match(event, "Order*") and !match(event, "*ed")`,
			`When the event name contains Up and the event name does not contain Down and the event name starts with ` +
				`Order and the event name does not end with ed`,
		},
		{
			`properties.total >= 50 and properties.total < 100.50 and properties.n = 5 and properties.n != 6`,
			`When total is at least 50 and total is less than 100.50 and n is the number 5 and n is not the number 6`,
		},
		{
			`properties.a <= 1 and properties.a > 0 and !in(properties.a, "x")`,
			`When a is at most 1 and a is more than 0 and a is not one of x`,
		},
		{
			`traits.vip = true and traits.vip != false and context.page.url != null and person."my key" = null`,
			`When the trait vip is true and the trait vip is not false and the context’s page.url exists and ` +
				`the person’s my key does not exist`,
		},
		{
			`before(person.d, "2026-01-31") and after(properties.d, "2026-01-31T09:30:00+01:00")`,
			`When the person’s d is before 31 January 2026 and d is after 31 January 2026 08:30 UTC`,
		},
		{`after(properties.d, "2026-01-31T09:30:01.5Z")`, `When d is after 31 January 2026 09:30:01.5 UTC`},
		{`userId = "" and groupId != ""`, `When the user id is empty text and the group id is not empty text`},
		{
			`anonymousId != null and name = "a" and category = "b"`,
			`When the anonymous id exists and the page name is a and the page category is b`,
		},
		{
			`segment("seg_1") and !segment("seg_2")`,
			`When the person is in segment Big spenders and the person is not in segment seg_2`,
		},
		{
			`event = "A" and (properties.plan = "pro" or (properties.total > 5 and properties.n = 1)) and type = "track"`,
			`When the event is A and any of: (plan is pro; all of: (total is more than 5; n is the number 1)) and ` +
				`the event type is track`,
		},
		{
			`in(event, "a, b", "c or d", " e", "and")`,
			`When the event is one of “a, b”, “c or d”, “ e”, “and”`,
		},
	}
	words := Words{Segment: func(id string) string {
		if id == "seg_1" {
			return "Big spenders"
		}
		return ""
	}}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			if got := words.Sentence(parse(t, test.text)); got != test.want {
				t.Errorf("Sentence:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
	if got, want := parse(t, `segment("seg_1")`).Sentence(), "When the person is in segment seg_1"; got != want {
		t.Errorf("Sentence without names = %q, want %q", got, want)
	}
}

func TestReasons(t *testing.T) {
	tests := []struct {
		text, value string // of properties.x; "" leaves it out
		want        string
	}{
		{`properties.x = "pro"`, `"free"`, `x is “free”, not “pro”`},
		{`properties.x = "pro"`, `"pro"`, `x is “pro”`},
		{`properties.x = "pro"`, ``, `x is missing`},
		{`properties.x = "pro"`, `null`, `x is missing`},
		{`properties.x != "pro"`, ``, `x is missing`},
		{`properties.x != "pro"`, `"pro"`, `x is “pro”, which is ruled out`},
		{`properties.x != "pro"`, `{"a": 1}`, `x is an object`},
		{`properties.x = ""`, `"a"`, `x is “a”, not empty text`},
		{`in(properties.x, "pro", "team")`, `[1, 2, 3]`, `x is a list of 3, not one of “pro”, “team”`},
		{`!in(properties.x, "pro", "team")`, `"pro"`, `x is “pro”, which is ruled out`},
		{`properties.x != null`, ``, `x is missing`},
		{`properties.x = null`, `0`, `x is 0, but should not be there`},
		{`properties.x = true`, `"true"`, `x is “true”, not true`},
		{`properties.x = false`, `true`, `x is true, not false`},
		{`properties.x != false`, `false`, `x is false, which is ruled out`},
		{`contains(properties.x, "b")`, `"xyz"`, `x is “xyz”, which does not contain “b”`},
		{`contains(properties.x, "b")`, `5`, `x is 5, which is not text`},
		{`!contains(properties.x, "b")`, `"abc"`, `x is “abc”, which contains “b”`},
		{`!contains(properties.x, "b")`, `true`, `x is true, which is not text`},
		{`match(properties.x, "Order*")`, `"x"`, `x is “x”, which does not start with “Order”`},
		{`!match(properties.x, "Order*")`, `"Order 1"`, `x is “Order 1”, which starts with “Order”`},
		{`match(properties.x, "*Up")`, `"x"`, `x is “x”, which does not end with “Up”`},
		{`!match(properties.x, "*Up")`, `"Up"`, `x is “Up”, which ends with “Up”`},
		{`properties.x >= 50`, `20.50`, `x is 20.50, not at least 50`},
		{`properties.x < 50`, `"50"`, `x is “50”, not less than 50`},
		{`properties.x < 50`, `"many"`, `x is “many”, which is not a number`},
		{`properties.x = 5`, `6`, `x is 6, not the number 5`},
		{`properties.x = 5`, `"5"`, `x is “5”, which is not a number`},
		{`properties.x != 5`, `5.0`, `x is 5.0, which is ruled out`},
		{`before(properties.x, "2026-01-31")`, `"2026-02-01"`, `x is “2026-02-01”, not before 31 January 2026`},
		{`after(properties.x, "2026-01-31")`, `"soon"`, `x is “soon”, which is not a date`},
		{`segment("seg_1")`, ``, `the person is not in segment seg_1`},
		{`!segment("seg_2")`, ``, `the person is in segment seg_2`},
		{`event = "Signed Up"`, ``, `the event is “Login”, not “Signed Up”`},
		{
			`contains(properties.x, "b")`, `"` + strings.Repeat("é", 100) + `"`,
			`x is “` + strings.Repeat("é", 79) + `…”, which does not contain “b”`,
		},
	}
	for _, test := range tests {
		t.Run(test.text+" "+shorten(test.value, 20), func(t *testing.T) {
			properties := "{}"
			if test.value != "" {
				properties = `{"x": ` + test.value + `}`
			}
			verdict := parse(t, test.text).Evaluate(Subject{
				Event:     object(t, `{"event": "Login", "properties": `+properties+`}`),
				InSegment: func(id string) bool { return id == "seg_2" },
			})
			if diff := cmp.Diff([]string{test.want}, verdict.Reasons()); diff != "" {
				t.Errorf("Reasons: %s", diff)
			}
		})
	}
}

func TestDeciding(t *testing.T) {
	event := `{"type": "track", "event": "A", "properties": {"plan": "free", "total": 20}}`
	tests := []struct {
		name, text string
		met        bool
		want       []string
	}{
		{"nothing asked", ``, true, nil},
		{"all met: every clause carries", `type = "track" and event = "A"`, true, []string{
			`the event type is “track”`, `the event is “A”`,
		}},
		{"all unmet: only what failed", `type = "track" and event = "B" and properties.plan = "pro"`, false, []string{
			`the event is “A”, not “B”`, `plan is “free”, not “pro”`,
		}},
		{"any met: only what is met", `event = "B" or type = "track"`, true, []string{`the event type is “track”`}},
		{"any unmet: every clause", `event = "B" or event = "C"`, false, []string{
			`the event is “A”, not “B”`, `the event is “A”, not “C”`,
		}},
		{
			"nested: a met clause in a failed group did not fail it",
			`type = "track" and (event = "B" or (properties.total > 5 and properties.plan = "pro"))`, false,
			[]string{`the event is “A”, not “B”`, `plan is “free”, not “pro”`},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			verdict := parse(t, test.text).Evaluate(Subject{Event: object(t, event)})
			if verdict.Met != test.met {
				t.Errorf("Met = %t, want %t", verdict.Met, test.met)
			}
			if diff := cmp.Diff(test.want, verdict.Reasons()); diff != "" {
				t.Errorf("Reasons: %s", diff)
			}
		})
	}
}

// TestVerdictMirrorsTheTree holds that no clause is left out, also past the one that decided, and that a
// verdict that was stored tells the same.
func TestVerdictMirrorsTheTree(t *testing.T) {
	c := parse(t, `event = "B" and (properties.plan = "free" or properties.none = "x") and contains(properties.n, "1")`)
	verdict := c.Evaluate(Subject{Event: object(t, `{"event": "A", "properties": {"plan": "free", "n": 1}}`)})
	want := Verdict{Match: MatchAll, Children: []Verdict{
		{Clause: c.Children[0].Clause, Found: "“A”"},
		{Met: true, Match: MatchAny, Children: []Verdict{
			{Met: true, Clause: c.Children[1].Children[0].Clause, Found: "“free”"},
			{Clause: c.Children[1].Children[1].Clause, Missing: true},
		}},
		{Clause: c.Children[2].Clause, Found: "1", Mismatch: "not text"},
	}}
	if diff := cmp.Diff(want, verdict); diff != "" {
		t.Errorf("Evaluate: %s", diff)
	}
	stored, err := json.Marshal(verdict)
	if err != nil {
		t.Fatal(err)
	}
	var again Verdict
	if err := json.Unmarshal(stored, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(verdict, again); diff != "" {
		t.Errorf("after JSON: %s", diff)
	}
	if reason := (Words{}).Reason(&verdict); reason != "" {
		t.Errorf("the reason of a group is %q, want none", reason)
	}
}
