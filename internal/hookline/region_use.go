package hookline

import (
	"slices"
	"strings"
)

// FindRegion gives the region of this name; false when there is none.
func FindRegion(regions []Region, name string) (Region, bool) {
	i := slices.IndexFunc(regions, func(r Region) bool { return r.Name == name })
	if i < 0 {
		return Region{}, false
	}
	return regions[i], true
}

// ProxyOf is the proxy that a destination's requests take: its own, or that of
// the region they leave from; "" is that of the instance, if it has one. False:
// the region is not there, and nothing may be sent, because it would leave from
// somewhere else.
func (r *Routing) ProxyOf(d Destination) (proxy string, ok bool) {
	if d.Proxy != "" || d.Region == "" {
		return d.Proxy, true
	}
	region, ok := FindRegion(r.Regions, d.Region)
	return region.Proxy, ok
}

// KeepUsed refuses a list of regions that lacks one of those in use, by the
// names of the destinations that leave from it. Its fields are "region." and the
// region's name.
func KeepUsed(regions []Region, used map[string][]string) error {
	f := fields{}
	for name, destinations := range used {
		_, there := FindRegion(regions, name)
		f.check(there, "region."+name, "Requests to "+listed(destinations)+" leave from “"+name+"”. Choose another region in their settings before this one is removed or renamed.")
	}
	return f.err("The addresses were not saved.")
}

// maxListed is how many destinations a message names.
const maxListed = 5

func listed(names []string) string {
	quoted := make([]string, 0, maxListed)
	for _, name := range names[:min(len(names), maxListed)] {
		quoted = append(quoted, "“"+name+"”")
	}
	if len(names) > maxListed {
		quoted = append(quoted, "others")
	}
	if len(quoted) == 1 {
		return quoted[0]
	}
	return strings.Join(quoted[:len(quoted)-1], ", ") + " and " + quoted[len(quoted)-1]
}
