package web

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"hookline/internal/compose"
	"hookline/views"
)

// readRows reads a body that was edited as a form, and makes its text.
func (f *composerForm) readRows(form url.Values) {
	if f.asRows = form.Get("body_mode") == "rows"; !f.asRows {
		return
	}
	keys, kinds, values := form["body_key"], form["body_kind"], form["body_value"]
	for i := range min(len(keys), len(kinds), len(values), views.MaxMembers) {
		f.members = append(f.members, compose.Member{
			Key: keys[i], Text: kinds[i] == "text", Value: strings.ReplaceAll(values[i], "\r\n", "\n"),
		})
	}
	f.template.Body = compose.WriteFlat(f.members)
}

// toRows shows the body as a form, or notes why it cannot be.
func (f *composerForm) toRows() {
	members, err := compose.ReadFlat(f.template.Body)
	if strings.TrimSpace(f.template.Body) == "" {
		members, err = nil, nil
	}
	e, wrong := errors.AsType[*compose.Error](err)
	switch {
	case wrong:
		f.told = placed(e)
	case len(members) > views.MaxMembers:
		f.told = "This body has more than " + strconv.Itoa(views.MaxMembers) + " names, which is too many for a form."
	default:
		f.asRows, f.members, f.focus = true, members, "member-add"
		if len(members) > 0 {
			f.focus = views.MemberID(0)
		}
	}
}
