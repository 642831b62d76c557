package data

import (
	"encoding/json"
	"strconv"
)

// Kind says what a value is.
type Kind uint8

// The kinds. KindMissing is that of a View of nothing, KindOther that of a Go
// value in an object which is none of JSON's.
const (
	KindMissing Kind = iota
	KindNull
	KindBool
	KindNumber
	KindText
	KindList
	KindObject
	KindOther
)

// View is a value looked at where it stands: looking makes nothing. The zero
// View is of a value that is missing.
type View struct {
	kind Kind
	text string // of a text what it says; of a number, list or object what was written, if it was decoded
	val  Value  // of a text what was written if that differs, of a number nil unless it was made in Go
}

// ViewOf looks at a value.
func ViewOf(v Value) View {
	switch v := v.(type) {
	case nil:
		return View{kind: KindNull}
	case bool:
		return View{kind: KindBool, val: v}
	case string:
		return View{kind: KindText, text: v}
	case json.Number:
		return View{kind: KindNumber, text: string(v)}
	case int64:
		return View{kind: KindNumber, text: strconv.FormatInt(v, 10), val: v}
	case float64:
		return View{kind: KindNumber, text: strconv.FormatFloat(v, 'g', -1, 64), val: v}
	case []Value:
		return View{kind: KindList, val: v}
	case *Object:
		return v.View()
	}
	return View{kind: KindOther, val: v}
}

// Kind says what the value is.
func (v View) Kind() Kind { return v.kind }

// Value is the value itself.
func (v View) Value() Value {
	switch {
	case v.kind == KindText:
		return v.text
	case v.kind == KindNumber && v.val == nil:
		return Number(v.text)
	}
	return v.val
}

// Text is what a text says, or a number as it was written; "" for others.
func (v View) Text() string {
	if v.kind == KindText || v.kind == KindNumber {
		return v.text
	}
	return ""
}

// IsTrue and IsFalse are about the booleans alone.
func (v View) IsTrue() bool { return v.kind == KindBool && v.val == true }

// IsFalse says whether this is the boolean false.
func (v View) IsFalse() bool { return v.kind == KindBool && v.val == false }

// Object is the object itself, nil when this is none.
func (v View) Object() *Object {
	o, _ := v.val.(*Object)
	return o
}

// List is the list itself, nil when this is none.
func (v View) List() []Value {
	list, _ := v.val.([]Value)
	return list
}

// Member looks at a member of an object; of anything else it is missing.
func (v View) Member(key string) View { return v.Object().Look(key) }

// Item looks at an item of a list, from 0; where there is none it is missing.
// A number in a list that was decoded is as it was written: to find it, the
// list's text is gone through.
func (v View) Item(i int) View {
	list := v.List()
	if i < 0 || i >= len(list) {
		return View{}
	}
	switch item := list[i].(type) {
	case int64, float64, json.Number:
		if v.text != "" {
			return View{kind: KindNumber, text: itemText(v.text, i), val: item}
		}
	case []Value:
		if v.text != "" {
			return View{kind: KindList, text: itemText(v.text, i), val: item}
		}
	}
	return ViewOf(list[i])
}
