package liquid

import (
	"encoding/json"
	"fmt"
	"strings"
)

// truthy: everything but nil and false counts as true, as in Ruby.
func truthy(v any) bool { return v != nil && v != false }

// kindName names a value's kind to a person.
func kindName(v any) string {
	switch v.(type) {
	case nil:
		return "nothing"
	case bool:
		return "true or false"
	case int64, float64, json.Number:
		return "a number"
	case string, safe:
		return "text"
	case []Value, span:
		return "a list"
	}
	return "an object"
}

func isNumber(v any) bool {
	switch v.(type) {
	case int64, float64, json.Number:
		return true
	}
	return false
}

// isBlank: nothing, false, white space, or an empty list or object.
func isBlank(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return strings.TrimSpace(v) == ""
	}
	return isEmpty(v)
}

// isEmpty: nothing and numbers are not empty, they are just not there or not
// countable; only what has a size can be empty.
func isEmpty(v any) bool {
	switch v := v.(type) {
	case string:
		return v == ""
	case []Value:
		return len(v) == 0
	case *Object:
		return v.Len() == 0
	}
	return false
}

// maxCompared bounds how many parts of two values are compared: lists that hold
// the same list twice, many levels deep, have endlessly many.
const maxCompared = 200_000

// comparisonCost is what comparing two parts costs, in bytes made.
const comparisonCost = 8

// equal compares two values; numbers by worth, lists and objects by content.
func equal(a, b any) bool {
	left := maxCompared
	return equalWithin(a, b, &left)
}

// equal books what it compared, so that a loop of comparisons ends.
func (r *run) equal(a, b any) bool {
	left := maxCompared
	same := equalWithin(a, b, &left)
	r.work += comparisonCost*(maxCompared-left) + min(size(a), size(b))/readShare
	return same
}

// equalWithin gives up, as unequal, when there is too much to compare.
func equalWithin(a, b any, left *int) bool {
	if *left--; *left < 0 {
		return false
	}
	a, b = plain(a), plain(b)
	if s, ok := b.(special); ok {
		return isSpecial(a, s)
	}
	if s, ok := a.(special); ok {
		return isSpecial(b, s)
	}
	switch a := a.(type) {
	case int64, float64, json.Number:
		return isNumber(b) && compareNumbers(a, b) == 0
	case []Value:
		b, ok := b.([]Value)
		return ok && equalLists(a, b, left)
	case *Object:
		b, ok := b.(*Object)
		return ok && equalObjects(a, b, left)
	}
	return comparable(b) && a == b
}

// comparable is true for what Go's == may be asked about.
func comparable(v any) bool {
	_, list := v.([]Value)
	return !list
}

// isSpecial asks what the words mean; a word equals itself, and no other word.
func isSpecial(v any, s special) bool {
	if other, ok := v.(special); ok {
		return other == s
	}
	if s == blankValue {
		return isBlank(v)
	}
	return isEmpty(v)
}

func equalLists(a, b []Value, left *int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !equalWithin(a[i], b[i], left) {
			return false
		}
	}
	return true
}

// equalObjects does not mind the order of keys.
func equalObjects(a, b *Object, left *int) bool {
	if a == b {
		return true
	}
	if a.Len() != b.Len() {
		return false
	}
	for key, v := range a.All() {
		other, ok := b.Get(key)
		if !ok || !equalWithin(v, other, left) {
			return false
		}
	}
	return true
}

// order compares for < and >. Values that have no order, like nil and lists,
// give ok false: then no comparison holds. Text against a number is a mistake.
func order(a, b any) (sign int, ok bool, err error) {
	a, b = plain(a), plain(b)
	s, aText := a.(string)
	t, bText := b.(string)
	switch {
	case isNumber(a) && isNumber(b):
		return compareNumbers(a, b), true, nil
	case aText && bText:
		return strings.Compare(s, t), true, nil
	case aText && isNumber(b), isNumber(a) && bText:
		return 0, false, fmt.Errorf("%s cannot be compared with %s; make a number of the text first, with {%% assign n = … | plus: 0 %%}",
			kindName(a), kindName(b))
	}
	return 0, false, nil
}

// contains: a text within a text, an item in a list, a key in an object.
func (r *run) contains(a, b any) bool {
	a, b = plain(a), plain(b)
	if b == nil {
		return false
	}
	switch a := a.(type) {
	case string:
		r.work += len(a) / readShare
		return strings.Contains(a, r.text(b))
	case []Value:
		for _, item := range a {
			if r.equal(item, b) {
				return true
			}
		}
	case span:
		n, ok := b.(int64)
		return ok && a.from <= n && n <= a.to
	case *Object:
		_, ok := a.Get(r.text(b))
		return ok
	}
	return false
}
