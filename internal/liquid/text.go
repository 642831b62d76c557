package liquid

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"hookline/internal/data"
)

// special is one of the words empty and blank, which stand for a kind of value.
type special string

const (
	emptyValue special = "empty"
	blankValue special = "blank"
)

// span is a range (from..to). It is never spread out before somebody needs its
// items, so (1..1000000000) costs nothing by itself.
type span struct{ from, to int64 }

// len cannot overflow: the widest range has more items than an int64 counts.
func (s span) len() int64 {
	if s.to < s.from {
		return 0
	}
	if n := s.to - s.from + 1; n > 0 {
		return n
	}
	return math.MaxInt64
}

func (s span) String() string {
	return strconv.FormatInt(s.from, 10) + ".." + strconv.FormatInt(s.to, 10)
}

// safe is text that a filter has already escaped for one mode, so that writing
// it does not escape it again.
type safe struct {
	text string
	mode Mode
}

// plain takes the mark of safe text off: every filter and comparison sees text.
func plain(v any) any {
	if s, ok := v.(safe); ok {
		return s.text
	}
	return v
}

// A style is one way of writing lists and objects.
type style int

const (
	jsonStyle style = iota // {"a":1,"b":null}
	rubyStyle              // {"a"=>1, "b"=>null}
)

// encoder writes values, and stops at a limit: a list may hold the same list
// twice, so a small value can have an enormous text.
type encoder struct {
	buf    []byte
	limit  int
	visits int
	indent int
	depth  int
	err    error
}

// stop counts visits, too: empty lists within lists write nothing, however
// many there are.
func (e *encoder) stop() bool {
	e.visits++
	if e.err == nil && (len(e.buf) > e.limit || e.visits > e.limit) {
		e.err = limitError("text", "one text would be longer than "+strconv.Itoa(e.limit)+" bytes")
	}
	return e.err != nil
}

// text writes a value as an output prints it: nothing for nil, a list as its
// items without anything between them.
func (e *encoder) text(v any) {
	if e.stop() {
		return
	}
	switch v := v.(type) {
	case nil, special:
	case string:
		e.buf = append(e.buf, v...)
	case safe:
		e.buf = append(e.buf, v.text...)
	case int64:
		e.buf = strconv.AppendInt(e.buf, v, 10)
	case bool:
		e.buf = strconv.AppendBool(e.buf, v)
	case float64:
		e.buf = append(e.buf, formatFloat(v)...)
	case json.Number:
		e.buf = append(e.buf, v...)
	case span:
		e.buf = append(e.buf, v.String()...)
	case []Value:
		for _, item := range v {
			e.text(item)
		}
	case *Object:
		e.json(v, rubyStyle)
	case *loop:
		e.buf = append(e.buf, v.kind...)
	}
}

// json writes a value as JSON, or in Ruby's way, which is the same but for
// "=>": so replacing that by ":" gives JSON. For this, null stands where Ruby
// has nil, and an "=>" within a text is written with its second half escaped.
func (e *encoder) json(v any, s style) {
	if e.stop() {
		return
	}
	switch v := v.(type) {
	case nil, special, *loop:
		e.buf = append(e.buf, "null"...)
	case string:
		e.quote(v, s)
	case safe:
		e.quote(v.text, s)
	case span:
		e.quote(v.String(), s)
	case float64:
		e.buf = append(e.buf, formatFloat(v)...)
	case []Value:
		e.list(v, s)
	case *Object:
		e.object(v, s)
	default:
		e.text(v)
	}
}

func (e *encoder) list(list []Value, s style) {
	e.buf = append(e.buf, '[')
	e.depth++
	for i, item := range list {
		e.separate(i, s)
		e.json(item, s)
		if e.err != nil {
			return
		}
	}
	e.depth--
	e.close(len(list), ']')
}

func (e *encoder) object(o *Object, s style) {
	e.buf = append(e.buf, '{')
	e.depth++
	for i := range o.Len() {
		key, val := o.At(i)
		e.separate(i, s)
		e.quote(key, s)
		switch {
		case s == rubyStyle:
			e.buf = append(e.buf, "=>"...)
		case e.indent > 0:
			e.buf = append(e.buf, ": "...)
		default:
			e.buf = append(e.buf, ':')
		}
		e.view(val, s)
		if e.err != nil {
			return
		}
	}
	e.depth--
	e.close(o.Len(), '}')
}

// view is json for a member of an object, whose texts and numbers need not be
// made into values for it.
func (e *encoder) view(v data.View, s style) {
	switch text := v.Text(); {
	case v.Kind() == data.KindText && !e.stop():
		e.quote(text, s)
	case v.Kind() == data.KindNumber && isUsual(text) && !e.stop():
		e.buf = append(e.buf, text...)
	case e.err == nil:
		e.json(v.Value(), s)
	}
}

// separate writes what stands before the i-th item.
func (e *encoder) separate(i int, s style) {
	if i > 0 {
		e.buf = append(e.buf, ',')
	}
	switch {
	case e.indent > 0:
		e.newline()
	case i > 0 && s == rubyStyle:
		e.buf = append(e.buf, ' ')
	}
}

func (e *encoder) close(items int, bracket byte) {
	if e.indent > 0 && items > 0 {
		e.newline()
	}
	e.buf = append(e.buf, bracket)
}

func (e *encoder) newline() {
	e.buf = append(e.buf, '\n')
	for range e.indent * e.depth {
		e.buf = append(e.buf, ' ')
	}
}

// quote writes a text between quotation marks, in Ruby's way without any "=>".
func (e *encoder) quote(text string, s style) {
	e.buf = append(e.buf, '"')
	for s == rubyStyle {
		before, after, found := strings.Cut(text, "=>")
		if !found {
			break
		}
		e.buf = data.AppendText(e.buf, before)
		e.buf = append(e.buf, `=\u003e`...)
		text = after
	}
	e.buf = data.AppendText(e.buf, text)
	e.buf = append(e.buf, '"')
}

// formatFloat writes a float as Ruby does, which is also valid JSON: 5.0 keeps
// its ".0", and very large or small numbers get an exponent.
func formatFloat(f float64) string {
	abs := math.Abs(f)
	if abs != 0 && (abs < 1e-4 || abs >= 1e16) {
		text := strconv.FormatFloat(f, 'e', -1, 64)
		mantissa, exponent, _ := strings.Cut(text, "e")
		if !strings.Contains(mantissa, ".") {
			mantissa += ".0"
		}
		return mantissa + "e" + exponent
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// isUsual is true for numbers that are printed as they were written: integers,
// and decimals as formatFloat would write them. It may be false for others.
func isUsual(number string) bool {
	whole, fraction, decimal := strings.Cut(strings.TrimPrefix(number, "-"), ".")
	if !decimal {
		return number != "-0" && !strings.ContainsAny(number, "eE")
	}
	switch {
	case len(whole)+len(fraction) > maxFloatDigits || strings.ContainsAny(fraction, "eE"):
		return false
	case whole == "0" && strings.HasPrefix(fraction, "0000"):
		return false
	}
	return fraction == "0" || !strings.HasSuffix(fraction, "0")
}

// maxFloatDigits is how many decimal digits a float64 always gives back as they came.
const maxFloatDigits = 15

// size is about how many bytes a value takes, not looking deeper than its items.
func size(v any) int {
	switch v := v.(type) {
	case string:
		return len(v)
	case safe:
		return len(v.text)
	case []Value:
		return 16 * len(v)
	case *Object:
		return 48 * v.Len()
	}
	return 8
}
