package data

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// string reads the text that begins here. What was written is kept beside what
// it says where the two differ.
func (d *decoder) string() (View, bool) {
	start := d.pos
	exact, ok := d.quoted()
	if !ok {
		return View{}, false
	}
	inner := d.text[start+1 : d.pos-1]
	v := View{kind: KindText, text: said(inner, exact)}
	if !exact && v.text != inner {
		v.val = inner
	}
	return v, true
}

// keyText reads a key with its colon.
func (d *decoder) keyText() (string, bool) {
	d.next()
	start := d.pos
	end, exact, ok := d.key()
	if !ok {
		return "", false
	}
	return said(d.text[start+1:end-1], exact), true
}

// said is what stands between quotation marks, told plainly: a piece of the
// source where that is possible, and that is nearly always.
func said(inner string, exact bool) string {
	if exact || strings.IndexByte(inner, '\\') < 0 && utf8.ValidString(inner) {
		return inner
	}
	return unescape(inner)
}

// unescape resolves escapes, which the scanner has checked. What is no Unicode
// becomes the replacement character, byte by byte, as encoding/json has it.
func unescape(s string) string {
	buf := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '\\' && s[i+1] == 'u':
			r, size := unescapeRune(s[i:])
			buf = utf8.AppendRune(buf, r)
			i += size
		case c == '\\':
			buf = append(buf, unescapeByte(s[i+1]))
			i += 2
		case c < utf8.RuneSelf:
			buf = append(buf, c)
			i++
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			buf = utf8.AppendRune(buf, r)
			i += size
		}
	}
	return string(buf)
}

func unescapeByte(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// unescapeRune reads \uXXXX, and what follows when the two are one character.
func unescapeRune(s string) (r rune, size int) {
	const length = len(`\uXXXX`)
	r = hexRune(s)
	if !utf16.IsSurrogate(r) {
		return r, length
	}
	if rest := s[length:]; len(rest) >= length && rest[0] == '\\' && rest[1] == 'u' {
		if both := utf16.DecodeRune(r, hexRune(rest)); both != utf8.RuneError {
			return both, 2 * length
		}
	}
	return utf8.RuneError, length
}

func hexRune(s string) rune {
	var r rune
	for i := 2; i < 6; i++ {
		r = r<<4 | unhex(s[i])
	}
	return r
}

// itemText is the text of the i-th item of a list that was decoded.
func itemText(list string, i int) string {
	s := scanner{text: list, pos: 1}
	for {
		s.next()
		start := s.pos
		if !s.skip(0) || s.pos >= len(list) {
			return ""
		}
		if i == 0 {
			return list[start:s.pos]
		}
		if more, ok := s.more(']'); !ok || !more {
			return ""
		}
		i--
	}
}
