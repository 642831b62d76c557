// Package terraform reads resources in Terraform's language as data, without running anything: what only Terraform
// could work out stays as it is written.
package terraform

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"hookline/internal/data"
)

// Resource is one resource of a file.
type Resource struct {
	Label string // the name that Terraform knows it by
	Body  *data.Object
}

// File is what was read.
type File struct {
	Resources  []Resource
	References []string // the expressions whose value only Terraform knows, as ${…}; they stand so in the bodies
}

// SyntaxError says where a file cannot be read.
type SyntaxError struct {
	Offset int    // of the byte at fault, from 0
	Want   string // what should stand there
}

// Error tells the byte at fault.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("byte %d: %s should stand here", e.Offset+1, e.Want)
}

// Read reads the resources of one type. Its error is a *SyntaxError.
func Read(text, kind string) (File, error) {
	begin := regexp.MustCompile(`(?m)^[ \t]*resource[ \t]+"` + regexp.QuoteMeta(kind) + `"[ \t]+"([^"\n]*)"[ \t]*\{`)
	h := hcl{text: text}
	var found []Resource
	for _, m := range begin.FindAllStringSubmatchIndex(text, -1) {
		if m[0] < h.pos {
			continue // within a text of the one before
		}
		h.pos = m[1]
		body, ok := h.members('}', 0)
		if !ok {
			return File{}, &SyntaxError{h.pos, h.problem}
		}
		found = append(found, Resource{text[m[2]:m[3]], body})
	}
	return File{found, h.references}, nil
}

// hcl reads as much of Terraform's language as a resource needs.
type hcl struct {
	text       string
	pos        int
	problem    string // what should stand at pos
	references []string
}

// maxNested is how deep values may stand in each other.
const maxNested = 100

func (h *hcl) fail(want string) bool {
	if h.problem == "" {
		h.problem = want
	}
	return false
}

// skip skips white space and comments.
func (h *hcl) skip() {
	for h.pos < len(h.text) {
		rest := h.text[h.pos:]
		switch {
		case strings.IndexByte(" \t\r\n", rest[0]) >= 0:
			h.pos++
		case rest[0] == '#' || strings.HasPrefix(rest, "//"):
			h.until("\n")
		case strings.HasPrefix(rest, "/*"):
			h.until("*/")
		default:
			return
		}
	}
}

func (h *hcl) until(end string) {
	if i := strings.Index(h.text[h.pos:], end); i >= 0 {
		h.pos += i + len(end)
	} else {
		h.pos = len(h.text)
	}
}

func (h *hcl) peek() byte {
	if h.skip(); h.pos < len(h.text) {
		return h.text[h.pos]
	}
	return 0
}

func (h *hcl) take(c byte) bool {
	if h.peek() != c {
		return false
	}
	h.pos++
	return true
}

// members reads attributes, and blocks as objects, up to what closes them.
func (h *hcl) members(end byte, depth int) (*data.Object, bool) {
	o := data.NewObject(0)
	if depth > maxNested {
		return o, h.fail("something less deeply nested")
	}
	for !h.take(end) {
		key, ok := h.key()
		if !ok {
			return o, false
		}
		if c := h.peek(); c == '=' || c == ':' {
			h.pos++
		} else if c != '{' {
			return o, h.fail("an =")
		}
		v, ok := h.value(depth + 1)
		if !ok {
			return o, false
		}
		o.Put(key, v)
		h.take(',')
	}
	return o, true
}

func (h *hcl) key() (string, bool) {
	if h.peek() == '"' {
		return h.quoted()
	}
	word := h.word()
	h.pos += len(word)
	return word, word != "" || h.fail("a name")
}

func (h *hcl) value(depth int) (data.Value, bool) {
	switch c := h.peek(); {
	case c == '"':
		return h.asValue(h.quoted())
	case c == '{':
		h.pos++
		return h.members('}', depth)
	case c == '[':
		h.pos++
		return h.list(depth)
	case strings.HasPrefix(h.text[h.pos:], "<<"):
		return h.asValue(h.heredoc())
	case c == '-' || isDigit(c):
		return h.number()
	}
	word := h.word()
	if i := slices.Index([]string{"null", "true", "false"}, word); i >= 0 {
		h.pos += len(word)
		return []data.Value{nil, true, false}[i], true
	}
	if word == "jsonencode" {
		h.pos += len(word)
		return h.encoded(depth)
	}
	return h.reference(word)
}

func (h *hcl) asValue(text string, ok bool) (data.Value, bool) { return text, ok }

func (h *hcl) number() (data.Value, bool) {
	end := h.pos + 1
	for end < len(h.text) && (isDigit(h.text[end]) || strings.IndexByte(".eE+-", h.text[end]) >= 0) {
		end++
	}
	v, err := data.Decode(h.text[h.pos:end])
	if err != nil {
		return nil, h.fail("a number")
	}
	h.pos = end
	return v, true
}

// encoded reads what jsonencode is given: that is the mapping, and its JSON is of no interest.
func (h *hcl) encoded(depth int) (data.Value, bool) {
	if !h.take('(') {
		return nil, h.fail("a (")
	}
	v, ok := h.value(depth)
	if !ok {
		return nil, false
	}
	return v, h.take(')') || h.fail("a )")
}

func (h *hcl) list(depth int) (data.Value, bool) {
	list := []data.Value{}
	if depth > maxNested {
		return list, h.fail("something less deeply nested")
	}
	for !h.take(']') {
		v, ok := h.value(depth + 1)
		if !ok {
			return list, false
		}
		list = append(list, v)
		if !h.take(',') && h.peek() != ']' {
			return list, h.fail("a comma or ]")
		}
	}
	return list, true
}

// reference takes an expression whose value is not here, with its brackets, to the end of its line.
func (h *hcl) reference(word string) (data.Value, bool) {
	if word == "" {
		return nil, h.fail("a value")
	}
	start, open := h.pos, 0
	for h.pos < len(h.text) {
		c := h.text[h.pos]
		if open == 0 && strings.IndexByte(",\n)]}", c) >= 0 {
			break
		}
		switch c {
		case '(', '[', '{':
			open++
		case ')', ']', '}':
			open--
		}
		h.pos++
	}
	text := "${" + strings.TrimSpace(h.text[start:h.pos]) + "}"
	h.refer(text)
	return text, true
}

func (h *hcl) refer(text string) {
	if !slices.Contains(h.references, text) {
		h.references = append(h.references, text)
	}
}

// word is the name that stands next.
func (h *hcl) word() string {
	rest := h.text[h.pos:]
	for i := range len(rest) {
		c := rest[i]
		letter := c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' || c >= 0x80
		if !letter && (i == 0 || c != '-' && !isDigit(c)) {
			return rest[:i]
		}
	}
	return rest
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
