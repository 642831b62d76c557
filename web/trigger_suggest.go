package web

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"hookline/internal/condition"
	"hookline/internal/data"
	"hookline/internal/hookline"
)

// The limits of what is suggested: enough to choose from, and never a page that is heavier than its form.
const (
	suggestedKeys   = 100 // of one kind
	suggestedValues = 30  // of one field
	suggestedLength = 100 // bytes of a value
	suggestedDepth  = 5   // objects inside each other
	suggestedPeople = 50  // whose attributes are looked at
)

// seen is what stood in the events and people of late: for each field of a condition, its values.
type seen map[condition.FieldKind]map[string][]string

// suggestions looks through what came in lately.
func (s *server) suggestions(lately *recent) (seen, error) {
	found := seen{}
	for i := range lately.events {
		found.lookAt(lately.payload(i))
	}
	people, err := s.Store.ListPeople(lately.ctx, "", hookline.Cursor{Limit: suggestedPeople})
	if err != nil {
		return nil, err
	}
	for _, p := range people.Rows {
		if customer, err := p.Customer(); err == nil {
			found.walk(condition.FieldPerson, nil, condition.Decode(customer.JSON()).View())
		}
	}
	return found, nil
}

// lookAt notes every field of an event.
func (s seen) lookAt(payload *data.Object) {
	for _, choice := range condition.Fields() {
		value := payload.Look(string(choice.Kind))
		switch {
		case choice.Kind == condition.FieldDeed: // which stands in no event: it is the names of many
		case value.Kind() == data.KindMissing:
		case choice.Keyed:
			s.walk(choice.Kind, nil, value)
		default:
			s.note(choice.Kind, "", value)
		}
	}
}

// walk goes down into objects. Of a list it looks at the first element, which stands for the others.
func (s seen) walk(kind condition.FieldKind, path []string, value data.View) {
	if len(path) > suggestedDepth {
		return
	}
	switch value.Kind() {
	case data.KindObject:
		for _, key := range slices.Sorted(value.Object().Keys()) {
			s.walk(kind, append(slices.Clone(path), key), value.Member(key))
		}
	case data.KindList:
		if len(value.List()) > 0 {
			s.walk(kind, append(slices.Clone(path), "0"), value.Item(0))
		}
	default:
		if len(path) > 0 {
			s.note(kind, keyOf(kind, path), value)
		}
	}
}

// keyOf writes a path as a person types it.
func keyOf(kind condition.FieldKind, path []string) string {
	return condition.Where(condition.Field{Kind: kind, Path: path}, condition.OpExists).Draft().Children[0].Row.Key
}

func (s seen) note(kind condition.FieldKind, key string, value data.View) {
	if s[kind] == nil {
		s[kind] = map[string][]string{}
	}
	values, known := s[kind][key]
	if !known && len(s[kind]) >= suggestedKeys {
		return
	}
	text, ok := suggestion(value)
	if ok && len(values) < suggestedValues && !slices.Contains(values, text) {
		values = append(values, text)
	}
	s[kind][key] = values
}

// suggestion is a value as a person would type it.
func suggestion(value data.View) (text string, ok bool) {
	switch value.Kind() {
	case data.KindText, data.KindNumber:
		text = value.Text()
	case data.KindBool:
		text = strconv.FormatBool(value.IsTrue())
	}
	return text, text != "" && len(text) <= suggestedLength && !strings.ContainsAny(text, "\r\n")
}

// keys are the paths that were seen below each kind of field that wants one.
func (s seen) keys() map[condition.FieldKind][]string {
	keys := map[condition.FieldKind][]string{}
	for _, choice := range condition.Fields() {
		switch {
		case choice.Kind == condition.FieldDeed:
			keys[choice.Kind] = slices.Sorted(slices.Values(s[condition.FieldEvent][""]))
		case choice.Keyed:
			keys[choice.Kind] = slices.Sorted(maps.Keys(s[choice.Kind]))
		}
	}
	return keys
}

// valuesFor gives each row of a draft, by its path, the values that its field had.
func (s seen) valuesFor(d *condition.Draft) map[string][]string {
	values := map[string][]string{}
	s.addValues(values, "", d)
	return values
}

func (s seen) addValues(values map[string][]string, path string, d *condition.Draft) {
	if d.Row != nil {
		values[path] = s[d.Row.Field][strings.TrimSpace(d.Row.Key)]
		return
	}
	for i, child := range d.Children {
		s.addValues(values, condition.ChildPath(path, i), child)
	}
}
