package ui

import (
	"time"

	"github.com/a-h/templ"
)

// Fact is one name with its value in a KeyValues list. Value is text; Show, when there is one, stands in its place.
type Fact struct {
	Name  string
	Value string
	Show  templ.Component
}

// Happening is one entry of a Timeline.
type Happening struct {
	Tone   Tone
	Icon   string
	Title  string
	At     time.Time
	Detail templ.Component // below the title, or nil
}
