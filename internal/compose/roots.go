package compose

import (
	"encoding/json"
	"fmt"
	"slices"

	"hookline/internal/condition"
	"hookline/internal/data"
	"hookline/internal/hookline"
	"hookline/internal/liquid"
)

// Roots is what a template can speak of. Who has the event or the person decoded
// already gives that too; otherwise each request decodes what its template asks
// for.
type Roots struct {
	Event    *hookline.Event              // nil when no event set this off
	Person   *hookline.Person             // nil when nobody is known
	Call     *data.Object                 // Event's payload
	Customer func() (*data.Object, error) // Person, as condition.Customer has them
	Answer   *Answer                      // nil unless an answer is made use of
	Trigger  json.RawMessage              // one JSON object: with what a journey began; nil outside of a campaign
	Answers  json.RawMessage              // one JSON object: what webhooks of the journey were answered, by Step.Word; nil outside of a campaign
}

// asked are the roots in the form templates read: event is the whole call,
// customer the person's attributes with their id. What no template asks for is
// not made.
type asked struct {
	Roots
	customer *data.Object
	journey  map[string]*data.Object // what was decoded of trigger and answers
	err      error                   // why a root could not be made
}

// rootNames are the names that Root knows everywhere, journeyRootNames those
// that it knows besides within a campaign.
var (
	rootNames        = []string{"customer", "event", "event_name", "event_id", "event_timestamp"}
	journeyRootNames = []string{"trigger", "answers"}
)

// names are the names that Root knows of these.
func (r Roots) names() []string {
	if r.Trigger == nil && r.Answers == nil {
		return rootNames
	}
	return slices.Concat(rootNames, journeyRootNames)
}

// Root gives a root, nil when it could not be made, which err then says.
func (a *asked) Root(name string) (liquid.Value, bool) {
	switch {
	case name == "customer" && a.Person != nil:
		return a.aboutPerson()
	case a.Answer != nil && name == "response":
		return a.Answer.JSON, a.Answer.IsJSON
	case a.Answer != nil && name == "response_status":
		return int64(a.Answer.Status), true
	case name == "trigger" && a.Trigger != nil:
		return a.ofJourney(name, a.Trigger)
	case name == "answers" && a.Answers != nil:
		return a.ofJourney(name, a.Answers)
	case a.Event == nil:
		return nil, false
	}
	switch name {
	case "event":
		return a.aboutEvent()
	case "event_name":
		return a.Event.Name, true
	case "event_id":
		return a.Event.ID, true
	case "event_timestamp":
		return a.Event.Timestamp.Unix(), true
	}
	return nil, false
}

// ofJourney decodes what a journey brings along, once.
func (a *asked) ofJourney(name string, text json.RawMessage) (liquid.Value, bool) {
	if known := a.journey[name]; known != nil {
		return known, true
	}
	object, err := data.DecodeObject(string(text))
	if err != nil {
		a.err = fmt.Errorf("read %s of journey: %w", name, err)
		return nil, false
	}
	if a.journey == nil {
		a.journey = map[string]*data.Object{}
	}
	a.journey[name] = object
	return object, true
}

func (a *asked) aboutEvent() (liquid.Value, bool) {
	if a.Call == nil {
		call, err := data.DecodeObject(string(a.Event.Payload))
		if err != nil {
			a.err = fmt.Errorf("read event %s: %w", a.Event.ID, err)
			return nil, false
		}
		a.Call = call
	}
	return a.Call, true
}

func (a *asked) aboutPerson() (liquid.Value, bool) {
	if a.customer == nil {
		decode := a.Customer
		if decode == nil {
			decode = func() (*data.Object, error) { return condition.Customer(a.Person) }
		}
		customer, err := decode()
		if err != nil {
			a.err = fmt.Errorf("read person %s: %w", a.Person.ID, err)
			return nil, false
		}
		a.customer = customer
	}
	return a.customer, true
}
