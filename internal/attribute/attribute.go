// Package attribute knows what sorts of values people's attributes have, reads
// values as somebody types them, and keeps the index: which attributes there
// are, of which types, and how many people have each.
package attribute

import (
	"encoding/json"

	"hookline/internal/condition"
	"hookline/internal/data"
)

// Type is what sort of value an attribute has.
type Type string

// The types there are. A time is a text that conditions read as a point in time.
const (
	Text    Type = "text"
	Number  Type = "number"
	Boolean Type = "boolean"
	Time    Type = "time"
	List    Type = "list"
	Object  Type = "object"
	Empty   Type = "empty" // null
)

// Types lists them in the order of a menu.
func Types() []Type { return []Type{Text, Number, Boolean, Time, List, Object, Empty} }

// Known says whether there is such a type.
func (t Type) Known() bool {
	for _, one := range Types() {
		if one == t {
			return true
		}
	}
	return false
}

// Of says of which type a value is, which is JSON.
func Of(value json.RawMessage) Type {
	decoded, err := data.Decode(string(value))
	if err != nil {
		return Empty
	}
	return typeOf(data.ViewOf(decoded))
}

func typeOf(v data.View) Type {
	switch v.Kind() {
	case data.KindText:
		if condition.IsMoment(v.Text()) {
			return Time
		}
		return Text
	case data.KindNumber:
		return Number
	case data.KindBool:
		return Boolean
	case data.KindList:
		return List
	case data.KindObject:
		return Object
	case data.KindMissing, data.KindNull, data.KindOther:
	}
	return Empty
}
