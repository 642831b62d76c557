package web

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"hookline/internal/condition"
	"hookline/internal/docs"
	"hookline/internal/hookline"
	"hookline/views"
)

// offeredValue is something that a template can fill in, as the editor and the list of values offer it.
type offeredValue struct {
	Path   string `json:"path"`   // customer.email
	Group  string `json:"group"`  // “Person”, “Event” or “Secrets”
	Sample string `json:"sample"` // a real one, shortened
	Note   string `json:"note"`   // “empty for 18 % of people”
	filled int
}

// offeredWord is a filter or a tag.
type offeredWord struct {
	Name      string `json:"name"`
	What      string `json:"what"`
	Example   string `json:"example,omitempty"`
	Arguments bool   `json:"arguments,omitempty"` // something follows its name
}

// offered is everything that the editor offers while somebody types.
type offered struct {
	Values  []offeredValue `json:"values"`
	Filters []offeredWord  `json:"filters"`
	Tags    []offeredWord  `json:"tags"`
	Note    string         `json:"note"` // where the values are from
}

// offerValues serves what a destination's templates can fill in: what stands in the latest events of its sources and in
// the newest people.
func (s *server) offerValues(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Store.Destination(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	people, err := s.surveyPeople(r)
	if err != nil {
		return err
	}
	answer := offered{Filters: offeredFilters(), Tags: offeredTags()}
	answer.add("Person", people)
	names, err := s.offerBeside(r, d, people, &answer)
	if err != nil {
		return err
	}
	secrets, err := s.offeredSecrets(r.Context())
	if err != nil {
		return err
	}
	answer.Values = append(append(answer.Values, names...), secrets...)
	body, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	// A failed write means that the browser has gone; there is nobody left to tell.
	_, _ = w.Write(body)
	return nil
}

// offerBeside adds what a destination's templates can fill in beside the person: of events, or of a journey.
func (s *server) offerBeside(r *http.Request, d hookline.Destination, people *survey, answer *offered) (names []offeredValue, err error) {
	if strings.HasPrefix(d.Owner, "cmp_") {
		trigger, answers, err := s.surveyJourney(r, d)
		if err != nil {
			return nil, err
		}
		answer.add("Answers of earlier steps", answers)
		answer.add("What the journey began with", trigger)
		answer.Note = "Seen in " + counted(people.looked, "person", "people") + " and in the newest journey."
		return nil, nil
	}
	events, names, err := s.surveyEvents(r, d)
	if err != nil {
		return nil, err
	}
	answer.Note = surveyed(people, events)
	answer.add("Event", events)
	return names, nil
}

func (o *offered) add(group string, s *survey) {
	for _, value := range s.values() {
		value.Group = group
		o.Values = append(o.Values, value)
	}
}

// surveyPeople looks through the newest people; where there are none, at the example.
func (s *server) surveyPeople(r *http.Request) (*survey, error) {
	list, err := s.Store.ListPeople(r.Context(), "", hookline.Cursor{Limit: surveyedRows})
	if err != nil {
		return nil, err
	}
	if len(list.Rows) == 0 {
		list.Rows = []hookline.Person{*examplePerson()}
	}
	found := newSurvey("customer", "people")
	for i := range list.Rows {
		customer, err := condition.Customer(&list.Rows[i])
		if err == nil && !found.look(customer) {
			break
		}
	}
	return found, nil
}

// surveyEvents looks through the latest events; where there are none, at the example. names are the values that Hookline
// itself gives of an event.
func (s *server) surveyEvents(r *http.Request, d hookline.Destination) (found *survey, names []offeredValue, err error) {
	var events []hookline.Event
	if len(d.SourceIDs) > 0 { // an empty filter would not narrow
		list, err := s.Store.ListEvents(r.Context(), hookline.EventFilter{SourceIDs: d.SourceIDs}, hookline.Cursor{Limit: surveyedRows})
		if err != nil {
			return nil, nil, err
		}
		events = list.Rows
	}
	if len(events) == 0 {
		events = []hookline.Event{*exampleEvent()}
	}
	found = newSurvey("event", "events")
	for _, e := range events {
		if !found.look(condition.Decode(e.Payload)) {
			break
		}
	}
	newest := events[0]
	return found, []offeredValue{
		{Path: "event_name", Group: "Event", Sample: newest.Name, Note: "the name of the event"},
		{Path: "event_id", Group: "Event", Sample: newest.ID, Note: "Hookline’s id of the event"},
		{Path: "event_timestamp", Group: "Event", Sample: strconv.FormatInt(newest.Timestamp.Unix(), 10), Note: "when it happened, in Unix seconds"},
	}, nil
}

// surveyed says what the values are from.
func surveyed(people, events *survey) string {
	return "Seen in " + counted(events.looked, "event", "events") + " and " + counted(people.looked, "person", "people") + ", the newest ones."
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return views.Grouped(n) + " " + many
}

func offeredFilters() []offeredWord {
	var words []offeredWord
	for _, w := range docs.LiquidFilters() {
		words = append(words, offeredWord{Name: w.Name, What: w.What, Example: w.Example, Arguments: strings.Contains(w.Example, "| "+w.Name+":")})
	}
	return words
}

func offeredTags() []offeredWord {
	var words []offeredWord
	for _, w := range docs.LiquidTags() {
		words = append(words, offeredWord{Name: w.Name, What: w.What})
	}
	return words
}
