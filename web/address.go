package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// address is where a request comes from. X-Forwarded-For is anybody's claim, so only what a trusted proxy appended
// counts: the last address in it that is not itself a trusted proxy.
func (s *server) address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(forwarded) - 1; i >= 0 && s.trusted(host); i-- {
		if claim := strings.TrimSpace(forwarded[i]); claim != "" {
			host = claim
		}
	}
	return neighbourhood(host)
}

func (s *server) trusted(host string) bool {
	address, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, network := range s.TrustedProxies {
		if network.Contains(address.Unmap()) {
			return true
		}
	}
	return false
}

// neighbourhood is the address as the throttle counts it: whoever has an IPv6 address has its whole /64.
func neighbourhood(host string) string {
	address, err := netip.ParseAddr(host)
	if err != nil || address.Unmap().Is4() {
		return host
	}
	network, _ := address.WithZone("").Prefix(64) // 64 fits every IPv6 address
	return network.String()
}
