package ingest

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// replacement stands for what text cannot hold.
const replacement = "\uFFFD"

// plain marks the bytes that a string may hold as they are and that need no
// second look.
var plain = func() (table [256]bool) {
	for c := 0x20; c < utf8.RuneSelf; c++ {
		table[c] = c != '"' && c != '\\'
	}
	return table
}()

// text copies one string, mended, with its quotes.
func (t *tidier) text() error {
	t.emit('"')
	from := t.at // what is behind it has been written
	for t.at < len(t.src) {
		c := t.src[t.at]
		switch {
		case plain[c]:
			t.at++
		case c == '"':
			t.out = append(t.out, t.src[from:t.at]...)
			t.emit('"')
			return nil
		case c == '\\':
			t.out = append(t.out, t.src[from:t.at]...)
			if err := t.escape(); err != nil {
				return err
			}
			from = t.at
		case c < 0x20:
			return t.fail("a control character must be escaped in a text")
		default:
			r, size := utf8.DecodeRune(t.src[t.at:])
			if r == utf8.RuneError && size == 1 {
				t.out = append(t.out, t.src[from:t.at]...)
				t.out = append(t.out, replacement...)
				from = t.at + 1
			}
			t.at += size
		}
	}
	return t.fail("the text has no end")
}

// escape writes what the escape at t.at stands for.
func (t *tidier) escape() error {
	if t.at+1 >= len(t.src) {
		return t.fail("the text has no end")
	}
	switch c := t.src[t.at+1]; c {
	case '"', '\\', 'b', 'f', 'n', 'r', 't':
		t.out = append(t.out, '\\', c)
	case '/':
		t.out = append(t.out, '/')
	case 'u':
		return t.escapedUnit()
	default:
		return t.fail("there is no such escape in JSON")
	}
	t.at += 2
	return nil
}

func (t *tidier) escapedUnit() error {
	r, ok := hex4(t.src[t.at:])
	if !ok {
		return t.fail("four hexadecimal digits were expected after \\u")
	}
	t.at += 6
	if utf16.IsSurrogate(r) {
		low, _ := hex4(t.src[t.at:])
		if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
			t.at += 6
		}
	}
	switch {
	case r == 0:
		t.out = append(t.out, replacement...)
	case r < 0x20:
		t.out = fmt.Appendf(t.out, `\u%04x`, r)
	case r == '"' || r == '\\':
		t.out = append(t.out, '\\', byte(r))
	default:
		t.out = utf8.AppendRune(t.out, r)
	}
	return nil
}

// hex4 reads a whole \uXXXX.
func hex4(s []byte) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range s[2:6] {
		switch {
		case isDigit(c):
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
