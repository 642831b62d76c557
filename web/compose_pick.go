package web

import (
	"encoding/json"
	"regexp"
	"strconv"

	"hookline/internal/data"
	"hookline/views"
)

// How much of an answer is offered to be picked.
const (
	offeredLeaves = 40
	offeredItems  = 3 // of a list that holds objects
	offeredDepth  = 6
)

// pickFrom offers the values of an answer that is JSON.
func pickFrom(from string, body []byte) views.Picker {
	p := picking{Picker: views.Picker{From: from}}
	if value, err := data.Decode(string(body)); err == nil {
		p.add("", "", data.ViewOf(value), 0)
	}
	return p.Picker
}

type picking struct{ views.Picker }

// add goes through objects, and offers everything else. A list is offered as a whole, and its first items when they
// are objects.
func (p *picking) add(way, label string, v data.View, depth int) {
	switch {
	case len(p.Leaves) >= offeredLeaves || depth > offeredDepth:
		p.More = true
	case v.Kind() == data.KindObject:
		for i := range v.Object().Len() {
			key, member := v.Object().At(i)
			p.add(way+step(key), joined(label, key), member, depth+1)
		}
	case v.Kind() == data.KindList:
		p.leaf(way+" | json", label, v)
		for i := range min(len(v.List()), offeredItems) {
			if item := v.Item(i); item.Kind() == data.KindObject {
				p.add(way+"["+strconv.Itoa(i)+"]", joined(label, strconv.Itoa(i)), item, depth+1)
			}
		}
	case v.Kind() == data.KindNull || way == "":
	default:
		p.leaf(way, label, v)
	}
}

func (p *picking) leaf(way, label string, v data.View) {
	name, ok := nameOfWay(way)
	value, err := json.Marshal(v.Value())
	if v.Kind() == data.KindNumber {
		value = []byte(v.Text())
	}
	if ok && err == nil {
		p.Leaves = append(p.Leaves, views.Leaf{Way: way, Name: name, Label: label, Value: value})
	}
}

var plainKey = regexp.MustCompile(`^[\pL_][\pL\pN_-]*$`)

// step goes to a member of an object.
func step(key string) string {
	if plainKey.MatchString(key) {
		return "." + key
	}
	return `["` + key + `"]`
}

func joined(label, key string) string {
	if label == "" {
		return key
	}
	return label + "." + key
}
