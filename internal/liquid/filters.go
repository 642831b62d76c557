package liquid

import (
	"fmt"
	"maps"
	"slices"
)

// filter is one filter: how many arguments it takes and what it does.
type filter struct {
	min, max int
	named    []string // options given by name; at most one of them is used
	fn       func(*call) (any, error)
}

// call is one use of a filter at run time.
type call struct {
	run    *run
	in     any
	args   []any
	option any // the named option's value
}

// filters holds every filter by name.
var filters = map[string]*filter{}

// register runs before main; a name that stands in two groups would hide one
// of the filters, which TestFilterNamesAreUnique looks after.
func register(groups ...map[string]filter) {
	for _, group := range groups {
		for name, f := range group {
			filters[name] = &f
		}
	}
}

func init() {
	register(textFilters, cutFilters, htmlFilters, numberFilters, dateFilters,
		listFilters, pickFilters, codeFilters, digestFilters, moneyFilters)
}

func filterNames() []string { return slices.Collect(maps.Keys(filters)) }

// takes says how many arguments the filter wants.
func (f *filter) takes() string {
	switch {
	case f.max == 0:
		return "no arguments"
	case f.min == f.max && f.min == 1:
		return "1 argument"
	case f.min == f.max:
		return fmt.Sprintf("%d arguments", f.min)
	}
	return fmt.Sprintf("%d to %d arguments", f.min, f.max)
}

// textFilter makes a filter of a function on text.
func textFilter(fn func(string) string) filter {
	return filter{fn: func(c *call) (any, error) { return fn(c.text()), nil }}
}

// text is the value filtered, as text.
func (c *call) text() string { return c.run.text(c.in) }

// arg is the i-th argument as text; a missing one is empty.
func (c *call) arg(i int) string {
	if i >= len(c.args) {
		return ""
	}
	return c.run.text(c.args[i])
}

// given is the i-th argument, nil when it is missing.
func (c *call) given(i int) any {
	if i >= len(c.args) {
		return nil
	}
	return c.args[i]
}

// int is the i-th argument as a whole number; otherwise when it is missing.
func (c *call) int(i int, otherwise int64) (int64, error) {
	if i >= len(c.args) {
		return otherwise, nil
	}
	if _, isFloat := c.args[i].(float64); !isFloat {
		if n, ok := toInt(c.args[i]); ok {
			return n, nil
		}
	}
	return 0, fmt.Errorf("its argument must be a whole number, not %s", describeValue(c.run, c.args[i]))
}

// describeValue shows a value in a message.
func describeValue(r *run, v any) string {
	if v == nil {
		return "nothing"
	}
	return fmt.Sprintf("%q", excerpt(r.text(v)))
}

// list is the value filtered as a list: lists within it are laid flat, an
// object or text counts as one item, nothing as none.
func (c *call) list() ([]Value, error) {
	switch v := c.in.(type) {
	case nil, special:
		return nil, nil
	case span:
		return c.run.spread(v)
	case []Value:
		f := flattener{limit: c.run.limits.List}
		if !hasLists(v) {
			return v, nil
		}
		if f.add(v); f.over {
			return nil, c.run.fitsList(c.run.limits.List + 1)
		}
		return f.out, nil
	}
	return []Value{c.in}, nil
}

// hasLists saves copying the usual list, which holds no lists.
func hasLists(list []Value) bool {
	return slices.ContainsFunc(list, func(v Value) bool { _, ok := v.([]Value); return ok })
}

// flattener lays lists within lists flat. It counts what it visits, because a
// list may hold the same list many times.
type flattener struct {
	out           []Value
	visits, limit int
	over          bool
}

func (f *flattener) add(list []Value) {
	for _, v := range list {
		if f.visits++; f.visits > f.limit {
			f.over = true
			return
		}
		if inner, ok := v.([]Value); ok {
			f.add(inner)
		} else {
			f.out = append(f.out, v)
		}
	}
}

// spread makes a list of a range, if it is not too long.
func (r *run) spread(s span) ([]Value, error) {
	n := s.len()
	if n > int64(r.limits.List) {
		return nil, r.fitsList(r.limits.List + 1)
	}
	list := make([]Value, n)
	for i := range list {
		list[i] = s.from + int64(i)
	}
	return list, nil
}
