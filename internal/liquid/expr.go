package liquid

import (
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

// expr is something that can be worked out while a template runs.
type expr interface {
	eval(r *run) (any, error)
}

type literal struct{ value any }

func (l *literal) eval(*run) (any, error) { return l.value, nil }

// rangeExpr is (from..to).
type rangeExpr struct{ from, to expr }

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

func (x *comparison) eval(r *run) (any, error) {
	a, err := x.left.eval(r)
	if err != nil {
		return nil, err
	}
	b, err := x.right.eval(r)
	if err != nil {
		return nil, err
	}
	switch x.op {
	case "==":
		return equal(a, b), nil
	case "!=", "<>":
		return !equal(a, b), nil
	case "contains":
		return r.contains(a, b), nil
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

// variable is a path into the data.
type variable struct {
	off   int
	root  string
	start expr // instead of root, when the path begins with [expr]
	steps []pathStep
	text  string // as messages show it
}

// pathStep is one .key, ["key"] or [expr].
type pathStep struct {
	key    string
	dotted bool // only .first, .last and .size mean something on lists and text
	index  expr
}

func (v *variable) setRoot(s pathStep) {
	if s.index == nil {
		v.root = s.key
		return
	}
	v.start = s.index
}

// describe writes the path as an author would.
func (v *variable) describe() string {
	var b strings.Builder
	if v.start != nil || !isPlainName(v.root) {
		b.WriteString("[")
		b.WriteString(v.root)
		b.WriteString("]")
	} else {
		b.WriteString(v.root)
	}
	for _, s := range v.steps {
		switch {
		case s.index != nil:
			b.WriteString("[]")
		case isPlainName(s.key):
			b.WriteString("." + s.key)
		default:
			b.WriteString(`["` + s.key + `"]`)
		}
	}
	return b.String()
}

func isPlainName(s string) bool {
	for i, r := range s {
		if !nameRune(r, i == 0) && !(r == '?' && i == len(s)-1 && i > 0) {
			return false
		}
	}
	return s != ""
}

func (v *variable) eval(r *run) (any, error) {
	val, _, err := v.lookup(r)
	return val, err
}

// lookup also says whether the whole path is there: null is, missing is not.
func (v *variable) lookup(r *run) (val any, found bool, err error) {
	name := v.root
	if v.start != nil {
		key, err := v.start.eval(r)
		if err != nil {
			return nil, false, err
		}
		name = r.text(key)
	}
	val, found = r.get(name)
	for i := range v.steps {
		if val == nil {
			return nil, false, nil
		}
		if val, found, err = v.steps[i].take(r, plain(val)); err != nil {
			return nil, false, err
		}
	}
	return val, found, nil
}

func (s *pathStep) take(r *run, from any) (any, bool, error) {
	if s.index == nil {
		v, ok := property(from, s.key, s.dotted)
		return v, ok, nil
	}
	key, err := s.index.eval(r)
	if err != nil {
		return nil, false, err
	}
	v, ok := indexed(from, plain(key))
	return v, ok, nil
}

// indexed is from[key] for a key worked out at run time.
func indexed(from, key any) (any, bool) {
	switch key := key.(type) {
	case string:
		return property(from, key, false)
	case int64, float64:
		n, ok := toInt(key)
		if !ok {
			return nil, false
		}
		switch from := from.(type) {
		case []Value:
			return item(from, n)
		case span:
			return from.item(n)
		case *Object:
			return from.Get(numberText(key))
		}
	}
	return nil, false
}

// item counts from the end when n is negative.
func item(list []Value, n int64) (any, bool) {
	if n < 0 {
		n += int64(len(list))
	}
	if n < 0 || n >= int64(len(list)) {
		return nil, false
	}
	return list[n], true
}

func (s span) item(n int64) (any, bool) {
	if n < 0 {
		n += s.len()
	}
	if n < 0 || n >= s.len() {
		return nil, false
	}
	return s.from + n, true
}

// property is from.key or from["key"].
func property(from any, key string, dotted bool) (any, bool) {
	switch from := from.(type) {
	case *Object:
		if v, ok := from.Get(key); ok {
			return v, true
		}
		return objectProperty(from, key, dotted)
	case *loop:
		return from.get(key)
	}
	if !dotted {
		return nil, false
	}
	switch from := from.(type) {
	case []Value:
		return listProperty(from, key)
	case span:
		return spanProperty(from, key)
	case string:
		if key == "size" {
			return int64(utf8.RuneCountInString(from)), true
		}
	}
	return nil, false
}

func objectProperty(o *Object, key string, dotted bool) (any, bool) {
	switch {
	case !dotted:
	case key == "size":
		return int64(o.Len()), true
	case key == "first" && o.Len() > 0:
		return o.pair(0), true
	}
	return nil, false
}

func listProperty(list []Value, key string) (any, bool) {
	switch key {
	case "size":
		return int64(len(list)), true
	case "first":
		return item(list, 0)
	case "last":
		return item(list, -1)
	}
	return nil, false
}

func spanProperty(s span, key string) (any, bool) {
	switch key {
	case "size":
		return s.len(), true
	case "first":
		return s.item(0)
	case "last":
		return s.item(-1)
	}
	return nil, false
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

var _ json.Marshaler = (*Object)(nil)
