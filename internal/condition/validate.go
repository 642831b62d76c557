package condition

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Error says what is wrong with a condition as a tree, in a whole sentence for people.
type Error struct {
	Path    string // of the clause, "0.2.1" from the root; empty for the condition as a whole
	Message string
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Validate reports the first thing that keeps c from being stored: a clause that is not complete, or more
// than MaxClauses clauses, MaxDepth groups inside each other or MaxText bytes of text. It returns an *Error.
func (c *Condition) Validate() error {
	count := 0
	if err := c.validate("", 0, &count); err != nil {
		return err
	}
	if len(c.String()) > MaxText {
		return &Error{Message: tooLong()}
	}
	return nil
}

// validate walks the tree as it is, not in normal form: the paths in its errors must be the caller's.
func (c *Condition) validate(path string, depth int, count *int) error {
	if c == nil {
		return nil
	}
	if c.Clause != nil {
		if *count++; *count > MaxClauses {
			return &Error{Message: tooMany()}
		}
		if p := c.Clause.problem(); p.message != "" {
			return &Error{Path: path, Message: p.message}
		}
		return nil
	}
	if depth == MaxDepth {
		return &Error{Path: path, Message: tooDeep()}
	}
	for i, child := range c.Children {
		if err := child.validate(ChildPath(path, i), depth+1, count); err != nil {
			return err
		}
	}
	return nil
}

func tooMany() string {
	return fmt.Sprintf("A condition can have %d clauses at most. Ask for several values in one clause with "+
		"“is one of”.", MaxClauses)
}

func tooDeep() string {
	return fmt.Sprintf("Groups can be nested %d deep at most. Put the clauses into fewer groups.", MaxDepth)
}

func tooLong() string {
	return fmt.Sprintf("A condition can be %d KB long at most. Shorten its values, or ask for fewer.", MaxText/1024)
}

// The parts of a builder's row, as its form fields are named.
const (
	partField = "field"
	partKey   = "key"
	partOp    = "op"
	partValue = "value"

	// of a deed
	partWithin = "within"
	partUnit   = "unit"
)

// problem is what keeps a clause from being complete: the part of the row to mend, and how.
type problem struct {
	part, message string
}

// problem checks a clause from left to right, as the row is filled in: field, key, operator, value. It is the
// one judge of clauses, for text, trees and the builder alike.
func (c *Clause) problem() problem {
	field, known := fieldChoice(c.Field.Kind)
	switch {
	case !known:
		return problem{partField, "Choose what to look at."}
	case field.Keyed && len(c.Field.Path) == 0:
		return problem{partKey, "Type the name to look for, like " + field.KeyHint + "."}
	case c.Field.Kind == FieldDeed && c.deedProblem().message != "":
		return c.deedProblem()
	case !field.Keyed && len(c.Field.Path) > 0:
		return problem{partKey, "The " + strings.ToLower(field.Label) + " has no parts. Leave the name out."}
	case !slices.ContainsFunc(c.Field.Path, notUTF8):
	default:
		return problem{partKey, "This name holds bytes that are no text. Type it again."}
	}
	switch {
	case c.Op == "":
		return problem{partOp, "Choose how to compare."}
	case !c.Field.Kind.takes(c.Op):
		return problem{partOp, field.words() + " cannot be compared like this. Choose " +
			offered(c.Field.Kind) + "."}
	}
	return c.valueProblem()
}

// words name a kind of field at the beginning of a sentence.
func (c FieldChoice) words() string {
	if c.Kind == FieldDeed {
		return "What people did"
	}
	return "The " + strings.ToLower(c.Label)
}

// offered lists the labels of a kind's common operators: "is, is not or is one of".
func offered(kind FieldKind) string {
	var labels []string
	for _, op := range offerOf(kind).common {
		labels = append(labels, operatorInfos[op].label)
	}
	last := len(labels) - 1
	return strings.Join(labels[:last], ", ") + " or " + labels[last]
}

// valueProblem checks number and form of the values. Empty ones are refused everywhere: = "" is an operator of
// its own, so that an input left empty is never taken for a wish.
func (c *Clause) valueProblem() problem {
	choice := c.Op.choice(false)
	if choice.Values == 0 {
		if len(c.Values) > 0 {
			return problem{partValue, "“" + choice.Label + "” takes no value. Leave it out."}
		}
		return problem{}
	}
	if len(c.Values) == 0 || slices.Contains(c.Values, "") {
		return problem{partValue, missingValue(choice.Input)}
	}
	if choice.Values == 1 && len(c.Values) > 1 {
		return problem{partValue, "Choose one value only, or compare with “is one of”."}
	}
	if slices.ContainsFunc(c.Values, notUTF8) {
		return problem{partValue, "This value holds bytes that are no text. Type it again."}
	}
	if choice.Input == InputTimes {
		return problem{partValue, wrongTimes(c.Op, c.Values[0])}.orNone()
	}
	return problem{partValue, wrongValue(choice.Input, c.Values)}.orNone()
}

func (p problem) orNone() problem {
	if p.message == "" {
		return problem{}
	}
	return p
}

// missingValue asks for a value in terms of its input.
func missingValue(input Input) string {
	switch input {
	case InputNumber:
		return "Type a number, like 50 or 49.90."
	case InputDate:
		return "Choose a date, like 2026-01-31."
	case InputSegment:
		return "Choose a segment."
	case InputList:
		return "Type at least one value, one on each line."
	case InputTimes:
		return "Type how many times, like 3."
	}
	return "Choose a value."
}

// wrongValue complains about a value that its input does not allow, and is empty for good ones.
func wrongValue(input Input, values []string) string {
	switch input {
	case InputNumber:
		if _, ok := parseDecimal(values[0]); !ok || values[0][0] == '+' {
			return "Type a number, like 50 or 49.90, without units or thousands separators."
		}
	case InputDate:
		if _, ok := parseMoment(values[0]); !ok || strings.TrimSpace(values[0]) != values[0] {
			return "Choose a date, like 2026-01-31, or a time, like 2026-01-31T09:30:00Z."
		}
	case InputList:
		if slices.ContainsFunc(values, func(v string) bool { return strings.ContainsAny(v, "\r\n") }) {
			return "A value in a list cannot hold a line break. Put each on its own line."
		}
	}
	return ""
}

// deedProblem checks the event's name and the span of a deed.
func (c *Clause) deedProblem() problem {
	path := c.Field.Path
	switch {
	case path[0] == "":
		return problem{partKey, "Type the name of an event, like Order Completed."}
	case len(path) > 2:
		return problem{partKey, "A deed has a name and a time, and nothing else."}
	case len(path) == 1:
		return problem{}
	}
	span, ok := parseSpan(path[1])
	if !ok || span.String() != path[1] {
		return problem{partWithin, "Write a time as a number and a unit, like 30 days."}
	}
	return problem{partWithin, spanProblem(span)}.orNone()
}

// wrongTimes complains about what is no number of times that op can ask for.
func wrongTimes(op Operator, value string) string {
	n, err := strconv.Atoi(value)
	switch {
	case err != nil || n < 0 || strconv.Itoa(n) != value:
		return "Type how many times as a whole number, like 3."
	case n > MaxTimes:
		return fmt.Sprintf("At most %d times can be asked for.", MaxTimes)
	case n == 0 && op == OpDidAtLeast:
		return "Everybody did it at least 0 times. Type 1 or more, or choose “never”."
	}
	return ""
}

func notUTF8(s string) bool { return !utf8.ValidString(s) }
