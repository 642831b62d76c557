package views

import (
	"strings"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// region is the one that requests leave from; the zero value when nothing is said.
func (m WayModel) region() hookline.Region {
	region, _ := hookline.FindRegion(m.Regions, m.Region)
	return region
}

// regionWords name the region with the addresses that its receivers see.
func (m WayModel) regionWords() string {
	addresses := m.region().IPs
	if len(addresses) == 0 {
		return "Region " + m.Region + ", which is not there any more."
	}
	return "Region " + m.Region + ": " + strings.Join(addresses, ", ")
}

// regionOptions are the choices of where requests leave from. One that is not
// there stays to be seen.
func (m WayModel) regionOptions() []ui.Option {
	options := []ui.Option{{Label: "As usual"}}
	for _, region := range m.Regions {
		label := "Region " + region.Name
		if region.Proxy != "" && region.Proxy != hookline.ProxyDirect {
			label += ", through " + region.Proxy
		}
		options = append(options, ui.Option{Value: region.Name, Label: label})
	}
	if _, there := hookline.FindRegion(m.Regions, m.Region); m.Region != "" && !there {
		options = append(options, ui.Option{Value: m.Region, Label: "Region " + m.Region + ", which is not there any more"})
	}
	return options
}
