package mapping

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"hookline/internal/data"
	"hookline/internal/hookline"
)

// style is how a writer writes.
type style int

const (
	pretty      style = iota // JSON on many lines; the composer escapes values
	plainJSON                // the same where it does not, so the template has to
	compactJSON              // that on one line
	bareText                 // text that stands by itself
)

// writer writes nodes as Liquid.
type writer struct {
	strings.Builder
	style   style
	depth   int
	commas  int      // variables that say whether a comma is due
	given   []string // conditions that hold where is written now
	missing []string // paths that become null where the event has nothing
	full    bool     // there was no more room
	tell    func(note string)
}

// room says whether anything is written still. Even a mapping that grows without end is soon done.
func (w *writer) room() bool {
	w.full = w.full || w.Len() > hookline.MaxBody
	return !w.full
}

// opening is where Liquid would begin, with all braces before it.
var opening = regexp.MustCompile(`\{+[{%]|\{$`)

// literal keeps text from being read as Liquid.
func literal(text string) string {
	return opening.ReplaceAllString(text, "{% raw %}$0{% endraw %}")
}

// value writes a node as JSON.
func (w *writer) value(n node) {
	if !w.room() {
		return
	}
	when, inner := presence(n)
	if when.yes != "" {
		w.either(when.yes, inner, constant{nil})
		return
	}
	switch n := n.(type) {
	case constant:
		w.constant(n)
	case field:
		w.field(n)
	case joined, source:
		w.WriteByte('"')
		w.inText(n)
		w.WriteByte('"')
	case object:
		w.entries(w.members(n.members))
	case merged:
		w.merged(n)
	case items:
		w.items(n)
	case choice:
		w.either(n.when.yes, n.then, n.other)
	case each:
		w.each(n)
	default:
		w.WriteString("null")
	}
}

func (w *writer) either(when string, then, other node) {
	w.WriteString("{% if " + when + " %}")
	w.given = append(w.given, when)
	w.value(then)
	w.given = w.given[:len(w.given)-1]
	w.WriteString("{% else %}")
	w.value(other)
	w.WriteString("{% endif %}")
}

func (w *writer) constant(n constant) {
	if text, ok := n.value.(string); ok {
		w.WriteString(`"` + literal(string(data.AppendText(nil, text))) + `"`)
		return
	}
	text, _ := json.Marshal(n.value)
	w.Write(text)
}

// liquid is a field with its filters, as it stands in an output or a tag.
func (f field) liquid() string { return strings.Join(append([]string{f.path}, f.filters...), " | ") }

// alwaysThere are the paths that every event has.
var alwaysThere = []string{"event", "event.type", "event.messageId", "event.timestamp", "event.receivedAt"}

func (w *writer) field(f field) {
	given := slices.ContainsFunc(w.given, func(when string) bool { return strings.Contains(when, f.path+" != null") })
	own := strings.HasPrefix(f.path, "text_") || strings.HasPrefix(f.path, "value_") || strings.HasPrefix(f.path, "item_") && isName(f.path)
	if len(f.filters) == 0 && !given && !own && !slices.Contains(alwaysThere, f.path) && !slices.Contains(w.missing, f.path) {
		w.missing = append(w.missing, f.path)
	}
	w.WriteString("{{ " + f.liquid() + " | json }}")
}

// items writes a list; what would be left out of an object is null in it.
func (w *writer) items(n items) {
	w.WriteByte('[')
	w.depth++
	for i, item := range n.nodes {
		if i > 0 {
			w.WriteByte(',')
		}
		w.line()
		w.value(item)
	}
	w.depth--
	if len(n.nodes) > 0 {
		w.line()
	}
	w.WriteByte(']')
}

// line begins a new line, where there are lines.
func (w *writer) line() {
	if w.style < compactJSON {
		w.WriteString("\n" + strings.Repeat("  ", w.depth))
	}
}

func (w *writer) each(n each) {
	w.WriteString("[{% for " + n.item + " in " + n.list + " %}{% unless forloop.first %},{% endunless %}")
	w.depth++
	inner := writer{style: w.style, depth: w.depth, tell: w.tell, commas: w.commas}
	inner.line()
	inner.value(n.shape)
	w.depth--
	w.WriteString(strings.Join(needed(n.before, inner.String()), "") + inner.String())
	w.commas, w.full = inner.commas, w.full || inner.full
	w.missing = append(w.missing, inner.missing...)
	w.WriteString("{% endfor %}")
	w.line()
	w.WriteByte(']')
}

// inText writes a node as part of a text.
func (w *writer) inText(n node) {
	if !w.room() {
		return
	}
	switch n := n.(type) {
	case constant:
		if n.value != nil {
			w.text(plainText(n.value))
		}
	case field:
		w.WriteString("{{ " + n.liquid() + w.escape() + " }}")
	case source:
		w.source(n.liquid)
	case joined:
		for _, part := range n.parts {
			w.inText(part)
		}
	case choice:
		w.WriteString("{% if " + n.when.yes + " %}")
		w.inText(n.then)
		w.WriteString("{% else %}")
		w.inText(n.other)
		w.WriteString("{% endif %}")
	case absent:
	default:
		w.tell("There is an object or a list where a text should be, so it is left out. Write in the composer what belongs there.")
	}
}

// escape is the filter that a text within JSON needs where nobody escapes.
func (w *writer) escape() string {
	if w.style == plainJSON || w.style == compactJSON {
		return " | json_escape"
	}
	return ""
}

// text writes text that is no Liquid.
func (w *writer) text(text string) { w.WriteString(literal(w.inQuotes(text))) }

// inQuotes escapes the template's own text for where it stands.
func (w *writer) inQuotes(text string) string {
	if w.style == bareText {
		return text
	}
	return string(data.AppendText(nil, text))
}

// liquidPart is an output or a tag.
var liquidPart = regexp.MustCompile(`(?s)\{\{.*?\}\}|\{%.*?%\}`)

// source writes Liquid that writes a text; only the text between its tags is escaped.
func (w *writer) source(liquid string) {
	end := 0
	for _, part := range liquidPart.FindAllStringIndex(liquid, -1) {
		w.WriteString(w.inQuotes(liquid[end:part[0]]))
		end = part[1]
		tag := liquid[part[0]:end]
		if escape := w.escape(); escape != "" && strings.HasPrefix(tag, "{{") {
			inside := strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(tag, "}}"), "-"), " \t\n")
			tag = inside + escape + " }}"
		}
		w.WriteString(tag)
	}
	w.WriteString(w.inQuotes(liquid[end:]))
}
