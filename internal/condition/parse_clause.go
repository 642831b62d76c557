package condition

import (
	"slices"
	"strings"
)

// comparison reads field, symbol, value.
func (p *parser) comparison(start int) (*Condition, error) {
	field, err := p.field()
	if err != nil {
		return nil, err
	}
	p.skipSpace()
	symbolAt := p.pos
	symbol := p.symbol()
	if symbol == "" {
		return nil, p.fail(symbolAt, p.noSymbol(field))
	}
	p.skipSpace()
	if p.peek() == '=' {
		return nil, p.fail(symbolAt, "Write = for “is”, != for “is not”, <= for “at most” and >= for “at least”.")
	}
	value, err := p.literal()
	if err != nil {
		return nil, err
	}
	clause, complaint := compare(field, symbol, value)
	if complaint != "" {
		return nil, p.fail(value.pos, complaint)
	}
	return p.clause(start, clause)
}

// field reads a field with its path.
func (p *parser) field() (Field, error) {
	start := p.pos
	name := p.word()
	choice, known := fieldChoice(FieldKind(name))
	if !known || choice.Kind == FieldSegment || choice.Kind == FieldDeed {
		return Field{}, p.fail(start, unknownField(name))
	}
	field := Field{Kind: choice.Kind}
	for p.skip('.') {
		at, part, ok := p.pos, "", true
		if quote := p.peek(); quote == '"' || quote == '\'' {
			part, ok = p.quoted()
		} else {
			part = p.pathPart()
			ok = part != ""
		}
		if !ok {
			return Field{}, p.fail(at, `Write a name after the dot, in quotes if it holds spaces: properties."my key".`)
		}
		field.Path = append(field.Path, part)
	}
	if choice.Keyed && len(field.Path) == 0 {
		return Field{}, p.fail(start, "Say which one after a dot, such as "+name+"."+choice.KeyHint+".")
	}
	return field, nil
}

// unknownField guesses what was meant: most often a property named without its object.
func unknownField(name string) string {
	for _, choice := range fieldChoices {
		if strings.EqualFold(string(choice.Kind), name) && choice.Kind != FieldSegment && choice.Kind != FieldDeed {
			return "Write “" + string(choice.Kind) + "” instead of “" + name + "”: small and capital letters count."
		}
	}
	switch strings.ToLower(name) {
	case "segment":
		return `Write segment("…") with the segment's id.`
	case "did":
		return `Write did("…") with the name of an event: did("Signed Up").`
	case "not":
		return "“not” is written as != between field and value, or ! before contains, match, in, segment and did."
	case "":
		return "A field must come first here, such as event or properties.plan."
	}
	return "There is no field “" + shorten(name, 40) + "”. Fields are type, event, userId, anonymousId, groupId, name, " +
		"category, and properties.…, traits.…, context.… and person.…: perhaps properties." + shorten(name, 40) + "?"
}

// symbol takes a comparison symbol off, longest first.
func (p *parser) symbol() string {
	for _, symbol := range []string{"!=", "<=", ">=", "=", "<", ">"} {
		if p.skipText(symbol) {
			return symbol
		}
	}
	return ""
}

// noSymbol explains a field without a comparison behind it, and knows how other languages put it.
func (p *parser) noSymbol(field Field) string {
	word := strings.ToLower(p.nextWord())
	switch word {
	case "contains", "match", "in", "before", "after":
		return "Write " + word + "(" + field.String() + `, "…") with the field inside the parentheses.`
	case "is":
		return `Write = for “is” and != for “is not”: ` + field.String() + ` = "…".`
	}
	if p.peek() == '!' {
		return "Write != for “is not”."
	}
	return "Say what " + field.String() + " must be: compare it with =, !=, <, <=, > or >=, such as " +
		field.String() + " != null for “exists”."
}

// literalKind is what a value was written as, which decides how strictly it compares.
type literalKind int

const (
	literalText literalKind = iota
	literalNumber
	literalBool
	literalNull
)

type literal struct {
	kind literalKind
	text string // of text, without quotes; else as written
	pos  int
}

// literal reads one value. A plus before a number is dropped: numbers are kept as JSON writes them.
func (p *parser) literal() (literal, error) {
	p.skipSpace()
	start := p.pos
	switch c := p.peek(); {
	case c == '"' || c == '\'':
		text, ok := p.quoted()
		if !ok {
			return literal{}, p.fail(start, "This quote is never closed. Add a "+string(c)+" where the text ends.")
		}
		return literal{literalText, text, start}, nil
	case c == '-' || c == '+' || '0' <= c && c <= '9':
		number := p.number()
		if _, ok := parseDecimal(number); !ok {
			return literal{}, p.fail(start, "This is no number. Write it like 50 or 49.90, or put it in quotes if it is text.")
		}
		return literal{literalNumber, strings.TrimPrefix(number, "+"), start}, nil
	}
	word := p.word()
	switch strings.ToLower(word) {
	case "true", "false":
		return literal{literalBool, strings.ToLower(word), start}, nil
	case "null":
		return literal{literalNull, "null", start}, nil
	case "":
		return literal{}, p.fail(start, `Write a value here: text in quotes ("pro"), a number, true, false or null.`)
	}
	return literal{}, p.fail(start, "Put text in quotes: "+quoteForPerson(word)+".")
}

