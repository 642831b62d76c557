package compose

import (
	"encoding/json"
	"time"

	"hookline/internal/hookline"
)

// OfJourney gives what the templates of a journey's steps speak of: the person,
// who may be nil, what it began with, and what its webhooks were answered. The
// event is the one that began it, also after that was deleted from the log.
func OfJourney(j *hookline.Journey, person *hookline.Person) Roots {
	roots := Roots{Person: person, Trigger: orEmpty(j.Trigger), Answers: orEmpty(j.Answers)}
	if j.EventID == "" {
		return roots
	}
	var call struct {
		Type      hookline.EventType `json:"type"`
		Event     string             `json:"event"`
		Name      string             `json:"name"`
		Timestamp time.Time          `json:"timestamp"`
	}
	_ = json.Unmarshal(roots.Trigger, &call) // it was checked when it came; what cannot be read of it is left empty
	if call.Event != "" {
		call.Name = call.Event
	}
	if call.Timestamp.IsZero() {
		call.Timestamp = j.BeganAt
	}
	roots.Event = &hookline.Event{ID: j.EventID, Type: call.Type, Name: call.Name, Timestamp: call.Timestamp, ReceivedAt: j.BeganAt, Payload: roots.Trigger}
	return roots
}

func orEmpty(object json.RawMessage) json.RawMessage {
	if len(object) == 0 {
		return json.RawMessage(`{}`)
	}
	return object
}
