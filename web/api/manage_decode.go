package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"hookline/internal/hookline"
)

// unreadable is a body that is not even JSON: 400.
type unreadable struct{ message string }

func (e *unreadable) Error() string { return e.message }

// jsonObject is a JSON object of any members, kept as it was written.
type jsonObject json.RawMessage

// MarshalJSON gives the object as it is.
func (o jsonObject) MarshalJSON() ([]byte, error) {
	if len(o) == 0 {
		return []byte("{}"), nil
	}
	return o, nil
}

var objectType = reflect.TypeFor[jsonObject]()

// jsonValue is JSON of any kind, kept as it was written.
type jsonValue json.RawMessage

// MarshalJSON gives the value as it is.
func (v jsonValue) MarshalJSON() ([]byte, error) {
	if len(v) == 0 {
		return []byte("null"), nil
	}
	return v, nil
}

var valueType = reflect.TypeFor[jsonValue]()

// decode reads one JSON object into a struct. It is stricter than
// encoding/json: a member that is unknown, of another type or given twice is
// refused by name, with its line and column; case counts. Members that are not
// given keep the value they have, so a change is read over what is stored.
func decode(body []byte, into any) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return &unreadable{"The body is empty. Send one JSON object."}
	}
	var whole json.RawMessage
	if err := json.Unmarshal(body, &whole); err != nil {
		return unreadableJSON(body, err)
	}
	d := &decoder{text: body, tokens: json.NewDecoder(bytes.NewReader(body)), wrong: map[string]string{}}
	if d.peek() != '{' {
		return &unreadable{"The body is JSON, but not an object. Send one JSON object."}
	}
	if err := d.object(reflect.ValueOf(into).Elem(), ""); err != nil {
		return fmt.Errorf("read body: %w", err)
	}
	if len(d.wrong) > 0 {
		return hookline.Invalid("The body was not taken: see its fields.", d.wrong)
	}
	return nil
}

func unreadableJSON(body []byte, err error) error {
	where := ""
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		where = place(body, int(e.Offset)-1) + ": "
	}
	return &unreadable{"The body is not JSON. " + where + err.Error() + "."}
}

// place names a byte by line and column, both from 1.
func place(text []byte, offset int) string {
	before := text[:max(0, min(offset, len(text)))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return fmt.Sprintf("Line %d, column %d", line, column)
}

// decoder walks through a text that is known to be JSON.
type decoder struct {
	text   []byte
	tokens *json.Decoder
	wrong  map[string]string // by dotted name
}

// at is where the next value or name begins.
func (d *decoder) at() int {
	offset := int(d.tokens.InputOffset())
	return offset + len(d.text[offset:]) - len(bytes.TrimLeft(d.text[offset:], " \t\r\n,:"))
}

func (d *decoder) peek() byte { return d.text[d.at()] }

func (d *decoder) complain(name, why string) {
	if _, known := d.wrong[name]; !known {
		d.wrong[name] = place(d.text, d.at()) + ": " + why
	}
}

// object reads the members of a struct.
func (d *decoder) object(into reflect.Value, path string) error {
	if _, err := d.tokens.Token(); err != nil { // {
		return err
	}
	seen := map[string]bool{}
	for d.tokens.More() {
		start := place(d.text, d.at())
		token, err := d.tokens.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string) // names are
		field, known := member(into, name)
		full := join(path, name)
		switch {
		case !known:
			d.wrong[full] = start + ": There is no such field here. " + knownNames(memberNames(into.Type()))
		case seen[name]:
			d.wrong[full] = start + ": This is given twice."
		}
		if seen[name] = true; !known {
			err = d.skip()
		} else {
			err = d.value(field, full)
		}
		if err != nil {
			return err
		}
	}
	_, err := d.tokens.Token() // }
	return err
}

// value reads one value, or says what it should be.
func (d *decoder) value(into reflect.Value, path string) error {
	if into.Type() == valueType {
		var raw json.RawMessage
		err := d.tokens.Decode(&raw)
		into.SetBytes(raw)
		return err
	}
	if into.Kind() == reflect.Pointer { // null is nothing there
		if kindOf(d.peek()) == "null" {
			into.SetZero()
			return d.skip()
		}
		into.Set(reflect.New(into.Type().Elem()))
		return d.value(into.Elem(), path)
	}
	want := wanted(into.Type())
	if got := kindOf(d.peek()); got != want {
		d.complain(path, "This must be "+want+", not "+got+".")
		return d.skip()
	}
	switch {
	case into.Kind() == reflect.Struct:
		return d.object(into, path)
	case into.Kind() == reflect.Slice && into.Type() != objectType:
		return d.list(into, path)
	}
	start := place(d.text, d.at())
	var raw json.RawMessage
	if err := d.tokens.Decode(&raw); err != nil {
		return err
	}
	if into.Type() == objectType {
		into.SetBytes(raw)
		return nil
	}
	if err := json.Unmarshal(raw, into.Addr().Interface()); err != nil {
		d.wrong[path] = start + ": This must be " + exactly(into.Kind()) + "."
	}
	return nil
}

// exactly says what a number must be that its field cannot hold.
func exactly(kind reflect.Kind) string {
	if kind == reflect.Float64 {
		return "a number of a usual size"
	}
	return "a whole number"
}

// list reads a list anew: nothing of the one before shines through.
func (d *decoder) list(into reflect.Value, path string) error {
	if _, err := d.tokens.Token(); err != nil { // [
		return err
	}
	all := reflect.MakeSlice(into.Type(), 0, 0)
	for i := 0; d.tokens.More(); i++ {
		one := reflect.New(into.Type().Elem()).Elem()
		if err := d.value(one, join(path, strconv.Itoa(i))); err != nil {
			return err
		}
		all = reflect.Append(all, one)
	}
	into.Set(all)
	_, err := d.tokens.Token() // ]
	return err
}

func (d *decoder) skip() error {
	var raw json.RawMessage
	return d.tokens.Decode(&raw)
}

// The kinds of values, as a person is told of them.
const (
	anObject = "an object"
	aList    = "a list"
	aText    = "a text"
	aNumber  = "a number"
	aBool    = "true or false"
)

// kindOf tells a value's kind by its first byte.
func kindOf(first byte) string {
	switch first {
	case '{':
		return anObject
	case '[':
		return aList
	case '"':
		return aText
	case 't', 'f':
		return aBool
	case 'n':
		return "null"
	}
	return aNumber
}

func wanted(t reflect.Type) string {
	switch {
	case t == objectType, t.Kind() == reflect.Struct:
		return anObject
	case t.Kind() == reflect.Slice:
		return aList
	case t.Kind() == reflect.Bool:
		return aBool
	case t.Kind() == reflect.String:
		return aText
	}
	return aNumber
}

// member finds a struct's field by the name it has in JSON.
func member(of reflect.Value, name string) (reflect.Value, bool) {
	for i := range of.NumField() {
		if jsonName(of.Type().Field(i)) == name {
			return of.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func memberNames(t reflect.Type) []string {
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = jsonName(t.Field(i))
	}
	return names
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
