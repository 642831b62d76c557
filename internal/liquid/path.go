package liquid

import (
	"strings"
	"unicode/utf8"
)

// variable is a path into the data.
type variable struct {
	off   int
	root  string
	start expr // instead of root, when the path begins with [expr]
	steps []pathStep
	text  string // as messages show it
}

// pathStep is one .key, ["key"] or [expr].
type pathStep struct {
	key    string
	dotted bool // only .first, .last and .size mean something on lists and text
	index  expr
}

func (v *variable) setRoot(s pathStep) {
	if s.index == nil {
		v.root = s.key
		return
	}
	v.start = s.index
}

// describe writes the path as an author would.
func (v *variable) describe() string {
	var b strings.Builder
	switch {
	case v.start != nil:
		b.WriteString("[]")
	case isPlainName(v.root):
		b.WriteString(v.root)
	default:
		b.WriteString(`["` + v.root + `"]`)
	}
	for _, s := range v.steps {
		switch {
		case s.index != nil:
			b.WriteString("[]")
		case isPlainName(s.key):
			b.WriteString("." + s.key)
		default:
			b.WriteString(`["` + s.key + `"]`)
		}
	}
	return b.String()
}

func isPlainName(s string) bool {
	for i, r := range s {
		if !nameRune(r, i == 0) && !(r == '?' && i == len(s)-1 && i > 0) {
			return false
		}
	}
	return s != ""
}

func (v *variable) eval(r *run) (any, error) {
	val, _, err := v.lookup(r)
	return val, err
}

// lookup also says whether the whole path is there: null is, missing is not.
func (v *variable) lookup(r *run) (val any, found bool, err error) {
	name := v.root
	if v.start != nil {
		key, err := v.start.eval(r)
		if err != nil {
			return nil, false, err
		}
		name = r.text(key)
	}
	val, found = r.get(name)
	for i := range v.steps {
		if val == nil {
			return nil, false, nil
		}
		if val, found, err = v.steps[i].take(r, plain(val)); err != nil {
			return nil, false, err
		}
	}
	return val, found, nil
}

// take goes one step further into the data.
func (s *pathStep) take(r *run, from any) (any, bool, error) {
	if s.index == nil {
		if text, ok := from.(string); ok {
			r.work += len(text) / readShare // .size counts characters
		}
		v, ok := property(from, s.key, s.dotted)
		return v, ok, r.booked()
	}
	key, err := s.index.eval(r)
	if err != nil {
		return nil, false, err
	}
	v, ok := indexed(from, plain(key))
	return v, ok, nil
}

// indexed is from[key] for a key worked out at run time.
func indexed(from, key any) (any, bool) {
	switch key := key.(type) {
	case string:
		return property(from, key, false)
	case int64, float64:
		n, ok := toInt(key)
		if !ok {
			return nil, false
		}
		switch from := from.(type) {
		case []Value:
			return item(from, n)
		case span:
			return from.item(n)
		case *Object:
			return from.Get(numberText(key))
		}
	}
	return nil, false
}

// item counts from the end when n is negative.
func item(list []Value, n int64) (any, bool) {
	if n < 0 {
		n += int64(len(list))
	}
	if n < 0 || n >= int64(len(list)) {
		return nil, false
	}
	return list[n], true
}

func (s span) item(n int64) (any, bool) {
	if n < 0 {
		n += s.len()
	}
	if n < 0 || n >= s.len() {
		return nil, false
	}
	return s.from + n, true
}

// property is from.key or from["key"].
func property(from any, key string, dotted bool) (any, bool) {
	switch from := from.(type) {
	case *Object:
		if v, ok := from.Get(key); ok {
			return v, true
		}
		return objectProperty(from, key, dotted)
	case *loop:
		return from.get(key)
	}
	if !dotted {
		return nil, false
	}
	switch from := from.(type) {
	case []Value:
		return listProperty(from, key)
	case span:
		return spanProperty(from, key)
	case string:
		if key == "size" {
			return int64(utf8.RuneCountInString(from)), true
		}
	}
	return nil, false
}

// objectProperty answers only where the object has no such key of its own.
func objectProperty(o *Object, key string, dotted bool) (any, bool) {
	switch {
	case !dotted:
	case key == "size":
		return int64(o.Len()), true
	case key == "first" && o.Len() > 0:
		return pair(o, 0), true
	}
	return nil, false
}

func listProperty(list []Value, key string) (any, bool) {
	switch key {
	case "size":
		return int64(len(list)), true
	case "first":
		return item(list, 0)
	case "last":
		return item(list, -1)
	}
	return nil, false
}

func spanProperty(s span, key string) (any, bool) {
	switch key {
	case "size":
		return s.len(), true
	case "first":
		return s.item(0)
	case "last":
		return s.item(-1)
	}
	return nil, false
}
