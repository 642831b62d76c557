package audit

import (
	"encoding/json"
	"reflect"
)

// The marks in place of what may not be kept.
const (
	Blot    = "••••"
	BlotNew = "•••• (changed)" // beside Blot, in what a thing became
)

// Thing is something that can be changed, as an entry keeps it.
type Thing struct {
	Kind  Kind
	ID    string
	Name  string
	facts []fact
}

// fact is one thing about a Thing. Value is compared, shown is kept.
type fact struct {
	name         string
	value, shown any
}

// open is a fact without secrets.
func open(name string, value any) fact { return fact{name, value, value} }

// hidden is a fact of which is kept whether there is one, and whether it changed.
func hidden(name, value string) fact { return fact{name, value, blotted(value)} }

// partly is a fact of which only shown may be kept.
func partly(name string, value, shown any) fact { return fact{name, value, shown} }

func blotted(value string) string {
	if value == "" {
		return ""
	}
	return Blot
}

// Make notes that a thing was made.
func Make(t Thing) Note { return t.note(Created, nil, t.facts) }

// Delete notes that a thing was deleted.
func Delete(t Thing) Note { return t.note(Deleted, t.facts, nil) }

// Change notes what differs between a thing and what it became; differs is
// false when nothing does.
func Change(before, after Thing) (n Note, differs bool) {
	var was, is []fact
	known := map[string]fact{}
	for _, f := range before.facts {
		known[f.name] = f
	}
	for _, f := range after.facts {
		old, there := known[f.name]
		delete(known, f.name)
		if there && reflect.DeepEqual(old.value, f.value) {
			continue
		}
		if there {
			was = append(was, old)
		}
		is = append(is, marked(old, f))
	}
	for _, f := range before.facts {
		if _, gone := known[f.name]; gone {
			was = append(was, f)
		}
	}
	return after.note(Changed, was, is), len(was)+len(is) > 0
}

// marked says of a fact that changed where nobody sees it that it did.
func marked(before, after fact) fact {
	if !reflect.DeepEqual(before.shown, after.shown) {
		return after
	}
	switch shown := after.shown.(type) {
	case string:
		if shown == Blot {
			after.shown = BlotNew
		} else {
			after.shown = shown + " (what is hidden has changed)"
		}
	case []string:
		after.shown = append(append([]string{}, shown...), "(what is hidden has changed)")
	}
	return after
}

// Say notes a deed that changed nothing of the thing itself.
func (t Thing) Say(d Deed, remark string) Note {
	n := t.note(d, nil, nil)
	n.Remark = remark
	return n
}

func (t Thing) note(d Deed, before, after []fact) Note {
	return Note{Deed: d, Kind: t.Kind, ThingID: t.ID, ThingName: t.Name, Before: object(before), After: object(after)}
}

// object writes facts as a JSON object; nothing for none. What a text holds that
// is no UTF-8 becomes U+FFFD.
func object(facts []fact) json.RawMessage {
	if len(facts) == 0 {
		return nil
	}
	all := make(map[string]any, len(facts))
	for _, f := range facts {
		all[f.name] = f.shown
	}
	text, err := json.Marshal(all)
	if err != nil {
		return nil // texts, numbers, lists of them, and JSON that was read before
	}
	return text
}
