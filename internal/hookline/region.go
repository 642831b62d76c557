package hookline

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// SettingAddresses is the key under which the regions are kept.
const SettingAddresses = "ip_addresses"

// The limits of the list of addresses.
const (
	MaxRegions   = 20
	MaxAddresses = 200 // in one region
)

// Region is where requests come from, as the administrators say: they know what
// stands between the instance and the outside.
type Region struct {
	Name  string   `json:"name"`            // "default", "eu"
	IPs   []string `json:"ips"`             // addresses and networks, in their shortest form
	Proxy string   `json:"proxy,omitempty"` // what requests that leave from here go through, as a destination's; may hold a password
}

// ReadRegions reads the setting; nothing was set: no region.
func ReadRegions(setting string) ([]Region, error) {
	if setting == "" {
		return nil, nil
	}
	var regions []Region
	if err := json.Unmarshal([]byte(setting), &regions); err != nil {
		return nil, fmt.Errorf("read IP addresses: %w", err)
	}
	return regions, nil
}

// WriteRegions is what ReadRegions reads.
func WriteRegions(regions []Region) string {
	text, _ := json.Marshal(regions) // texts only
	return string(text)
}

// Addresses are those of all regions, each once.
func Addresses(regions []Region) []string {
	all := []string{}
	for _, region := range regions {
		for _, ip := range region.IPs {
			if !slices.Contains(all, ip) {
				all = append(all, ip)
			}
		}
	}
	return all
}

// Lists says whether an address is one of those listed, or in one of the networks.
func Lists(ips []string, address netip.Addr) bool {
	return slices.ContainsFunc(ips, func(ip string) bool {
		if network, err := netip.ParsePrefix(ip); err == nil {
			return network.Contains(address.Unmap())
		}
		one, err := netip.ParseAddr(ip)
		return err == nil && one == address.Unmap()
	})
}

// ParseRegion reads a region as it was typed, one address or network a line.
// Fields of the error are "name", "ips" and "proxy".
func ParseRegion(name, lines, proxy string) (Region, error) {
	f := fields{}
	region := Region{Name: strings.ToLower(strings.TrimSpace(name)), Proxy: strings.TrimSpace(proxy)}
	checkProxy(f, region.Proxy)
	f.check(region.Name != "", "name", "Give the region a name, such as “default” or “eu”.")
	f.check(len(region.Name) <= 40 && strings.Trim(region.Name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == "", "name",
		"Use letters a to z, digits, - and _ only, at most 40.")
	for number, line := range strings.Split(lines, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		ip, problem := readAddress(line)
		f.check(problem == "", "ips", "Line "+strconv.Itoa(number+1)+": "+problem)
		if problem == "" && !slices.Contains(region.IPs, ip) {
			region.IPs = append(region.IPs, ip)
		}
	}
	f.check(len(region.IPs) <= MaxAddresses, "ips", "At most 200 addresses in a region. Write networks instead, such as 203.0.113.0/24.")
	return region, f.err("The addresses were not saved.")
}

// readAddress gives an address or network in its shortest form, or what is wrong with it.
func readAddress(line string) (ip, problem string) {
	quoted := "“" + line[:min(len(line), 60)] + "”"
	if network, err := netip.ParsePrefix(line); err == nil {
		if network != network.Masked() {
			return "", quoted + " names one address and a network. Write " + network.Masked().String() + " for the network, or the address alone."
		}
		return network.String(), ""
	}
	address, err := netip.ParseAddr(line)
	switch {
	case err != nil || address.Zone() != "":
		return "", quoted + " is no IP address or network. Write it like 203.0.113.7 or 203.0.113.0/24."
	case address.IsUnspecified():
		return "", quoted + " stands for every address. Write the addresses that requests really come from."
	}
	return address.Unmap().String(), ""
}
