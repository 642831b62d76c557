package liquid

import (
	"cmp"
	"slices"
	"strings"
)

// parser reads the inside of one tag. Variables it meets are noted in uses.
type parser struct {
	source string
	whole  string // the tag as written, for messages
	list   []token
	pos    int
	depth  int
	uses   *[]*variable
}

// maxBrackets is how deep brackets and parentheses may nest in one tag.
const maxBrackets = 50

func (p *parser) peek() token { return p.list[p.pos] }

// next never goes beyond the end token, so that peek is always safe.
func (p *parser) next() token {
	t := p.list[p.pos]
	if t.kind != endToken {
		p.pos++
	}
	return t
}

func (p *parser) isSign(s string) bool {
	t := p.peek()
	return t.kind == signToken && t.text == s
}

func (p *parser) isName(s string) bool {
	t := p.peek()
	return t.kind == nameToken && t.text == s
}

// accept takes the sign if it is next.
func (p *parser) accept(s string) bool {
	if p.isSign(s) {
		p.pos++
		return true
	}
	return false
}

func (p *parser) acceptName(s string) bool {
	if p.isName(s) {
		p.pos++
		return true
	}
	return false
}

func (p *parser) atEnd() bool { return p.peek().kind == endToken }

// ahead looks at the token after the next one.
func (p *parser) ahead() token { return p.list[min(p.pos+1, len(p.list)-1)] }

func (p *parser) fail(t token, format string, args ...any) error {
	return errorAt(p.source, t.off, format, args...)
}

// unexpected says which token should not be there.
func (p *parser) unexpected(wanted string) error {
	t := p.peek()
	if t.kind == endToken {
		return p.fail(t, "%s is missing at the end of %s", wanted, excerpt(p.whole))
	}
	return p.fail(t, "expected %s, but found %q in %s", wanted, excerpt(t.text), excerpt(p.whole))
}

// end demands that nothing is left.
func (p *parser) end() error {
	if p.atEnd() {
		return nil
	}
	t := p.peek()
	switch {
	case t.kind == signToken && t.text == "|":
		return p.fail(t, "a filter cannot stand in %s; use {%% assign %%} on a line before", excerpt(p.whole))
	case t.kind == signToken && t.text == "=":
		return p.fail(t, "to compare, write == instead of = in %s", excerpt(p.whole))
	}
	advice := ""
	if t.text == ":" && p.list[0].kind == textToken && strings.HasPrefix(p.whole, "{{") {
		advice = "; if these are braces of JSON, put a blank between them"
	}
	return p.fail(t, "did not expect %q in %s%s", excerpt(t.text), excerpt(p.whole), advice)
}

// filtered reads a value with its filters: customer.name | upcase | append: "!".
func (p *parser) filtered() (expr, error) {
	in, err := p.operand()
	if err != nil || !p.isSign("|") {
		return in, err
	}
	f := &filtered{in: in}
	for p.accept("|") {
		call, err := p.filter()
		if err != nil {
			return nil, err
		}
		f.calls = append(f.calls, call)
	}
	return f, nil
}

// filter knows the number of arguments, so a mistake is told when the template
// is saved, not when the first person comes by.
func (p *parser) filter() (*filterCall, error) {
	name := p.peek()
	if name.kind != nameToken {
		return nil, p.unexpected("the name of a filter")
	}
	p.pos++
	def, ok := filters[name.text]
	if !ok {
		advice := cmp.Or(nearest(name.text, filterNames()), "; take it away, or choose one from the manual’s list of filters")
		return nil, p.fail(name, "there is no filter %q%s", name.text, advice)
	}
	call := &filterCall{name: name.text, off: name.off, def: def, source: p.source}
	if p.accept(":") {
		if err := p.arguments(call); err != nil {
			return nil, err
		}
	}
	if n := len(call.args); n < def.min || n > def.max {
		return nil, p.fail(name, "the filter %s takes %s, not %d", name.text, def.takes(), n)
	}
	return call, nil
}

// arguments may mix plain and named ones in any order.
func (p *parser) arguments(call *filterCall) error {
	for {
		if t := p.peek(); t.kind == nameToken && p.ahead().text == ":" && p.ahead().kind == signToken {
			if !slices.Contains(call.def.named, t.text) {
				return p.fail(t, "the filter %s knows no option %q", call.name, t.text)
			}
			p.pos += 2
			v, err := p.operand()
			if err != nil {
				return err
			}
			call.named = append(call.named, namedArg{t.text, v})
		} else {
			v, err := p.operand()
			if err != nil {
				return err
			}
			call.args = append(call.args, v)
		}
		if !p.accept(",") {
			return nil
		}
	}
}

// condition reads comparisons joined by and, or; they group from the right.
func (p *parser) condition() (expr, error) {
	left, err := p.comparison()
	if err != nil {
		return nil, err
	}
	if !p.isName("and") && !p.isName("or") {
		return left, nil
	}
	chain := &logic{first: left}
	for p.isName("and") || p.isName("or") {
		and := p.next().text == "and"
		right, err := p.comparison()
		if err != nil {
			return nil, err
		}
		chain.rest = append(chain.rest, logicLink{and: and, cond: right})
	}
	return chain, nil
}

func (p *parser) comparison() (expr, error) {
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	op := p.peek()
	switch {
	case op.kind == nameToken && op.text == "contains":
	case op.kind == nameToken && op.text != "and" && op.text != "or":
		return nil, p.fail(op, "%q is not a comparison; use ==, !=, <, >, <=, >= or contains", op.text)
	case op.kind == signToken && slices.Contains(operators, op.text):
	default:
		return left, nil
	}
	p.pos++
	right, err := p.operand()
	return &comparison{op: op.text, off: op.off, source: p.source, left: left, right: right}, err
}

var operators = []string{"==", "!=", "<>", "<", ">", "<=", ">="}

// deeper counts nesting: the parser calls itself for every bracket.
func (p *parser) deeper(t token) error {
	if p.depth++; p.depth > maxBrackets {
		return p.fail(t, "%s is nested too deeply", excerpt(p.whole))
	}
	return nil
}
