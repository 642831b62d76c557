package views

import (
	"encoding/json"
	"net/url"
	"strconv"

	"hookline/internal/attribute"
	"hookline/internal/data"
	"hookline/internal/hookline"
	"hookline/views/ui"
)

// AttributeRow is one attribute of a person, with what set it last.
type AttributeRow struct {
	Name  string
	Value json.RawMessage // nil: they have it no more
	Type  attribute.Type
	By    SetBy
}

// SetBy is what set an attribute, as far as it can be told.
type SetBy struct {
	hookline.Setter
	Name string // of an event's source, an import's file or a journey's campaign; "" when it is gone
	Path string // where it can still be looked at; "" when it is gone
}

// AttributeFormModel is the form for one attribute.
type AttributeFormModel struct {
	Page     ui.Page
	Person   hookline.Person
	New      bool // its name is still to be given
	Name     string
	Type     attribute.Type
	Value    string          // as it was typed
	Was      json.RawMessage // what it was when the form was shown; nil: there was none
	Conflict *AttributeRow   // what it became while the form was filled in; nil: nothing happened
	Trouble  hookline.Error  // why the form came back; the zero value: it did not
	Names    []string        // of attributes that other people have
}

// longValue is from which length on a text is folded.
const longValue = 160

// AttributeTypeWord is a type as people read it.
func AttributeTypeWord(t attribute.Type) string {
	switch t {
	case attribute.Text:
		return "Text"
	case attribute.Number:
		return "Number"
	case attribute.Boolean:
		return "Yes or no"
	case attribute.Time:
		return "Date or time"
	case attribute.List:
		return "List"
	case attribute.Object:
		return "Object"
	case attribute.Empty:
		return "Empty"
	}
	return string(t)
}

func attributeTypes() []ui.Option {
	var options []ui.Option
	for _, t := range attribute.Types() {
		options = append(options, ui.Option{Value: string(t), Label: AttributeTypeWord(t)})
	}
	return options
}

// foldedWord says what is folded away.
func foldedWord(row AttributeRow) string {
	decoded, _ := data.Decode(string(row.Value))
	view := data.ViewOf(decoded)
	switch row.Type {
	case attribute.List:
		return "List of " + strconv.Itoa(len(view.List()))
	case attribute.Object:
		return "Object of " + strconv.Itoa(view.Object().Len())
	case attribute.Text, attribute.Number, attribute.Boolean, attribute.Time, attribute.Empty:
	}
	runes := []rune(attribute.Typed(row.Value))
	return string(runes[:min(len(runes), 80)]) + "…"
}

func isFolded(row AttributeRow) bool {
	return row.Type == attribute.List || row.Type == attribute.Object || len(row.Value) > longValue
}

func attributePath(personID, deed, name string) string {
	return "/people/" + personID + "/attribute" + deed + "?name=" + url.QueryEscape(name)
}

// setByWord is what set an attribute, as a word that may lead there.
func setByWord(by SetBy) string {
	switch by.Kind() {
	case hookline.SetByEvent:
		return "Event"
	case hookline.SetByAnswer:
		return "Answer to a webhook"
	case hookline.SetByImport:
		if by.Name != "" {
			return "Import of " + by.Name
		}
		return "Import"
	case hookline.SetByJourney:
		if by.Name != "" {
			return "Campaign “" + by.Name + "”"
		}
		return "Campaign"
	case hookline.SetByToken:
		return "API token “" + by.From + "”"
	case hookline.SetByUser:
		return by.From
	case hookline.SetByCommand:
		return "Command line (" + by.From + ")"
	case hookline.SetByNobody:
	}
	return "not known"
}
