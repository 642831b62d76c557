package mapping

import (
	"strconv"
	"strings"

	"hookline/internal/data"
)

// node is a value as a mapping makes it: one of the types below.
type node any

type (
	// constant is a text, number, boolean or null that no event changes.
	constant struct{ value data.Value }

	// absent is what Segment calls undefined: as a member it is not there.
	absent struct{}

	// field is read from the event.
	field struct {
		path     string // in Liquid: event.properties.plan
		filters  []string
		optional bool // a member is left out where the path has nothing; else it is null
	}

	// joined is a text of parts.
	joined struct{ parts []node }

	// source is Liquid that writes a text.
	source struct{ liquid string }

	object struct{ members []member }
	items  struct{ nodes []node }

	// merged is an object with the members of all parts; a later part wins. Parts are objects and fields.
	merged struct{ parts []node }

	// choice is one of two, by a condition in Liquid. Liquid has no not, so the opposite stands beside it.
	choice struct {
		when        clause
		then, other node
	}

	// each is a list that has, for every item of another one, the same shape.
	each struct {
		list, item string
		shape      node
		before     []setting // what the shape needs, for every item
		optional   bool      // a member is left out where there is no list
	}
)

type member struct {
	key   string
	value node
}

// clause is a condition in Liquid and its opposite.
type clause struct{ yes, no string }

func (c clause) opposite() clause { return clause{c.no, c.yes} }

func exists(path string) clause { return clause{path + " != null", path + " == null"} }

// both holds when a and b do; the zero condition always holds.
func both(a, b clause) clause {
	switch {
	case a.yes == "":
		return b
	case b.yes == "":
		return a
	}
	return clause{grouped(a.yes) + " and " + grouped(b.yes), grouped(a.no) + " or " + grouped(b.no)}
}

// grouped keeps a condition together; Liquid reads and, or from the right.
func grouped(text string) string {
	if strings.Contains(text, " and ") || strings.Contains(text, " or ") {
		return "(" + text + ")"
	}
	return text
}

// presence says under which condition a member is there, and what stands there then.
func presence(n node) (clause, node) {
	switch n := n.(type) {
	case field:
		if n.optional {
			return exists(n.path), field{path: n.path, filters: n.filters}
		}
	case each:
		if n.optional {
			n.optional = false
			return exists(n.list), n
		}
	case choice:
		if isAbsent(n.other) {
			when, then := presence(n.then)
			return both(n.when, when), then
		}
		if isAbsent(n.then) {
			when, other := presence(n.other)
			return both(n.when.opposite(), when), other
		}
	}
	return clause{}, n
}

func isAbsent(n node) bool { _, is := n.(absent); return is }

// step is path[key] as Liquid writes it. Names that mean something to Liquid, such as size, stand in brackets, so that
// they mean the event's.
func step(path, key string) string {
	if _, err := strconv.ParseUint(key, 10, 31); err == nil {
		return path + "[" + key + "]"
	}
	if isName(key) && key != "size" && key != "first" && key != "last" {
		return path + "." + key
	}
	text, ok := quote(key)
	if !ok {
		return path + `["` + strings.NewReplacer(`"`, "", "{", "", "}", "", "%", "").Replace(key) + `"]`
	}
	return path + "[" + text + "]"
}

func isName(key string) bool {
	for i, r := range key {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r != '-' && (r < '0' || r > '9')) {
			return false
		}
	}
	return key != ""
}

// quote writes a text as Liquid has it, which knows no escapes; not every text can be.
func quote(text string) (string, bool) {
	mark := `"`
	if strings.Contains(text, mark) {
		mark = `'`
	}
	ok := !strings.Contains(text, mark) && !strings.Contains(text, "{{") && !strings.Contains(text, "{%") &&
		!strings.Contains(text, "}}") && !strings.Contains(text, "%}")
	return mark + text + mark, ok
}

// steps takes a path of Segment's apart: $.products[0].name.
func steps(path string) []string {
	path = strings.Replace(path, "$.", "", 1)
	if path == "$" {
		return nil
	}
	return strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
}
