package liquid

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func mustCompile(t testing.TB, source string, mode Mode) *Template {
	t.Helper()
	tmpl, err := Compile(source, mode)
	if err != nil {
		t.Fatal(err)
	}
	return tmpl
}

func mustRender(t testing.TB, tmpl *Template, vars Vars, opts Options) Result {
	t.Helper()
	res, err := tmpl.Render(context.Background(), vars, opts)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestModesHaveNames(t *testing.T) {
	for _, m := range []Mode{Text, JSON, Form, URL, Header} {
		if back, ok := ParseMode(m.String()); !ok || back != m {
			t.Errorf("%v is read as %v, %v", m, back, ok)
		}
		if got := mustCompile(t, "x", m).Mode(); got != m {
			t.Errorf("template says %v, want %v", got, m)
		}
	}
	if _, ok := ParseMode("html"); ok {
		t.Error("html is no mode")
	}
	if got := Mode(99).String(); got != "unknown" {
		t.Errorf("Mode(99) is %q", got)
	}
}

func TestRenderChangesNothing(t *testing.T) {
	o, err := DecodeObject([]byte(`{"list": [3, 1, 2], "o": {"a": 1}}`))
	if err != nil {
		t.Fatal(err)
	}
	before := string(mustJSON(t, o))
	vars := Vars{"d": o, "n": int64(1)}
	tmpl := mustCompile(t, `{% assign d2 = d.list | sort | push: 9 | reverse %}{% assign n = 5 %}{% increment n %}{% for x in d.list reversed %}{% assign x = 0 %}{% endfor %}{{ d.list | pop | unshift: 1 | shift | concat: d.list | uniq | join }}`, Text)
	first := mustRender(t, tmpl, vars, Options{})
	if after := string(mustJSON(t, o)); after != before {
		t.Errorf("data became %s, was %s", after, before)
	}
	if diff := cmp.Diff(first, mustRender(t, tmpl, vars, Options{})); diff != "" {
		t.Errorf("second rendering (-first +second):\n%s", diff)
	}
	if len(vars) != 2 || vars["n"] != int64(1) {
		t.Errorf("vars became %v", vars)
	}
}

func TestOneTemplateManyGoroutines(t *testing.T) {
	tmpl := mustCompile(t, `{% for i in (1..5) %}{% cycle "a", "b", "c" %}{{ n | plus: i }}{% endfor %}{% increment n2 %}{{ o }}`, JSON)
	shared := FromGo(map[string]any{"k": []any{1, "x"}})
	var wg sync.WaitGroup
	for n := range 16 {
		wg.Go(func() {
			for range 200 {
				res, err := tmpl.Render(context.Background(), Vars{"n": n, "o": shared}, Options{})
				want := fmt.Sprintf(`a%db%dc%da%db%d0{"k"=>[1, "x"]}`, n+1, n+2, n+3, n+4, n+5)
				if err != nil || res.Output != want {
					t.Errorf("got %q, %v; want %q", res.Output, err, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestMarks(t *testing.T) {
	tmpl := mustCompile(t, "{\"n\": \"{{ name }}\",\n{% for i in (1..2) %}{{ i }}{% endfor %}{{ nobody }}{% capture c %}{{ name }}{% endcapture %}}", JSON)
	res := mustRender(t, tmpl, Vars{"name": `a"b`}, Options{Marks: true})
	type part struct {
		Text         string
		Line, Column int
	}
	var got []part
	for _, m := range res.Marks {
		got = append(got, part{res.Output[m.Start:m.End], m.Line, m.Column})
	}
	want := []part{{`a\"b`, 1, 11}, {"1", 2, 25}, {"2", 2, 25}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("marks (-want +got):\n%s", diff)
	}
	if res := mustRender(t, tmpl, Vars{}, Options{}); res.Marks != nil {
		t.Error("marks that nobody asked for")
	}
}

func TestVariables(t *testing.T) {
	tmpl := mustCompile(t, `{{ customer.name | default: customer["odd key"] }}
{% assign x = event.total %}{{ x }}{{ customer.name }}
{% for item in event.items %}{{ item.sku }}{{ forloop.index }}{% for tag in item.tags %}{{ tag }}{% endfor %}{% endfor %}
{% if customer.site.size > 0 and response[0].id == trigger.n %}{% endif %}{% capture c %}{{ ["a b"].c }}{% endcapture %}{{ c }}{{ m[k.l][n] }}`, Text)
	want := []Variable{
		{"customer.name", 1, 4},
		{`customer["odd key"]`, 1, 29},
		{"event.total", 2, 15},
		{"event.items", 3, 16},
		{"event.items[].sku", 3, 33},
		{"event.items[].tags", 3, 77},
		{"event.items[].tags[]", 3, 92},
		{"customer.site", 4, 7},
		{"response[].id", 4, 34},
		{"trigger.n", 4, 52},
		{`["a b"].c`, 4, 93},
		{"m[][]", 4, 131},
		{"k.l", 4, 133},
		{"n", 4, 138},
	}
	if diff := cmp.Diff(want, tmpl.Variables()); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a b", "customer", "event", "k", "m", "n", "response", "trigger"}, tmpl.Roots()); diff != "" {
		t.Errorf("roots (-want +got):\n%s", diff)
	}
}

func TestContextEndsRendering(t *testing.T) {
	tmpl := mustCompile(t, `{% for i in (1..10000) %}{{ i | plus: 1 }}{% endfor %}`, Text)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := tmpl.Render(ctx, nil, Options{})
	if !errors.Is(err, context.Canceled) || !errors.Is(err, ErrLimit) {
		t.Errorf("a cancelled context gives %v", err)
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		time.Sleep(2 * time.Millisecond)
		_, err := tmpl.Render(ctx, nil, Options{})
		if !errors.Is(err, context.DeadlineExceeded) || err.Error() != "line 1, column 8: template limit reached: time" {
			t.Errorf("a context that ran out gives %v", err)
		}
		_, err = tmpl.Render(t.Context(), nil, Options{Deadline: time.Now().Add(-time.Nanosecond)})
		if !errors.Is(err, context.DeadlineExceeded) || err.Error() != "line 1, column 8: template limit reached: time" {
			t.Errorf("a deadline that has passed gives %v", err)
		}
		if _, err := tmpl.Render(t.Context(), nil, Options{Deadline: time.Now()}); err != nil {
			t.Errorf("a deadline that has not passed gives %v", err)
		}
	})
}

func TestConstant(t *testing.T) {
	for source, want := range map[string]bool{
		``: true, ` `: true, `text`: true, `{% raw %}{{ a }}{% endraw %}`: true, `a{% comment %}b{% endcomment %}c`: true,
		`{{ a }}`: false, `a {{ "b" }}`: false, `{% assign a = 1 %}`: false, `{% if true %}{% endif %}`: false, `{% cancel %}`: false,
	} {
		if got := mustCompile(t, source, Text).Constant(); got != want {
			t.Errorf("%s: %t, want %t", source, got, want)
		}
	}
}

// TestRenderingsShareNoMemory: what one gave stays while others run, also after
// one that failed or left early.
func TestRenderingsShareNoMemory(t *testing.T) {
	good := mustCompile(t, `{% assign a = b | append: "!" %}{{ a }}{{ c | json }}{% capture d %}{{ a }}{% endcapture %}{{ d }}{{ none }}`, Text)
	var gone []Result
	for i := range 20 {
		b := strings.Repeat(string(rune('a'+i)), 10*(20-i))
		res, err := good.Render(context.Background(), Vars{"b": b, "c": []Value{b}}, Options{Marks: true})
		if err != nil {
			t.Fatal(err)
		}
		gone = append(gone, res)
		for _, source := range []string{`{{ b }}{{ b | divided_by: 0 }}`, `{{ b }}{% cancel b %}`, `{% for i in (1..3) %}{{ none }}{% assign x = i %}{% endfor %}{{ x }}`} {
			_, _ = mustCompile(t, source, JSON).Render(context.Background(), Vars{"b": strings.Repeat("z", 500)}, Options{Marks: true})
		}
		fresh, err := mustCompile(t, `{{ a }}{{ x }}{{ d }}{% increment n %}`, Text).Render(context.Background(), nil, Options{})
		if err != nil || fresh.Output != "0" || len(fresh.Warnings) != 3 || fresh.Marks != nil {
			t.Fatalf("a rendering remembers others: %+v, %v", fresh, err)
		}
	}
	for i, res := range gone {
		b := strings.Repeat(string(rune('a'+i)), 10*(20-i))
		if want := b + "!" + `["` + b + `"]` + b + "!"; res.Output != want || len(res.Marks) != 3 || len(res.Warnings) != 1 || res.Warnings[0].Variable != "none" {
			t.Errorf("%d became %.60s with %d marks and the warnings %v", i, res.Output, len(res.Marks), res.Warnings)
		}
	}
}

func TestLimitsCanBeSet(t *testing.T) {
	for _, c := range []struct {
		source string
		limits Limits
		want   string
	}{
		{`12345{{ "67" }}`, Limits{Output: 6}, "line 1, column 9: template limit reached: output (more than 6 bytes)"},
		{`{% for i in (1..3) %}{% endfor %}`, Limits{Rounds: 2}, "line 1, column 8: template limit reached: loop (more than 2 rounds)"},
		{`{{ "abc" | append: "def" }}`, Limits{Text: 5}, "line 1, column 12: template limit reached: text (one text would be longer than 5 bytes)"},
		{`{{ "a b c" | split: " " }}`, Limits{List: 2}, "line 1, column 14: template limit reached: list (one list would be longer than 2 items)"},
		{`{{ "abc" | upcase | downcase }}`, Limits{Work: 5}, "line 1, column 21: template limit reached: work (texts and lists of more than 5 bytes in all)"},
	} {
		_, err := mustCompile(t, c.source, Text).Render(context.Background(), nil, Options{Limits: c.limits})
		if err == nil || err.Error() != c.want || !errors.Is(err, ErrLimit) {
			t.Errorf("%s: got %v, want %s", c.source, err, c.want)
		}
	}
}

func TestCancel(t *testing.T) {
	tmpl := mustCompile(t, `a{% for i in (1..9) %}{% if i == n %}{% capture c %}{% cancel "reached " %}{% endcapture %}{% endif %}{% endfor %}b`, Text)
	if res := mustRender(t, tmpl, Vars{"n": 3}, Options{}); !res.Cancelled || res.CancelReason != "reached " || res.Output != "" {
		t.Errorf("got %+v", res)
	}
	if res := mustRender(t, tmpl, Vars{"n": 10}, Options{}); res.Cancelled || res.Output != "ab" {
		t.Errorf("got %+v", res)
	}
}

func TestSnippets(t *testing.T) {
	snippets := map[string]string{
		"hello":  `Hello {{ name }}{% assign name = "changed" %}`,
		"item":   `{{ item.n }}{{ forloop.index }} `,
		"broken": "x\n{{ a | nofilter }}",
		"nested": `{% render "broken" %}`,
		"inner":  `{% include "hello" %}`,
	}
	items := FromGo([]any{map[string]any{"n": "a"}, map[string]any{"n": "b"}})
	for source, want := range map[string]string{
		`{% render "hello", name: "Kim" %} {{ name }}`:    "Hello Kim outside",
		`{% include "hello" %} {{ name }}`:                "Hello outside changed",
		`{% render "item" for items %}`:                   "a1 b2 ",
		`{% include "item" for items %}`:                  "a b ",
		`{% render "hello" with "x" as name %}`:           "Hello x",
		`{% render "broken" %}`:                           `line 1, column 11: in the snippet "broken", line 2, column 8: there is no filter "nofilter"; take it away, or choose one from the manual’s list of filters`,
		`{% render "nested" %}`:                           `line 1, column 11: in the snippet "broken", line 2, column 8: there is no filter "nofilter"; take it away, or choose one from the manual’s list of filters`,
		`{% render "inner" %}`:                            `line 1, column 11: in the snippet "inner", line 1, column 12: include cannot be used in a snippet that render runs; use render there too`,
		`{% render name %}`:                               `line 1, column 11: expected the snippet's name between quotation marks, but found "name" in {% render name %}`,
		`{% assign f = "hello" %}{% include f %}`:         "Hello outside",
		`{% include items %}`:                             "line 1, column 12: the name of a snippet must be text, not a list",
		`{% include "../../../../../../../etc/passwd" %}`: `line 1, column 12: there is no snippet named "../../../../../../../etc/passwd"`,
	} {
		tmpl, err := Compile(source, Text)
		var res Result
		if err == nil {
			res, err = tmpl.Render(context.Background(), Vars{"name": "outside", "items": items}, Options{Snippets: snippets})
		}
		got := res.Output
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", source, got, want)
		}
	}
}

func TestGeneratedUUIDs(t *testing.T) {
	tmpl := mustCompile(t, `{% generate_uuid %}`, Text)
	seen := map[string]bool{}
	for range 100 {
		id := mustRender(t, tmpl, nil, Options{}).Output
		if len(id) != 36 || id[14] != '4' || !strings.ContainsRune("89ab", rune(id[19])) || seen[id] {
			t.Fatalf("odd UUID %q", id)
		}
		seen[id] = true
	}
}

func TestNowIsOneMoment(t *testing.T) {
	calls := 0
	clock := func() time.Time { calls++; return noon.Add(time.Duration(calls) * time.Hour) }
	tmpl := mustCompile(t, `{{ "now" | date: "%H" }}{{ "today" | date: "%H %z" }}`, Text)
	if got := mustRender(t, tmpl, nil, Options{Clock: clock}).Output; got != "0505 +0000" {
		t.Errorf("got %q", got)
	}
	synctest.Test(t, func(t *testing.T) {
		if got := mustRender(t, tmpl, nil, Options{}).Output; got != "0000 +0000" {
			t.Errorf("without a clock got %q", got)
		}
	})
}

// TestMain gives the machine an odd zone for all tests, before anything runs
// that reads the time.
func TestMain(m *testing.M) {
	time.Local = time.FixedZone("odd", 5*3600)
	os.Exit(m.Run())
}

func TestZoneOfTheMachineDoesNotLeak(t *testing.T) {
	if _, offset := time.Now().Zone(); offset != 5*3600 {
		t.Fatalf("the machine's zone is %d s from UTC", offset)
	}
	tmpl := mustCompile(t, `{{ "2024-01-02 03:04:05" | date: "%s %z" }} {{ "Jan 2, 2024" | date: "%s" }} {{ 0 | date: "%T" }} {{ "1700000000" | date: "%s %T" }} {{ "Tue, 02 Jan 2024 03:04:05 +0500" | date: "%s %z" }} {{ "Tue Jan 02 03:04:05 +0500 2024" | date: "%s" }}`, Text)
	if got := mustRender(t, tmpl, nil, Options{}).Output; got != "1704164645 +0000 1704153600 00:00:00 1700000000 22:13:20 1704146645 +0500 1704146645" {
		t.Errorf("got %q", got)
	}
}

func TestTooManyWarnings(t *testing.T) {
	tmpl := mustCompile(t, strings.Repeat("{{}}{{ a.b }}", 200), Text)
	if n := len(tmpl.Lints()); n != maxWarnings {
		t.Errorf("%d lints", n)
	}
	if n := len(mustRender(t, tmpl, nil, Options{}).Warnings); n != maxWarnings {
		t.Errorf("%d warnings", n)
	}
}

func TestFilterNamesAreUnique(t *testing.T) {
	groups := []map[string]filter{
		textFilters, cutFilters, htmlFilters, numberFilters, dateFilters,
		listFilters, pickFilters, codeFilters, digestFilters, moneyFilters,
	}
	n := 0
	for _, g := range groups {
		n += len(g)
	}
	if n != len(filters) {
		t.Errorf("%d filters in groups, %d by name", n, len(filters))
	}
}

// The library must not be able to reach a file whatever tags it has.
func TestLibraryReadsNoFiles(t *testing.T) {
	if text, err := library().TemplateStore.ReadTemplate("go.mod"); err == nil {
		t.Errorf("read %q", text)
	}
	for _, name := range []string{"include", "render", "assign", "if"} {
		if _, ok := tagParsers[name]; !ok {
			t.Errorf("%s is not ours", name)
		}
	}
}
