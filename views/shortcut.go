package views

import (
	"hookline/internal/hookline"
	"hookline/views/ui"
)

// ShortcutPath is the page of a shortcut.
func ShortcutPath(id string) string { return "/shortcuts/" + id }

// ShortcutListModel is every shortcut.
type ShortcutListModel struct {
	Page      ui.Page
	Shortcuts []hookline.Shortcut
	MayEdit   bool
}

func (m ShortcutListModel) none() ui.Empty {
	empty := ui.Empty{
		Icon: "bolt", Title: "No shortcut yet",
		Text: "A shortcut is a request with a name, such as “Open a ticket”. It is offered on every person’s page: whoever presses it sees the finished request first, and the receiver’s answer at once. What the answer holds can be kept with the person.",
	}
	if m.MayEdit {
		empty.Action = ui.Button{Label: "Make the first shortcut", Href: "/shortcuts/new", Icon: "plus", Look: ui.LookMain}
	} else {
		empty.Text += " Ask an editor or an administrator to make one."
	}
	return empty
}

// ShortcutModel is one shortcut with what it sends.
type ShortcutModel struct {
	Page     ui.Page
	Shortcut hookline.Shortcut
	Action   hookline.Action  // without secrets
	Presses  []hookline.Press // the latest
	MayEdit  bool
}

func (m ShortcutModel) path(act string) string { return ShortcutPath(m.Shortcut.ID) + "/" + act }

func (m ShortcutModel) stateWords() string {
	if m.Shortcut.Enabled {
		return "It is offered on every person’s page, and for whoever is chosen in the list of people."
	}
	return "Nobody can press it. What it owes already is still sent."
}

// leastWords say who may press a shortcut.
func leastWords(least hookline.Role) string {
	switch least {
	case hookline.Admin:
		return "Administrators"
	case hookline.Editor:
		return "Editors and administrators"
	}
	return "Support, editors and administrators"
}

func leastOptions() []ui.Option {
	var options []ui.Option
	for _, role := range []hookline.Role{hookline.Support, hookline.Editor, hookline.Admin} {
		options = append(options, ui.Option{Value: string(role), Label: leastWords(role)})
	}
	return options
}

// ShortcutFormModel is the form for a new shortcut, or for the settings of one there is.
type ShortcutFormModel struct {
	Page        ui.Page
	Shortcut    hookline.Shortcut // without id: a new one
	Title       string            // how the one there is is called
	Method, URL string            // of a new one
	Trouble     hookline.Error    // why the form came back; the zero value: it did not
}

func (m ShortcutFormModel) isNew() bool { return m.Shortcut.ID == "" }

func (m ShortcutFormModel) path() string {
	if m.isNew() {
		return "/shortcuts/new"
	}
	return ShortcutPath(m.Shortcut.ID) + "/edit"
}

func (m ShortcutFormModel) back() string {
	if m.isNew() {
		return "/shortcuts"
	}
	return ShortcutPath(m.Shortcut.ID)
}

func (m ShortcutFormModel) save() string {
	if m.isNew() {
		return "Create and compose the request"
	}
	return "Save settings"
}

func (m ShortcutFormModel) field(name, label, value, hint string) ui.Field {
	return ui.Field{Name: name, Label: label, Value: value, Hint: hint, Error: m.Trouble.Fields[name]}
}
