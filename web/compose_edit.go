package web

import (
	"slices"
	"strconv"
	"strings"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/views"
)

// rowKind is a kind of rows that the composer's buttons make more or fewer.
type rowKind[T any] struct {
	noun  string // "header": the buttons say "add-header" and "remove-header:2", and the first has the id "header-add"
	most  int
	id    func(i int) string // of the control that a row begins with
	empty T                  // a new row
}

var (
	headerRows    = rowKind[hookline.Header]{noun: "header", most: hookline.MaxHeaders, id: func(i int) string { return views.HeaderID(i, "name") }}
	attributeRows = rowKind[hookline.ResponseAttribute]{noun: "attribute", most: hookline.MaxSetAttributes, id: func(i int) string { return views.AttributeID(i, "name") }}
	paramRows     = rowKind[compose.Param]{noun: "param", most: views.MaxParams, id: views.ParamID}
	memberRows    = rowKind[compose.Member]{noun: "member", most: views.MaxMembers, id: views.MemberID, empty: compose.Member{Text: true}}
)

// edit adds an empty row, or removes one, as the pressed button says, and gives the id of the control that this leads
// to. It is "" when the button says nothing of these rows. removed is the place of the row that is gone, -1 for none.
func (k rowKind[T]) edit(rows *[]T, what string) (focus string, removed int) {
	act, at, _ := strings.Cut(what, ":")
	switch index, err := strconv.Atoi(at); {
	case act == "add-"+k.noun && len(*rows) < k.most:
		*rows = append(*rows, k.empty)
		return k.id(len(*rows) - 1), -1
	case act == "remove-"+k.noun && err == nil && index >= 0 && index < len(*rows):
		*rows = slices.Delete(*rows, index, index+1)
		if len(*rows) == 0 {
			return k.noun + "-add", index
		}
		return k.id(max(index-1, 0)), index
	}
	return "", -1
}

// editHeaders changes the headers. One of them may have its place under Authentication, where nothing leads to it.
func (f *composerForm) editHeaders(what string) {
	focus, removed := headerRows.edit(&f.template.Headers, what)
	hidden := f.request.Auth.HeaderPlace()
	if removed >= 0 && removed+1 < hidden {
		f.request.Auth.Place--
		hidden--
	}
	if removed >= 0 && max(removed-1, 0)+1 == hidden {
		focus = headerRows.noun + "-add"
	}
	f.focusOn(focus)
}

// focusOn leads to a control; "" leads nowhere else.
func (f *composerForm) focusOn(id string) {
	if id != "" {
		f.focus = id
	}
}
