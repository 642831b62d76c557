package condition

import (
	"slices"
	"strings"
	"time"

	"hookline/internal/data"
)

// Subject is what a condition is asked about.
type Subject struct {
	Event     *data.Object
	Person    *data.Object                // the person's attributes; nil when there is no person
	InSegment func(segmentID string) bool // nil when the person is in no segment
	Did       func(event string) Deeds    // of each event of Condition.Deeds; nil when the person did nothing
	Now       time.Time                   // at which spans end; zero: the present
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

// met decides a clause. Segments and deeds have no value to look at; a person who is missing is in none and did
// nothing.
func (c *Clause) met(s *Subject) bool {
	if c.Field.Kind == FieldSegment {
		in := s.InSegment != nil && s.InSegment(c.value())
		return in == (c.Op == OpInSegment)
	}
	if c.Field.Kind == FieldDeed {
		_, count := s.deeds(&c.Field)
		return c.countHolds(count)
	}
	return c.holds(s.find(&c.Field))
}

// find looks at the value of a field.
func (s *Subject) find(f *Field) data.View {
	v := s.Person.View()
	if f.Kind != FieldPerson {
		v = s.Event.Look(string(f.Kind))
	}
	for _, part := range f.Path {
		if v.Kind() == data.KindList {
			v = v.Item(place(part))
		} else {
			v = v.Member(part)
		}
	}
	return v
}

// place is the place in a list that the digits of part name, -1 when there are others among them. (strconv would
// allocate its error for every other key.)
func place(part string) int {
	if part == "" || len(part) > 9 {
		return -1
	}
	place := 0
	for i := range len(part) {
		if part[i] < '0' || part[i] > '9' {
			return -1
		}
		place = place*10 + int(part[i]-'0')
	}
	return place
}

// isNothing is true of what is missing or null, which are the same.
func isNothing(v data.View) bool { return v.Kind() == data.KindMissing || v.Kind() == data.KindNull }

// holds decides a clause about the value v. The rules stand in the package comment.
func (c *Clause) holds(v data.View) bool {
	switch c.Op {
	case OpIs:
		return isText(v, c.value())
	case OpIsNot:
		return !isText(v, c.value())
	case OpIsEmpty:
		return isText(v, "")
	case OpIsNotEmpty:
		return !isText(v, "")
	case OpOneOf:
		return c.oneOf(v)
	case OpNotOneOf:
		return !c.oneOf(v)
	case OpExists:
		return !isNothing(v)
	case OpNotExists:
		return isNothing(v)
	case OpIsTrue, OpIsNotTrue:
		return v.IsTrue() == (c.Op == OpIsTrue)
	case OpIsFalse, OpIsNotFalse:
		return v.IsFalse() == (c.Op == OpIsFalse)
	case OpBefore, OpAfter:
		return c.dateHolds(v)
	case OpEqual, OpNotEqual, OpLess, OpAtMost, OpGreater, OpAtLeast:
		return c.numberHolds(v)
	}
	return c.textHolds(v)
}

// textHolds decides the operators that only text can meet, the negative ones too.
func (c *Clause) textHolds(v data.View) bool {
	if v.Kind() != data.KindText {
		return false
	}
	text := v.Text()
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
func (c *Clause) numberHolds(v data.View) bool {
	order, ok := 0, false
	switch strict := c.Op == OpEqual || c.Op == OpNotEqual; {
	case v.Kind() == data.KindNumber:
		order, ok = compareDecimals(v.Text(), c.value())
	case v.Kind() == data.KindText && !strict:
		order, ok = compareDecimals(strings.TrimSpace(v.Text()), c.value())
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
func (c *Clause) dateHolds(v data.View) bool {
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
func (c *Clause) oneOf(v data.View) bool {
	return slices.ContainsFunc(c.Values, func(text string) bool { return isText(v, text) })
}

// isText compares a value with text: a number meets its text as sent and in plain digits.
func isText(v data.View, text string) bool {
	switch v.Kind() {
	case data.KindText:
		return v.Text() == text
	case data.KindBool:
		return v.IsTrue() && text == "true" || v.IsFalse() && text == "false"
	case data.KindNumber:
		if v.Text() == text {
			return true
		}
		order, ok := compareDecimals(v.Text(), text)
		return ok && order == 0 && isPlainNumber(text)
	}
	return false
}
