package liquid

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"hookline/internal/data"
)

// output collects what a template writes and escapes the outputs by what
// surrounds them.
type output struct {
	buf   []byte
	mode  Mode
	limit int

	// Where in the template's own JSON the end of buf stands.
	inString, escaped bool

	marks []Mark
	texts []TextMark
}

func (o *output) fits(n int) error {
	if len(o.buf)+n > o.limit {
		return limitError("output", fmt.Sprintf("more than %d bytes", o.limit))
	}
	return nil
}

// text writes the template's own text.
func (o *output) text(s string) error {
	if err := o.fits(len(s)); err != nil {
		return err
	}
	switch o.mode {
	case JSON:
		o.follow(s)
	case Header:
		if strings.ContainsAny(s, notInHeaders) {
			return &Error{Message: "a header must stand on one line; take the line break away"}
		}
	}
	o.buf = append(o.buf, s...)
	return nil
}

// notInHeaders would end a header, and begin whatever comes next (RFC 9110 §5.5).
const notInHeaders = "\r\n\x00"

// follow keeps track of whether the text stands within a JSON string.
func (o *output) follow(s string) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case o.escaped:
			o.escaped = false
		case c == '"':
			o.inString = !o.inString
		case c == '\\' && o.inString:
			o.escaped = true
		}
	}
}

// value writes what an output gave, escaped for its surroundings. Text that a
// filter escaped for the same mode is written as it is.
func (o *output) value(s string, done Mode) error {
	if s == "" {
		return nil
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd") // base64_decode can make such bytes
	}
	switch {
	case o.mode == JSON && o.inString:
		o.escaped = false
		if done == JSON {
			o.buf = append(o.buf, s...)
		} else {
			o.buf = data.AppendText(o.buf, s)
		}
	case o.mode == Form && done != Form && done != URL:
		o.buf = appendPercent(o.buf, s, '+')
	case o.mode == URL && done != Form && done != URL && len(bytes.TrimSpace(o.buf)) > 0:
		o.buf = appendPercent(o.buf, s, '%')
	case o.mode == Header && strings.ContainsAny(s, notInHeaders):
		return &Error{Message: "a header cannot hold a line break or a NUL character, and what is filled in here has one; write | strip_newlines behind it"}
	default:
		o.buf = append(o.buf, s...)
	}
	return o.fits(0)
}

// appendPercent encodes all but the unreserved characters of RFC 3986 §2.3. A
// blank becomes %20, or + where space says so, as forms have it.
func appendPercent(buf []byte, s string, space byte) []byte {
	const upper = "0123456789ABCDEF"
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', isDigit(c), c == '-', c == '_', c == '.', c == '~':
			buf = append(buf, c)
		case c == ' ' && space == '+':
			buf = append(buf, '+')
		default:
			buf = append(buf, '%', upper[c>>4], upper[c&15])
		}
	}
	return buf
}

// isJSON is asked only when there is something to warn about: it reads
// everything once more.
func (o *output) isJSON() bool { return json.Valid(o.buf) }
