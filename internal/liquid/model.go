package liquid

import "hookline/internal/data"

// Value is one value that templates work on; see package data.
type Value = data.Value

// Object is a JSON object that keeps the order of its keys; see package data.
type Object = data.Object

// Vars holds the roots a template may name: "customer", "event", and so on.
// Rendering never changes it, nor anything in it.
type Vars map[string]Value

// NewObject makes an empty object with room for n keys.
func NewObject(n int) *Object { return data.NewObject(n) }

// FromGo brings ordinary Go values into a template's form; see data.FromGo.
func FromGo(v any) Value {
	if vars, ok := v.(Vars); ok {
		return data.FromGo(map[string]any(vars))
	}
	return data.FromGo(v)
}

// pair is the i-th entry as [key, value], which is what a loop over an object
// hands out.
func pair(o *Object, i int) []Value {
	key, v := o.At(i)
	return []Value{key, v.Value()}
}
