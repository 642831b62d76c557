package condition

import (
	"bytes"
	"encoding/json"

	"hookline/internal/hookline"
)

// SubjectOf is what a trigger is asked about when an event comes in: the whole
// call, and the person's attributes as a template knows them. person may be nil.
func SubjectOf(e hookline.Event, person *hookline.Person) Subject {
	subject := Subject{Event: Decode(e.Payload)}
	if person == nil {
		return subject
	}
	if customer, err := person.Customer(); err == nil {
		subject.Person = Decode(customer.JSON())
	}
	return subject
}

// Decode reads a JSON object the way conditions want it, with numbers as they
// were written. What is no object has no members.
func Decode(object []byte) map[string]any {
	d := json.NewDecoder(bytes.NewReader(object))
	d.UseNumber()
	var m map[string]any
	if d.Decode(&m) != nil {
		return nil
	}
	return m
}
