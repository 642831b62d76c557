package web

import (
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// showSettings lists the settings that the visitor may open, so that nobody is led to a 403.
func (s *server) showSettings(w http.ResponseWriter, r *http.Request) error {
	m := views.SettingsModel{
		Page:    s.page(w, r, ui.Page{Title: "Settings", Active: ui.NavSettings}),
		IsAdmin: visitor(r).user.Role.Allows(hookline.Admin),
		MayEdit: mayEdit(r), MayShare: mayResend(r),
		Version: s.Version,
		Network: views.NetworkModel{Open: s.openNetworks(), Proxy: s.Guard.Proxy(), MayEdit: mayEdit(r)},
	}
	return s.show(w, r, view{page: views.Settings(m)})
}

// settingsCrumbs lead back from every page of settings.
func settingsCrumbs() []ui.Crumb { return []ui.Crumb{{Label: "Settings", Href: "/settings"}} }
