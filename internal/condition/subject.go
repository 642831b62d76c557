package condition

import (
	"bytes"

	"hookline/internal/data"
	"hookline/internal/hookline"
)

// SubjectOf is what a trigger is asked about when an event comes in: the whole
// call, and the person's attributes as a template knows them. person may be nil.
func SubjectOf(e hookline.Event, person *hookline.Person) Subject {
	subject := Subject{Event: Decode(e.Payload)}
	if person != nil {
		subject.Person, _ = Customer(person)
	}
	return subject
}

// Customer is the person as a condition's person.… and a template's root
// customer: what hookline.Person.Customer says, decoded.
func Customer(p *hookline.Person) (*data.Object, error) {
	attributes := &data.Object{}
	if text := bytes.TrimSpace(p.Attributes); len(text) > 0 && string(text) != "null" {
		var err error
		if attributes, err = data.DecodeObject(string(text)); err != nil {
			return nil, err
		}
	}
	if p.UserID == "" || attributes.Look("id").Kind() != data.KindMissing {
		return attributes, nil
	}
	return attributes.WithFirst("id", p.UserID), nil
}

// Decode reads a JSON object the way conditions want it. What is no object has
// no members.
func Decode(object []byte) *data.Object {
	o, _ := data.DecodeObject(string(object))
	return o
}
