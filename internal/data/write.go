package data

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MarshalJSON writes the object with its keys in order and numbers as they came.
func (o *Object) MarshalJSON() ([]byte, error) {
	w := writer{}
	w.view(o.View())
	return w.buf, w.err
}

// AppendWritten writes the object with each value as it was written, to the
// letter but for white space between its parts; what was made in Go gets the
// usual form. What was changed within a value since it was decoded is not told.
func (o *Object) AppendWritten(buf []byte) []byte {
	w := writer{buf: buf, written: true}
	w.object(o)
	return w.buf
}

// writer writes JSON.
type writer struct {
	buf     []byte
	err     error
	written bool // as it was written, where that is known
}

func (w *writer) view(v View) {
	switch v.kind {
	case KindMissing, KindNull:
		w.buf = append(w.buf, "null"...)
	case KindBool:
		w.buf = strconv.AppendBool(w.buf, v.IsTrue())
	case KindNumber:
		w.buf = append(w.buf, v.text...)
	case KindText:
		w.text(v)
	case KindList:
		w.list(v)
	case KindObject:
		if w.written && v.text != "" {
			w.compact(v.text)
		} else {
			w.object(v.Object())
		}
	case KindOther:
		w.other(v.val)
	}
}

func (w *writer) text(v View) {
	w.buf = append(w.buf, '"')
	if written, ok := v.val.(string); ok && w.written {
		w.buf = append(w.buf, written...)
	} else {
		w.buf = AppendText(w.buf, v.text)
	}
	w.buf = append(w.buf, '"')
}

func (w *writer) list(v View) {
	if w.written && v.text != "" {
		w.compact(v.text)
		return
	}
	w.buf = append(w.buf, '[')
	for i, item := range v.List() {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.view(ViewOf(item))
	}
	w.buf = append(w.buf, ']')
}

func (w *writer) object(o *Object) {
	w.buf = append(w.buf, '{')
	for i := range o.Len() {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		m := &o.members[i]
		w.buf = append(AppendText(append(w.buf, '"'), m.key), '"', ':')
		w.view(m.View)
	}
	w.buf = append(w.buf, '}')
}

func (w *writer) other(v any) {
	text, err := json.Marshal(v)
	if err != nil {
		w.err = err
	}
	w.buf = append(w.buf, text...)
}

// compact writes JSON that was decoded, without the white space between its parts.
func (w *writer) compact(text string) {
	s := scanner{text: text}
	for s.next() != 0 {
		start := s.pos
		if text[start] == '"' {
			s.quoted()
		} else if n := strings.IndexAny(text[start:], " \t\r\n\""); n > 0 {
			s.pos += n
		} else {
			s.pos = len(text)
		}
		w.buf = append(w.buf, text[start:s.pos]...)
	}
}

const hexDigits = "0123456789abcdef"

// AppendText writes text as it must stand between the quotation marks of a
// JSON string (RFC 8259 §7). Bytes that are not UTF-8 become U+FFFD.
func AppendText(buf []byte, text string) []byte {
	start := 0
	for i := plainUntil(text, 0); i < len(text); i = plainUntil(text, i) {
		c := text[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && size == 1 {
				buf = append(append(buf, text[start:i]...), "\ufffd"...)
				start = i + 1
			}
			i += size
			continue
		}
		buf = append(buf, text[start:i]...)
		buf = appendEscape(buf, c)
		i++
		start = i
	}
	return append(buf, text[start:]...)
}

func appendEscape(buf []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(buf, '\\', c)
	case '\n':
		return append(buf, `\n`...)
	case '\r':
		return append(buf, `\r`...)
	case '\t':
		return append(buf, `\t`...)
	}
	return append(buf, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
