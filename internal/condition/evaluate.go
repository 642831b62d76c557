package condition

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Subject is what a condition is asked about. Event and Person are JSON objects as encoding/json decodes
// them: numbers as json.Number (so that none loses digits), float64, int or int64.
type Subject struct {
	Event     map[string]any
	Person    map[string]any              // the person's attributes; nil when there is no person
	InSegment func(segmentID string) bool // nil when the person is in no segment
}

// Met reports whether s meets c. It asks no more clauses than it needs, and allocates nothing.
func (c *Condition) Met(s Subject) bool {
	met, _ := c.ask(&s)
	return met
}

// ask also tells whether there was anything to ask: an empty group decides nothing in the group around it.
func (c *Condition) ask(s *Subject) (met, asked bool) {
	if c == nil {
		return true, false
	}
	if c.Clause != nil {
		return c.Clause.met(s), true
	}
	anyOf := c.Match == MatchAny
	for _, child := range c.Children {
		childMet, childAsked := child.ask(s)
		if !childAsked {
			continue
		}
		if childMet == anyOf {
			return anyOf, true
		}
		asked = true
	}
	return !anyOf || !asked, asked
}

// met decides a clause. A segment has no value to look at, and a person who is missing is in none.
func (c *Clause) met(s *Subject) bool {
	if c.Field.Kind == FieldSegment {
		in := s.InSegment != nil && s.InSegment(c.value())
		return in == (c.Op == OpInSegment)
	}
	return c.holds(s.find(&c.Field))
}

// find returns the value of a field, nil when it is missing or null.
func (s *Subject) find(f *Field) any {
	var v any
	if f.Kind == FieldPerson {
		v = s.Person
	} else {
		v = s.Event[string(f.Kind)]
	}
	for _, part := range f.Path {
		switch container := v.(type) {
		case map[string]any:
			v = container[part]
		case []any:
			v = element(container, part)
		default:
			return nil
		}
	}
	return v
}

// element steps into a list by the digits of part. (strconv would allocate its error for every other key.)
func element(list []any, part string) any {
	if part == "" || len(part) > 9 {
		return nil
	}
	index := 0
	for i := range len(part) {
		if part[i] < '0' || part[i] > '9' {
			return nil
		}
		index = index*10 + int(part[i]-'0')
	}
	if index >= len(list) {
		return nil
	}
	return list[index]
}

// holds decides a clause about the value v, nil when it is missing. The rules stand in the package comment.
func (c *Clause) holds(v any) bool {
	switch c.Op {
	case OpIs:
		return isText(v, c.value())
	case OpIsNot:
		return !isText(v, c.value())
	case OpIsEmpty:
		return v == any("")
	case OpIsNotEmpty:
		return v != any("")
	case OpOneOf:
		return c.oneOf(v)
	case OpNotOneOf:
		return !c.oneOf(v)
	case OpExists:
		return v != nil
	case OpNotExists:
		return v == nil
	case OpIsTrue, OpIsNotTrue:
		b, ok := v.(bool)
		return (ok && b) == (c.Op == OpIsTrue)
	case OpIsFalse, OpIsNotFalse:
		b, ok := v.(bool)
		return (ok && !b) == (c.Op == OpIsFalse)
	case OpBefore, OpAfter:
		return c.dateHolds(v)
	case OpEqual, OpNotEqual, OpLess, OpAtMost, OpGreater, OpAtLeast:
		return c.numberHolds(v)
	}
	return c.textHolds(v)
}

// textHolds decides the operators that only text can meet, the negative ones too.
func (c *Clause) textHolds(v any) bool {
	text, ok := v.(string)
	if !ok {
		return false
	}
	switch c.Op {
	case OpContains:
		return strings.Contains(text, c.value())
	case OpNotContains:
		return !strings.Contains(text, c.value())
	case OpStartsWith:
		return strings.HasPrefix(text, c.value())
	case OpNotStartsWith:
		return !strings.HasPrefix(text, c.value())
	case OpEndsWith:
		return strings.HasSuffix(text, c.value())
	case OpNotEndsWith:
		return !strings.HasSuffix(text, c.value())
	}
	return false
}

// numberHolds decides the comparisons with a number. Numeric text is taken for its number only where order is
// asked for: = 5 is strict, as somebody who means the text can write = "5", but < has no such other form.
func (c *Clause) numberHolds(v any) bool {
	order, ok := compareNumber(v, c.value())
	if text, isText := v.(string); isText && c.Op != OpEqual && c.Op != OpNotEqual {
		order, ok = compareDecimals(strings.TrimSpace(text), c.value())
	}
	switch c.Op {
	case OpEqual:
		return ok && order == 0
	case OpNotEqual:
		return !ok || order != 0
	case OpLess:
		return ok && order < 0
	case OpAtMost:
		return ok && order <= 0
	case OpGreater:
		return ok && order > 0
	}
	return ok && order >= 0
}

// dateHolds decides before and after. A day that was asked for is its whole length: nothing on that day is
// after it. A day that was found is its first moment, as it must be one.
func (c *Clause) dateHolds(v any) bool {
	found, ok := momentOf(v)
	if !ok {
		return false
	}
	asked, ok := parseMoment(c.value())
	if !ok {
		return false
	}
	if c.Op == OpBefore {
		return found.at.Before(asked.at)
	}
	if asked.day {
		return !found.at.Before(asked.at.AddDate(0, 0, 1))
	}
	return found.at.After(asked.at)
}

// oneOf takes the first value that fits. Lists are short, so they need no index.
func (c *Clause) oneOf(v any) bool {
	return slices.ContainsFunc(c.Values, func(text string) bool { return isText(v, text) })
}

// isText compares a decoded JSON value with text: a number meets its text as sent and in plain digits.
func isText(v any, text string) bool {
	switch v := v.(type) {
	case string:
		return v == text
	case bool:
		return strconv.FormatBool(v) == text
	case json.Number:
		if string(v) == text {
			return true
		}
	case float64, int, int64:
	default:
		return false
	}
	order, ok := compareNumber(v, text)
	return ok && order == 0 && isPlainNumber(text)
}
