package views

import (
	"time"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// SecretListModel is every secret, without the values: nobody sees them any more.
type SecretListModel struct {
	Page    ui.Page
	Rows    []SecretRow
	IsAdmin bool
}

// SecretRow is one secret.
type SecretRow struct {
	Name      string
	Hosts     []string
	MadeBy    string
	UpdatedAt time.Time
	Uses      []ui.Crumb // the actions that use it
	Closed    bool       // the key does not open it
}

// SecretFormModel is the form that sets a secret.
type SecretFormModel struct {
	Page    ui.Page
	Saved   string // the name under which it is kept; "" for a new one
	Name    string
	Hosts   string         // as they were typed
	Trouble hookline.Error // why the form came back; the zero value: it did not
}

func (m SecretFormModel) action() string {
	if m.Saved == "" {
		return "/settings/secrets/new"
	}
	return "/settings/secrets/" + m.Saved + "/edit"
}

func (m SecretListModel) columns() []ui.Column {
	columns := []ui.Column{{Label: "Name"}, {Label: "Only sent to"}, {Label: "Used by"}, {Label: "Set by"}, {Label: "Set"}}
	if m.IsAdmin {
		columns = append(columns, ui.Column{Label: "Change", Hidden: true, Tight: true})
	}
	return columns
}

func (m SecretListModel) empty() ui.Empty {
	e := ui.Empty{
		Icon: "lock", Title: "No secret yet",
		Text:   "Put the token of a service here instead of into its action. Templates use it by its name, and it is only sent to the hosts that you name.",
		Second: ui.Button{Label: "How secrets work", Href: "/manual/secrets"},
	}
	if m.IsAdmin {
		e.Action = ui.Button{Label: "New secret", Href: "/settings/secrets/new", Icon: "plus", Look: ui.LookMain}
	}
	return e
}
