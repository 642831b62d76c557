package liquid

import (
	"errors"
	"strings"
	"testing"
)

// TestAPanicIsAnErrorOfThatTemplate lets a filter panic where no other test
// runs beside it: the author is told that the template cannot be rendered, and
// nothing of the inside.
func TestAPanicIsAnErrorOfThatTemplate(t *testing.T) {
	filters["explode"] = &filter{fn: func(*call) (any, error) { panic("secret detail") }}
	defer delete(filters, "explode")
	compiled, err := Compile("before {{ 1 | explode }} after", Text)
	if err != nil {
		t.Fatal(err)
	}
	result, err := compiled.Render(t.Context(), Vars{}, Options{})
	var e *Error
	if !errors.As(err, &e) || e.Message != "this template cannot be rendered" || strings.Contains(err.Error(), "secret") || result.Output != "" {
		t.Errorf("%v, %q", err, result.Output)
	}
}
