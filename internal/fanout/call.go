package fanout

import (
	"encoding/json"

	"hookline/internal/hookline"
)

// call is what fanout reads from an event's payload.
type call struct {
	Traits       json.RawMessage            `json:"traits"`
	PreviousID   string                     `json:"previousId"`
	Integrations map[string]json.RawMessage `json:"integrations"`
}

func readCall(e *hookline.Event) call {
	var c call
	// A member of an unexpected shape is left empty, and the others are read.
	_ = json.Unmarshal(e.Payload, &c)
	return c
}

// traits gives what an identify says of the person; of another call, nothing.
func (c call) traits(e *hookline.Event) hookline.Attributes {
	if e.Type != hookline.Identify {
		return hookline.Attributes{}
	}
	a, err := hookline.ParseAttributes(c.Traits)
	if err != nil {
		return hookline.Attributes{} // traits that are no object say nothing
	}
	return a
}

// allows says whether the event's own integrations object lets it go to the
// destination of this name (WIRE: Events in). An object counts as true.
func (c call) allows(destination string) bool {
	if choice, ok := c.Integrations[destination]; ok {
		return !isFalse(choice)
	}
	if all, ok := c.Integrations["All"]; ok && isFalse(all) {
		webhooks, named := c.Integrations["Webhooks"]
		return named && !isFalse(webhooks)
	}
	if webhooks, ok := c.Integrations["Webhooks"]; ok {
		return !isFalse(webhooks)
	}
	return true
}

func isFalse(choice json.RawMessage) bool {
	return string(choice) == "false" || string(choice) == "null"
}
