// Package data is JSON as an ordered, exact data model: decoded once, read by
// conditions and templates alike.
//
// Decode reads a text into a Value. What it makes keeps the order of keys and
// every number as it was written, and its texts are pieces of the text it came
// from: nothing is copied, and nothing but what is asked for becomes a Go
// value. A View looks at a value where it stands.
package data

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"time"
)

// Value is one JSON value as Go code works on it: nil, bool, int64, float64,
// json.Number (a number neither of them holds exactly), string, []Value or
// *Object. FromGo makes one of anything else.
type Value = any

// FromGo brings ordinary Go values into this form: maps become objects with
// sorted keys, times RFC 3339 text, integers int64, and anything unknown what
// its JSON says. Values already in form are returned as they are. v must not
// hold itself.
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
		return Number(string(v))
	case map[string]any:
		return fromMap(v)
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case json.RawMessage:
		return fromJSON(string(v))
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
		if InForm(item) {
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

// InForm is true for values that need no look inside: FromGo would give them
// back as they are.
func InForm(v any) bool {
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
		return Number(strconv.FormatUint(rv.Uint(), 10))
	case reflect.Float32:
		return fromFloat(rv.Float())
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return fromJSON(string(text))
}

func fromJSON(text string) Value {
	v, err := Decode(text)
	if err != nil {
		return nil
	}
	return v
}
