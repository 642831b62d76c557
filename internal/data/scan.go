package data

import (
	"fmt"
	"math/bits"
	"strings"
)

// MaxDepth is how deep data may nest to be decoded; events nested deeper are
// refused at the door, so this only guards against data from elsewhere.
const MaxDepth = 200

// SyntaxError says where a text stops being JSON.
type SyntaxError struct {
	Offset  int // of the byte at fault, from 0; the length of the text when it ends too early
	message string
}

// Error tells the byte at fault.
func (e *SyntaxError) Error() string { return e.message }

// scanner walks a text and takes no byte on trust: it accepts exactly what
// RFC 8259 calls JSON, but does not mind bytes that are not UTF-8 in a text, as
// encoding/json does not.
type scanner struct {
	text string
	pos  int
	err  error
}

// fail notes the first fault, which is where the scanner stands.
func (s *scanner) fail(want string) bool {
	if s.err != nil {
		return false
	}
	found := "the end of the text"
	if s.pos < len(s.text) {
		found = fmt.Sprintf("%q", s.text[s.pos])
	}
	s.pos = min(s.pos, len(s.text))
	s.err = &SyntaxError{s.pos, fmt.Sprintf("byte %d: %s where %s should be", s.pos+1, found, want)}
	return false
}

func (s *scanner) tooDeep(limit int) bool {
	if s.err == nil {
		s.err = &SyntaxError{s.pos, fmt.Sprintf("nested deeper than %d", limit)}
	}
	return false
}

// next skips white space and gives the byte there, 0 at the end. (A byte 0 in
// the text begins nothing, so the two need not be told apart.)
func (s *scanner) next() byte {
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; c {
		case ' ', '\t', '\r', '\n':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

// end holds when nothing but white space is left.
func (s *scanner) end() bool {
	s.next()
	return s.pos == len(s.text) || s.fail("the end")
}

func (s *scanner) word(word string) bool {
	if strings.HasPrefix(s.text[s.pos:], word) {
		s.pos += len(word)
		return true
	}
	for i := 0; s.pos < len(s.text) && s.text[s.pos] == word[i]; i++ {
		s.pos++
	}
	return s.fail(word)
}

func (s *scanner) digits() bool {
	start := s.pos
	for s.pos < len(s.text) && s.text[s.pos]-'0' <= 9 {
		s.pos++
	}
	return s.pos > start || s.fail("a digit")
}

// number takes a number off: no plus, no needless zero in front, digits on
// both sides of a point.
func (s *scanner) number() bool {
	if s.text[s.pos] == '-' {
		s.pos++
	}
	if s.pos < len(s.text) && s.text[s.pos] == '0' {
		s.pos++
	} else if !s.digits() {
		return false
	}
	if s.pos < len(s.text) && s.text[s.pos] == '.' {
		s.pos++
		if !s.digits() {
			return false
		}
	}
	if s.pos < len(s.text) && (s.text[s.pos] == 'e' || s.text[s.pos] == 'E') {
		s.pos++
		if s.pos < len(s.text) && (s.text[s.pos] == '+' || s.text[s.pos] == '-') {
			s.pos++
		}
		return s.digits()
	}
	return true
}

// plain marks the bytes that stand for themselves in a text: ASCII but for
// control characters, the quotation mark and the backslash.
var plain = func() (table [256]bool) {
	for c := byte(' '); c < 0x80; c++ {
		table[c] = c != '"' && c != '\\'
	}
	return table
}()

// plainUntil gives the first place from i on whose byte is not plain, the end
// when all are. It looks at eight bytes at a time: in m the high bit of the first
// byte that is not plain is set and none before it, for a subtraction borrows
// only from a byte that is too small.
func plainUntil(s string, i int) int {
	const each, high = 0x0101010101010101, 0x8080808080808080
	for ; i+8 <= len(s); i += 8 {
		e := s[i : i+8]
		w := uint64(e[0]) | uint64(e[1])<<8 | uint64(e[2])<<16 | uint64(e[3])<<24 |
			uint64(e[4])<<32 | uint64(e[5])<<40 | uint64(e[6])<<48 | uint64(e[7])<<56
		m := (w | (w - ' '*each) | ((w ^ '"'*each) - each) | ((w ^ '\\'*each) - each)) & high
		if m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for i < len(s) && plain[s[i]] {
		i++
	}
	return i
}

// quoted takes a text off, with its quotation marks. It is exact when what
// stands between them is what it says: ASCII without escapes.
func (s *scanner) quoted() (exact, ok bool) {
	exact = true
	for i := plainUntil(s.text, s.pos+1); i < len(s.text); i = plainUntil(s.text, i) {
		switch c := s.text[i]; {
		case c == '"':
			s.pos = i + 1
			return exact, true
		case c >= 0x80:
			exact = false
			i++
		case c == '\\':
			exact = false
			if s.pos = i + 1; !s.escape() {
				return false, false
			}
			i = s.pos
		default:
			s.pos = i
			return false, s.fail("a text without control characters")
		}
	}
	s.pos = len(s.text)
	return false, s.fail("a quotation mark")
}

// escape takes off what follows a backslash.
func (s *scanner) escape() bool {
	if s.pos >= len(s.text) {
		return s.fail("an escaped character")
	}
	switch s.text[s.pos] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.pos++
		return true
	case 'u':
		s.pos++
		for range 4 {
			if s.pos >= len(s.text) || unhex(s.text[s.pos]) < 0 {
				return s.fail("a hexadecimal digit")
			}
			s.pos++
		}
		return true
	}
	return s.fail("an escaped character")
}

// unhex is the value of a hexadecimal digit, -1 when it is none.
func unhex(c byte) rune {
	switch {
	case '0' <= c && c <= '9':
		return rune(c - '0')
	case 'a' <= c && c <= 'f':
		return rune(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return rune(c-'A') + 10
	}
	return -1
}

// open takes an opening bracket off, and the closing one when nothing stands
// between them.
func (s *scanner) open(closing byte) (more bool) {
	s.pos++
	if s.next() != closing {
		return true
	}
	s.pos++
	return false
}

// key takes a key and its colon off. It ends, with its quotation marks, before
// end; exact is as for quoted.
func (s *scanner) key() (end int, exact, ok bool) {
	if s.next() != '"' {
		return 0, false, s.fail("a name in quotation marks")
	}
	if exact, ok = s.quoted(); !ok {
		return 0, false, false
	}
	if end = s.pos; s.next() != ':' {
		return 0, false, s.fail("a colon")
	}
	s.pos++
	return end, exact, true
}

// more takes off what follows a member or an item: a comma, or the bracket
// that ends them all.
func (s *scanner) more(closing byte) (more, ok bool) {
	switch s.next() {
	case ',':
		s.pos++
		return true, true
	case closing:
		s.pos++
		return false, true
	}
	return false, s.fail("a comma or " + string(closing))
}
