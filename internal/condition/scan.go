package condition

import (
	"strings"
	"unicode/utf8"
)

// scanner walks over text by byte; what it takes off is valid UTF-8 when the text is.
type scanner struct {
	text string
	pos  int
}

// peek returns the next byte, 0 at the end (and for a NUL, which no rule of the language takes).
func (s *scanner) peek() byte {
	if s.pos < len(s.text) {
		return s.text[s.pos]
	}
	return 0
}

func (s *scanner) atEnd() bool { return s.pos >= len(s.text) }

func (s *scanner) skip(c byte) bool {
	if s.atEnd() || s.text[s.pos] != c {
		return false
	}
	s.pos++
	return true
}

func (s *scanner) skipText(prefix string) bool {
	if !strings.HasPrefix(s.text[s.pos:], prefix) {
		return false
	}
	s.pos += len(prefix)
	return true
}

func (s *scanner) skipSpace() {
	for !s.atEnd() && strings.IndexByte(" \t\r\n", s.text[s.pos]) >= 0 {
		s.pos++
	}
}

// word takes letters, digits, _ and - off, beginning with a letter or _; it may be empty.
func (s *scanner) word() string {
	start := s.pos
	if c := s.peek(); c == '-' || '0' <= c && c <= '9' {
		return ""
	}
	for !s.atEnd() && isBareByte(s.text[s.pos]) {
		s.pos++
	}
	return s.text[start:s.pos]
}

// nextWord is word without taking it off.
func (s *scanner) nextWord() string {
	ahead := *s
	return ahead.word()
}

// number takes everything off that could belong to a number; parseDecimal says whether it is one.
func (s *scanner) number() string {
	start := s.pos
	for !s.atEnd() {
		c := s.text[s.pos]
		signs := c == '+' || c == '-'
		if signs && s.pos > start && s.text[s.pos-1]|0x20 != 'e' {
			break
		}
		if !signs && c != '.' && c != 'e' && c != 'E' && (c < '0' || c > '9') {
			break
		}
		s.pos++
	}
	return s.text[start:s.pos]
}

// pathPart takes one unquoted part of a path off, in which Segment puts a backslash before odd characters.
func (s *scanner) pathPart() string {
	var part strings.Builder
	for !s.atEnd() {
		c := s.text[s.pos]
		if c == '\\' && s.pos+1 < len(s.text) {
			_, size := utf8.DecodeRuneInString(s.text[s.pos+1:])
			part.WriteString(s.text[s.pos+1 : s.pos+1+size])
			s.pos += 1 + size
			continue
		}
		if !isBareByte(c) && c != '$' && c < utf8.RuneSelf {
			break
		}
		part.WriteByte(c)
		s.pos++
	}
	return part.String()
}

// raw takes a quoted text off and returns what stands between the quotes, escapes untouched. It is not ok,
// and takes nothing, when the closing quote is missing.
func (s *scanner) raw() (raw string, ok bool) {
	quote := s.peek()
	for at := s.pos + 1; at < len(s.text); at++ {
		switch s.text[at] {
		case '\\':
			at++
		case quote:
			raw = s.text[s.pos+1 : at]
			s.pos = at + 1
			return raw, true
		}
	}
	return "", false
}

// quoted takes a quoted text off and resolves its escapes.
func (s *scanner) quoted() (text string, ok bool) {
	raw, ok := s.raw()
	if !ok || strings.IndexByte(raw, '\\') < 0 {
		return raw, ok
	}
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		c, escaped := raw[i], false
		if c == '\\' && i+1 < len(raw) {
			c, escaped = unescape(raw[i+1])
		}
		if escaped {
			i++
		}
		b.WriteByte(c)
	}
	return b.String(), true
}

// unescape returns what a backslash and c stand for. Where they stand for themselves it is the backslash.
func unescape(c byte) (byte, bool) {
	switch c {
	case 'n':
		return '\n', true
	case 't':
		return '\t', true
	case 'r':
		return '\r', true
	case '\\', '"', '\'':
		return c, true
	}
	return '\\', false
}

// readPattern turns the raw text of a match pattern into the operator and text it stands for; complaint says
// why when there is none. A backslash makes any character stand for itself, as in Segment's globs.
func readPattern(raw string) (op Operator, text, complaint string) {
	var b strings.Builder
	starts, ends := false, false // with a *
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case ends && c != '*':
			return "", "", "match() takes one * only, at the end (\"Order*\") or at the beginning (\"*Up\")."
		case c == '*' && b.Len() == 0:
			starts = true
			continue
		case c == '*':
			ends = true
			continue
		case c == '?' || c == '[':
			return "", "", "match() knows no wildcard but *. Put a backslash before ? and [ to look for them."
		case c == '\\' && i+1 < len(raw):
			i++
			if c = raw[i]; strings.IndexByte("ntr", c) >= 0 {
				c, _ = unescape(c)
			}
		}
		b.WriteByte(c)
	}
	text = b.String()
	switch {
	case text == "":
		return "", "", "This pattern fits any text. Write field != null for a field that is there."
	case starts && ends:
		return "", "", "Write contains(field, " + string(appendQuoted(nil, text)) + ") for text in the middle."
	case starts:
		return OpEndsWith, text, ""
	case ends:
		return OpStartsWith, text, ""
	}
	return "", "", "This pattern has no *. Write field = " + string(appendQuoted(nil, text)) +
		" for the very text, or put a * at its end or beginning."
}
