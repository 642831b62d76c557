package liquid

import (
	"fmt"
	"sync"
	"testing"
)

func TestCacheKeepsTheMostRecent(t *testing.T) {
	c := NewCache(2)
	get := func(source string, mode Mode) *Template {
		t.Helper()
		tmpl, err := c.Compile(source, mode)
		if err != nil {
			t.Fatal(err)
		}
		return tmpl
	}
	a := get("a", Text)
	if get("a", Text) != a {
		t.Error("the same template was compiled twice")
	}
	if get("a", JSON) == a {
		t.Error("another mode gave the same template")
	}
	get("a", Text) // now the JSON one is the oldest
	get("b", Text)
	if get("a", Text) != a {
		t.Error("the template used last was thrown out")
	}
	if c.Len() != 2 {
		t.Errorf("%d templates kept, want 2", c.Len())
	}
	if _, err := c.Compile("{{", Text); err == nil || c.Len() != 2 {
		t.Errorf("a template that does not compile: %v, %d kept", err, c.Len())
	}
}

func TestCacheFromManyGoroutines(t *testing.T) {
	c := NewCache(3)
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			for i := range 200 {
				source := fmt.Sprintf("text %d {{ a }}", (i+n)%5)
				tmpl, err := c.Compile(source, JSON)
				if err != nil || tmpl.source != source {
					t.Errorf("got %v, %v for %q", tmpl, err, source)
					return
				}
			}
		})
	}
	wg.Wait()
	if c.Len() != 3 {
		t.Errorf("%d templates kept, want 3", c.Len())
	}
}
