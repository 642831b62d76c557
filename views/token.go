package views

import (
	"hookline/internal/hookline"
	"hookline/views/ui"
)

// scopeWords says what the bearer of a token may do, for people who choose.
var scopeWords = map[hookline.Role]string{
	hookline.Admin:   "Everything, also to read the signing key and all secrets.",
	hookline.Editor:  "To set up sources, destinations and actions, and to change people.",
	hookline.Support: "To read everything but secrets, and to send again what failed.",
	hookline.Viewer:  "To read everything but secrets, and to change nothing.",
}

func scopeOptions() []ui.Option {
	var options []ui.Option
	for _, r := range hookline.Roles() {
		options = append(options, ui.Option{Value: string(r), Label: hookline.ScopeName(r), Hint: scopeWords[r]})
	}
	return options
}

func tryToken(base, token string) string {
	return "curl " + base + "/api/v1/sources -H 'Authorization: Bearer " + token + "'"
}
