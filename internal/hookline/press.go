package hookline

import (
	"strconv"
	"time"
)

// Press is that somebody pressed a shortcut, for one person or for several.
type Press struct {
	ID         string // prs_…; it comes with the page that asks, so that who presses twice has pressed once
	ShortcutID string
	By         string // an e-mail, or a token by its name
	At         time.Time
	For        []Pressed
}

// Pressed is what a press came to for one person.
type Pressed struct {
	PersonID   string
	DeliveryID string // what is owed; "" when nothing is
	Refused    string // why nothing is owed, in plain words
}

// Validate says what is wrong with a press; nil when nothing is.
func (p Press) Validate() error {
	switch {
	case p.ID == "" || p.ShortcutID == "":
		return Conflict("This page is too old to press from. Go back to the person and begin anew.")
	case len(p.For) == 0:
		return Conflict("Nobody is chosen. Go back to People and tick the boxes of those you mean.")
	case len(p.For) > MaxChosen:
		return Conflict("A shortcut is pressed for at most " + strconv.Itoa(MaxChosen) + " people at once. Choose fewer.")
	}
	return nil
}

// Why nothing is owed for somebody.
const (
	PressedGone       = "This person was deleted."
	PressedSuppressed = "This person is suppressed, so nothing is sent about them."
)
