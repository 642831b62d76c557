package views

import (
	"strconv"

	"hookline/views/ui"
)

// MaxMembers is the most names and values that a body has as a form; larger ones are edited as text.
const MaxMembers = 100

// MemberID is the id of the name at place i of the body's form.
func MemberID(i int) string { return "member-" + strconv.Itoa(i) }

// rowButton is a button that changes how the body is edited, or which rows it has.
func (m ComposerModel) rowButton(b ui.Button) ui.Button {
	b.Name = "edit"
	if b.Attrs == nil {
		b.Attrs = map[string]any{}
	}
	b.Attrs["formaction"], b.Attrs["hx-post"] = m.Path("body"), m.Path("body")
	return b
}
