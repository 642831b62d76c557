package condition

import (
	"bytes"
	"slices"

	"hookline/internal/data"
	"hookline/internal/hookline"
)

// SubjectOf is what a trigger is asked about when an event comes in: the whole
// call, and the person's attributes as a template knows them. person may be nil.
func SubjectOf(e hookline.Event, person *hookline.Person) Subject {
	subject := Subject{Event: Decode(e.Payload)}
	if person != nil {
		subject.Person, _ = Customer(person)
		subject.InSegment = InSegments(person.Segments)
	}
	return subject
}

// InSegments is a Subject's InSegment for a person who is in these.
func InSegments(ids []string) func(segmentID string) bool {
	return func(segmentID string) bool { return slices.Contains(ids, segmentID) }
}

// Customer is the person as a condition's person.… and a template's root
// customer: what hookline.Person.Customer says, decoded.
func Customer(p *hookline.Person) (*data.Object, error) {
	attributes, err := Attributes(p)
	if err != nil {
		return nil, err
	}
	return WithID(attributes, p.UserID), nil
}

// Attributes are the person's own, decoded; as in hookline.ParseAttributes,
// nothing and null are the empty object.
func Attributes(p *hookline.Person) (*data.Object, error) {
	text := bytes.TrimSpace(p.Attributes)
	if len(text) == 0 || string(text) == "null" {
		return &data.Object{}, nil
	}
	return data.DecodeObject(string(text))
}

// WithID makes a customer of attributes: with the user id in front, unless they
// have an id or there is none.
func WithID(attributes *data.Object, userID string) *data.Object {
	if userID == "" || attributes.Look("id").Kind() != data.KindMissing {
		return attributes
	}
	return attributes.WithFirst("id", userID)
}

// Decode reads a JSON object the way conditions want it. What is no object has
// no members.
func Decode(object []byte) *data.Object {
	o, _ := data.DecodeObject(string(object))
	return o
}
