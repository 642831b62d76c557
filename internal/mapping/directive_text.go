package mapping

import (
	"encoding/json"
	"strings"

	"hookline/internal/data"
)

// replace is @replace: one pattern or two, everywhere unless global is false. Numbers become texts.
func (d options) replace() node {
	n := d.node("value")
	for _, number := range []string{"", "2"} {
		pattern, ok := textOf(d.Object, "pattern"+number)
		if !ok {
			break
		}
		replacement, _ := textOf(d.Object, "replacement"+number)
		n = d.replaced(n, pattern, replacement)
	}
	return n
}

func (d options) replaced(n node, pattern, replacement string) node {
	if d.Look("ignorecase").IsTrue() && strings.ToLower(pattern) != strings.ToUpper(pattern) {
		d.note(d.at, "Here small and capital letters count when "+excerpt(pattern)+" is replaced. Add a | replace in the composer for each way it is written.")
	}
	if strings.Contains(replacement, "$") {
		d.note(d.at, "A $ in the replacement is put in as it is.")
	}
	from, ok := quote(pattern)
	to, also := quote(replacement)
	if !ok || !also {
		d.note(d.at, "Liquid cannot write "+excerpt(pattern)+" or what replaces it, so nothing is replaced.")
		return n
	}
	filter, times := "replace", -1
	if d.Look("global").IsFalse() {
		filter, times = "replace_first", 1
	}
	change := func(text string) string { return strings.Replace(text, pattern, replacement, times) }
	return d.replacedText(asText(n), filter+": "+from+", "+to, change)
}

// replacedText is filtered, but where there is nothing there is the empty text.
func (d options) replacedText(n node, filter string, change func(string) string) node {
	switch n := n.(type) {
	case field:
		return field{path: n.path, filters: append(n.filters[:len(n.filters):len(n.filters)], filter)}
	case choice:
		return choice{n.when, d.replacedText(n.then, filter, change), d.replacedText(n.other, filter, change)}
	case constant, joined, source:
		return d.filtered(n, filter, change)
	}
	return constant{""}
}

// asText makes a text of a number or a boolean that no event changes.
func asText(n node) node {
	if c, ok := n.(constant); ok && c.value != nil {
		return constant{plainText(c.value)}
	}
	return n
}

// plainText is a value as it reads within a text.
func plainText(v data.Value) string {
	if text, ok := v.(string); ok {
		return text
	}
	text, _ := json.Marshal(v)
	return string(text)
}

// json is @json, both ways.
func (d options) json() node {
	n := d.node("value")
	mode, _ := textOf(d.Object, "mode")
	switch {
	case isAbsent(n):
		return n
	case mode == "encode":
		return d.encoded(n)
	case mode == "decode":
		return d.decoded(n)
	}
	return d.unable(d.at, "Neither encode nor decode is asked for.")
}

// encoded is the JSON of a value, as a text.
func (d options) encoded(n node) node {
	if f, ok := n.(field); ok {
		return field{f.path, append(f.filters[:len(f.filters):len(f.filters)], "json"), true}
	}
	return field{path: d.capture(func(w *writer) {
		w.style = compactJSON
		w.value(n)
	})}
}

// decoded reads JSON in a text. Liquid fails on a text that is none, as Segment does.
func (d options) decoded(n node) node {
	switch n := n.(type) {
	case constant:
		text, ok := n.value.(string)
		if !ok {
			return n
		}
		if v, err := data.Decode(text); err == nil {
			return d.compile(v, d.scope, d.at)
		}
		return d.unable(d.at, "The text "+excerpt(text)+" is no JSON.")
	case field:
		d.note(d.at, "The value must be a text with JSON in it: with anything else, the request is not made.")
		return field{n.path, append(n.filters[:len(n.filters):len(n.filters)], `default: "null"`, "from_json"), true}
	case joined, source:
		return field{path: d.capture(func(w *writer) { w.inText(n) }), filters: []string{"from_json"}}
	}
	return n
}
