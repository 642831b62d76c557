package mapping

import (
	"slices"

	"hookline/internal/data"
)

// arrayPath is @arrayPath: a list, or what becomes of every item of it.
func (c *compiler) arrayPath(v data.Value, s scope, at string) node {
	list, ok := v.([]data.Value)
	if !ok || len(list) == 0 {
		return c.unable(at, "This directive names no list.")
	}
	root := c.compile(list[0], s, at+"[0]")
	if path, ok := list[0].(string); ok {
		root = c.path(path, s, at+"[0]")
	}
	if len(list) < 2 {
		return root
	}
	shape, ok := list[1].(*data.Object)
	if !ok || shape.Len() == 0 {
		return root
	}
	return c.eachOf(root, shape, at)
}

func (c *compiler) eachOf(root node, shape *data.Object, at string) node {
	inner := at + "[1]"
	switch n := root.(type) {
	case field:
		return c.loop(n, shape, at)
	case items:
		made := items{}
		for _, item := range n.nodes {
			made.nodes = append(made.nodes, c.compile(shape, scope{item}, inner))
		}
		return made
	case object, merged:
		return items{[]node{c.compile(shape, scope{n}, inner)}}
	case choice:
		return choice{n.when, c.eachOf(n.then, shape, at), c.eachOf(n.other, shape, at)}
	}
	return root
}

// loop goes over a list of the event. What its shape needs is set anew for each item.
func (c *compiler) loop(list field, shape *data.Object, at string) node {
	e := each{list: c.assign(list), item: c.name("item"), optional: true}
	outer := c.before
	c.before = &e.before
	e.shape = c.compile(shape, scope{field{path: e.item}}, at+"[1]")
	c.before = outer
	c.note(at, "Segment takes a single object for a list of one. Here "+e.list+" must be a list.")
	return e
}

// flatten is @flatten, as far as it is known before an event comes what there is to flatten.
func (d options) flatten() node {
	separator, ok := d.node("separator").(constant)
	between, text := separator.value.(string)
	if !ok || !text {
		return d.unable(d.at, "The separator is no text.")
	}
	n := d.node("value")
	o, ok := n.(object)
	if !ok {
		if !isAbsent(n) {
			d.note(d.at, "Liquid cannot flatten what only an event brings, so objects in it stay as they are. Name their parts in the composer, one by one.")
		}
		return n
	}
	flat := object{}
	d.flattenInto(&flat, o, "", between)
	return flat
}

func (d options) flattenInto(flat *object, o object, prefix, separator string) {
	for _, m := range o.members {
		switch v := m.value.(type) {
		case object:
			d.flattenInto(flat, v, prefix+m.key+separator, separator)
			continue
		case items:
			if isTruthy(d.Look("omitArrays").Value()) {
				continue
			}
		case field:
			d.note(d.at, "Should "+v.path+" be an object, it stays one here. Name its parts in the composer, one by one.")
		}
		flat.members = append(flat.members, member{prefix + m.key, m.value})
	}
}

// merge is @merge: what stands in several parts is taken from the last, or from the first when the direction is left.
func (d options) merge() node {
	list, ok := d.Look("objects").Value().([]data.Value)
	if !ok {
		return d.unable(d.at, "There are no objects to merge.")
	}
	var parts []node
	for i, v := range list {
		at := join(d.at, "objects") + "[" + data.ViewOf(int64(i)).Text() + "]"
		switch n := d.compile(v, d.scope, at).(type) {
		case object:
			parts = append(parts, n)
		case field:
			parts = append(parts, field{path: d.assign(n)})
		case merged:
			parts = append(parts, n)
		case absent, constant: // they have no members
		default:
			d.note(at, "Liquid cannot merge this, so it is left out. Name its parts in the composer, one by one.")
		}
	}
	if direction, _ := textOf(d.Object, "direction"); direction == "left" {
		slices.Reverse(parts)
	}
	return simplified(parts)
}

// simplified puts parts together whose names are known.
func simplified(parts []node) node {
	var made []node
	for _, part := range parts {
		if inner, ok := part.(merged); ok {
			made = append(made, inner.parts...)
			continue
		}
		o, ok := part.(object)
		if ok && len(made) > 0 {
			if before, ok := made[len(made)-1].(object); ok {
				made[len(made)-1] = over(before, o)
				continue
			}
		}
		made = append(made, part)
	}
	switch len(made) {
	case 0:
		return object{}
	case 1:
		return made[0]
	}
	return merged{made}
}

// over puts the members of b over those of a.
func over(a, b object) object {
	o := object{slices.Clone(a.members)}
	for _, m := range b.members {
		i := slices.IndexFunc(o.members, func(other member) bool { return other.key == m.key })
		if i < 0 {
			o.members = append(o.members, m)
		} else {
			o.members[i] = m
		}
	}
	return o
}
