package compose

import (
	"encoding/json"
	"strings"

	"hookline/internal/hookline"
	"hookline/internal/liquid"
)

// FormatBody puts each part of a template's JSON body on a line of its own and
// leaves its Liquid as it is: only white space between the parts changes, so the
// template makes the same JSON as before. The error is an *Error that says why a
// body cannot be formatted.
func FormatBody(t hookline.Template) (string, error) {
	switch {
	case !isJSON(t.ContentType()):
		return "", &Error{Part: Body, Message: "Only JSON bodies can be formatted, and the header Content-Type does not say application/json."}
	case strings.TrimSpace(t.Body) == "":
		return t.Body, nil
	}
	return formatJSON(t.Body)
}

func formatJSON(body string) (string, error) {
	if _, err := liquid.Compile(body, liquid.JSON); err != nil {
		return "", partError(Body, err)
	}
	tokens, err := cutJSON(body)
	if err != nil {
		return "", err
	}
	if err := checkTokens(body, tokens); err != nil {
		return "", err
	}
	w := formatted{source: body, tokens: tokens}
	w.write()
	return w.b.String(), nil
}

// checkTokens asks whether what is left without the tags, and with something of
// the right kind for each output, is JSON: then the brackets are what they seem.
// Of several branches the first is looked at.
func checkTokens(body string, tokens []token) error {
	var b strings.Builder
	var from []token // of each byte of b
	put := func(t token, text string) {
		b.WriteString(text)
		for range len(text) {
			from = append(from, t)
		}
	}
	kept := firstBranches(tokens)
	for i, t := range kept {
		switch {
		case t.kind == commaInTags:
			continue
		case t.kind == textToken:
			put(t, t.plain())
		case t.filled && followedByColon(kept[i+1:]):
			put(t, `"k"`)
		case t.filled:
			put(t, "0")
		default:
			put(t, t.text)
		}
		put(t, " ")
	}
	var any json.RawMessage
	err := json.Unmarshal([]byte(b.String()), &any)
	if err == nil {
		return nil
	}
	e := &Error{Part: Body, Message: "This cannot be formatted, because without its Liquid it is no JSON: " + plainJSON(err) + "."}
	if at := syntaxOffset(err); at >= 0 && at < len(from) {
		e.Line, e.Column = place(body, from[at].start+1)
	}
	return e
}

func followedByColon(rest []token) bool {
	return len(rest) > 0 && rest[0].text == ":"
}

// firstBranches leaves out what stands after an else, an elsif or a second when,
// up to the end of its block.
func firstBranches(tokens []token) []token {
	type block struct {
		name  string
		whens int
	}
	var open []block
	var kept []token
	skipped := -1 // how many blocks are open around what is skipped; -1: nothing is
	for _, t := range tokens {
		if t.kind != tagToken {
			if skipped < 0 {
				kept = append(kept, t)
			}
			continue
		}
		name := t.name()
		switch {
		case isBlock(name):
			open = append(open, block{name: name})
		case strings.HasPrefix(name, "end") && len(open) > 0:
			if skipped == len(open) {
				skipped = -1
			}
			open = open[:len(open)-1]
		case name == "when" && len(open) > 0:
			open[len(open)-1].whens++
		}
		other := name == "else" || name == "elsif" || name == "when" && len(open) > 0 && open[len(open)-1].whens > 1
		if other && skipped < 0 {
			skipped = len(open)
		}
	}
	return kept
}

func isBlock(name string) bool {
	switch name {
	case "if", "unless", "case", "for", "tablerow", "ifchanged":
		return true
	}
	return false
}

// formatted is a body while its parts are written one to a line.
type formatted struct {
	source string
	tokens []token
	b      strings.Builder
	depth  int
}

func (w *formatted) write() {
	for i := 0; i < len(w.tokens); i++ {
		t := w.tokens[i]
		var before token
		if i > 0 {
			before = w.tokens[i-1]
		}
		switch {
		case t.text == "}" || t.text == "]":
			w.depth = max(0, w.depth-1)
			if before.text != "{" && before.text != "[" {
				w.line()
			}
			w.b.WriteString(t.text)
		case t.kind == tagToken && before.text == ":":
			end := blockEnd(w.tokens, i)
			w.b.WriteString(w.source[t.start:w.tokens[end].end])
			i = end
		case t.kind == tagToken && i+2 < len(w.tokens) && w.tokens[i+1].kind == commaInTags:
			w.b.WriteString(t.text + "," + w.tokens[i+2].text)
			i += 2
		default:
			w.part(t, before)
		}
	}
}

// part writes what needs no look ahead: on a line of its own, unless it goes on
// with the one before.
func (w *formatted) part(t, before token) {
	switch {
	case t.text == ":":
		w.b.WriteString(": ")
		return
	case t.text != "," && before.text != ":" && w.b.Len() > 0:
		w.line()
	}
	w.b.WriteString(t.text)
	if t.text == "{" || t.text == "[" {
		w.depth++
	}
}

func (w *formatted) line() {
	w.b.WriteString("\n" + strings.Repeat("  ", w.depth))
}

// blockEnd is the place of the tag that ends the block that begins at i; of a tag
// that is no block it is i.
func blockEnd(tokens []token, i int) int {
	open := 0
	for j := i; j < len(tokens); j++ {
		if tokens[j].kind != tagToken {
			continue
		}
		switch name := tokens[j].name(); {
		case isBlock(name):
			open++
		case strings.HasPrefix(name, "end"):
			open--
		}
		if open <= 0 {
			return j
		}
	}
	return i
}
