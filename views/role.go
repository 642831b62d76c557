package views

import (
	"hookline/internal/hookline"
	"hookline/views/ui"
)

// roleWords says what each role may do, for people who choose one.
var roleWords = map[hookline.Role]struct{ name, may string }{
	hookline.Admin:   {"Admin", "May do everything: the team, the signing key, all settings."},
	hookline.Editor:  {"Editor", "Sets up sources, destinations, actions and bins, pauses and resumes, and sees their keys."},
	hookline.Support: {"Support", "Looks after what was sent: sees people and webhooks, and sends again what failed. Sees no keys."},
	hookline.Viewer:  {"Viewer", "Looks at everything but keys, and changes nothing."},
}

// RoleInWords is a role with what it may do.
func RoleInWords(r hookline.Role) string {
	known, ok := roleWords[r]
	if !ok {
		return string(r)
	}
	return known.name + ": " + known.may
}

func roleOptions() []ui.Option {
	var options []ui.Option
	for _, r := range hookline.Roles() {
		options = append(options, ui.Option{Value: string(r), Label: roleWords[r].name, Hint: roleWords[r].may})
	}
	return options
}
