package liquid

// items is what a loop goes over, without making a list of a range.
type items struct {
	list     []Value
	object   *Object
	span     span
	from, to int64 // of the whole
	reversed bool
	missing  bool // there is nothing to go over, not even an empty list
}

func (it *items) len() int64 { return it.to - it.from }

// at counts from the offset, or backwards from the end when reversed.
func (it *items) at(i int64) any {
	if it.reversed {
		i = it.to - 1 - i
	} else {
		i += it.from
	}
	switch {
	case it.list != nil:
		return it.list[i]
	case it.object != nil:
		return pair(it.object, int(i))
	}
	return it.span.from + i
}

// itemsOf says what a loop over v goes over: a text counts as one item, and
// what cannot be looped over as none.
func itemsOf(v any) *items {
	switch v := plain(v).(type) {
	case []Value:
		return &items{list: v, to: int64(len(v))}
	case *Object:
		return &items{object: v, to: int64(v.Len())}
	case span:
		return &items{span: v, to: v.len()}
	case string:
		if v != "" {
			return &items{list: []Value{v}, to: 1}
		}
	}
	return &items{missing: v == nil}
}

// loop is what forloop and tablerowloop tell.
type loop struct {
	kind, name    string
	index, length int64
	parent        *loop
	cols          int64 // tablerow only
}

func (l *loop) get(key string) (any, bool) {
	switch key {
	case "index":
		return l.index + 1, true
	case "index0":
		return l.index, true
	case "rindex":
		return l.length - l.index, true
	case "rindex0":
		return l.length - l.index - 1, true
	case "first":
		return l.index == 0, true
	case "last":
		return l.index == l.length-1, true
	case "length":
		return l.length, true
	case "name":
		return l.name, l.cols == 0
	case "parentloop":
		if l.parent == nil {
			return nil, true
		}
		return l.parent, true
	}
	if l.cols > 0 {
		return l.column(key)
	}
	return nil, false
}

// column knows what only a table has.
func (l *loop) column(key string) (any, bool) {
	col := l.index % l.cols
	switch key {
	case "col":
		return col + 1, true
	case "col0":
		return col, true
	case "col_first":
		return col == 0, true
	case "col_last":
		return col == l.cols-1, true
	case "row":
		return l.index/l.cols + 1, true
	}
	return nil, false
}
