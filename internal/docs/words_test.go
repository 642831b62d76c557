package docs

import (
	"strings"
	"testing"
)

// TestLiquidWordsAreThoseThereAre holds the table that the composer's editor
// offers against the renderer's source, as the pages are held.
func TestLiquidWordsAreThoseThereAre(t *testing.T) {
	names := func(words []Word) (names []string) {
		for _, w := range words {
			names = append(names, w.Name)
			if w.What == "" || strings.ContainsAny(w.What, "`|\x00") {
				t.Errorf("%s is explained as %q", w.Name, w.What)
			}
		}
		return names
	}
	compare(t, names(LiquidFilters()), keys(t, "filter"))
	compare(t, names(LiquidTags()), append(keys(t, "func(*parser) (tag, error)"), "raw", "comment", "doc", "liquid"))
	for _, w := range LiquidFilters() {
		if !strings.Contains(w.Example, "| "+w.Name) {
			t.Errorf("the example of %s is %q", w.Name, w.Example)
		}
	}
}
