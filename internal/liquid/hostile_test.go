package liquid

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// hostile templates each ask for more than anybody may have. None of them may
// take longer than its context allows, or much memory, or end in a panic.
var hostile = []struct{ name, source, want string }{
	{"huge loop", `{% for i in (1..1000000000) %}{% endfor %}`, "template limit reached: loop"},
	{"huge loop with output", `{% for i in (1..1000000000) %}{{ i }}{% endfor %}`, "template limit reached: loop"},
	{"huge loop reversed", `{% for i in (1..1000000000) reversed %}{{ i }}{% endfor %}`, "template limit reached: loop"},
	{"huge loop with limit", `{% for i in (1..1000000000) limit: 900000000 %}{{ i }}{% endfor %}`, "template limit reached: loop"},
	{"widest range", `{% for i in (-9223372036854775808..9223372036854775807) %}{% endfor %}`, "template limit reached: loop"},
	{"range to 1e308", `{% for i in (1..huge.number) %}{% endfor %}`, ""},
	{"nested loops", `{% for a in (1..1000) %}{% for b in (1..1000) %}{% for c in (1..1000) %}{% endfor %}{% endfor %}{% endfor %}`, "template limit reached: loop"},
	{"table", `{% tablerow a in (1..10000000) cols: 3 %}{% cycle 'x', 'y' %}{% endtablerow %}`, "template limit reached: output"},
	{"joined range", `{{ (1..1000000000) | join }}`, "template limit reached: list"},
	{"reversed range", `{{ (1..1000000000) | reverse | first }}`, "template limit reached: list"},
	{"sorted range", `{{ (1..1000000000) | sort | size }}`, "template limit reached: list"},
	{"append doubling", `{% assign s = "0123456789" %}` + strings.Repeat(`{% assign s = s | append: s %}`, 40) + `{{ s | size }}`, "template limit reached: text"},
	{"capture doubling", `{% assign s = "0123456789" %}` + strings.Repeat(`{% capture s %}{{ s }}{{ s }}{% endcapture %}`, 40), "template limit reached: output"},
	{"replace growth", `{% assign s = "aaaaaaaaaa" %}` + strings.Repeat(`{% assign s = s | replace: "a", "aaaaaaaaaa" %}`, 40), "template limit reached: text"},
	{"replace nothing", `{% assign s = "aaaaaaaaaa" %}` + strings.Repeat(`{% assign s = s | replace: "", s %}`, 40), "template limit reached: text"},
	{"join growth", `{% assign s = "a b c d e f g h" %}` + strings.Repeat(`{% assign s = s | split: " " | join: s %}`, 40), "template limit reached: text"},
	{"concat doubling", `{% assign l = "a,b" | split: "," %}` + strings.Repeat(`{% assign l = l | concat: l %}`, 40) + `{{ l | size }}`, "template limit reached: list"},
	{"group doubling", `{% assign l = huge.list %}` + strings.Repeat(`{% assign l = l | concat: l | group_by: "name" %}`, 60) + `{{ l }}{{ l | json }}`, "template limit reached: text"},
	{"push doubling", `{% assign l = "a" | split: "," %}` + strings.Repeat(`{% assign l = l | push: l | push: l %}`, 60) + `{{ l }}`, "template limit reached: text"},
	{"push doubling, nothing", `{% assign l = "" | split: "," %}` + strings.Repeat(`{% assign l = l | push: l | push: l %}`, 60) + `{{ l | join }}{{ l | sum }}`, "template limit reached: list"},
	{"compare doubled", `{% assign l = "a" | split: "," %}{% assign m = l %}` + strings.Repeat(`{% assign l = l | push: l %}{% assign m = m | push: m %}`, 60) + `{% if l == m %}{% endif %}`, ""},
	{"many sorts", `{% for i in (1..10000) %}{% assign l = (1..100000) | reverse | sort %}{% endfor %}`, "template limit reached: work"},
	{"many sizes", `{% assign s = "0123456789" %}` + strings.Repeat(`{% assign s = s | append: s %}`, 16) + `{% for i in (1..10000) %}{% assign n = s | size %}{% endfor %}`, "template limit reached: work"},
	{"many contains", `{% assign s = "0123456789" %}` + strings.Repeat(`{% assign s = s | append: s %}`, 16) + `{% for i in (1..10000) %}{% if s contains "9999" %}{% endif %}{% endfor %}`, "template limit reached: work"},
	{"many list contains", `{% assign l = (1..100000) | reverse %}{% for i in (1..10000) %}{% if l contains "9999" %}{% endif %}{% endfor %}`, "template limit reached: work"},
	{"many properties", `{% assign s = "0123456789" %}` + strings.Repeat(`{% assign s = s | append: s %}`, 16) + `{% for i in (1..10000) %}{% if s.size == 0 %}{% endif %}{% endfor %}`, "template limit reached: work"},
	{"many comparisons", `{% assign l = (1..100000) | reverse %}{% assign m = l | reverse | reverse %}{% for i in (1..10000) %}{% if l == m %}{% endif %}{% endfor %}`, "template limit reached: work"},
	{"many assigns", `{% assign s = "0123456789" %}` + strings.Repeat(`{% assign s = s | append: s %}`, 16) + strings.Repeat(`{% assign z = s | upcase %}`, 2000), "template limit reached: work"},
	{"many lists", strings.Repeat(`{% assign a = (1..100000) | reverse %}`, 1500), "template limit reached: work"},
	{"factorial", `{% assign n = 9999999999 %}` + strings.Repeat(`{% assign n = n | times: 9999999999 %}`, 1000) + `{{ n }}`, "the filter times failed: the number becomes too large"},
	{"squares", `{% assign n = 9999999999 %}` + strings.Repeat(`{% assign n = n | times: n %}`, 60) + `{{ n }}`, "the filter times failed: the number becomes too large"},
	{"1e400", `{{ huge.number | times: huge.number | plus: 1 }}`, "the filter times failed: the number becomes too large"},
	{"divided by 0", `{{ 1 | divided_by: 0 }}`, "the filter divided_by failed: a number cannot be divided by "},
	{"modulo 0.0", `{{ 1 | modulo: 0.0 }}`, "the filter modulo failed: a number cannot be divided by 0"},
	{"round", `{{ 1.5 | round: 999999999999 }}{{ 1 | round: -99999999999 }}`, ""},
	{"date format", `{{ "now" | date: "` + strings.Repeat("%A", 20_000) + `" }}`, "the filter date failed: the format is longer than 4096 bytes"},
	{"date width", `{{ "now" | date: "` + strings.Repeat("%1000000d", 400) + `" }}`, "the filter date failed: a width in the format is too large"},
	{"date far away", `{{ 9223372036854775807 | date: "%Y" }}{{ "now" | add_year: 4000000 | date: "%c" }}`, ""},
	{"truncate", `{{ "abc" | truncate: -1 }}{{ "abc" | truncate: -9223372036854775808 }}`, ""},
	{"slice", `{{ "abc" | slice: -999999999999 }}{{ "abc" | slice: 1, 9223372036854775807 }}`, ""},
	{"include itself", `{% include 'self' %}`, "template limit reached: depth"},
	{"render itself", `{% render 'self-render' %}`, "template limit reached: depth"},
	{"include two", `{% include 'fork' %}`, "template limit reached: depth"},
	{"include missing", `{% include 'missing' %}`, "there is no snippet named \"missing\""},
	{"include file", `{% include '../../etc/passwd' %}`, "there is no snippet named \"../../etc/passwd\""},
	{"include go.mod", `{% include 'go.mod' %}`, "there is no snippet named \"go.mod\""},
	{"nested ifs", strings.Repeat(`{% if true %}`, 20_000) + strings.Repeat(`{% endif %}`, 20_000), "template limit reached: size"},
	{"nested ifs, fewer", strings.Repeat(`{% if true %}`, 2_000) + strings.Repeat(`{% endif %}`, 2_000), "template limit reached: depth"},
	{"nested comments", strings.Repeat(`{% comment %}`, 5_000), "{% comment %} is never closed; add {% endcomment %}"},
	{"chain of filters", `{{ "a"` + strings.Repeat(` | upcase`, 100_000) + ` }}`, "template limit reached: size"},
	{"chain of filters, fewer", `{{ "a"` + strings.Repeat(` | upcase`, 6_000) + ` }}`, ""},
	{"large template", strings.Repeat("text ", 200_000), "template limit reached: size"},
	{"unclosed tags", strings.Repeat(`{% if a %}`, 50_000), "template limit reached: size"},
	{"braces", strings.Repeat(`{{`, 30_000), "this tag is never closed, }} is missing: {{{{{{{{{{{{{{{{{{{"},
	{"parentheses", `{% if ` + strings.Repeat(`(`, 30_000) + ` %}{% endif %}`, "{% if (((((((((((((((((((((((((((((((((((((((((((((((((((… i"},
	{"brackets", `{{ ` + strings.Repeat(`a[`, 20_000) + ` }}`, "{{ a[a[a[a[a[a[a[a[a[a[a[a[a[a[a[a[a[a[a[a[a[a[a[a[a[a[a[… i"},
	{"conditions", `{% if a` + strings.Repeat(` or a`, 12_000) + ` %}{% endif %}`, ""},
	{"curly quotes", `{{ “x” }}`, "the character '“' cannot stand here in {{ “x” }}; use straig"},
	{"long number", `{{ ` + strings.Repeat(`9`, 30_000) + ` | plus: 1 }}`, "the filter plus failed: the number becomes too large"},
	{"forloop assigned", `{% assign forloop = 'x' %}{% cycle 'a', 'b' %}{{ forloop.index }}{% for i in (1..2) %}{{ forloop.parentloop.index }}{% endfor %}`, ""},
	{"data that looks like one", `{{ huge.liquid }}{% assign t = huge.liquid %}{{ t }}`, ""},
	{"deep data", `{{ huge.deep | json }}{{ huge.deep }}`, ""},
	{"large data", strings.Repeat(`{{ huge | json }}`, 500), "template limit reached: output"},
	{"whole data in a loop", `{% for i in (1..10000) %}{% assign x = huge | json %}{% endfor %}`, "template limit reached: work"},
	{"liquid lines", `{% liquid` + strings.Repeat("\nfor i in (1..1000)", 90) + strings.Repeat("\nendfor", 90) + "\n%}", "template limit reached: loop"},
}

