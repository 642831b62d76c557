package data

import "bytes"

// Same says whether two values are written alike, but for white space between
// their parts: 1 and 1.0 are not.
func (v View) Same(w View) bool {
	switch {
	case v.kind != w.kind:
		return false
	case v.kind == KindText || v.kind == KindNumber:
		return v.text == w.text
	case v.kind == KindBool:
		return v.val == w.val
	case v.text != "" && v.text == w.text:
		return true
	}
	one, other := writer{written: true}, writer{written: true}
	one.view(v)
	other.view(w)
	return bytes.Equal(one.buf, other.buf)
}
