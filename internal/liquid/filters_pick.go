package liquid

import (
	"fmt"
	"strings"
)

// pickFilters look for items of a list by a property.
var pickFilters = map[string]filter{
	"where":      {min: 1, max: 2, fn: func(c *call) (any, error) { return c.pick(true) }},
	"where_not":  {min: 1, max: 2, fn: func(c *call) (any, error) { return c.pick(false) }},
	"reject":     {min: 1, max: 2, fn: func(c *call) (any, error) { return c.pick(false) }},
	"find":       {min: 1, max: 2, fn: find},
	"find_index": {min: 1, max: 2, fn: findIndex},
	"has":        {min: 1, max: 2, fn: has},
}

// propertyOf is item[key] as the reference has it: on a text, the key itself if
// it occurs in it.
func (c *call) propertyOf(v, key any) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case *Object:
		if text, ok := key.(string); ok {
			val, _ := v.Get(text)
			return val, nil
		}
		return nil, nil
	case string:
		if text, ok := key.(string); ok && strings.Contains(v, text) {
			return text, nil
		}
		return nil, nil
	case *loop:
		val, _ := v.get(c.run.text(key))
		return val, nil
	case int64:
		if bit, ok := key.(int64); ok {
			// Ruby asks for a bit here, and 0 is as true as 1.
			return v >> min(uint64(bit), 63) & 1, nil
		}
	}
	return nil, fmt.Errorf("%s has no property %s", kindName(v), describeValue(c.run, key))
}

// matches gives the positions of the items that fit; ok is false when an item
// is nothing, which leaves no answer.
func (c *call) matches(list []Value) (fits []bool, ok bool, err error) {
	fits = make([]bool, len(list))
	for i, v := range list {
		if v == nil {
			return nil, false, nil
		}
		val, err := c.propertyOf(v, c.args[0])
		if err != nil {
			return nil, false, err
		}
		if target := c.given(1); target != nil {
			fits[i] = c.run.equal(val, target)
		} else {
			fits[i] = truthy(val)
		}
	}
	return fits, true, nil
}

// pick keeps the items that fit, or those that do not.
func (c *call) pick(keep bool) (any, error) {
	list, err := c.list()
	if err != nil {
		return nil, err
	}
	if _, text := c.given(0).(string); !text && allText(list) {
		return nil, nil
	}
	fits, ok, err := c.matches(list)
	if err != nil || !ok {
		return nil, err
	}
	out := make([]Value, 0, len(list))
	for i, v := range list {
		if fits[i] == keep {
			out = append(out, v)
		}
	}
	return out, nil
}

// allText is true for texts only: they have no other properties than texts.
func allText(list []Value) bool {
	for _, v := range list {
		if _, ok := v.(string); !ok {
			return false
		}
	}
	return true
}

// firstMatch is the position of the first item that fits, -1 if none does.
func (c *call) firstMatch() (list []Value, at int, err error) {
	if list, err = c.list(); err != nil {
		return nil, -1, err
	}
	fits, _, err := c.matches(list)
	for i, ok := range fits {
		if ok {
			return list, i, err
		}
	}
	return list, -1, err
}

// find gives the first item that fits, or nothing.
func find(c *call) (any, error) {
	list, at, err := c.firstMatch()
	if at < 0 {
		return nil, err
	}
	return list[at], err
}

func findIndex(c *call) (any, error) {
	_, at, err := c.firstMatch()
	if at < 0 {
		return nil, err
	}
	return int64(at), err
}

// has says whether any item fits.
func has(c *call) (any, error) {
	_, at, err := c.firstMatch()
	return at >= 0, err
}
