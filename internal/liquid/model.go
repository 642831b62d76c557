package liquid

import (
	"encoding/json"
	"iter"
	"math"
	"reflect"
	"slices"
	"strconv"
	"time"
)

// Value is one value that templates work on: nil, bool, int64, float64,
// json.Number (a number neither of them holds exactly), string, []Value or
// *Object. FromGo makes one of anything else.
type Value = any

// Vars holds the roots a template may name: "customer", "event", and so on.
// Rendering never changes it, nor anything in it.
type Vars map[string]Value

// Object is a JSON object that keeps the order of its keys. The zero value is
// an empty object; a nil *Object may be read. It is safe to read from several
// goroutines, not to change.
type Object struct {
	keys  []string
	vals  []Value
	index map[string]int // only for objects with more than indexFrom keys
}

// indexFrom is the size from which a map beats looking at every key.
const indexFrom = 12

// NewObject makes an empty object with room for n keys.
func NewObject(n int) *Object {
	return &Object{keys: make([]string, 0, n), vals: make([]Value, 0, n)}
}

// Len says how many keys there are.
func (o *Object) Len() int {
	if o == nil {
		return 0
	}
	return len(o.keys)
}

// find looks through the keys of a small object, which is quicker than a map
// and needs no memory.
func (o *Object) find(key string) int {
	if o == nil {
		return -1
	}
	if o.index != nil {
		if i, ok := o.index[key]; ok {
			return i
		}
		return -1
	}
	return slices.Index(o.keys, key)
}

// Get gives the value of a key and whether the key is there.
func (o *Object) Get(key string) (Value, bool) {
	i := o.find(key)
	if i < 0 {
		return nil, false
	}
	return o.vals[i], true
}

// Set puts a value under a key: in its old place, or at the end when it is
// new. The value is brought into a template's form by FromGo.
func (o *Object) Set(key string, v Value) {
	o.put(key, FromGo(v))
}

func (o *Object) put(key string, v Value) {
	if i := o.find(key); i >= 0 {
		o.vals[i] = v
		return
	}
	o.keys, o.vals = append(o.keys, key), append(o.vals, v)
	switch {
	case o.index != nil:
		o.index[key] = len(o.keys) - 1
	case len(o.keys) > indexFrom:
		o.index = make(map[string]int, 2*len(o.keys))
		for i, k := range o.keys {
			o.index[k] = i
		}
	}
}

// All goes through keys and values in order.
func (o *Object) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if o == nil {
			return
		}
		for i, k := range o.keys {
			if !yield(k, o.vals[i]) {
				return
			}
		}
	}
}

// MarshalJSON writes the object with its keys in order and numbers as they came.
func (o *Object) MarshalJSON() ([]byte, error) {
	e := encoder{limit: math.MaxInt}
	e.json(o, jsonStyle)
	return e.buf, e.err
}

// pair gives the i-th entry as [key, value], which is what a loop over an
// object hands out.
func (o *Object) pair(i int) []Value { return []Value{o.keys[i], o.vals[i]} }

// FromGo brings ordinary Go values into a template's form: maps become objects
// with sorted keys, times RFC 3339 text, integers int64, and anything unknown
// what its JSON says. Values already in form are returned as they are. v must
// not hold itself.
func FromGo(v any) Value {
	switch v := v.(type) {
	case nil, bool, int64, string:
		return v
	case *Object:
		if v == nil {
			return nil
		}
		return v
	case float64:
		return fromFloat(v)
	case []Value:
		return fromList(v)
	case int:
		return int64(v)
	case json.Number:
		return numberFromJSON(string(v))
	case map[string]any:
		return fromMap(v)
	case Vars:
		return fromMap(v)
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case json.RawMessage:
		return fromJSON(v)
	case span, *loop, special, safe:
		return v
	}
	return fromOther(v)
}

func fromFloat(f float64) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil // JSON has no such numbers
	}
	return f
}

// fromList copies the list only when an item needs changing.
func fromList(list []Value) Value {
	for i, item := range list {
		if inForm(item) {
			continue
		}
		out := slices.Clone(list)
		for j := i; j < len(out); j++ {
			out[j] = FromGo(out[j])
		}
		return out
	}
	return list
}

// inForm is true for values that need no look inside.
func inForm(v any) bool {
	switch v := v.(type) {
	case nil, bool, int64, string:
		return true
	case *Object:
		return v != nil
	}
	return false
}

// fromMap sorts the keys: Go gives them in another order each time, and a body
// that changed between two attempts would change its signature.
func fromMap(m map[string]any) *Object {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	o := NewObject(len(m))
	for _, k := range keys {
		o.Set(k, m[k])
	}
	return o
}

// fromOther sends what it does not know through its JSON form.
func fromOther(v any) Value {
	rv := reflect.ValueOf(v)
	switch rv.Kind() {
	case reflect.Int8, reflect.Int16, reflect.Int32:
		return rv.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return numberFromJSON(strconv.FormatUint(rv.Uint(), 10))
	case reflect.Float32:
		return fromFloat(rv.Float())
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return fromJSON(text)
}

func fromJSON(text []byte) Value {
	v, err := Decode(text)
	if err != nil {
		return nil
	}
	return v
}
