package compose

import (
	"errors"
	"strings"
	"testing"

	"hookline/internal/condition"
	"hookline/internal/data"
	"hookline/internal/hookline"
)

// TestRootsAreDecodedWhenAsked holds that a request uses what its maker has
// decoded already, and asks for the person once and only where a template does.
func TestRootsAreDecodedWhenAsked(t *testing.T) {
	call, err := data.DecodeObject(`{"event":"Decoded"}`)
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]struct {
		body  string
		times int
	}{
		`"{{ event.event }}"`: {`"Decoded"`, 0},
		`"{{ customer.id }} {{ customer.email }} {{ event_name }}"`: {`"123 ana@example.com Signed Up"`, 1},
	} {
		times := 0
		roots := Roots{Event: signedUp, Person: ana, Call: call, Customer: func() (*data.Object, error) {
			times++
			return condition.Customer(ana)
		}}
		got, err := New().Request(t.Context(), template(func(t *hookline.Template) { t.Body = body }), roots)
		if err != nil {
			t.Fatal(err)
		}
		if string(got.Body) != want.body || times != want.times {
			t.Errorf("%s became %s and asked for the person %d times", body, got.Body, times)
		}
	}
}

func TestRootsThatCannotBeRead(t *testing.T) {
	for name, roots := range map[string]Roots{
		"read event evt_1":  {Event: &hookline.Event{ID: "evt_1", Payload: []byte(`[]`)}},
		"read person per_1": {Person: &hookline.Person{ID: "per_1", Attributes: []byte(`{`)}},
	} {
		_, err := New().Request(t.Context(), template(func(t *hookline.Template) { t.Body = `{"a":"{{ event.a }}{{ customer.a }}"}` }), roots)
		if err == nil || !strings.HasPrefix(err.Error(), name) || errors.As(err, new(*Error)) || Reason(err) != "The request could not be made." {
			t.Errorf("%s: %v", name, err)
		}
	}
}
