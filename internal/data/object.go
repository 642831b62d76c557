package data

import (
	"iter"
)

// Object is a JSON object that keeps the order of its keys. The zero value is
// an empty object; a nil *Object may be read. It is safe to read from several
// goroutines, not to change.
type Object struct {
	members []member
	index   map[string]int // only for objects with more than indexFrom members
}

type member struct {
	key string
	View
}

// indexFrom is the size from which a map beats looking at every key.
const indexFrom = 24

// NewObject makes an empty object with room for n members.
func NewObject(n int) *Object { return &Object{members: make([]member, 0, n)} }

// Len says how many members there are.
func (o *Object) Len() int {
	if o == nil {
		return 0
	}
	return len(o.members)
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
	for i := range o.members {
		if o.members[i].key == key {
			return i
		}
	}
	return -1
}

// View looks at the object; a nil one is null.
func (o *Object) View() View {
	if o == nil {
		return View{kind: KindNull}
	}
	return View{kind: KindObject, val: o}
}

// Look looks at the value of a key, which may be missing.
func (o *Object) Look(key string) View {
	i := o.find(key)
	if i < 0 {
		return View{}
	}
	return o.members[i].View
}

// Get gives the value of a key and whether the key is there.
func (o *Object) Get(key string) (Value, bool) {
	i := o.find(key)
	if i < 0 {
		return nil, false
	}
	return o.members[i].Value(), true
}

// At gives the i-th member, from 0 to Len-1.
func (o *Object) At(i int) (key string, v View) { return o.members[i].key, o.members[i].View }

// Set puts a value under a key: in its old place, or at the end when it is
// new. The value is brought into form by FromGo.
func (o *Object) Set(key string, v any) { o.Put(key, FromGo(v)) }

// Put is Set for a value that is in form already.
func (o *Object) Put(key string, v Value) { o.PutView(key, ViewOf(v)) }

// PutView is Put for a value where it stands: it stays as it was written.
func (o *Object) PutView(key string, v View) {
	if i := o.find(key); i >= 0 {
		o.members[i].View = v
		return
	}
	o.members = append(o.members, member{key, v})
	switch {
	case o.index != nil:
		o.index[key] = len(o.members) - 1
	case len(o.members) > indexFrom:
		o.makeIndex()
	}
}

func (o *Object) makeIndex() {
	o.index = make(map[string]int, 2*len(o.members))
	for i := range o.members {
		o.index[o.members[i].key] = i
	}
}

// WithFirst is a copy with one member more, in front. The key must be new.
func (o *Object) WithFirst(key string, v Value) *Object {
	more := NewObject(o.Len() + 1)
	more.members = append(more.members, member{key, ViewOf(v)})
	if o != nil {
		more.members = append(more.members, o.members...)
	}
	if len(more.members) > indexFrom {
		more.makeIndex()
	}
	return more
}

// Keys goes through the keys in order.
func (o *Object) Keys() iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range o.Len() {
			if !yield(o.members[i].key) {
				return
			}
		}
	}
}

// All goes through keys and values in order.
func (o *Object) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if o == nil {
			return
		}
		for i := range o.members {
			if !yield(o.members[i].key, o.members[i].Value()) {
				return
			}
		}
	}
}
