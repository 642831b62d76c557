package condition

import "slices"

// Scope is what a condition will be asked about, and so which fields it may look at.
type Scope int

// The scopes.
const (
	AboutEvents   Scope = iota // one event and the person it is about: the trigger of an action
	AboutPeople                // a person, without any event: a segment
	AboutJourneys              // a person, and the event that began their journey: all fields
)

// FieldsIn returns the kinds of fields that s allows, in the order the builder offers them.
func FieldsIn(s Scope) []FieldChoice {
	return slices.DeleteFunc(Fields(), func(choice FieldChoice) bool { return s.refuses(choice.Kind) != "" })
}

// ParseIn is [Parse] for a condition that will be asked about s alone: a clause that s does not allow is an error
// that says what to do instead.
func ParseIn(text string, s Scope) (*Condition, error) { return parseIn(text, s) }

// Check returns an *Error when c looks at what s does not allow, with the place of the first such clause.
func (s Scope) Check(c *Condition) error { return s.check(c, "") }

func (s Scope) check(c *Condition, path string) error {
	if c == nil {
		return nil
	}
	if c.Clause != nil {
		if message := s.refuses(c.Clause.Field.Kind); message != "" {
			return &Error{Path: path, Message: message}
		}
		return nil
	}
	for i, child := range c.Children {
		if err := s.check(child, ChildPath(path, i)); err != nil {
			return err
		}
	}
	return nil
}

// refuses says why a kind of field cannot be asked for; "" when it can.
func (s Scope) refuses(kind FieldKind) string {
	switch {
	case s == AboutEvents && kind == FieldDeed:
		return "What a person did is counted for segments and campaigns only. Make a segment of it, and ask here " +
			"whether the person is in that segment."
	case s == AboutPeople && kind != FieldPerson && kind != FieldSegment && kind != FieldDeed:
		return "Who belongs is asked without any event at hand. Ask for what people did, such as " +
			`did("Signed Up"), or for a person's attribute, such as person.plan.`
	}
	return ""
}
