package data

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// MarshalJSON writes the object with its keys in order and numbers as they came.
func (o *Object) MarshalJSON() ([]byte, error) {
	w := writer{}
	w.view(o.View())
	return w.buf, w.err
}

// writer writes JSON.
type writer struct {
	buf []byte
	err error
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
		w.buf = append(AppendText(append(w.buf, '"'), v.text), '"')
	case KindList:
		w.list(v)
	case KindObject:
		w.object(v.Object())
	case KindOther:
		w.other(v.val)
	}
}

func (w *writer) list(v View) {
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
		key, v := o.At(i)
		w.buf = append(AppendText(append(w.buf, '"'), key), '"', ':')
		w.view(v)
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

const hexDigits = "0123456789abcdef"

// AppendText writes text as it must stand between the quotation marks of a
// JSON string (RFC 8259 §7). Bytes that are not UTF-8 become U+FFFD.
func AppendText(buf []byte, text string) []byte {
	start := 0
	for i := 0; i < len(text); {
		c := text[i]
		if plain[c] {
			i++
			continue
		}
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
