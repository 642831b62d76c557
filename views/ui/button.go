package ui

import (
	"strconv"

	"github.com/a-h/templ"
)

func headingID(number int) string {
	return "nav-" + strconv.Itoa(number)
}

// Look says how loud a button is. A page has one LookMain.
type Look string

// The looks.
const (
	LookPlain  Look = ""        // beside the main one
	LookMain   Look = "primary" // what most people came for
	LookDanger Look = "danger"  // destroys something; ask first, see Button.Confirm
	LookQuiet  Look = "quiet"   // a word that can be pressed, for Cancel and for rows of tables
)

// Button is a link, a submit button or a button for scripts, by the component that draws it.
type Button struct {
	Label    string
	Href     string // for Link
	Icon     string // left of the label, or ""
	Look     Look
	Small    bool
	IconOnly bool // shows only the icon; the label is its name for screen readers and its tooltip
	Name     string
	Value    string // for Submit: which of several buttons was pressed

	Confirm       string // asks this before acting: "Delete this source?"
	ConfirmDetail string // what will be lost
	ConfirmLabel  string // the word on the button that goes on: "Delete source"

	Attrs templ.Attributes // anything else: hx-post, hx-target, form, data-copy
}

func (b Button) class() string {
	class := "btn"
	switch b.Look {
	case LookQuiet:
		class += " btn-ghost-secondary quiet"
	case LookMain, LookDanger:
		class += " btn-" + string(b.Look)
	case LookPlain:
	}
	if b.Small {
		class += " btn-sm"
	}
	if b.IconOnly {
		class += " btn-icon"
	}
	return class
}

// attrs joins the button's own attributes with those that its fields stand for.
func (b Button) attrs() templ.Attributes {
	all := templ.Attributes{}
	for name, value := range map[string]string{
		"data-confirm": b.Confirm, "data-confirm-detail": b.ConfirmDetail, "data-confirm-label": b.ConfirmLabel,
		"name": b.Name, "value": b.Value,
	} {
		if value != "" {
			all[name] = value
		}
	}
	if b.IconOnly {
		all["aria-label"], all["title"] = b.Label, b.Label
	}
	for name, value := range b.Attrs {
		all[name] = value
	}
	return all
}
