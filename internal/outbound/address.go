package outbound

import "net/netip"

// Verdict says what an address is. Reason completes the sentence "192.0.2.1 is …".
type Verdict struct {
	// Public means that the address may be dialled without an exception.
	Public bool
	// Metadata means that a cloud's metadata service answers here: it hands out
	// credentials, so that exceptions must name it alone.
	Metadata bool
	Reason   string
}

// Classify judges one address by the IANA special-purpose registries (RFC 6890
// and later), the addresses of metadata services, and, for IPv6 forms that carry
// an IPv4 address, by what they carry. An address with a zone is never public.
func Classify(addr netip.Addr) Verdict {
	if !addr.IsValid() {
		return Verdict{Reason: "no address"}
	}
	if addr.Zone() != "" {
		return Verdict{Reason: "an address of one network interface"}
	}
	addr = addr.Unmap()
	if name, found := metadata[addr]; found {
		return Verdict{Metadata: true, Reason: name}
	}
	for _, s := range special {
		if s.prefix.Contains(addr) {
			return s.judge(addr)
		}
	}
	if addr.Is6() && !globalUnicast.Contains(addr) {
		return Verdict{Reason: "outside the IPv6 range that is in public use"}
	}
	return Verdict{Public: true, Reason: "a public address"}
}

// globalUnicast is all the IPv6 space IANA has opened so far.
var globalUnicast = netip.MustParsePrefix("2000::/3")

// specialRange is an entry of the table. When carries is set, the range holds
// IPv4 addresses at that byte offset and is judged by them.
type specialRange struct {
	prefix  netip.Prefix
	reason  string
	carries int
}

func (s specialRange) judge(addr netip.Addr) Verdict {
	if s.carries == 0 {
		return Verdict{Reason: s.reason}
	}
	bytes := addr.As16()
	inner := Classify(netip.AddrFrom4([4]byte(bytes[s.carries : s.carries+4])))
	if !inner.Public {
		inner.Reason = s.reason + " for " + inner.Reason
	}
	return inner
}

// metadata lists addresses whose services give out credentials or settings of
// the machine. Azure's is a public address, which no range below would catch.
var metadata = addresses(
	"169.254.169.254", "a cloud metadata address",
	"169.254.170.2", "a cloud metadata address (container credentials)",
	"169.254.170.23", "a cloud metadata address (pod identity)",
	"169.254.0.23", "a cloud metadata address",
	"169.254.42.42", "a cloud metadata address",
	"100.100.100.200", "a cloud metadata address",
	"192.0.0.192", "a cloud metadata address",
	"168.63.129.16", "a cloud metadata address",
	"fd00:ec2::254", "a cloud metadata address",
	"fd00:ec2::23", "a cloud metadata address (pod identity)",
	"fd20:ce::254", "a cloud metadata address",
	"fd00:42::42", "a cloud metadata address",
)

// special lists the ranges that are not the public internet, narrow ones before
// the wide ones that hold them. RFC numbers are the registry's.
var special = ranges(
	"0.0.0.0/32", "the unspecified address, which leads to this machine", // RFC 1122
	"0.0.0.0/8", "an address of \"this network\"", // RFC 791
	"10.0.0.0/8", "a private address", // RFC 1918
	"100.64.0.0/10", "a shared carrier address", // RFC 6598
	"127.0.0.0/8", "a loopback address", // RFC 1122
	"169.254.0.0/16", "a link-local address", // RFC 3927
	"172.16.0.0/12", "a private address", // RFC 1918
	"192.0.0.0/24", "an address for protocol assignments", // RFC 6890
	"192.0.2.0/24", "a documentation address", // RFC 5737
	"192.31.196.0/24", "an address of the AS112 service", // RFC 7535
	"192.52.193.0/24", "an address for multicast tunnels", // RFC 7450
	"192.88.99.0/24", "a retired 6to4 relay address", // RFC 7526
	"192.168.0.0/16", "a private address", // RFC 1918
	"192.175.48.0/24", "an address of the AS112 service", // RFC 7534
	"198.18.0.0/15", "a benchmarking address", // RFC 2544
	"198.51.100.0/24", "a documentation address", // RFC 5737
	"203.0.113.0/24", "a documentation address", // RFC 5737
	"224.0.0.0/4", "a multicast address", // RFC 1112
	"255.255.255.255/32", "the broadcast address", // RFC 8190
	"240.0.0.0/4", "a reserved address", // RFC 1112

	"::/128", "the unspecified address, which leads to this machine", // RFC 4291
	"::1/128", "a loopback address", // RFC 4291
	"::/96", "an IPv4-compatible address, a retired form", // RFC 4291
	"::ffff:0:0:0/96", "an IPv4-translated address", // RFC 2765
	"64:ff9b:1::/48", "an address for local IPv4 translation", // RFC 8215
	"100::/64", "a discard-only address", // RFC 6666
	"100:0:0:1::/64", "a dummy address", // RFC 9780
	"2001::/32", "a Teredo address", // RFC 4380
	"2001:2::/48", "a benchmarking address", // RFC 5180
	"2001:10::/28", "an ORCHID, which is not routed", // RFC 4843
	"2001:20::/28", "an ORCHID, which is not routed", // RFC 7343
	"2001:30::/28", "an identifier of a drone", // RFC 9374
	"2001::/23", "an address for protocol assignments", // RFC 2928
	"2001:db8::/32", "a documentation address", // RFC 3849
	"2002::/16", "a 6to4 address, a retired form", // RFC 7526
	"2620:4f:8000::/48", "an address of the AS112 service", // RFC 7534
	"3fff::/20", "a documentation address", // RFC 9637
	"5f00::/16", "a segment routing identifier", // RFC 9602
	"fc00::/7", "a private (unique local) address", // RFC 4193
	"fe80::/10", "a link-local address", // RFC 4291
	"fec0::/10", "a site-local address, a retired form", // RFC 3879
	"ff00::/8", "a multicast address", // RFC 4291
)

// nat64 is how an IPv6-only network reaches IPv4: resolvers there answer with
// it for every receiver, so that the inner address decides (RFC 6052 §2.1).
var nat64 = specialRange{prefix: netip.MustParsePrefix("64:ff9b::/96"), reason: "a NAT64 address", carries: 12}

func ranges(pairs ...string) []specialRange {
	table := []specialRange{nat64}
	for i := 0; i < len(pairs); i += 2 {
		table = append(table, specialRange{prefix: netip.MustParsePrefix(pairs[i]), reason: pairs[i+1]})
	}
	return table
}

func addresses(pairs ...string) map[netip.Addr]string {
	table := make(map[netip.Addr]string, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		table[netip.MustParseAddr(pairs[i])] = pairs[i+1]
	}
	return table
}
