package mapping

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"hookline/internal/data"
)

// entry is what an object may have or may have not: a member, or all members of another object.
type entry struct {
	open, close string // tags around it; "" when it is always there
	given       string // the condition that holds within
	key         string // as it is written, with its quotation marks
	value       node
}

// members are the entries of an object without others in it.
func (w *writer) members(members []member) []entry {
	var entries []entry
	for _, m := range members {
		when, value := presence(m.value)
		entries = append(entries, w.entry(m.key, when, value))
	}
	return entries
}

func (w *writer) entry(key string, when clause, value node) entry {
	e := entry{key: `"` + literal(string(data.AppendText(nil, key))) + `"`, value: value, given: when.yes}
	if when.yes != "" {
		e.open, e.close = "{% if "+when.yes+" %}", "{% endif %}"
	}
	return e
}

// merged writes an object of several. Each part leaves out what a later one has.
func (w *writer) merged(n merged) {
	var entries []entry
	for i, part := range n.parts {
		later := n.parts[i+1:]
		if o, ok := part.(object); ok {
			entries = append(entries, w.under(o, later)...)
			continue
		}
		f, _ := part.(field)
		entries = append(entries, w.allOf(f, later))
	}
	w.entries(entries)
}

// under are the members of a part that no later part has for certain.
func (w *writer) under(o object, later []node) []entry {
	var entries []entry
	for _, m := range o.members {
		when, value := presence(m.value)
		hidden := false
		for _, part := range later {
			switch part := part.(type) {
			case object:
				hidden = hidden || slices.ContainsFunc(part.members, func(other member) bool { return other.key == m.key })
			case field:
				when = both(when, exists(step(part.path, m.key)).opposite())
			}
		}
		if !hidden {
			entries = append(entries, w.entry(m.key, when, value))
		}
	}
	return entries
}

// allOf loops over the members of an object that the event brings.
func (w *writer) allOf(f field, later []node) entry {
	w.commas++
	pair := "pair_" + strconv.Itoa(w.commas)
	var hidden []string
	for _, part := range later {
		switch part := part.(type) {
		case object:
			for _, m := range part.members {
				text, ok := quote(m.key)
				if ok {
					hidden = append(hidden, pair+"[0] == "+text)
				}
			}
		case field:
			hidden = append(hidden, part.path+" contains "+pair+"[0]")
		}
	}
	e := entry{
		open: "{% for " + pair + " in " + f.path + " %}", close: "{% endfor %}",
		key: "{{ " + pair + "[0] | json }}", value: field{path: pair + "[1]"}, given: pair + "[1] != null",
	}
	if len(hidden) > 0 {
		e.open += "{% unless " + strings.Join(hidden, " or ") + " %}"
		e.close = "{% endunless %}" + e.close
	}
	return e
}

// entries writes an object. The last entry that is always there needs no comma; those before it bring one behind them,
// those after it in front. Without such an entry, a variable says whether a comma is due.
func (w *writer) entries(entries []entry) {
	w.WriteByte('{')
	w.depth++
	last := -1
	for i, e := range entries {
		if e.open == "" {
			last = i
		}
	}
	if last < 0 && len(entries) > 0 {
		w.counted(entries)
	} else {
		w.around(entries, last)
	}
	w.depth--
	if len(entries) > 0 {
		w.line()
	}
	w.WriteByte('}')
}

func (w *writer) around(entries []entry, last int) {
	for i, e := range entries {
		switch {
		case !w.room():
			return
		case i > last:
			w.WriteString(e.open + ",")
			w.entryOf(e)
			w.WriteString(e.close)
		case e.open != "":
			w.startTag(strings.Replace(e.open, "{%", "{%-", 1))
			w.entryOf(e)
			w.WriteString("," + e.close)
		default:
			w.entryOf(e)
			if i < last {
				w.WriteByte(',')
			}
		}
	}
}

func (w *writer) counted(entries []entry) {
	w.commas++
	comma := "comma_" + strconv.Itoa(w.commas)
	w.startTag("{%- assign " + comma + " = false %}")
	for _, e := range entries {
		if !w.room() {
			return
		}
		w.startTag(strings.Replace(e.open, "{%", "{%-", 1) + "{% if " + comma + " %},{% endif %}")
		w.entryOf(e)
		w.WriteString("{% assign " + comma + " = true %}" + e.close)
	}
}

// startTag writes a tag that takes away the white space before it, of which there must be some: a brace right before
// the tag would become part of it.
func (w *writer) startTag(tag string) {
	w.line()
	if w.style >= compactJSON {
		w.WriteByte(' ')
	}
	w.WriteString(tag)
}

func (w *writer) entryOf(e entry) {
	w.line()
	w.WriteString(e.key + ":")
	if w.style < compactJSON {
		w.WriteByte(' ')
	}
	if e.given != "" {
		w.given = append(w.given, e.given)
		defer func() { w.given = w.given[:len(w.given)-1] }()
	}
	w.value(e.value)
}

// form writes an object as a form: name=value&….
func (w *writer) form(n node) {
	o, ok := n.(object)
	if !ok {
		w.tell("Only an object whose names are known can be sent as a form. Write the body in the composer.")
		return
	}
	for i, m := range o.members {
		if i > 0 {
			w.WriteByte('&')
		}
		w.WriteString(literal(url.QueryEscape(m.key)) + "=")
		if c, ok := m.value.(constant); ok && c.value != nil {
			w.WriteString(literal(url.QueryEscape(plainText(c.value))))
			continue
		}
		w.inText(m.value)
	}
}
