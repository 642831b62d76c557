package hookline

import "encoding/json"

// AttributeChange is one attribute of a person as somebody wants it to be.
type AttributeChange struct {
	PersonID string
	Name     string
	Value    json.RawMessage // JSON; nil: the person shall not have it any more
	Was      json.RawMessage // the value they looked at; nil: there was none
	Whatever bool            // whatever it is by now
}

// Validate says at each field what is wrong; nil when nothing is.
func (c AttributeChange) Validate() error {
	f := fields{}
	f.check(c.Name != "", "name", "Give the attribute a name, such as plan.")
	f.check(c.Value == nil || len(c.Name) <= MaxAttributeName, "name", "This name is too long: at most 100 characters.")
	f.check(len(c.Value) <= MaxAttributeValue, "value", "This is too long: at most 16 KB.")
	return f.err("The attribute could not be saved.")
}

// Holds says whether the attribute is still what they looked at.
func (c AttributeChange) Holds(now json.RawMessage) bool {
	return c.Whatever || (now == nil) == (c.Was == nil) && (now == nil || sameJSON(now, c.Was))
}
