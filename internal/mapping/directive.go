package mapping

import (
	"slices"
	"strings"

	"hookline/internal/data"
)

// directive makes a node of one directive and its argument.
func (c *compiler) directive(name string, v data.Value, s scope, at string) node {
	switch name {
	case "@path", "@template", "@liquid":
		return c.textDirective(name, v, s, at)
	case "@literal":
		return c.compile(v, s, at)
	case "@arrayPath":
		return c.arrayPath(v, s, at)
	case "@excludeWhenNull":
		return whenNotNull(c.compile(v, s, at))
	}
	o, ok := v.(*data.Object)
	if !ok && slices.Contains(withOptions, name) {
		return c.unable(at, "This directive has no options.")
	}
	d := options{Object: o, compiler: c, scope: s, at: at}
	switch name {
	case "@if":
		return d.choose()
	case "@case":
		return d.changeCase()
	case "@replace":
		return d.replace()
	case "@json":
		return d.json()
	case "@flatten":
		return d.flatten()
	case "@merge":
		return d.merge()
	case "@transform":
		inner := scope{d.node("apply")}
		return c.compile(d.Look("mapping").Value(), inner, join(at, "mapping"))
	}
	return c.unable(at, "The directive "+name+" is not known here.")
}

// withOptions are the directives that take an object of options.
var withOptions = []string{"@if", "@case", "@replace", "@json", "@flatten", "@merge", "@transform"}

// options are what most directives take.
type options struct {
	*data.Object
	*compiler
	scope scope
	at    string
}

func (d options) node(key string) node {
	v, ok := d.Get(key)
	if !ok {
		return absent{}
	}
	return d.compile(v, d.scope, join(d.at, key))
}

// textDirective is one whose argument is a text.
func (c *compiler) textDirective(name string, v data.Value, s scope, at string) node {
	text, ok := c.compile(v, s, at).(constant)
	if !ok {
		return c.unable(at, "What is looked for depends on each event.")
	}
	words, ok := text.value.(string)
	switch {
	case !ok:
		return c.unable(at, "There is no text.")
	case name == "@path":
		return c.path(words, s, at)
	case name == "@template":
		return c.template(words, s, at)
	}
	if f, ok := s.root.(field); !ok || f.path != "event" {
		return c.unable(at, "This Liquid does not read the event, but what was made of it.")
	}
	liquid, unknown := renamed(words, segmentRoots)
	for _, root := range unknown {
		c.note(at, "There is no "+root+" here, so it counts as nothing. Put something else in its place.")
	}
	return source{liquid}
}

// whenNotNull leaves a member out where there is null.
func whenNotNull(n node) node {
	switch n := n.(type) {
	case field:
		n.optional = true
		return n
	case constant:
		if n.value == nil {
			return absent{}
		}
	case choice:
		return choice{n.when, whenNotNull(n.then), whenNotNull(n.other)}
	}
	return n
}

// choose is @if: exists, or blank, which asks in spite of its name whether there is something.
func (d options) choose() node {
	subject, filled := d.node("exists"), false
	if isAbsent(subject) {
		subject, filled = d.node("blank"), true
	}
	when, known := d.holds(subject, filled)
	then, other := d.node("then"), node(absent{})
	if v, _ := d.Get("else"); isTruthy(v) {
		other = d.node("else")
	}
	switch {
	case known && when.yes == "":
		return then
	case known:
		return other
	case isAbsent(then) && isAbsent(other):
		return absent{}
	}
	return choice{when, then, other}
}

// never is the condition that is known not to hold; the zero condition always holds.
var never = clause{"false", "true"}

// holds says when a value exists, or when it is filled too, and whether that is known already.
func (d options) holds(n node, filled bool) (when clause, known bool) {
	switch n := n.(type) {
	case absent:
		return never, true
	case constant:
		if n.value == nil || filled && (n.value == "" || !isTruthy(n.value)) {
			return never, true
		}
	case field:
		return d.holdsField(n, filled), false
	case joined, source:
		if filled {
			return notEmpty(d.capture(func(w *writer) { w.inText(n) })), false
		}
	case each:
		return exists(n.list), false
	case choice:
		then, _ := d.holds(n.then, filled)
		other, _ := d.holds(n.other, filled)
		first, second := both(n.when, then), both(n.when.opposite(), other)
		return clause{grouped(first.yes) + " or " + grouped(second.yes), grouped(first.no) + " and " + grouped(second.no)}, false
	}
	return clause{}, true
}

func (d options) holdsField(f field, filled bool) clause {
	when := clause{}
	if len(f.filters) == 0 || f.optional {
		when = exists(f.path)
	}
	if !filled {
		if when.yes == "" {
			when = exists(d.assign(f))
		}
		return when
	}
	value := d.assign(f)
	return both(when, clause{
		value + ` != "" and ` + value + " != 0 and " + value + " != false",
		value + ` == "" or ` + value + " == 0 or " + value + " == false",
	})
}

func notEmpty(path string) clause { return clause{path + ` != ""`, path + ` == ""`} }

// isTruthy is JavaScript's notion of what counts as true.
func isTruthy(v data.Value) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case int64:
		return v != 0
	case float64:
		return v != 0
	}
	return true
}

// changeCase is @case, which leaves alone what is no text.
func (d options) changeCase() node {
	n := d.node("value")
	switch operator, _ := textOf(d.Object, "operator"); operator {
	case "upper":
		return d.filtered(n, "upcase", strings.ToUpper)
	case "lower":
		return d.filtered(n, "downcase", strings.ToLower)
	}
	d.note(d.at, "Neither upper nor lower is asked for, so the text stays as it is.")
	return n
}

// filtered puts a filter on a text. Where there is nothing, there is nothing of it.
func (d options) filtered(n node, filter string, change func(string) string) node {
	switch n := n.(type) {
	case constant:
		if text, ok := n.value.(string); ok {
			return constant{change(text)}
		}
	case field:
		return field{n.path, append(n.filters[:len(n.filters):len(n.filters)], filter), len(n.filters) == 0 || n.optional}
	case joined, source:
		return field{path: d.capture(func(w *writer) { w.inText(n) }), filters: []string{filter}}
	case choice:
		return choice{n.when, d.filtered(n.then, filter, change), d.filtered(n.other, filter, change)}
	}
	return n
}
