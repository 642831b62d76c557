package mapping

import (
	"slices"

	"hookline/internal/data"
)

// lookup goes from a node into its members. Most often it is the event itself; where a mapping makes the event over
// first, it is what came of that. It is not ok where only a rendering could tell.
func (c *compiler) lookup(n node, path []string) (found node, ok bool) {
	if c.spend(); len(path) == 0 || c.spent() {
		return n, true
	}
	switch n := n.(type) {
	case field:
		return c.lookupField(n, path)
	case constant, joined, source, absent:
		return absent{}, true
	case object:
		for _, m := range n.members {
			if m.key == path[0] {
				return c.lookup(m.value, path[1:])
			}
		}
		return absent{}, true
	case items:
		for i, item := range n.nodes {
			if path[0] == data.ViewOf(int64(i)).Text() {
				return c.lookup(item, path[1:])
			}
		}
		return absent{}, true
	case merged:
		return c.lookupMerged(n.parts, path)
	case choice:
		then, ok := c.lookup(n.then, path)
		other, also := c.lookup(n.other, path)
		return choice{n.when, then, other}, ok && also
	}
	return nil, false
}

func (c *compiler) lookupField(n field, path []string) (node, bool) {
	base := n.path
	if len(n.filters) > 0 {
		base = c.assign(n)
	}
	for _, key := range path {
		base = step(base, key)
	}
	return field{path: base}, true
}

// lookupMerged asks the last part first, for it wins.
func (c *compiler) lookupMerged(parts []node, path []string) (node, bool) {
	if len(parts) == 0 {
		return absent{}, true
	}
	last, rest := parts[len(parts)-1], parts[:len(parts)-1]
	if o, ok := last.(object); ok {
		if slices.ContainsFunc(o.members, func(m member) bool { return m.key == path[0] }) {
			return c.lookup(o, path)
		}
		return c.lookupMerged(rest, path)
	}
	f, ok := last.(field)
	if !ok || len(f.filters) > 0 {
		return nil, false
	}
	own, ok := c.lookup(f, path)
	below, also := c.lookupMerged(rest, path)
	if isAbsent(below) {
		return own, ok
	}
	return choice{exists(step(f.path, path[0])), own, below}, ok && also
}
