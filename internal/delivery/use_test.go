package delivery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"hookline/internal/hookline"
	"hookline/internal/outbound"

	"github.com/google/go-cmp/cmp"
)

// The people and the event that deliveries of tests may be about.
func (m *memory) Event(_ context.Context, id string) (hookline.Event, error) {
	if id != "evt_1" {
		return hookline.Event{}, hookline.NotFound("event")
	}
	return hookline.Event{ID: id, Name: "Order Paid", Payload: []byte(`{"properties":{"total":10}}`)}, nil
}

func (m *memory) Person(_ context.Context, id string) (hookline.Person, error) {
	switch id {
	case "per_1":
		return hookline.Person{ID: id, UserID: "u1", Version: 7, Attributes: json.RawMessage(`{"lifetime_value":100}`)}, nil
	case "per_broken":
		return hookline.Person{}, errors.New("no disk")
	}
	return hookline.Person{}, hookline.NotFound("person")
}

// DeliveryRow tells that whoever is asked for was merged into per_1.
func (m *memory) DeliveryRow(_ context.Context, id string) (hookline.DeliveryRow, error) {
	if id == "dlv_unknown" {
		return hookline.DeliveryRow{}, nil
	}
	return hookline.DeliveryRow{Delivery: hookline.Delivery{ID: id, PersonID: "per_1"}}, nil
}

func TestWhatIsMadeOfAnAnswer(t *testing.T) {
	total := hookline.Response{Attributes: []hookline.ResponseAttribute{
		{Name: "lifetime_value", Value: "{{ customer.lifetime_value | plus: response.amount }}"},
		{Name: "last", Value: "{{ event.properties.total }}"},
	}}
	both := `[{"name":"lifetime_value","value":142},{"name":"last","value":10}]`
	for name, test := range map[string]struct {
		response hookline.Response
		change   func(*hookline.Owed)
		answer   outbound.Response
		sets     string
		reason   string
	}{
		"nothing asked for": {hookline.Response{}, nil, outbound.Response{Status: 200, Body: []byte(`{"amount":42}`)}, `null`, ""},
		"set":               {total, nil, outbound.Response{Status: 200, Body: []byte(`{"amount":42}`)}, both, ""},
		"of who was merged": {total, func(o *hookline.Owed) { o.PersonID = "per_gone" }, outbound.Response{Status: 200, Body: []byte(`{"amount":42}`)}, both, ""},
		"of a batch":        {total, func(o *hookline.Owed) { o.BatchSize = 2 }, outbound.Response{Status: 200, Body: []byte(`{"amount":42}`)}, `null`, ""},
		"of a test":         {total, func(o *hookline.Owed) { o.Origin = hookline.OriginTest }, outbound.Response{Status: 200, Body: []byte(`{"amount":42}`)}, `null`, ""},
		"of a journey": {
			hookline.Response{Attributes: []hookline.ResponseAttribute{{Name: "points", Value: "{{ trigger.points | plus: response.amount }}"}, {Name: "lead", Value: "{{ answers.create_lead.lead_id }}"}}},
			func(o *hookline.Owed) { o.JourneyID = "jrn_1" },
			outbound.Response{Status: 200, Body: []byte(`{"amount":42}`)},
			`[{"name":"points","value":45},{"name":"lead","value":"L-7"}]`, "",
		},
		"no success": {total, nil, outbound.Response{Status: 404, Body: []byte(`{"amount":42}`)}, `null`, "The receiver answered 404 Not Found, which means that trying again would not help."},
		"who cannot be read": {
			total, func(o *hookline.Owed) { o.PersonID = "per_broken" },
			outbound.Response{Status: 200, Body: []byte(`{"amount":42}`)},
			`null`,
			"Accepted, but no attribute was set, because the event or the person could not be read.",
		},
		"from the inside": {
			total, nil,
			outbound.Response{Status: 200, Body: []byte(`{"amount":42}`), Inside: true},
			`null`,
			"Accepted, but no attribute was set, because the answer came from an inside address and this action was last changed by somebody who is no administrator.",
		},
		"from the inside, as an administrator wants": {hookline.Response{Attributes: total.Attributes, Inside: true}, nil, outbound.Response{Status: 200, Body: []byte(`{"amount":42}`), Inside: true}, both, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMemory(1, one)
			m.routing.Responses = map[string]hookline.Response{"act_1": test.response}
			o := *m.owed["dlv_00000"]
			o.ActionID, o.EventID, o.PersonID = "act_1", "evt_1", "per_1"
			if test.change != nil {
				test.change(&o)
			}
			e := New(m, receiver(func(outbound.Request) (outbound.Response, error) { return test.answer, nil }), Config{}, slog.New(slog.DiscardHandler))
			f, _, made := e.attempt(t.Context(), o)
			sets, err := json.Marshal(f.Sets)
			if err != nil || !made {
				t.Fatal(err, made)
			}
			if diff := cmp.Diff(test.sets, string(sets)); diff != "" {
				t.Errorf("sets (-want +got)\n%s", diff)
			}
			if f.Outcome.Reason != test.reason || f.Attempt.Reason != test.reason {
				t.Errorf("reasons %q and %q, want %q", f.Outcome.Reason, f.Attempt.Reason, test.reason)
			}
		})
	}
}

// TestAttributesAreWorkedOutAnew: two answers that add to what a person has both
// count, however they overlap.
func TestAttributesAreWorkedOutAnew(t *testing.T) {
	m := newMemory(1, one)
	m.routing.Responses = map[string]hookline.Response{"act_1": {Attributes: []hookline.ResponseAttribute{
		{Name: "sum", Value: "{{ customer.lifetime_value | plus: response.amount }}"},
	}}}
	o := *m.owed["dlv_00000"]
	o.ActionID, o.PersonID = "act_1", "per_1"
	for _, changes := range []int{0, 1, usedAnew, 100} {
		store := &changing{memory: m, changes: changes}
		e := New(store, receiver(func(outbound.Request) (outbound.Response, error) {
			return outbound.Response{Status: 200, Body: []byte(`{"amount":42}`)}, nil
		}), Config{}, slog.New(slog.DiscardHandler))
		f, _, _ := e.attempt(t.Context(), o)
		if err := e.finish(t.Context(), o, &f); err != nil {
			t.Fatal(err)
		}
		got := store.finished
		if want := min(changes, usedAnew); store.refused != want || len(got.Sets) != 1 || got.Attempt.Reason != "" {
			t.Errorf("after %d changes: refused %d times, %+v", changes, store.refused, got)
		}
		if got.PersonVersion == 0 != (changes >= usedAnew) {
			t.Errorf("after %d changes it is recorded for version %d", changes, got.PersonVersion)
		}
	}
}

// changing is a memory in which the person changes so many times.
type changing struct {
	*memory
	changes, refused int
	finished         hookline.Finished
}

func (c *changing) Finish(_ context.Context, f hookline.Finished) error {
	if c.refused < c.changes && f.PersonVersion != 0 {
		c.refused++
		return fmt.Errorf("write: %w", hookline.ErrPersonChanged)
	}
	c.finished = f
	return nil
}

// Journey is one that brings along with what it began.
func (m *memory) Journey(_ context.Context, id string) (hookline.Journey, error) {
	if id != "jrn_1" {
		return hookline.Journey{}, hookline.NotFound("journey")
	}
	return hookline.Journey{ID: id, Trigger: json.RawMessage(`{"points":3}`), Answers: json.RawMessage(`{"create_lead":{"lead_id":"L-7"}}`)}, nil
}
