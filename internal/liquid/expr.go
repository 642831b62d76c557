package liquid

import "errors"

// expr is something that can be worked out while a template runs.
type expr interface {
	eval(r *run) (any, error)
}

type literal struct{ value any }

func (l *literal) eval(*run) (any, error) { return l.value, nil }

// rangeExpr is (from..to).
type rangeExpr struct{ from, to expr }

// eval makes no list: see span.
func (x *rangeExpr) eval(r *run) (any, error) {
	from, err := x.from.eval(r)
	if err != nil {
		return nil, err
	}
	to, err := x.to.eval(r)
	if err != nil {
		return nil, err
	}
	return span{rangeEnd(from), rangeEnd(to)}, nil
}

// rangeEnd reads one end of a range; what is no number counts as 0.
func rangeEnd(v any) int64 {
	if n, ok := toInt(v); ok {
		return n
	}
	n, _ := toInt(toNumber(v))
	return n
}

// logic is a chain of and, or. It groups from the right: a and (b or (c …)).
type logic struct {
	first expr
	rest  []logicLink
}

type logicLink struct {
	and  bool
	cond expr
}

func (x *logic) eval(r *run) (any, error) {
	v, err := x.first.eval(r)
	for _, link := range x.rest {
		// What stands right of a false "and" or a true "or" has no say.
		if err != nil || truthy(v) != link.and {
			break
		}
		v, err = link.cond.eval(r)
	}
	return truthy(v), err
}

// comparison is left op right.
type comparison struct {
	op          string
	off         int
	source      string
	left, right expr
}

// eval books what == and contains looked through, so that a loop of them ends.
func (x *comparison) eval(r *run) (any, error) {
	a, err := x.left.eval(r)
	if err != nil {
		return nil, err
	}
	b, err := x.right.eval(r)
	if err != nil {
		return nil, err
	}
	if x.op == "contains" {
		return r.contains(a, b), r.booked()
	}
	if x.op == "==" {
		return r.equal(a, b), r.booked()
	}
	if x.op == "!=" || x.op == "<>" {
		return !r.equal(a, b), r.booked()
	}
	sign, ok, err := order(a, b)
	if err != nil {
		return nil, errorAt(x.source, x.off, "%s", err)
	}
	return ok && orderHolds(x.op, sign), nil
}

func orderHolds(op string, sign int) bool {
	switch op {
	case "<":
		return sign < 0
	case "<=":
		return sign <= 0
	case ">":
		return sign > 0
	}
	return sign >= 0
}

// filtered is a value with filters behind it.
type filtered struct {
	in    expr
	calls []*filterCall
}

func (f *filtered) eval(r *run) (any, error) {
	v, err := f.in.eval(r)
	for _, call := range f.calls {
		if err != nil {
			return nil, err
		}
		v, err = call.apply(r, v)
	}
	return v, err
}

// has says whether one of the filters is among the names.
func (f *filtered) has(names ...string) bool {
	for _, call := range f.calls {
		for _, name := range names {
			if call.name == name {
				return true
			}
		}
	}
	return false
}

// filterCall is one filter with its arguments, as written.
type filterCall struct {
	name   string
	off    int
	def    *filter
	source string
	args   []expr
	named  []namedArg
}

type namedArg struct {
	name string
	arg  expr
}

// apply is the one door to every filter: it asks the clock, takes marks off
// the values, and books what the filter read and made.
func (c *filterCall) apply(r *run, in any) (any, error) {
	if err := r.tick(); err != nil {
		return nil, c.place(err)
	}
	call := call{run: r, in: plain(in)}
	if len(c.args) > 0 {
		call.args = make([]any, len(c.args))
	}
	cost := size(call.in)
	for i, arg := range c.args {
		v, err := arg.eval(r)
		if err != nil {
			return nil, err
		}
		call.args[i] = plain(v)
		cost += size(call.args[i])
	}
	for _, n := range c.named {
		v, err := n.arg.eval(r)
		if err != nil {
			return nil, err
		}
		call.option = plain(v)
	}
	out, err := c.def.fn(&call)
	if err == nil {
		err = r.filtered(cost, out)
	}
	if err != nil {
		return nil, c.place(err)
	}
	return out, nil
}

// place adds where the filter stands.
func (c *filterCall) place(err error) error {
	line, column := placeOf(c.source, c.off)
	var e *Error
	if !errors.As(err, &e) {
		return &Error{Line: line, Column: column, Message: "the filter " + c.name + " failed: " + err.Error()}
	}
	if e.Line > 0 {
		return err
	}
	return &Error{Line: line, Column: column, Message: e.Message, cause: e.cause}
}
