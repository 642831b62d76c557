package views

import (
	"net/url"
	"strconv"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// PressPath is the page of a press.
func PressPath(id string) string { return "/presses/" + id }

// newPressPath asks before a shortcut is pressed for these people.
func newPressPath(shortcutID string, personIDs ...string) string {
	return "/presses/new?" + url.Values{"shortcut": {shortcutID}, "person": personIDs}.Encode()
}

// NewPressModel is the page on which somebody looks before they press.
type NewPressModel struct {
	Page     ui.Page
	ID       string // of the press that this page makes
	Shortcut hookline.Shortcut
	People   []FinishedRequest
	Warnings []string
	Trouble  string // why the last press was refused; "" when there was none
}

// FinishedRequest is what a press would send for one person.
type FinishedRequest struct {
	Person   hookline.Person
	Request  hookline.Request
	Warnings []string
	Refused  string // why nothing would be sent; "" when something would
}

// sends is for how many something would be sent.
func (m NewPressModel) sends() int {
	n := 0
	for _, one := range m.People {
		if one.Refused == "" {
			n++
		}
	}
	return n
}

// first is the request to look at, of the first person who has one.
func (m NewPressModel) first() FinishedRequest {
	for _, one := range m.People {
		if one.Refused == "" {
			return one
		}
	}
	return FinishedRequest{}
}

// allWarnings are what to look at first: of the shortcut, and of the request that is shown.
func (m NewPressModel) allWarnings() []string {
	return append(append([]string{}, m.Warnings...), m.first().Warnings...)
}

func (m NewPressModel) yes() string {
	if len(m.People) == 1 {
		return m.Shortcut.Name
	}
	return m.Shortcut.Name + " for " + peopleWords(m.sends())
}

func (m NewPressModel) back() string {
	if len(m.People) == 1 {
		return "/people/" + m.People[0].Person.ID
	}
	return "/people"
}

// PressModel is a press and what came of it.
type PressModel struct {
	Page     ui.Page
	Press    hookline.Press
	Shortcut hookline.Shortcut // without id: it was deleted
	Rows     []PressedRow      // in the order in which they were chosen
	Attempt  hookline.Attempt  // the last one, of a press for one person; without number: there was none yet
	Held     string            // why it waits, if its destination holds
	Again    bool              // the visitor may press it again
}

// PressedRow is what a press came to for one person.
type PressedRow struct {
	hookline.Pressed
	Label string               // of the person; "": they were deleted
	Row   hookline.DeliveryRow // without id: nothing was owed, or it was deleted
}

// Alone is the row of a press that was for one person alone.
func (m PressModel) Alone() (PressedRow, bool) {
	if len(m.Rows) == 1 {
		return m.Rows[0], true
	}
	return PressedRow{}, false
}

// Title names the press by its shortcut.
func (m PressModel) Title() string {
	if m.Shortcut.ID == "" {
		return "A shortcut that was deleted"
	}
	return m.Shortcut.Name
}

// Crumbs lead back to the person, or to all of them.
func (m PressModel) Crumbs() []ui.Crumb {
	crumbs := []ui.Crumb{{Label: "People", Href: "/people"}}
	if row, alone := m.Alone(); alone && row.Label != "" {
		crumbs = append(crumbs, ui.Crumb{Label: row.Label, Href: "/people/" + row.PersonID})
	}
	return crumbs
}

// topic is what tells that the page is not true any more.
func (m PressModel) topic() string {
	if row, alone := m.Alone(); alone && row.DeliveryID != "" {
		return string(hookline.TopicDelivery(row.DeliveryID))
	}
	return string(hookline.TopicSent)
}

// waits says whether an answer is still to come.
func (m PressModel) waits() bool { return m.open() > 0 }

// open is for how many an answer is still to come.
func (m PressModel) open() int {
	n := 0
	for _, row := range m.Rows {
		if row.Row.ID != "" && !row.Row.State.Final() {
			n++
		}
	}
	return n
}

// came is for how many it came to an end, refusals included.
func (m PressModel) came() int { return len(m.Rows) - m.open() }

func (m PressModel) progress() string {
	delivered, failed, refused := 0, 0, 0
	for _, row := range m.Rows {
		switch {
		case row.Refused != "":
			refused++
		case row.Row.State == hookline.StateDelivered:
			delivered++
		case row.Row.State == hookline.StateFailed:
			failed++
		}
	}
	words := strconv.Itoa(m.came()) + " of " + peopleWords(len(m.Rows)) + " done: " + strconv.Itoa(delivered) + " delivered, " + strconv.Itoa(failed) + " failed"
	if refused > 0 {
		words += ", " + strconv.Itoa(refused) + " refused"
	}
	return words + "."
}

// outcome is a press for one person in a line.
func (m PressModel) outcome() (tone ui.Tone, title string) {
	row, _ := m.Alone()
	switch {
	case row.Refused != "":
		return ui.Bad, "Nothing was sent"
	case row.Row.ID == "":
		return ui.Info, "What was sent has been deleted"
	case row.Row.State == hookline.StateDelivered && row.Row.Doubted():
		return ui.Warn, "The receiver answered, but not as expected"
	case row.Row.State == hookline.StateDelivered:
		return ui.Good, "The receiver answered " + statusInWords(row.Row.LastStatus)
	case row.Row.State == hookline.StateFailed:
		return ui.Bad, "It failed"
	case m.Held != "":
		return ui.Warn, "It waits"
	case row.Row.State == hookline.StateRetrying:
		return ui.Warn, "Not yet: it is tried again by itself"
	}
	return ui.Info, "On its way"
}

// outcomeWords say more than the outcome's line.
func (m PressModel) outcomeWords() string {
	row, _ := m.Alone()
	switch {
	case row.Refused != "":
		return row.Refused
	case row.Row.ID == "":
		return "It was older than Settings → Retention says."
	case m.Held != "":
		return m.Held + " It is sent as soon as that is over."
	case row.Row.Reason != "":
		return row.Row.Reason
	case m.waits():
		return "The answer comes here by itself. Without scripts, reload this page."
	}
	return ""
}
