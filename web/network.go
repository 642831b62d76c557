package web

import (
	"context"
	"net/netip"
)

// Guard says where webhooks may go; outbound.Client is one.
type Guard interface {
	// CheckReach judges an address by its text and by where its name leads now.
	CheckReach(ctx context.Context, address string) error
	// CheckProxy judges the address of a destination's own proxy.
	CheckProxy(ctx context.Context, proxy string) error
	// CheckMail judges the name of a mail server, as CheckReach does an address.
	CheckMail(ctx context.Context, name string) error
	// Exceptions lists the inside networks that webhooks may reach all the same.
	Exceptions() []netip.Prefix
	// Proxy is the egress proxy of this instance, without user and password; "" for none.
	Proxy() string
}

// openNetworks are the inside networks that are open, as pages name them.
func (s *server) openNetworks() []string {
	var all []string
	for _, network := range s.Guard.Exceptions() {
		all = append(all, network.String())
	}
	return all
}