// compare makes the clause that symbol and value stand for. The complaint says why there is none. Quoted
// numbers may be ordered, as Segment's own builder writes them so; fields without a path are text, whatever
// their value was written as.
func compare(field Field, symbol string, value literal) (clause *Clause, complaint string) {
	equal, unequal := symbol == "=", symbol == "!="
	if !equal && !unequal {
		if _, isNumber := parseDecimal(value.text); !isNumber || value.kind > literalNumber {
			return nil, symbol + " compares numbers. Write a number like 50 or 49.90, or for dates " +
				`before(field, "2026-01-31") and after(…).`
		}
		return &Clause{field, numberOperators[symbol], []string{strings.TrimPrefix(value.text, "+")}}, ""
	}
	kind := value.kind
	if !field.Kind.keyed() && kind != literalNull {
		kind = literalText
	}
	pick := func(positive, negative Operator, values ...string) (*Clause, string) {
		if unequal {
			positive = negative
		}
		return &Clause{field, positive, values}, ""
	}
	switch {
	case kind == literalNull:
		return pick(OpNotExists, OpExists)
	case kind == literalBool && value.text == "true":
		return pick(OpIsTrue, OpIsNotTrue)
	case kind == literalBool:
		return pick(OpIsFalse, OpIsNotFalse)
	case kind == literalNumber:
		return pick(OpEqual, OpNotEqual, value.text)
	case value.text == "":
		return pick(OpIsEmpty, OpIsNotEmpty)
	}
	return pick(OpIs, OpIsNot, value.text)
}

// callOperators are the functions by name; match finds its operator in its pattern.
var callOperators = map[string]Operator{
	"contains": OpContains, "match": OpStartsWith, "in": OpOneOf, "before": OpBefore, "after": OpAfter,
	"segment": OpInSegment,
}

// call reads a function with its arguments.
func (p *parser) call(start int, negated bool) (*Condition, error) {
	nameAt := p.pos
	name := p.word()
	if name == string(FieldDeed) {
		return p.deed(start, negated)
	}
	op, known := callOperators[name]
	if !known {
		return nil, p.fail(nameAt, "There is no “"+shorten(name, 40)+"(…)”. There are contains, match, in, before, after, "+
			"segment and did.")
	}
	negation, canNegate := negations[op]
	if negated && !canNegate {
		return nil, p.fail(start, "“!” cannot stand before "+name+". Use before or after, whichever fits.")
	}
	p.skipSpace()
	p.skip('(')
	clause := &Clause{Field: Field{Kind: FieldSegment}, Op: op}
	if err := p.arguments(clause, name); err != nil {
		return nil, err
	}
	if negated && name == "match" {
		negation = negations[clause.Op]
	}
	if negated {
		clause.Op = negation
	}
	return p.clause(start, clause)
}

// arguments reads what stands between the parentheses of a call, and the closing one.
func (p *parser) arguments(c *Clause, name string) (err error) {
	p.skipSpace()
	if c.Op != OpInSegment {
		if c.Field, err = p.field(); err != nil {
			return err
		}
		if p.skipSpace(); !p.skip(',') {
			return p.fail(p.pos, "Write a comma and then the value: "+name+"("+c.Field.String()+`, "…").`)
		}
	}
	if name == "match" {
		err = p.pattern(c)
	} else {
		err = p.values(c)
	}
	if err != nil {
		return err
	}
	if p.skipSpace(); p.skip(')') {
		return nil
	}
	if p.peek() == ',' {
		return p.fail(p.pos, name+"() takes one value only. Write in(field, \"a\", \"b\") to compare with several.")
	}
	return p.fail(p.pos, "Close the parenthesis of "+name+"( with a ) after its last value.")
}

// pattern reads the second argument of match, which decides what match is: starts with, or ends with. Its
// backslashes belong to the pattern, so it is read raw.
func (p *parser) pattern(c *Clause) error {
	p.skipSpace()
	start := p.pos
	if quote := p.peek(); quote != '"' && quote != '\'' {
		return p.fail(start, `Write the pattern in quotes, with a * at its end or beginning: "Order*" or "*Up".`)
	}
	raw, ok := p.raw()
	if !ok {
		return p.fail(start, "This quote is never closed. Add one where the pattern ends.")
	}
	op, text, complaint := readPattern(raw)
	if complaint != "" {
		return p.fail(start, complaint)
	}
	c.Op, c.Values = op, []string{text}
	return nil
}

// values reads one value, or for in as many as there are. All are taken as text.
func (p *parser) values(c *Clause) error {
	for {
		value, err := p.literal()
		if err != nil {
			return err
		}
		textOnly := []Operator{OpBefore, OpAfter, OpInSegment}
		switch {
		case value.kind == literalNull:
			return p.fail(value.pos, "null is no text to look for. Write field = null for a missing field.")
		case value.kind != literalText && slices.Contains(textOnly, c.Op):
			return p.fail(value.pos, "Put the value in quotes.")
		case value.text == "" && c.Op == OpOneOf:
			return p.fail(value.pos, `Leave empty texts out of in(), and ask for them with field = "".`)
		}
		c.Values = append(c.Values, value.text)
		p.skipSpace()
		if c.Op != OpOneOf || !p.skip(',') {
			return nil
		}
	}
}
