package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/views"
)

// shownRegions are regions as anybody may see them: without the passwords of their proxies.
func shownRegions(regions []hookline.Region) []hookline.Region {
	shown := slices.Clone(regions)
	for i := range shown {
		shown[i].Proxy = outbound.ShowURL(shown[i].Proxy)
	}
	return shown
}

// usedRegions are the names of the destinations that leave from a region, by its name.
func (s *server) usedRegions(ctx context.Context) (map[string][]string, error) {
	destinations, err := s.Store.ListDestinations(ctx)
	used := map[string][]string{}
	for _, d := range destinations {
		if d.Region != "" {
			used[d.Region] = append(used[d.Region], d.Name)
		}
	}
	return used, err
}

// typedRegion is a region as its form begins.
func typedRegion(region hookline.Region) views.TypedRegion {
	shown := outbound.ShowURL(region.Proxy)
	return views.TypedRegion{
		Name: region.Name, IPs: strings.Join(region.IPs, "\n"), Proxy: shown, Was: region.Name, Hidden: shown != region.Proxy,
	}
}

// readRegions reads the regions that were typed, and those that were emptied, which are to go.
func readRegions(r *http.Request, before []hookline.Region) []views.TypedRegion {
	names, lines := r.PostForm["region"], r.PostForm["ips"]
	var typed []views.TypedRegion
	for i := range min(len(names), len(lines), hookline.MaxRegions) {
		one := views.TypedRegion{
			Name: strings.TrimSpace(names[i]), IPs: strings.ReplaceAll(lines[i], "\r\n", "\n"),
			Proxy: at(r.PostForm["proxy"], i), Was: at(r.PostForm["was"], i),
		}
		kept, _ := hookline.FindRegion(before, one.Was)
		one.Hidden = outbound.ShowURL(kept.Proxy) != kept.Proxy
		if strings.TrimSpace(one.IPs) != "" || one.Name != "" || one.Was != "" || one.Proxy != "" {
			typed = append(typed, one)
		}
	}
	return typed
}

// at is one of the values of a field that a form has several times.
func at(values []string, i int) string {
	if i >= len(values) {
		return ""
	}
	return strings.TrimSpace(values[i])
}

// checkRegions gives the regions, or what is wrong at "region.0", "ips.0" and so on. One that was emptied is gone. A
// proxy that was left as it was shown keeps its user and password.
func (s *server) checkRegions(ctx context.Context, typed []views.TypedRegion, before []hookline.Region) ([]hookline.Region, map[string]string) {
	var regions []hookline.Region
	wrong, taken := map[string]string{}, map[string]bool{}
	for i, one := range typed {
		if one.Was != "" && one.Name == "" && strings.TrimSpace(one.IPs) == "" {
			continue
		}
		at := "." + strconv.Itoa(i)
		kept, _ := hookline.FindRegion(before, one.Was)
		if one.Proxy == outbound.ShowURL(kept.Proxy) {
			one.Proxy = kept.Proxy
		}
		region, err := hookline.ParseRegion(one.Name, one.IPs, one.Proxy)
		if err == nil {
			err = s.checkRegionProxy(ctx, region, kept)
		}
		if trouble, ok := onForm(err); ok {
			for field, text := range trouble.Fields {
				wrong[map[string]string{"name": "region", "ips": "ips", "proxy": "proxy"}[field]+at] = text
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

// checkRegionProxy asks the guard about a proxy that is new.
func (s *server) checkRegionProxy(ctx context.Context, region, kept hookline.Region) error {
	if region.Proxy == kept.Proxy || region.Proxy == "" || region.Proxy == hookline.ProxyDirect {
		return nil
	}
	if err := s.Guard.CheckProxy(ctx, region.Proxy); err != nil {
		return hookline.Invalid("The addresses were not saved.", map[string]string{"proxy": err.Error()})
	}
	return nil
}

// inUse puts what is wrong with a region at the field where its name was. A region that the form did not have, because
// somebody added it in the meantime, is told of above.
func inUse(trouble hookline.Error, typed []views.TypedRegion) hookline.Error {
	wrong := map[string]string{}
	for field, text := range trouble.Fields {
		name := strings.TrimPrefix(field, "region.")
		i := slices.IndexFunc(typed, func(one views.TypedRegion) bool { return one.Was == name })
		if i < 0 {
			trouble.Message += " " + text
			continue
		}
		wrong["region."+strconv.Itoa(i)] = text
	}
	trouble.Fields = wrong
	return trouble
}
