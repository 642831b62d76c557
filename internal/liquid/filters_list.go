package liquid

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// listFilters make a list of a list.
var listFilters = map[string]filter{
	"join":                     {max: 1, fn: join},
	"concat":                   {min: 1, max: 1, fn: concat},
	"reverse":                  {fn: reverse},
	"sort":                     {max: 1, fn: func(c *call) (any, error) { return c.sort(false) }},
	"sort_natural":             {max: 1, fn: func(c *call) (any, error) { return c.sort(true) }},
	"uniq":                     {max: 1, fn: uniq},
	"json_array_uniq":          {max: 1, fn: uniq},
	"compact":                  {max: 1, fn: compact},
	"map":                      {min: 1, max: 1, fn: mapProperty},
	"limit":                    {min: 1, max: 1, fn: limit},
	"push":                     {min: 1, max: 1, fn: func(c *call) (any, error) { return c.insert(math.MaxInt) }},
	"unshift":                  {min: 1, max: 1, fn: func(c *call) (any, error) { return c.insert(0) }},
	"pop":                      {max: 1, fn: func(c *call) (any, error) { return c.drop(true) }},
	"shift":                    {max: 1, fn: func(c *call) (any, error) { return c.drop(false) }},
	"group_by":                 {min: 1, max: 1, fn: groupBy},
	"array_to_sentence_string": {max: 1, fn: sentence},
}

// joined puts texts together, asking for the room as it goes.
func (c *call) joined(list []Value, sep func(i int) string) (any, error) {
	var b strings.Builder
	for i, v := range list {
		if i > 0 {
			b.WriteString(sep(i))
		}
		b.WriteString(c.run.text(v))
		if err := c.run.fitsText(b.Len()); err != nil {
			return nil, err
		}
	}
	return b.String(), nil
}

// join puts a blank between the items unless told otherwise.
func join(c *call) (any, error) {
	sep := " "
	if len(c.args) > 0 {
		sep = c.arg(0)
	}
	list, err := c.list()
	if err != nil {
		return nil, err
	}
	return c.joined(list, func(int) string { return sep })
}

// sentence writes "a, b, and c".
func sentence(c *call) (any, error) {
	word := "and"
	if len(c.args) > 0 {
		word = c.arg(0)
	}
	list, err := c.list()
	if err != nil {
		return nil, err
	}
	return c.joined(list, func(i int) string {
		switch {
		case len(list) == 2:
			return " " + word + " "
		case i == len(list)-1:
			return ", " + word + " "
		}
		return ", "
	})
}

// concat lays the left list flat, but not the right one, as the reference does.
func concat(c *call) (any, error) {
	list, err := c.list()
	if err != nil {
		return nil, err
	}
	more, ok := c.args[0].([]Value)
	if s, isRange := c.args[0].(span); isRange {
		if more, err = c.run.spread(s); err != nil {
			return nil, err
		}
	} else if !ok {
		return nil, fmt.Errorf("its argument must be a list, not %s", kindName(c.args[0]))
	}
	if err := c.run.fitsList(len(list) + len(more)); err != nil {
		return nil, err
	}
	return slices.Concat(list, more), nil
}

// reverse works on a copy: the list may be the data itself.
func reverse(c *call) (any, error) {
	list, err := c.list()
	if err != nil {
		return nil, err
	}
	list = slices.Clone(list)
	slices.Reverse(list)
	return list, nil
}

// uniq keeps the first of equal items, or of items with an equal property.
func uniq(c *call) (any, error) {
	list, err := c.list()
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool, len(list))
	out := make([]Value, 0, len(list))
	for _, v := range list {
		key := v
		if c.given(0) != nil {
			if key, err = c.propertyOf(v, c.args[0]); err != nil {
				return nil, err
			}
		}
		id, err := c.run.identity(key)
		if err != nil {
			return nil, err
		}
		if !seen[id] {
			seen[id] = true
			out = append(out, v)
		}
	}
	return out, nil
}

// identity is a text that is the same for equal values only.
func (r *run) identity(v any) (string, error) {
	e := r.encoder()
	e.json(v, jsonStyle)
	return r.told(&e), e.err
}

// compact drops nothing, or the items whose property is nothing.
func compact(c *call) (any, error) {
	list, err := c.list()
	if err != nil {
		return nil, err
	}
	out := make([]Value, 0, len(list))
	for _, v := range list {
		key := v
		if c.given(0) != nil {
			if key, err = c.propertyOf(v, c.args[0]); err != nil {
				return nil, err
			}
		}
		if key != nil {
			out = append(out, v)
		}
	}
	return out, nil
}

// mapProperty gives one property of every item.
func mapProperty(c *call) (any, error) {
	list, err := c.list()
	if err != nil {
		return nil, err
	}
	out := make([]Value, len(list))
	for i, v := range list {
		if out[i], err = c.propertyOf(v, c.args[0]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// limit keeps the first items. The list is cut, not copied, and cannot grow
// into what follows.
func limit(c *call) (any, error) {
	n, err := c.int(0, 0)
	if err != nil {
		return nil, err
	}
	list, err := c.list()
	if err != nil {
		return nil, err
	}
	n = min(max(n, 0), int64(len(list)))
	return list[:n:n], nil
}

// own is the list filtered, with lists inside it left as they are.
func (c *call) own() ([]Value, error) {
	if list, ok := c.in.([]Value); ok {
		return list, nil
	}
	return c.list()
}

// insert puts the argument at a place of the list.
func (c *call) insert(at int) (any, error) {
	list, err := c.own()
	if err != nil {
		return nil, err
	}
	return slices.Insert(slices.Clone(list), min(at, len(list)), c.args[0]), nil
}

// drop takes items away at one end.
func (c *call) drop(last bool) (any, error) {
	n, err := c.int(0, 1)
	if err != nil {
		return nil, err
	}
	list, err := c.own()
	if err != nil {
		return nil, err
	}
	n = min(max(n, 0), int64(len(list)))
	if last {
		return list[: int64(len(list))-n : int64(len(list))-n], nil
	}
	return list[n:], nil
}

// groupBy gives a list of {"name", "items", "size"}, in order of appearance.
func groupBy(c *call) (any, error) {
	list, err := c.list()
	if err != nil {
		return nil, err
	}
	groups := map[string]int{}
	var keys []Value
	var members [][]Value
	for _, v := range list {
		key, err := c.propertyOf(v, c.args[0])
		if err != nil {
			return nil, err
		}
		id, err := c.run.identity(key)
		if err != nil {
			return nil, err
		}
		g, ok := groups[id]
		if !ok {
			g = len(keys)
			groups[id] = g
			keys, members = append(keys, key), append(members, nil)
		}
		members[g] = append(members[g], v)
	}
	var out []Value
	for g, key := range keys {
		o := NewObject(3)
		o.Put("name", key)
		o.Put("items", members[g])
		o.Put("size", int64(len(members[g])))
		out = append(out, o)
	}
	return out, nil
}
