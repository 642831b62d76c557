package hookline

import "time"

// MaxShortcuts is the most shortcuts there can be.
const MaxShortcuts = 100

// MaxChosen is for how many people a shortcut can be pressed at once.
const MaxChosen = 100

// ShortcutAction is how the action of every shortcut is called.
const ShortcutAction = "Request"

// Shortcut is a named request that people run by hand for one person. The
// request, and what is made of the answer, is the one action of a destination
// that the shortcut owns.
type Shortcut struct {
	ID            string // sct_…
	Name          string
	Description   string // what it does, for those who press it
	Least         Role   // who may press it, at least
	Enabled       bool
	DestinationID string
	ActionID      string
	Version       int64 // grows with each change of these settings
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Validate says at each field what is wrong; nil when nothing is.
func (s Shortcut) Validate() error {
	f := fields{}
	checkName(f, s.Name, "Give the shortcut a name, such as “Open a ticket”.")
	f.check(len(s.Description) <= 500, "description", "This is too long: at most 500 characters.")
	f.check(s.Least == Support || s.Least == Editor || s.Least == Admin, "least", "Choose who may press it.")
	return f.err("The shortcut could not be saved.")
}

// Pressable says why nobody can press a shortcut now; nil when it can be
// pressed.
func (s Shortcut) Pressable() error {
	if !s.Enabled {
		return Conflict("“" + s.Name + "” is switched off, so it cannot be pressed. An editor can switch it on.")
	}
	return nil
}

// NewShortcutTemplate is what a new shortcut sends: who the person is.
func NewShortcutTemplate() Template {
	t := NewTemplate()
	t.Body = `{
  "id": "{{ customer.id }}",
  "email": "{{ customer.email }}"
}`
	return t
}
