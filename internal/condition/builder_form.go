package condition

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const partMatch = "match"

// FormName returns the name of a form field: FormName("c", "0.1", "op") is "c.0.1.op". The parts are "field",
// "key", "op", "value", and of a deed "within" and "unit" of a row, and "match" of a group.
func FormName(prefix, path, part string) string {
	if path == "" {
		return prefix + "." + part
	}
	return prefix + "." + path + "." + part
}

// Form returns d as form fields, which [DecodeDraft] reads back. A list has one value for each of its lines.
func (d *Draft) Form(prefix string) url.Values {
	form := url.Values{}
	d.encode(form, prefix, "")
	return form
}

func (d *Draft) encode(form url.Values, prefix, path string) {
	if d.Row == nil {
		form.Set(FormName(prefix, path, partMatch), string(d.Match))
		for i, child := range d.Children {
			child.encode(form, prefix, ChildPath(path, i))
		}
		return
	}
	form.Set(FormName(prefix, path, partField), string(d.Row.Field))
	if d.Row.Key != "" {
		form.Set(FormName(prefix, path, partKey), d.Row.Key)
	}
	if d.Row.Op != "" {
		form.Set(FormName(prefix, path, partOp), string(d.Row.Op))
	}
	if len(d.Row.Values) > 0 {
		form[FormName(prefix, path, partValue)] = slices.Clone(d.Row.Values)
	}
	if d.Row.Within != "" {
		form.Set(FormName(prefix, path, partWithin), d.Row.Within)
	}
	if d.Row.Unit != "" {
		form.Set(FormName(prefix, path, partUnit), d.Row.Unit)
	}
}

// DecodeDraft reads a draft from the form fields whose names begin with prefix and a dot, and ignores all
// others. Rows keep the order of their numbers, which may have gaps. Incomplete rows are kept; see
// [Draft.Condition]. Past the limits it returns an *Error for the person.
func DecodeDraft(form url.Values, prefix string) (*Draft, error) {
	root := &formNode{}
	rows := 0
	for name, values := range form {
		path, part, ok := cutFormName(name, prefix)
		if !ok {
			continue
		}
		if len(path) > MaxDepth {
			return nil, &Error{Message: tooDeep()}
		}
		node := root.descend(path)
		if part != partMatch && node.parts == nil {
			rows++
		}
		if rows > MaxClauses {
			return nil, &Error{Message: tooMany()}
		}
		node.set(part, values)
	}
	d := root.draft()
	if d.Row != nil {
		return &Draft{Match: MatchAll}, nil
	}
	return d, nil
}

// formNode gathers what the form says about one place, as the names come in no order.
type formNode struct {
	match    Match
	children map[int]*formNode
	parts    url.Values // of a row
}

// cutFormName takes a name apart; only names that this package could have made are ok.
func cutFormName(name, prefix string) (path []int, part string, ok bool) {
	rest, ok := strings.CutPrefix(name, prefix+".")
	if !ok {
		return nil, "", false
	}
	pieces := strings.Split(rest, ".")
	part = pieces[len(pieces)-1]
	switch part {
	case partMatch, partField, partKey, partOp, partValue, partWithin, partUnit:
	default:
		return nil, "", false
	}
	for _, piece := range pieces[:len(pieces)-1] {
		index, err := strconv.ParseUint(piece, 10, 31)
		if err != nil {
			return nil, "", false
		}
		path = append(path, int(index))
	}
	return path, part, true
}

// descend returns the place at path and makes it, and those on the way, when they are not there yet.
func (n *formNode) descend(path []int) *formNode {
	for _, index := range path {
		if n.children == nil {
			n.children = map[int]*formNode{}
		}
		if n.children[index] == nil {
			n.children[index] = &formNode{}
		}
		n = n.children[index]
	}
	return n
}

func (n *formNode) set(part string, values []string) {
	if part == partMatch {
		n.match = MatchAll
		if len(values) > 0 && values[0] == string(MatchAny) {
			n.match = MatchAny
		}
		return
	}
	if n.parts == nil {
		n.parts = url.Values{}
	}
	n.parts[part] = values
}

// draft turns a place into a row, unless it was given a match or children: those make it a group.
func (n *formNode) draft() *Draft {
	if n.match == "" && len(n.children) == 0 && n.parts != nil {
		return &Draft{Row: &Row{
			Field:  FieldKind(n.parts.Get(partField)),
			Key:    n.parts.Get(partKey),
			Op:     Operator(n.parts.Get(partOp)),
			Values: slices.Clone(n.parts[partValue]),
			Within: n.parts.Get(partWithin),
			Unit:   n.parts.Get(partUnit),
		}}
	}
	d := &Draft{Match: n.match}
	if d.Match == "" {
		d.Match = MatchAll
	}
	for _, index := range slices.Sorted(maps.Keys(n.children)) {
		d.Children = append(d.Children, n.children[index].draft())
	}
	return d
}
