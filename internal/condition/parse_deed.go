package condition

import (
	"strconv"
	"strings"
)

// deed reads what follows did: its parentheses and, where there is one, the comparison of its count.
func (p *parser) deed(start int, negated bool) (*Condition, error) {
	p.skipSpace()
	p.skip('(')
	field, err := p.deedField()
	if err != nil {
		return nil, err
	}
	p.skipSpace()
	symbolAt := p.pos
	symbol := p.symbol()
	switch {
	case symbol == "" && negated:
		return p.clause(start, &Clause{Field: field, Op: OpNotDid})
	case symbol == "":
		return p.clause(start, &Clause{Field: field, Op: OpDid})
	case negated:
		return nil, p.fail(start, "“!” and a count do not go together. Write did(…) < 3 for fewer than three times.")
	}
	value, err := p.literal()
	if err != nil {
		return nil, err
	}
	clause, complaint := countClause(field, symbol, value)
	if complaint != "" {
		return nil, p.fail(symbolAt, complaint)
	}
	return p.clause(start, clause)
}

// deedField reads the event's name and the span, and the closing parenthesis.
func (p *parser) deedField() (Field, error) {
	p.skipSpace()
	start := p.pos
	if quote := p.peek(); quote != '"' && quote != '\'' {
		return Field{}, p.fail(start, `Write the name of an event in quotes: did("Signed Up").`)
	}
	name, ok := p.quoted()
	if !ok {
		return Field{}, p.fail(start, "This quote is never closed. Add one where the event's name ends.")
	}
	field := Field{Kind: FieldDeed, Path: []string{name}}
	p.skipSpace()
	if p.skip(',') {
		span, err := p.span()
		if err != nil {
			return Field{}, err
		}
		field.Path = append(field.Path, span.String())
	}
	if p.skipSpace(); !p.skip(')') {
		return Field{}, p.fail(p.pos, `Close the parenthesis with a ): did("Signed Up") or did("Signed Up", within 30 days).`)
	}
	return field, nil
}

// span reads within 30 days.
func (p *parser) span() (Span, error) {
	p.skipSpace()
	start := p.pos
	const example = `did("Signed Up", within 30 days)`
	if strings.ToLower(p.word()) != "within" {
		return Span{}, p.fail(start, "After the comma comes a time: "+example+".")
	}
	p.skipSpace()
	numberAt := p.pos
	n, err := strconv.Atoi(p.number())
	if err != nil {
		return Span{}, p.fail(numberAt, "Write a whole number and a unit after within: "+example+".")
	}
	p.skipSpace()
	unitAt := p.pos
	unit, known := spanUnit(strings.ToLower(p.word()))
	if !known {
		return Span{}, p.fail(unitAt, "Write minutes, hours, days or weeks here: "+example+".")
	}
	span := Span{n, unit}
	if problem := spanProblem(span); problem != "" {
		return Span{}, p.fail(numberAt, problem)
	}
	return span, nil
}

// countClause makes the clause that symbol and value stand for. “More than 2” is kept as “at least 3”, so that the
// builder offers one of the two.
func countClause(field Field, symbol string, value literal) (clause *Clause, complaint string) {
	n, err := strconv.Atoi(value.text)
	if err != nil || value.kind != literalNumber || n < 0 {
		return nil, "Compare with how many times, as a whole number: did(…) >= 3."
	}
	switch symbol {
	case ">":
		symbol, n = ">=", n+1
	case "<":
		symbol, n = "<=", n-1
	}
	if n < 0 {
		return nil, "Nobody does something fewer than 0 times. Write !did(…) for “never”."
	}
	op, known := countOperators[symbol]
	if !known {
		return nil, "A count is compared with =, <, <=, > or >=. Write did(…) >= 1 for “at least once”."
	}
	return &Clause{field, op, []string{strconv.Itoa(n)}}, ""
}

var countOperators = map[string]Operator{"=": OpDidExactly, "<=": OpDidAtMost, ">=": OpDidAtLeast}
