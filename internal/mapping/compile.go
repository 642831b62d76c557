package mapping

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hookline/internal/data"
)

// maxSteps bounds what one mapping may cost: a mapping of mappings can grow without end.
const maxSteps = 20_000

// compiler makes nodes of one mapping.
type compiler struct {
	root   node // the event
	notes  []Note
	before *[]setting // what must be set before the value is written
	names  int
	steps  int
}

// setting is a tag that sets a variable.
type setting struct{ name, tag string }

// scope is what paths begin at: the event, or an item of one of its lists.
type scope struct{ root node }

func (c *compiler) note(path, text string) {
	if n := (Note{path, text}); !slices.Contains(c.notes, n) {
		c.notes = append(c.notes, n)
	}
}

func (c *compiler) spend()      { c.steps++ }
func (c *compiler) spent() bool { return c.steps > maxSteps }

// name makes a name for a variable that is not taken.
func (c *compiler) name(what string) string {
	c.names++
	return what + "_" + strconv.Itoa(c.names)
}

// assign sets a variable to a field, so that conditions and loops can name it.
func (c *compiler) assign(f field) string {
	if len(f.filters) == 0 {
		return f.path
	}
	name := c.name("value")
	*c.before = append(*c.before, setting{name, "{% assign " + name + " = " + f.liquid() + " %}"})
	return name
}

// capture sets a variable to a text.
func (c *compiler) capture(write func(w *writer)) string {
	w := writer{style: bareText, tell: func(string) {}}
	write(&w)
	name := c.name("text")
	*c.before = append(*c.before, setting{name, "{% capture " + name + " %}" + w.String() + "{% endcapture %}"})
	if w.full {
		c.steps = maxSteps + 1
	}
	return name
}

// needed are the tags whose variables a text uses, or others of them use.
func needed(all []setting, text string) []string {
	var tags []string
	for _, s := range slices.Backward(all) {
		if strings.Contains(text, s.name) {
			tags = append(tags, s.tag)
			text += s.tag
		}
	}
	slices.Reverse(tags)
	return tags
}

// compile makes a node of a value in a mapping, which stands at a path of the export.
func (c *compiler) compile(v data.Value, s scope, at string) node {
	if c.spend(); c.spent() {
		return absent{}
	}
	switch v := v.(type) {
	case *data.Object:
		if name := directiveOf(v); name != "" {
			argument, _ := v.Get(name)
			return c.directive(name, argument, s, join(at, name))
		}
		return c.object(v, s, at)
	case []data.Value:
		list := items{}
		for i, item := range v {
			list.nodes = append(list.nodes, c.compile(item, s, at+"["+strconv.Itoa(i)+"]"))
		}
		return list
	}
	return constant{v}
}

func (c *compiler) object(v *data.Object, s scope, at string) node {
	o := object{}
	for key, value := range v.All() {
		if strings.HasPrefix(key, "@") {
			c.note(join(at, key), "A directive stands beside other names, which Segment refuses. It is taken for a name of its own; put right in the composer what is meant.")
		}
		if n := c.compile(value, s, join(at, key)); !isAbsent(n) {
			o.members = append(o.members, member{key, n})
		}
	}
	return o
}

func join(at, key string) string {
	if at == "" {
		return key
	}
	return at + "." + key
}

// directiveOf is the name of the directive that an object is, "" when it is an ordinary one.
func directiveOf(o *data.Object) string {
	name := ""
	for key := range o.Keys() {
		switch {
		case strings.HasPrefix(key, "@") && name == "":
			name = key
		case !strings.HasPrefix(key, "@") && key != "_metadata":
			return ""
		}
	}
	return name
}

// placeholder is what @template fills in.
var placeholder = regexp.MustCompile(`\{\{\{([^{}]+)\}\}\}|\{\{([^{}]+)\}\}`)

// template makes a text of @template's text.
func (c *compiler) template(text string, s scope, at string) node {
	t, end := joined{}, 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		if m[0] > end {
			t.parts = append(t.parts, constant{text[end:m[0]]})
		}
		end = m[1]
		from, to := max(m[2], m[4]), max(m[3], m[5])
		t.parts = append(t.parts, c.path(strings.TrimSpace(text[from:to]), s, at))
	}
	switch {
	case len(t.parts) == 0:
		return constant{text}
	case end < len(text):
		t.parts = append(t.parts, constant{text[end:]})
	}
	return t
}

// path looks a path up, and says so when it cannot be.
func (c *compiler) path(path string, s scope, at string) node {
	n, ok := c.lookup(s.root, steps(path))
	if !ok {
		return c.unable(at, "What "+excerpt(path)+" finds depends on each event in a way that Liquid cannot say.")
	}
	return n
}

// unable stands where nothing could be taken over.
func (c *compiler) unable(at, why string) node {
	c.note(at, why+" null stands in its place; write in the composer what belongs there.")
	return constant{nil}
}
