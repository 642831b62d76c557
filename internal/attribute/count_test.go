package attribute

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

func TestCounter(t *testing.T) {
	var c Counter
	for _, attributes := range []string{
		`{"plan":"pro","n":1,"vip":true,"born":"2026-06-10","company":{"name":"Acme","size":3},"api_token":"geheim","first.name":"x"}`,
		`{"plan":"free","n":"many","tags":["a"],"company":{"name":"Other"}}`,
		`{"plan":"pro","n":null}`,
		`[]`,
	} {
		c.Add(&hookline.Person{Attributes: []byte(attributes)})
	}
	at := time.Unix(1, 0)
	want := hookline.AttributeIndex{People: 4, At: at, Counts: []hookline.AttributeCount{
		{Name: `"first.name"`, People: 1, Types: map[string]int{"text": 1}, Examples: []string{"x"}},
		{Name: "api_token", People: 1, Types: map[string]int{"text": 1}, Examples: []string{}},
		{Name: "born", People: 1, Types: map[string]int{"time": 1}, Examples: []string{"2026-06-10"}},
		{Name: "company", People: 2, Types: map[string]int{"object": 2}, Examples: []string{}},
		{Name: "company.name", People: 2, Types: map[string]int{"text": 2}, Examples: []string{"Acme", "Other"}},
		{Name: "company.size", People: 1, Types: map[string]int{"number": 1}, Examples: []string{"3"}},
		{Name: "n", People: 3, Types: map[string]int{"number": 1, "text": 1, "empty": 1}, Examples: []string{"1", "many"}},
		{Name: "plan", People: 3, Types: map[string]int{"text": 3}, Examples: []string{"pro", "free"}},
		{Name: "tags", People: 1, Types: map[string]int{"list": 1}, Examples: []string{}},
		{Name: "vip", People: 1, Types: map[string]int{"boolean": 1}, Examples: []string{"yes"}},
	}}
	got := c.Index(at)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("index (-want +got):\n%s", diff)
	}
	if coverage := got.Coverage(got.Counts[7]); coverage != 0.75 {
		t.Errorf("plan covers %v", coverage)
	}
}

// TestCounterIsBounded: nobody makes it large by telling of ever new names.
func TestCounterIsBounded(t *testing.T) {
	var c Counter
	deep := strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200)
	c.Add(&hookline.Person{Attributes: []byte(`{"deep":` + deep + `}`)})
	for i := range 3 * maxNames {
		c.Add(&hookline.Person{Attributes: fmt.Appendf(nil, `{"n%d":%q,"plan":%d}`, i, strings.Repeat("x", 100), i)})
	}
	index := c.Index(time.Unix(1, 0))
	if len(index.Counts) != maxNames || !index.More {
		t.Errorf("%d names are counted, more: %v", len(index.Counts), index.More)
	}
	for _, one := range index.Counts {
		if len(one.Examples) > maxExamples || strings.Count(one.Name, ".") > maxDepth {
			t.Errorf("counted is %+v", one)
		}
	}
}
