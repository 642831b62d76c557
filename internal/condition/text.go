package condition

import (
	"strconv"
	"strings"
)

// String returns the canonical text form of c, which [Parse] reads back. The empty condition is "". It does
// not check c: a tree that [Condition.Validate] refuses may give a text that Parse refuses.
func (c *Condition) String() string {
	return string(c.normal().appendText(nil))
}

// appendText expects c in normal form: every group has more than one child, so its parentheses tell it.
func (c *Condition) appendText(b []byte) []byte {
	joint := " and "
	if c.Match == MatchAny {
		joint = " or "
	}
	for i, child := range c.Children {
		if i > 0 {
			b = append(b, joint...)
		}
		if child.Clause != nil {
			b = child.Clause.appendText(b)
			continue
		}
		b = append(b, '(')
		b = child.appendText(b)
		b = append(b, ')')
	}
	return b
}

// String returns the text form of one clause.
func (c *Clause) String() string {
	return string(c.appendText(nil))
}

func (c *Clause) appendText(b []byte) []byte {
	switch c.Op {
	case OpContains, OpNotContains, OpStartsWith, OpNotStartsWith, OpEndsWith, OpNotEndsWith,
		OpOneOf, OpNotOneOf, OpBefore, OpAfter, OpInSegment, OpNotInSegment:
		return c.appendCall(b)
	case OpNotDid:
		b = append(b, '!')
	}
	b = appendField(b, c.Field)
	switch c.Op {
	case OpDid, OpNotDid:
		return b
	case OpIs:
		return appendQuoted(append(b, " = "...), c.value())
	case OpIsNot:
		return appendQuoted(append(b, " != "...), c.value())
	case OpIsEmpty:
		return append(b, ` = ""`...)
	case OpIsNotEmpty:
		return append(b, ` != ""`...)
	case OpIsTrue:
		return append(b, " = true"...)
	case OpIsNotTrue:
		return append(b, " != true"...)
	case OpIsFalse:
		return append(b, " = false"...)
	case OpIsNotFalse:
		return append(b, " != false"...)
	case OpExists:
		return append(b, " != null"...)
	case OpNotExists:
		return append(b, " = null"...)
	}
	b = append(b, ' ')
	b = append(b, symbolOf(c.Op)...)
	return append(append(b, ' '), c.value()...)
}

// symbolOf is the way back through numberOperators and countOperators, and empty for every other operator.
func symbolOf(op Operator) (symbol string) {
	for _, operators := range []map[string]Operator{numberOperators, countOperators} {
		for candidate, other := range operators {
			if other == op {
				symbol = candidate
			}
		}
	}
	return symbol
}

var numberOperators = map[string]Operator{
	"=": OpEqual, "!=": OpNotEqual, "<": OpLess, "<=": OpAtMost, ">": OpGreater, ">=": OpAtLeast,
}

// appendCall writes the clauses that are functions.
func (c *Clause) appendCall(b []byte) []byte {
	positive, negated := c.Op.positive()
	if negated {
		b = append(b, '!')
	}
	if positive == OpInSegment {
		return append(appendQuoted(append(b, "segment("...), c.value()), ')')
	}
	b = append(b, functionNames[positive]...)
	b = append(b, '(')
	b = appendField(b, c.Field)
	switch positive {
	case OpStartsWith:
		b = append(appendPattern(append(b, `, "`...), c.value()), `*"`...)
	case OpEndsWith:
		b = append(appendPattern(append(b, `, "*`...), c.value()), '"')
	default:
		for _, value := range c.Values {
			b = appendQuoted(append(b, ", "...), value)
		}
	}
	return append(b, ')')
}

var functionNames = map[Operator]string{
	OpContains: "contains", OpStartsWith: "match", OpEndsWith: "match", OpOneOf: "in",
	OpBefore: "before", OpAfter: "after",
}

// negations pairs the operators that are written with a ! before their function. The others that are opposites
// (is and is not, exists and does not exist) have symbols of their own.
var negations = map[Operator]Operator{
	OpContains: OpNotContains, OpStartsWith: OpNotStartsWith, OpEndsWith: OpNotEndsWith,
	OpOneOf: OpNotOneOf, OpInSegment: OpNotInSegment,
}

// positive returns the operator that op is or negates.
func (op Operator) positive() (positive Operator, negated bool) {
	for positive, negation := range negations {
		if op == negation {
			return positive, true
		}
	}
	return op, false
}

// appendField writes the kind as it is: also one that Validate refuses, so that errors can show it.
func appendField(b []byte, f Field) []byte {
	b = append(b, f.Kind...)
	if f.Kind == FieldDeed {
		return appendDeed(b, f)
	}
	for _, part := range f.Path {
		b = append(b, '.')
		if isBare(part) {
			b = append(b, part...)
		} else {
			b = appendQuoted(b, part)
		}
	}
	return b
}

// appendDeed writes what stands in the parentheses of did, and these.
func appendDeed(b []byte, f Field) []byte {
	b = appendQuoted(append(b, '('), f.eventName())
	if len(f.Path) > 1 {
		b = append(append(b, ", within "...), f.Path[1]...)
	}
	return append(b, ')')
}

// isBare reports whether a part of a path needs no quotes, also for Segment's own reader.
func isBare(part string) bool {
	for i := range len(part) {
		if !isBareByte(part[i]) {
			return false
		}
	}
	return part != ""
}

func isBareByte(c byte) bool {
	return c == '_' || c == '-' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// Line breaks are escaped so that a canonical text is one line, wherever it is stored or logged.
var textEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`)

func appendQuoted(b []byte, text string) []byte {
	b = append(b, '"')
	b = append(b, textEscapes.Replace(text)...)
	return append(b, '"')
}

var patternEscapes = strings.NewReplacer(
	`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`,
)

// appendPattern writes the fixed part of a match pattern, everything that globs give a meaning escaped.
func appendPattern(b []byte, text string) []byte {
	return append(b, patternEscapes.Replace(text)...)
}

// quoteForPerson shows a piece of what was typed inside an error.
func quoteForPerson(text string) string {
	return strconv.Quote(shorten(text, 40))
}
