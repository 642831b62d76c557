package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

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
		m.Regions = append(m.Regions, views.TypedRegion{Name: region.Name, IPs: strings.Join(region.IPs, "\n")})
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
	typed := readRegions(r)
	regions, wrong := checkRegions(typed)
	if len(wrong) > 0 {
		trouble := hookline.Error{Kind: hookline.KindInvalid, Message: "The addresses were not saved.", Fields: wrong}
		return s.showAddressForm(w, r, http.StatusUnprocessableEntity, views.AddressFormModel{Regions: typed, Trouble: trouble})
	}
	if err := s.Store.SetSetting(r.Context(), hookline.SettingAddresses, hookline.WriteRegions(regions)); err != nil {
		return err
	}
	return s.done(w, r, addressesPath, "The addresses are saved.")
}

// readRegions reads the regions that were typed; one that was emptied is gone.
func readRegions(r *http.Request) []views.TypedRegion {
	names, lines := r.PostForm["region"], r.PostForm["ips"]
	var typed []views.TypedRegion
	for i := range min(len(names), len(lines), hookline.MaxRegions) {
		one := views.TypedRegion{Name: strings.TrimSpace(names[i]), IPs: strings.ReplaceAll(lines[i], "\r\n", "\n")}
		if strings.TrimSpace(one.IPs) != "" || one.Name != "" {
			typed = append(typed, one)
		}
	}
	return typed
}

// checkRegions gives the regions, or what is wrong at "region.0", "ips.0" and so on.
func checkRegions(typed []views.TypedRegion) ([]hookline.Region, map[string]string) {
	var regions []hookline.Region
	wrong, taken := map[string]string{}, map[string]bool{}
	for i, one := range typed {
		at := "." + strconv.Itoa(i)
		region, err := hookline.ParseRegion(one.Name, one.IPs)
		if trouble, ok := onForm(err); ok {
			for field, text := range trouble.Fields {
				wrong[map[string]string{"name": "region", "ips": "ips"}[field]+at] = text
			}
			continue
		}
		if taken[region.Name] {
			wrong["region"+at] = "There is a region of this name above. Join the two."
		}
		if len(region.IPs) == 0 {
			wrong["ips"+at] = "List at least one address, or clear the name to remove the region."
		}
		taken[region.Name] = true
		regions = append(regions, region)
	}
	return regions, wrong
}
