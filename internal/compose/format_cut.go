package compose

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
)

type tokenKind int

const (
	signToken   tokenKind = iota // { } [ ] , :
	textToken                    // between quotation marks, with them
	valueToken                   // a number, true, an output, several of them in a row
	tagToken                     // {% … %}; of a capture or a comment all of it
	commaInTags                  // the comma of {% unless forloop.last %},{% endunless %}
)

// token is one part of a JSON body with Liquid in it.
type token struct {
	kind       tokenKind
	text       string
	start, end int
	filled     bool // a value with an output in it
}

// name is the first word of a tag.
func (t token) name() string {
	words := strings.Fields(strings.TrimLeft(t.text, "{%- "))
	if len(words) == 0 {
		return ""
	}
	name, _, _ := strings.Cut(words[0], "%}")
	return strings.TrimRight(name, "-")
}

// plain is a text with a letter for each output in it.
func (t token) plain() string {
	return liquidParts.ReplaceAllStringFunc(t.text, func(part string) string {
		if strings.HasPrefix(part, "{{") {
			return "x"
		}
		return ""
	})
}

// cutJSON cuts a body, whose Liquid can be read, into its parts.
func cutJSON(body string) ([]token, error) {
	var tokens []token
	for at := 0; at < len(body); {
		c := body[at]
		t := token{start: at, end: at + 1}
		switch {
		case strings.IndexByte(" \t\r\n", c) >= 0:
			at++
			continue
		case strings.HasPrefix(body[at:], "{%"):
			t.kind = tagToken
			t.end = tagEnd(body, at)
		case strings.HasPrefix(body[at:], "{{"), strings.IndexByte("{}[],:\"", c) < 0:
			t.kind = valueToken
			t.end, t.filled = valueEnd(body, at)
		case c == '"':
			t.kind = textToken
			if t.end = textEnd(body, at); t.end < 0 {
				line, column := place(body, at+1)
				return nil, &Error{Part: Body, Line: line, Column: column, Message: "This cannot be formatted: the quotation mark is never closed."}
			}
		}
		t.text = body[t.start:t.end]
		if t.kind == tagToken && t.name() == "raw" {
			line, column := place(body, at+1)
			return nil, &Error{Part: Body, Line: line, Column: column, Message: "This cannot be formatted: what stands between raw and endraw may be anything."}
		}
		tokens = append(tokens, t)
		at = t.end
	}
	markCommas(tokens)
	return tokens, nil
}

// markCommas tells a comma that depends on a condition from those that always
// stand.
func markCommas(tokens []token) {
	for i := 1; i+1 < len(tokens); i++ {
		if tokens[i].text == "," && tokens[i-1].kind == tagToken && tokens[i+1].kind == tagToken && tokens[i+1].name() == "end"+tokens[i-1].name() {
			tokens[i].kind = commaInTags
		}
	}
}

// liquidEnd is where the tag or output that begins at a place ends.
func liquidEnd(body string, at int) int {
	closing := "%}"
	if body[at+1] == '{' {
		closing = "}}"
	}
	n := strings.Index(body[at+2:], closing)
	if n < 0 {
		return len(body)
	}
	return at + 2 + n + 2
}

// opaque are the blocks that are taken as one, because what they hold stands
// elsewhere or nowhere.
var opaque = regexp.MustCompile(`^\{%-?\s*(capture|comment|doc)\b`)

func tagEnd(body string, at int) int {
	end := liquidEnd(body, at)
	found := opaque.FindStringSubmatch(body[at:])
	if found == nil {
		return end
	}
	closing := regexp.MustCompile(`\{%-?\s*end` + found[1] + `\s*-?%\}`).FindStringIndex(body[end:])
	if closing == nil {
		return end
	}
	return end + closing[1]
}

// valueEnd is the end of a number, a word or an output, or of several of them
// that nothing parts.
func valueEnd(body string, at int) (end int, filled bool) {
	for at < len(body) {
		switch {
		case strings.HasPrefix(body[at:], "{{"):
			at, filled = liquidEnd(body, at), true
		case strings.IndexByte(" \t\r\n{}[],:\"", body[at]) >= 0:
			return at, filled
		default:
			at++
		}
	}
	return at, filled
}

// textEnd is the end of a text in quotation marks; those of the Liquid in it do
// not count. It is -1 when there is none.
func textEnd(body string, at int) int {
	for at++; at < len(body); {
		switch {
		case strings.HasPrefix(body[at:], "{{"), strings.HasPrefix(body[at:], "{%"):
			at = liquidEnd(body, at)
		case body[at] == '\\':
			at += 2
		case body[at] == '"':
			return at + 1
		default:
			at++
		}
	}
	return -1
}

func syntaxOffset(err error) int {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return int(syntax.Offset) - 1
	}
	return -1
}
