package web

import (
	"context"
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

const addressesPath = "/settings/ip-addresses"

// regions reads where requests come from, as the administrators said.
func (s *server) regions(ctx context.Context) ([]hookline.Region, error) {
	setting, err := s.Store.Setting(ctx, hookline.SettingAddresses)
	if err != nil {
		return nil, err
	}
	return hookline.ReadRegions(setting)
}

func (s *server) showAddresses(w http.ResponseWriter, r *http.Request) error {
	return s.showAddressBook(w, r, nil)
}

// showAddressBook shows the list, and what a check saw when there was one.
func (s *server) showAddressBook(w http.ResponseWriter, r *http.Request, seen *views.AddressCheck) error {
	m := views.AddressesModel{API: s.base.String() + "/v1/info/ip_addresses", MayEdit: mayEdit(r), IsAdmin: visitor(r).user.Role.Allows(hookline.Admin), Check: seen}
	var err error
	if m.Regions, err = s.regions(r.Context()); err != nil {
		return err
	}
	m.Regions = shownRegions(m.Regions)
	if m.Used, err = s.usedRegions(r.Context()); err != nil {
		return err
	}
	if m.Bins, err = s.Store.ListBins(r.Context()); err != nil {
		return err
	}
	p := ui.Page{
		Title: "IP addresses", Active: ui.NavSettings, Crumbs: settingsCrumbs(),
		Subtitle: "The addresses that our requests come from, for receivers behind a firewall.",
	}
	if m.IsAdmin && len(m.Regions) > 0 {
		p.Actions = []ui.Button{{Label: "Edit", Href: addressesPath + "/edit", Icon: "edit"}}
	}
	m.Page = s.page(w, r, p)
	return s.show(w, r, view{page: views.Addresses(m)})
}

func (s *server) editAddresses(w http.ResponseWriter, r *http.Request) error {
	regions, err := s.regions(r.Context())
	if err != nil {
		return err
	}
	var m views.AddressFormModel
	for _, region := range regions {
		m.Regions = append(m.Regions, typedRegion(region))
	}
	if len(regions) == 0 {
		m.Regions = []views.TypedRegion{{Name: "default"}}
	}
	return s.showAddressForm(w, r, http.StatusOK, m)
}

// showAddressForm has one empty region at the end, to add another without scripts.
func (s *server) showAddressForm(w http.ResponseWriter, r *http.Request, status int, m views.AddressFormModel) error {
	if len(m.Regions) < hookline.MaxRegions {
		m.Regions = append(m.Regions, views.TypedRegion{})
	}
	m.Page = s.page(w, r, ui.Page{
		Title: "Edit IP addresses", Active: ui.NavSettings, Narrow: true,
		Crumbs: append(settingsCrumbs(), ui.Crumb{Label: "IP addresses", Href: addressesPath}),
	})
	return s.showStatus(w, r, status, view{page: views.AddressForm(m)})
}

func (s *server) saveAddresses(w http.ResponseWriter, r *http.Request) error {
	before, err := s.regions(r.Context())
	if err != nil {
		return err
	}
	m := views.AddressFormModel{Regions: readRegions(r, before)}
	regions, wrong := s.checkRegions(r.Context(), m.Regions, before)
	if len(wrong) > 0 {
		m.Trouble = hookline.Error{Kind: hookline.KindInvalid, Message: "The addresses were not saved.", Fields: wrong}
		return s.showAddressForm(w, r, http.StatusUnprocessableEntity, m)
	}
	err = s.Store.SetSetting(r.Context(), hookline.SettingAddresses, hookline.WriteRegions(regions))
	if trouble, wrong := onForm(err); wrong {
		m.Trouble = inUse(trouble, m.Regions)
		return s.showAddressForm(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, addressesPath, "The addresses are saved.")
}
