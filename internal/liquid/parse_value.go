package liquid

import "hookline/internal/data"

// operand reads a literal, a variable, a range, or a condition in parentheses.
func (p *parser) operand() (expr, error) {
	t := p.peek()
	switch {
	case t.kind == textToken:
		p.pos++
		return &literal{t.text}, nil
	case t.kind == numberToken:
		p.pos++
		return &literal{data.Number(t.text)}, nil
	case t.kind == nameToken:
		if v, ok := words[t.text]; ok && !p.pathAhead() {
			p.pos++
			return v, nil
		}
		return p.variable()
	case p.isSign("["):
		return p.variable()
	case p.isSign("("):
		return p.group()
	}
	return nil, p.unexpected("a value")
}

// words are the names that stand for a value of their own.
var words = map[string]*literal{
	"true": {true}, "false": {false}, "nil": {nil}, "null": {nil},
	"empty": {emptyValue}, "blank": {blankValue},
}

// pathAhead lets data have a field called "empty" or "true": with a path
// behind it, such a word is a name.
func (p *parser) pathAhead() bool {
	t := p.ahead()
	return t.kind == signToken && (t.text == "." || t.text == "[")
}

// group reads what stands in parentheses: a range, or a condition. The reference
// has only ranges; authors expect both.
func (p *parser) group() (expr, error) {
	open := p.next()
	if err := p.deeper(open); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	from, err := p.condition()
	if err != nil {
		return nil, err
	}
	if !p.accept("..") {
		if !p.accept(")") {
			return nil, p.unexpected("a closing parenthesis")
		}
		return from, nil
	}
	to, err := p.operand()
	if err != nil {
		return nil, err
	}
	if !p.accept(")") {
		return nil, p.unexpected("a closing parenthesis")
	}
	return &rangeExpr{from: from, to: to}, nil
}

// variable reads a path: customer.name, items[0], ["odd name"].first.
func (p *parser) variable() (expr, error) {
	start := p.peek()
	v := &variable{off: start.off}
	*p.uses = append(*p.uses, v) // before those in its brackets: in order of the source
	if start.kind == nameToken {
		v.root = start.text
		p.pos++
	} else {
		root, err := p.bracket()
		if err != nil {
			return nil, err
		}
		v.setRoot(root)
	}
	for {
		switch {
		case p.accept("."):
			t := p.peek()
			if t.kind != nameToken {
				return nil, p.unexpected("a name after the dot")
			}
			p.pos++
			v.steps = append(v.steps, pathStep{key: t.text, dotted: true})
		case p.isSign("["):
			step, err := p.bracket()
			if err != nil {
				return nil, err
			}
			v.steps = append(v.steps, step)
		default:
			v.text = v.describe()
			return v, nil
		}
	}
}

// bracket turns ["text"] into a plain step, which is quicker and can be told in
// Variables.
func (p *parser) bracket() (pathStep, error) {
	open := p.next()
	if err := p.deeper(open); err != nil {
		return pathStep{}, err
	}
	defer func() { p.depth-- }()
	inner, err := p.operand()
	if err != nil {
		return pathStep{}, err
	}
	if !p.accept("]") {
		return pathStep{}, p.unexpected("a closing bracket ]")
	}
	if l, ok := inner.(*literal); ok {
		if text, ok := l.value.(string); ok {
			return pathStep{key: text}, nil
		}
	}
	return pathStep{index: inner}, nil
}
