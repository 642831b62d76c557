package web

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/requestbin"
	"hookline/views"
)

// Sender makes one request to the outside, through the door that webhooks go through.
type Sender interface {
	Send(ctx context.Context, r outbound.Request) (outbound.Response, error)
}

// checkPatience is how long the request of a check may take.
const checkPatience = 5 * time.Second

// checkAddresses sends a request to a bin and shows where it came from, as the bin saw it.
func (s *server) checkAddresses(w http.ResponseWriter, r *http.Request) error {
	bin, err := s.Store.Bin(r.Context(), r.PostFormValue("bin"))
	if err != nil {
		return err
	}
	seen := views.AddressCheck{Bin: bin}
	mark := hookline.Secret()
	request := outbound.Request{
		Method: http.MethodGet, URL: s.base.String() + requestbin.Path(bin.ID) + "?check=" + mark, Timeout: checkPatience,
	}
	if seen.Region = trimmed(r, "region"); seen.Region != "" {
		if request, err = s.leavingFrom(r.Context(), seen.Region, request); err != nil {
			return err
		}
	}
	_, err = s.Sender.Send(r.Context(), request)
	found, listErr := s.findCheck(r.Context(), bin.ID, mark)
	if listErr != nil {
		return listErr
	}
	switch {
	case found.ID == "" && err != nil:
		seen.Trouble = "The request did not reach the bin: " + err.Error()
	case found.ID == "":
		seen.Trouble = "The request was answered, but not by the bin. Does the public URL lead to this instance?"
	default:
		seen.Request = found
		if err := s.judgeAddress(r.Context(), &seen); err != nil {
			return err
		}
	}
	return s.showAddressBook(w, r, &seen)
}

// leavingFrom is the request as a destination's would leave from a region: out, and through its proxy.
func (s *server) leavingFrom(ctx context.Context, name string, request outbound.Request) (outbound.Request, error) {
	regions, err := s.regions(ctx)
	if err != nil {
		return request, err
	}
	region, there := hookline.FindRegion(regions, name)
	if !there {
		return request, hookline.NotFound("region")
	}
	request.Outside, request.Proxy = true, region.Proxy
	return request, nil
}

// findCheck is the request with this mark, among the newest of a bin. The answer of a bin may be anything, so only
// what it kept counts.
func (s *server) findCheck(ctx context.Context, binID, mark string) (hookline.BinRequest, error) {
	list, err := s.Store.ListBinRequests(ctx, binID, hookline.Cursor{Limit: shownBinRequests})
	for _, q := range list.Rows {
		if strings.Contains(q.Path, mark) {
			return q, err
		}
	}
	return hookline.BinRequest{}, err
}

func (s *server) judgeAddress(ctx context.Context, seen *views.AddressCheck) error {
	regions, err := s.regions(ctx)
	if err != nil {
		return err
	}
	address, err := netip.ParseAddr(seen.Request.From)
	if err != nil {
		return nil // it is shown as it is
	}
	if region, there := hookline.FindRegion(regions, seen.Region); there {
		regions = []hookline.Region{region}
	}
	address = address.Unmap()
	seen.Inside = address.IsLoopback() || address.IsPrivate() || address.IsLinkLocalUnicast()
	seen.Listed = hookline.Lists(hookline.Addresses(regions), address)
	return nil
}
