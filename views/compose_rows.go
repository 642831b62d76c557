package views

import (
	"strconv"
)

// MaxMembers is the most names and values that a body has as a form; larger ones are edited as text.
const MaxMembers = 100

// MemberID is the id of the name at place i of the body's form.
func MemberID(i int) string { return "member-" + strconv.Itoa(i) }
