package web

import (
	"slices"
	"strings"

	"hookline/internal/compose"
	"hookline/internal/condition"
	"hookline/internal/data"
	"hookline/views"
)

// awkward is data as it comes one day, though nobody expected it: a made-up person and event with the fields of real
// ones, so that a template meets it in its own places.
type awkward struct {
	id, title string
	note      string                   // what is awkward, as a whole sentence
	text      func(text string) string // what becomes of each text; nil: they stay
	null      bool                     // every value is null
	missing   bool                     // nothing is there
}

// longText is how long an awkwardly long text is, in bytes.
const longText = 3000

var awkwards = []awkward{
	{
		id: "awkward:quotes", title: "Quotation marks and backslashes", note: "every text has quotation marks and a backslash in it",
		text: func(text string) string { return text + ` says "hi" \ 'bye'` },
	},
	{
		id: "awkward:lines", title: "Line breaks and tabs", note: "every text has line breaks and a tab in it",
		text: func(text string) string { return text + "\nsecond line\r\n\tthird line" },
	},
	{
		id: "awkward:emoji", title: "Emoji and accents", note: "every text has emoji and accents in it",
		text: func(text string) string { return text + " 👩‍👩‍👧 Žofie 🇪🇺 e\u0301" },
	},
	{
		id: "awkward:rtl", title: "Written from right to left", note: "every text is Hebrew and Arabic",
		text: func(string) string { return "שלום עולם مرحبا بالعالم" },
	},
	{
		id: "awkward:long", title: "Very long texts", note: "every text is 3,000 letters long",
		text: func(text string) string { return (text + strings.Repeat(" and so on", longText/10))[:longText] },
	},
	{id: "awkward:missing", title: "Nothing is known", note: "the event has no properties and the person no attributes", missing: true},
	{id: "awkward:null", title: "Everything is null", note: "every property and attribute is null", null: true},
}

// awkwardBy finds one by its id.
func awkwardBy(id string) (awkward, bool) {
	i := slices.IndexFunc(awkwards, func(a awkward) bool { return a.id == id })
	if i < 0 {
		return awkward{}, false
	}
	return awkwards[i], true
}

func offeredAwkwards() []views.Example {
	offered := make([]views.Example, len(awkwards))
	for i, a := range awkwards {
		offered[i] = views.Example{ID: a.id, Title: a.title}
	}
	return offered
}

// of makes the awkward event and person out of real ones, or the example's where there are none.
func (a awkward) of(roots compose.Roots) compose.Roots {
	event, person := *exampleEvent(), *examplePerson()
	if roots.Event != nil {
		event = *roots.Event
	}
	if roots.Person != nil {
		person = *roots.Person
	}
	payload := data.NewObject(8)
	for key, value := range condition.Decode(event.Payload).All() {
		switch key {
		case "properties", "traits", "context":
			if a.missing {
				continue
			}
			value = a.value(value)
		}
		payload.Put(key, value)
	}
	event.Payload = written(payload)
	attributes := data.NewObject(0)
	if all, err := condition.Attributes(&person); err == nil && !a.missing {
		attributes, _ = a.value(all).(*data.Object)
	}
	person.Attributes = written(attributes)
	return compose.Roots{Event: &event, Person: &person}
}

// value goes down to the values that hold no others.
func (a awkward) value(value data.Value) data.Value {
	switch value := value.(type) {
	case *data.Object:
		made := data.NewObject(value.Len())
		for key, member := range value.All() {
			made.Put(key, a.value(member))
		}
		return made
	case []data.Value:
		made := make([]data.Value, len(value))
		for i, item := range value {
			made[i] = a.value(item)
		}
		return made
	case string:
		if a.text != nil {
			return a.text(value)
		}
	}
	if a.null {
		return nil
	}
	return value
}

// written is an object as JSON; what was decoded can always be written.
func written(object *data.Object) []byte {
	text, err := object.MarshalJSON()
	if err != nil {
		return []byte("{}")
	}
	return text
}

// chosen makes them of the newest event that fits.
func (a awkward) chosen(lately *recent, t triggerForm, m *views.PreviewModel) (compose.Roots, error) {
	var newest compose.Roots
	fields := "the example"
	if len(lately.events) > 0 {
		var err error
		if newest, err = lately.bestRoots(t, m); err != nil {
			return compose.Roots{}, err
		}
		fields = "your newest event"
	}
	m.Note = "Made up: " + a.note + ". The fields are those of " + fields + "."
	return a.of(newest), nil
}
