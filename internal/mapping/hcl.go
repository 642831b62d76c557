package mapping

import (
	"regexp"
	"slices"
	"strings"

	"hookline/internal/data"
)

// resource begins what is looked for in Terraform.
var resource = regexp.MustCompile(`(?m)^[ \t]*resource[ \t]+"segment_destination_subscription"[ \t]+"([^"\n]*)"[ \t]*\{`)

func isTerraform(text string) bool {
	begin := strings.TrimSpace(text)[0]
	return begin != '{' && begin != '[' && strings.Contains(text, "resource")
}

// readTerraform reads the subscriptions in a file of Terraform as objects. References are the expressions whose value
// only Terraform knows.
func readTerraform(text string) (subscriptions []data.Value, references []string, err error) {
	found := resource.FindAllStringSubmatchIndex(text, -1)
	if len(found) == 0 {
		return nil, nil, wrong(`There is no resource "segment_destination_subscription" in this Terraform. Paste the file that has one.`)
	}
	h := hcl{text: text}
	for _, m := range found {
		if m[0] < h.pos {
			continue // within a text of the one before
		}
		h.pos = m[1]
		o, ok := h.members('}', 0)
		if !ok {
			return nil, nil, at(text, h.pos, "This is no Terraform: "+h.problem+" should stand here. Mend this place, or copy the whole file again.")
		}
		if !has(o, "name") {
			o.Set("name", text[m[2]:m[3]])
		}
		subscriptions = append(subscriptions, o)
	}
	return subscriptions, h.references, nil
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
	word := wordAt(h.text[h.pos:])
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
	word := wordAt(h.text[h.pos:])
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
	if !slices.Contains(h.references, excerpt(text)) {
		h.references = append(h.references, excerpt(text))
	}
}
