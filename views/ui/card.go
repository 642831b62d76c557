package ui

import "strconv"

// CardHead is the head of a card; without title there is none.
type CardHead struct {
	ID       string
	Title    string
	Subtitle string
	Actions  []Button // links at the right
}

// Span is a width in twelfths of the row: 3 is a quarter, 12 the whole.
type Span int

func (s Span) class() string {
	// Quarters go two beside each other on a phone; anything wider gets its own row there.
	if s <= 3 {
		return "col-6 col-lg-" + strconv.Itoa(int(s))
	}
	return "col-12 col-lg-" + strconv.Itoa(int(s))
}
