package hookline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Attributes is a JSON object whose members keep their order and their exact
// text: numbers of any length stay what they were. The zero value is empty.
type Attributes struct {
	keys   []string
	values map[string]json.RawMessage
}

// ParseAttributes reads one JSON object; empty text and null are the empty
// object. Of a repeated key the last value counts.
func ParseAttributes(object []byte) (Attributes, error) {
	var a Attributes
	if text := bytes.TrimSpace(object); len(text) == 0 || string(text) == "null" {
		return a, nil
	}
	d := json.NewDecoder(bytes.NewReader(object))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return a, errors.Join(errors.New("read attributes: this is no JSON object"), err)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return a, fmt.Errorf("read attributes: %w", err)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return a, fmt.Errorf("read attribute %q: %w", key, err)
		}
		a.Set(key.(string), value)
	}
	if _, err := d.Token(); err != nil {
		return a, fmt.Errorf("read attributes: %w", err)
	}
	return a, nil
}

// Set puts a value under a key, in its old place or at the end.
func (a *Attributes) Set(key string, value json.RawMessage) {
	if a.values == nil {
		a.values = map[string]json.RawMessage{}
	}
	if _, known := a.values[key]; !known {
		a.keys = append(a.keys, key)
	}
	a.values[key] = value
}

// Remove takes a member out, if it is there.
func (a *Attributes) Remove(key string) {
	if !a.Has(key) {
		return
	}
	delete(a.values, key)
	a.keys = slices.DeleteFunc(a.keys, func(k string) bool { return k == key })
}

// Merge sets each member of more, which wins over what is there.
func (a *Attributes) Merge(more Attributes) {
	for _, key := range more.keys {
		a.Set(key, more.values[key])
	}
}

// Text gives the member when it is a text that is not empty, else "".
func (a Attributes) Text(key string) string {
	var text string
	if json.Unmarshal(a.values[key], &text) != nil {
		return ""
	}
	return text
}

// Has says whether there is such a member.
func (a Attributes) Has(key string) bool {
	_, ok := a.values[key]
	return ok
}

// Get gives the member as it was written, nil when there is none.
func (a Attributes) Get(key string) json.RawMessage { return a.values[key] }

// Delete takes a member out, if there is one.
func (a *Attributes) Delete(key string) {
	if !a.Has(key) {
		return
	}
	delete(a.values, key)
	a.keys = slices.DeleteFunc(a.keys, func(k string) bool { return k == key })
}

// Keys lists the members' names in their order.
func (a Attributes) Keys() []string { return slices.Clone(a.keys) }

// sameJSON says whether two JSON texts are alike but for white space between
// their parts.
func sameJSON(one, other []byte) bool {
	var a, b bytes.Buffer
	if json.Compact(&a, one) != nil || json.Compact(&b, other) != nil {
		return false
	}
	return bytes.Equal(a.Bytes(), b.Bytes())
}

// Len is the number of members.
func (a Attributes) Len() int { return len(a.keys) }

// JSON gives the object as compact text.
func (a Attributes) JSON() json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, key := range a.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		name, _ := json.Marshal(key) // a text can always be written
		b.Write(name)
		b.WriteByte(':')
		_ = json.Compact(&b, a.values[key]) // was read from JSON, so it is JSON
	}
	b.WriteByte('}')
	return b.Bytes()
}

// Customer is the person as a template's root "customer" and a condition's
// person.…: the attributes, with "id" in front unless they have one.
func (p Person) Customer() (Attributes, error) {
	own, err := ParseAttributes(p.Attributes)
	if err != nil || own.Has("id") || p.UserID == "" {
		return own, err
	}
	id, _ := json.Marshal(p.UserID)
	var customer Attributes
	customer.Set("id", id)
	customer.Merge(own)
	return customer, nil
}
