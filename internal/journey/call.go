package journey

import (
	"context"
	"encoding/json"

	"hookline/internal/hookline"
)

// MaxCalled is how many people one call can bring into a campaign.
const MaxCalled = 1000

// Called is what a call has done for one person.
type Called struct {
	PersonID string
	Began    bool
}

// Call lets people enter a campaign because a program asked for it, each with the
// same data, a JSON object that templates find as trigger. It is durable when it
// returns. Who is in the campaign already, may not enter it again, is suppressed
// or does not meet its condition does not begin. It fails with KindConflict when
// the campaign is not running or does not begin with calls.
func (e *Engine) Call(ctx context.Context, campaignID string, personIDs []string, data json.RawMessage) ([]Called, error) {
	now, err := e.current(ctx)
	if err != nil {
		return nil, err
	}
	var called *plan
	for _, p := range now.of(hookline.TriggerCall) {
		if p.ID == campaignID {
			called = p
		}
	}
	switch {
	case called == nil:
		return nil, hookline.Conflict("This campaign takes no calls now: it is not running, or something else starts it. Choose “A program calls” as its trigger, and start it.")
	case len(personIDs) == 0 || len(personIDs) > MaxCalled:
		return nil, hookline.Invalid("Name between 1 and 1,000 people.", map[string]string{"people": "Name between 1 and 1,000 people."})
	case len(data) > hookline.MaxCallData:
		return nil, hookline.Invalid("This data is too long: at most 32 KB.", map[string]string{"data": "This data is too long: at most 32 KB."})
	}
	if _, err := hookline.ParseAttributes(data); err != nil {
		return nil, hookline.Invalid("This data cannot be used.", map[string]string{"data": `Give one JSON object, such as {"order": 17}.`})
	}
	return e.begin(ctx, called, personIDs, data)
}

func (e *Engine) begin(ctx context.Context, p *plan, personIDs []string, data json.RawMessage) ([]Called, error) {
	may, err := e.meets(ctx, p, personIDs)
	if err != nil {
		return nil, err
	}
	all := make([]Called, len(personIDs))
	var begins []hookline.JourneyBegin
	var places []int
	for i, id := range personIDs {
		all[i].PersonID = id
		if may(id) {
			begins, places = append(begins, p.begin(id, "", data, e.now())), append(places, i)
		}
	}
	began, err := e.store.BeginJourneys(ctx, begins)
	for i, place := range places {
		all[place].Began = err == nil && began[i]
	}
	return all, err
}
