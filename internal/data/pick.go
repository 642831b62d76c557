package data

import (
	"errors"
	"slices"
)

// Picker reads a few members of many objects, and passes over all others: where
// objects are many, that is several times as quick as to decode them. It is not
// safe for concurrent use.
type Picker struct {
	keys   []string
	object Object
	d      decoder
}

// NewPicker makes a picker of the members with these keys.
func NewPicker(keys []string) *Picker { return &Picker{keys: keys} }

// Pick gives the object that text is, with no other members than those that are
// picked, as DecodeObject gives them. It is good until the next call, and its
// strings are pieces of text.
func (p *Picker) Pick(text string) (*Object, error) {
	p.object.members = p.object.members[:0]
	p.d.scanner = scanner{text: text}
	if p.d.next() != '{' {
		return nil, errors.New("pick data: not a JSON object")
	}
	for more := p.d.open('}'); more; {
		key, ok := p.d.keyText()
		if ok {
			ok = p.member(key)
		}
		if ok {
			more, ok = p.d.more('}')
		}
		if !ok {
			return nil, p.d.err
		}
	}
	if p.d.end(); p.d.err != nil {
		return nil, p.d.err
	}
	return &p.object, nil
}

// member reads one value, or passes over it.
func (p *Picker) member(key string) bool {
	if !slices.Contains(p.keys, key) {
		return p.d.skip(1)
	}
	v, ok := p.d.value(1)
	if ok {
		p.object.PutView(key, v)
	}
	return ok
}
