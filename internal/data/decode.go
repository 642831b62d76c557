package data

import (
	"errors"
	"fmt"
	"strings"
	"sync"
)

// Decode reads one JSON value. Objects keep their order (of a repeated key the
// last value counts, in the first place), numbers stay exact at any length, and
// text that is not valid UTF-8 gets the replacement character. It accepts what
// json.Valid accepts, down to MaxDepth. What it gives holds on to the text: its
// strings are pieces of it.
func Decode(text string) (Value, error) {
	v, err := decode(text)
	return v.Value(), err
}

// DecodeObject reads one JSON object; any other JSON value is an error.
func DecodeObject(text string) (*Object, error) {
	v, err := decode(text)
	if err != nil {
		return nil, err
	}
	if v.kind != KindObject {
		return nil, errors.New("decode data: not a JSON object")
	}
	return v.Object(), nil
}

func decode(text string) (View, error) {
	d := decoders.Get().(*decoder)
	defer d.release()
	d.text = text
	v, ok := d.value(0)
	if ok {
		d.end()
	}
	if d.err != nil {
		return View{}, fmt.Errorf("decode data: %w", d.err)
	}
	return v, nil
}

// decoder makes values of a text in one pass. Members and items are gathered on
// two stacks, those of the innermost object or list on top, and moved when it
// ends: so each object takes exactly the room it needs, and many objects share
// one allocation.
type decoder struct {
	scanner
	members []member
	items   []Value
	room    []member // for the members of objects to come
	objects []Object // to come
}

var decoders = sync.Pool{New: func() any { return new(decoder) }}

// maxKept is how long a stack is kept for the next text.
const maxKept = 1024

// release forgets the text and all that was made of it.
func (d *decoder) release() {
	members, items := d.members[:cap(d.members)], d.items[:cap(d.items)]
	if len(members) > maxKept || len(items) > maxKept {
		members, items = nil, nil
	}
	clear(members)
	clear(items)
	*d = decoder{members: members[:0], items: items[:0]}
	decoders.Put(d)
}

// The room made at once, in members and objects: as much as the text can need,
// but no more than this.
const (
	maxRoom    = 64
	maxObjects = 16
)

// value is where the depth is counted: data nested without end would
// otherwise take the stack with it.
func (d *decoder) value(depth int) (View, bool) {
	if depth > MaxDepth {
		return View{}, d.tooDeep(MaxDepth)
	}
	switch c := d.next(); c {
	case '{':
		return d.object(depth)
	case '[':
		return d.list(depth)
	case '"':
		return d.string()
	case 't':
		return View{kind: KindBool, val: true}, d.word("true")
	case 'f':
		return View{kind: KindBool, val: false}, d.word("false")
	case 'n':
		return View{kind: KindNull}, d.word("null")
	default:
		if c != '-' && c-'0' > 9 {
			return View{}, d.fail("a value")
		}
		start := d.pos
		ok := d.number()
		return View{kind: KindNumber, text: d.text[start:d.pos]}, ok
	}
}

func (d *decoder) object(depth int) (View, bool) {
	start, first := d.pos, len(d.members)
	for more := d.open('}'); more; {
		key, ok := d.keyText()
		if !ok {
			return View{}, false
		}
		at := len(d.members)
		d.members = append(d.members, member{key: key})
		v, ok := d.value(depth + 1)
		if !ok {
			return View{}, false
		}
		d.members[at].View = v // not before: the stack may have moved
		if more, ok = d.more('}'); !ok {
			return View{}, false
		}
	}
	return View{kind: KindObject, text: d.text[start:d.pos], val: d.newObject(first, depth)}, true
}

func (d *decoder) list(depth int) (View, bool) {
	start, first := d.pos, len(d.items)
	for more := d.open(']'); more; {
		item, ok := d.value(depth + 1)
		if !ok {
			return View{}, false
		}
		d.items = append(d.items, item.Value())
		if more, ok = d.more(']'); !ok {
			return View{}, false
		}
	}
	list := append([]Value{}, d.items[first:]...)
	d.items = d.items[:first]
	return View{kind: KindList, text: d.text[start:d.pos], val: list}, true
}

// newObject makes an object of the members on top of the stack.
func (d *decoder) newObject(first, depth int) *Object {
	if len(d.objects) == 0 {
		d.objects = make([]Object, min(maxObjects, depth+1+strings.Count(d.text[d.pos:], "{")))
	}
	o := &d.objects[0]
	d.objects = d.objects[1:]
	members := d.members[first:]
	if len(members) > indexFrom {
		members, o.index = onceOfMany(members)
	} else {
		members = onceOfFew(members)
	}
	o.members = d.settle(members)
	d.members = d.members[:first]
	return o
}

// settle moves an object's members to where they stay. Room is made for those
// of the objects around, too, and for all that may follow.
func (d *decoder) settle(members []member) []member {
	if len(members) > cap(d.room)-len(d.room) {
		need := len(d.members) + strings.Count(d.text[d.pos:], ":")
		d.room = make([]member, 0, max(len(members), min(maxRoom, need)))
	}
	begin := len(d.room)
	d.room = append(d.room, members...)
	return d.room[begin:len(d.room):len(d.room)]
}

// onceOfFew keeps of a repeated key the last value, in the first place.
func onceOfFew(members []member) []member {
	for i := range members {
		for j := range i {
			if members[j].key == members[i].key {
				kept, _ := onceOfMany(members)
				return kept
			}
		}
	}
	return members
}

// onceOfMany does the same, and gives the places.
func onceOfMany(members []member) ([]member, map[string]int) {
	place := make(map[string]int, len(members))
	kept := members[:0]
	for i := range members {
		if j, known := place[members[i].key]; known {
			kept[j] = members[i]
			continue
		}
		place[members[i].key] = len(kept)
		kept = append(kept, members[i])
	}
	return kept, place
}
