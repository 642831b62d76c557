package terraform

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// quoted reads a text between quotation marks.
func (h *hcl) quoted() (string, bool) {
	var b strings.Builder
	for h.pos++; h.pos < len(h.text); {
		switch c := h.text[h.pos]; c {
		case '"':
			h.pos++
			return h.interpolated(b.String()), true
		case '\n':
			return "", h.fail("a quotation mark")
		case '\\':
			if !h.escape(&b) {
				return "", false
			}
		default:
			b.WriteByte(c)
			h.pos++
		}
	}
	return "", h.fail("a quotation mark")
}

var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', '"': '"', '\\': '\\'}

func (h *hcl) escape(b *strings.Builder) bool {
	rest := h.text[h.pos+1:]
	if rest == "" {
		return h.fail("an escaped character")
	}
	if c, ok := escapes[rest[0]]; ok {
		b.WriteByte(c)
		h.pos += 2
		return true
	}
	digits := map[byte]int{'u': 4, 'U': 8}[rest[0]]
	if digits == 0 || len(rest) <= digits {
		return h.fail("an escaped character")
	}
	code, err := strconv.ParseUint(rest[1:digits+1], 16, 32)
	if err != nil || code > utf8.MaxRune {
		return h.fail("an escaped character")
	}
	b.WriteRune(rune(code))
	h.pos += 2 + digits
	return true
}

var interpolation = regexp.MustCompile(`\$?\$\{[^}]*\}`)

// interpolated takes $${ for what it stands for, and notes what only Terraform could fill in.
func (h *hcl) interpolated(text string) string {
	return interpolation.ReplaceAllStringFunc(text, func(found string) string {
		if strings.HasPrefix(found, "$$") {
			return found[1:]
		}
		h.refer(found)
		return found
	})
}

var heredocStart = regexp.MustCompile(`^<<(-?)([A-Za-z_][A-Za-z0-9_]*)[ \t\r]*\n`)

// heredoc reads a text of whole lines. With a dash, it is moved to the left as far as all its lines can be.
func (h *hcl) heredoc() (string, bool) {
	m := heredocStart.FindStringSubmatch(h.text[h.pos:])
	if m == nil {
		return "", h.fail("a text")
	}
	h.pos += len(m[0])
	var lines []string
	for h.pos < len(h.text) {
		line, _, more := strings.Cut(h.text[h.pos:], "\n")
		h.pos += len(line)
		if more {
			h.pos++
		}
		line = strings.TrimSuffix(line, "\r")
		if strings.TrimSpace(line) == m[2] {
			if m[1] != "" {
				lines = outdented(lines)
			}
			return h.interpolated(strings.Join(lines, "\n")), true
		}
		lines = append(lines, line)
	}
	return "", h.fail(m[2])
}

func outdented(lines []string) []string {
	least := -1
	for _, line := range lines {
		if indent := len(line) - len(strings.TrimLeft(line, " \t")); strings.TrimSpace(line) != "" && (least < 0 || indent < least) {
			least = indent
		}
	}
	made := make([]string, len(lines))
	for i, line := range lines {
		made[i] = line[min(max(least, 0), len(line)):]
	}
	return made
}
