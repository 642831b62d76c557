package liquid

import "hookline/internal/data"

// Value is one value that templates work on; see package data.
type Value = data.Value

// Object is a JSON object that keeps the order of its keys; see package data.
type Object = data.Object

// Roots gives what a template may name: "customer", "event", and so on.
// Rendering never changes anything in it.
type Roots interface {
	// Root gives the value of a name and whether there is such a root.
	Root(name string) (Value, bool)
}

// Vars are roots that are all there.
type Vars map[string]Value

// Root gives the value of a name and whether there is such a root.
func (v Vars) Root(name string) (Value, bool) {
	value, ok := v[name]
	return value, ok
}

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
