package condition

import (
	"hookline/internal/data"
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

// Decode reads a JSON object the way conditions want it. What is no object has
// no members.
func Decode(object []byte) *data.Object {
	o, _ := data.DecodeObject(string(object))
	return o
}
