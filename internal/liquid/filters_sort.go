package liquid

import (
	"errors"
	"slices"
	"strings"
)

// sort puts nothing last. Natural order compares texts without regard to case.
func (c *call) sort(natural bool) (any, error) {
	list, err := c.list()
	if err != nil {
		return nil, err
	}
	keys := make([]sortKey, len(list))
	for i, v := range list {
		keys[i] = sortKey{key: v, value: v}
		if c.given(0) != nil {
			if keys[i].key, err = c.propertyOf(v, c.args[0]); err != nil {
				return nil, err
			}
		}
		if natural && keys[i].key != nil {
			keys[i].key = strings.ToLower(c.run.text(keys[i].key))
		}
	}
	var fault error
	slices.SortStableFunc(keys, func(a, b sortKey) int {
		sign, err := a.compare(b)
		if err != nil {
			fault = err
		}
		return sign
	})
	out := make([]Value, len(keys))
	for i, k := range keys {
		out[i] = k.value
	}
	return out, fault
}

type sortKey struct{ key, value any }

var errUnsortable = errors.New("the list holds values of different kinds, which have no order")

func (a sortKey) compare(b sortKey) (int, error) {
	switch {
	case a.key == nil && b.key == nil:
		return 0, nil
	case a.key == nil:
		return 1, nil
	case b.key == nil:
		return -1, nil
	}
	sign, ok, err := order(a.key, b.key)
	if err != nil || !ok && !equal(a.key, b.key) {
		return 0, errUnsortable
	}
	return sign, nil
}
