package condition

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// SyntaxError says where a text is no condition and, in whole sentences, what to write instead. Line and
// Column count from 1, the column in characters.
type SyntaxError struct {
	Line, Column int
	Message      string
}

// Error returns the place and the message.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// Parse reads the text form. The tree is in normal form and within the limits: it passes
// [Condition.Validate]. Its error is a *SyntaxError.
func Parse(text string) (*Condition, error) { return parseIn(text, AboutJourneys) }

func parseIn(text string, scope Scope) (*Condition, error) {
	p := &parser{scanner: scanner{text: text}, scope: scope}
	if len(text) > MaxText {
		return nil, p.fail(0, tooLong())
	}
	if bad := invalidUTF8(text); bad >= 0 {
		return nil, p.fail(bad, "This is not UTF-8 text. Save it as UTF-8, or type it again.")
	}
	p.skipSpace()
	if p.atEnd() {
		return All(), nil
	}
	c, err := p.group(1)
	if err != nil {
		return nil, err
	}
	if !p.atEnd() {
		return nil, p.fail(p.pos, p.leftover())
	}
	c = c.normal()
	// The canonical text may be longer than the one given: '"' becomes \".
	if len(c.String()) > MaxText {
		return nil, p.fail(0, tooLong())
	}
	return c, nil
}

// invalidUTF8 returns where the first byte stands that is no part of UTF-8 text, and -1 if none is.
func invalidUTF8(text string) int {
	for i, r := range text {
		// The replacement character itself may stand in a text; it is three bytes then.
		if r == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError)) {
			return i
		}
	}
	return -1
}

// parser reads by recursive descent: group → item → (group) | call | comparison.
// Each step takes what it can and says itself what is wrong with the rest, because it alone knows what a person
// wanted to write there. The depth of groups is bounded, and so is the stack.
type parser struct {
	scanner
	scope   Scope
	clauses int // so far; a text of 16 KB could hold more than may be
}

// fail returns an error about the byte at pos.
func (p *parser) fail(pos int, message string) *SyntaxError {
	before := p.text[:min(pos, len(p.text))]
	line := strings.Count(before, "\n")
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return &SyntaxError{Line: line + 1, Column: column + 1, Message: message}
}

// group reads items joined by and, or by or. A single item is returned as it is: parentheses around one
// clause mean nothing.
func (p *parser) group(depth int) (*Condition, error) {
	group := &Condition{}
	for {
		child, err := p.item(depth)
		if err != nil {
			return nil, err
		}
		group.Children = append(group.Children, child)
		p.skipSpace()
		match, ok := jointMatch(p.nextWord())
		if !ok {
			return group.prune(), nil
		}
		if group.Match != "" && group.Match != match {
			return nil, p.fail(p.pos, "This mixes “and” with “or”, which can be read in two ways. Put parentheses "+
				"around the part that belongs together: a and (b or c).")
		}
		group.Match = match
		p.word()
	}
}

// jointMatch reads a joint in any case: people shout AND and OR. Canonical text does not.
func jointMatch(word string) (Match, bool) {
	switch strings.ToLower(word) {
	case "and":
		return MatchAll, true
	case "or":
		return MatchAny, true
	}
	return "", false
}

// item reads one member of a group. What its first word is shows only behind it: name( is a call.
func (p *parser) item(depth int) (*Condition, error) {
	p.skipSpace()
	start := p.pos
	switch {
	case p.skip('('):
		return p.parenthesized(start, depth)
	case p.peek() == '!':
		return p.negated(start)
	}
	name := p.nextWord()
	if _, isJoint := jointMatch(name); name == "" || isJoint {
		return nil, p.fail(start, p.noItem(name))
	}
	ahead := p.scanner
	ahead.word()
	if ahead.skipSpace(); ahead.peek() == '(' {
		return p.call(start, false)
	}
	return p.comparison(start)
}

// parenthesized reads the rest of a group whose parenthesis, at start, was taken.
func (p *parser) parenthesized(start, depth int) (*Condition, error) {
	if depth == MaxDepth {
		return nil, p.fail(start, tooDeep())
	}
	p.skipSpace()
	if p.peek() == ')' {
		return nil, p.fail(start, "There is nothing between these parentheses. Write a condition there, or remove them.")
	}
	c, err := p.group(depth + 1)
	if err != nil {
		return nil, err
	}
	if !p.skip(')') {
		if p.atEnd() {
			return nil, p.fail(start, "This parenthesis is never closed. Add a ) where the group ends.")
		}
		return nil, p.fail(p.pos, p.leftover())
	}
	return c, nil
}

// negated reads ! and the call behind it. Negated groups are refused, as the builder has no way to show them.
func (p *parser) negated(start int) (*Condition, error) {
	p.skip('!')
	p.skipSpace()
	ahead := p.scanner
	name := ahead.word()
	if ahead.skipSpace(); name == "" || ahead.peek() != '(' {
		return nil, p.fail(start, "“!” goes before contains, match, in, segment or did only. Write != for “is not”, and "+
			"turn the clauses of a group around one by one.")
	}
	return p.call(start, true)
}

// clause checks a finished clause; what is wrong with it is said where it begins.
func (p *parser) clause(start int, c *Clause) (*Condition, error) {
	if p.clauses++; p.clauses > MaxClauses {
		return nil, p.fail(start, tooMany())
	}
	if problem := c.problem(); problem.message != "" {
		return nil, p.fail(start, problem.message)
	}
	if refusal := p.scope.refuses(c.Field.Kind); refusal != "" {
		return nil, p.fail(start, refusal)
	}
	return &Condition{Clause: c}, nil
}

// noItem explains what stands where a clause or group should begin.
func (p *parser) noItem(word string) string {
	const example = `such as type = "track" or properties.plan = "pro"`
	switch {
	case word != "":
		return "There is no condition before “" + word + "”. Write one, " + example + ", or remove the “" + word + "”."
	case p.atEnd():
		return "The text ends where a condition should follow. Write one, " + example + "."
	case p.peek() == ')':
		return "There is no condition before this “)”. Write one, " + example + ", or remove the parenthesis."
	}
	return "A condition begins with a field, " + example + "."
}

// leftover explains what follows a complete item but neither joins it nor closes its group.
func (p *parser) leftover() string {
	rest := p.text[p.pos:]
	switch {
	case rest[0] == ')':
		return "This “)” closes nothing. Remove it, or add the “(” that belongs to it."
	case strings.HasPrefix(rest, "&"):
		return "Write “and” instead of “&&”."
	case strings.HasPrefix(rest, "|"):
		return "Write “or” instead of “||”."
	case rest[0] == ',':
		return "A comma joins nothing here. Write “and” or “or”."
	}
	return "Write “and” or “or” between two conditions."
}