func hostileVars(t testing.TB) Vars {
	t.Helper()
	text := `{"number": 1e308, "liquid": "{{ huge }}{% raw %}{% for i in (1..9) %}", "list": [{"name": 1}, {"name": 2}], "deep": ` +
		strings.Repeat(`[{"a":`, 90) + `1` + strings.Repeat(`}]`, 90) + `, "text": "` + strings.Repeat("0123456789", 3000) + `"}`
	huge, err := Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return Vars{"huge": huge}
}

var hostileSnippets = map[string]string{
	"self":        `{% include 'self' %}`,
	"self-render": `{% render 'self-render' %}`,
	"fork":        `{% include 'fork' %}{% include 'fork' %}{% for i in (1..100) %}{% include 'fork' %}{% endfor %}`,
}

// peakHeap watches how far the heap grows while fn runs.
func peakHeap(fn func()) uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before := m.HeapAlloc
	var peak atomic.Uint64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.HeapAlloc))
			select {
			case <-stop:
				return
			case <-tick.C:
			}
		}
	}()
	fn()
	close(stop)
	<-done
	if peak.Load() < before {
		return 0
	}
	return peak.Load() - before
}

// processorTime is what this process has used so far: unlike the time on the
// wall it is not that of other processes.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func TestHostileTemplates(t *testing.T) {
	vars := hostileVars(t)
	for _, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // the work is bounded, however slow the machine
			defer cancel()
			var err error
			start := processorTime(t)
			heap := peakHeap(func() {
				var tmpl *Template
				if tmpl, err = Compile(h.source, JSON); err == nil {
					_, err = tmpl.Render(ctx, vars, Options{Snippets: hostileSnippets})
				}
			})
			if took := processorTime(t) - start; took > time.Second {
				t.Errorf("took %v of a processor", took)
			}
			if heap > 32<<20 {
				t.Errorf("the heap grew by %d MB", heap>>20)
			}
			checkHostile(t, err, h.want)
		})
	}
}

// checkHostile: the error is ours, has a place, and hides no panic.
func checkHostile(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil && want == "" {
		return
	}
	var e *Error
	if !errors.As(err, &e) || want == "" {
		t.Fatalf("got %v, want %q", err, want)
	}
	if !strings.Contains(e.Message, want) || e.Line == 0 {
		t.Errorf("got %v, want a line and %q", err, want)
	}
	if strings.HasPrefix(want, ErrLimit.Error()) != errors.Is(err, ErrLimit) {
		t.Errorf("errors.Is(ErrLimit) is wrong for %v", err)
	}
	if e.cause != nil && !errors.Is(err, ErrLimit) {
		t.Errorf("there was a fault behind it: %v", e.cause)
	}
}
