package liquid

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDataDepth is how deep data may nest; events nested deeper are refused at
// the door, so this only guards against data from elsewhere.
const maxDataDepth = 200

// Decode reads one JSON value. Objects keep their order (of a repeated key the
// last value counts, in the first place), integers stay exact at any length,
// and text that is not valid UTF-8 gets the replacement character.
func Decode(text []byte) (Value, error) {
	if !json.Valid(text) {
		return nil, fmt.Errorf("decode data: %w", jsonFault(text))
	}
	d := decoder{text: text}
	v := d.value(0)
	return v, d.err
}

// DecodeObject reads one JSON object; any other JSON value is an error.
func DecodeObject(text []byte) (*Object, error) {
	v, err := Decode(text)
	if err != nil {
		return nil, err
	}
	o, ok := v.(*Object)
	if !ok {
		return nil, errors.New("decode data: not a JSON object")
	}
	return o, nil
}

// usualKeys is the room an object begins with: few have fewer keys than that.
const usualKeys = 4

// jsonFault asks encoding/json, which says where the fault is.
func jsonFault(text []byte) error {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return err
	}
	return errors.New("not valid JSON")
}

// decoder walks JSON that is known to be valid, so it never checks again.
type decoder struct {
	text []byte
	pos  int
	err  error
}

// next skips white space and gives the byte there.
func (d *decoder) next() byte {
	for d.pos < len(d.text) {
		switch c := d.text[d.pos]; c {
		case ' ', '\t', '\r', '\n':
			d.pos++
		default:
			return c
		}
	}
	return 0
}

// value is where the depth is counted: data nested without end would
// otherwise take the stack with it.
func (d *decoder) value(depth int) Value {
	if depth > maxDataDepth {
		d.err = fmt.Errorf("decode data: nested deeper than %d", maxDataDepth)
		d.pos = len(d.text)
		return nil
	}
	switch d.next() {
	case '{':
		return d.object(depth)
	case '[':
		return d.list(depth)
	case '"':
		return d.string()
	case 't':
		d.pos += len("true")
		return true
	case 'f':
		d.pos += len("false")
		return false
	case 'n':
		d.pos += len("null")
		return nil
	}
	return d.number()
}

func (d *decoder) object(depth int) *Object {
	o := NewObject(usualKeys)
	d.pos++
	for d.err == nil && d.next() != '}' {
		if d.text[d.pos] == ',' {
			d.pos++
			d.next()
		}
		key := d.string()
		d.next()
		d.pos++ // the colon
		o.put(key, d.value(depth+1))
	}
	d.pos++
	return o
}

func (d *decoder) list(depth int) []Value {
	list := []Value{}
	d.pos++
	for d.err == nil && d.next() != ']' {
		if d.text[d.pos] == ',' {
			d.pos++
		}
		list = append(list, d.value(depth+1))
	}
	d.pos++
	return list
}

// string takes the short way for texts without escapes, which are nearly all.
func (d *decoder) string() string {
	start := d.pos
	plain := true
	for d.pos++; d.text[d.pos] != '"'; d.pos++ {
		if d.text[d.pos] == '\\' {
			plain = false
			d.pos++
		}
	}
	d.pos++
	raw := d.text[start:d.pos]
	if inner := raw[1 : len(raw)-1]; plain && utf8.Valid(inner) {
		return string(inner)
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		d.err = fmt.Errorf("decode data: %w", err)
	}
	return s
}

// number goes up to what ends a value; that it is a number is known already.
func (d *decoder) number() Value {
	start := d.pos
	for d.pos < len(d.text) && d.text[d.pos] > ' ' && strings.IndexByte(",]}", d.text[d.pos]) < 0 {
		d.pos++
	}
	return numberFromJSON(string(d.text[start:d.pos]))
}

// Between smallest and the largest float64, maxFloatDigits decimal digits are
// always given back as they came.
const (
	maxFloatDigits = 15
	smallest       = 1e-300
)

// numberFromJSON keeps a number exactly: as int64, as float64 when it gives
// the same digits back, otherwise as the text it came in.
func numberFromJSON(text string) Value {
	if !strings.ContainsAny(text, ".eE") {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
		return json.Number(text)
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(f) < smallest && significant(text) > 0 || significant(text) > maxFloatDigits {
		return json.Number(text)
	}
	return f
}

// significant counts the digits that matter: no zeros at the ends, nothing of
// the exponent.
func significant(text string) int {
	counted, zeros := 0, 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == 'e' || c == 'E':
			return counted
		case c == '0' && counted > 0:
			zeros++
		case c > '0' && c <= '9':
			counted += zeros + 1
			zeros = 0
		}
	}
	return counted
}
