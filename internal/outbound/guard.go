package outbound

import (
	"net/netip"
	"strings"
)

// guard decides which addresses, names and ports may be reached.
type guard struct {
	allow   []netip.Prefix
	anyPort bool
	own     *ownOrigin
	// open admits every address: for the proxy that whoever runs the instance
	// has named.
	open bool
	// names is set when an exception reaches beyond loopback: then names of the
	// inside may be saved, and the dialer judges where they lead.
	names bool
}

func newGuard(cfg Config, own *ownOrigin) guard {
	g := guard{anyPort: cfg.AnyPort, own: own}
	for _, p := range cfg.Allow {
		p = p.Masked()
		g.allow = append(g.allow, p)
		if !p.Addr().IsLoopback() {
			g.names = true
		}
	}
	return g
}

// admit says what addr is, and whether it may be dialled.
func (g *guard) admit(addr netip.Addr) (what Verdict, ok bool) {
	what = Classify(addr)
	if what.Public || g.open {
		return what, true
	}
	addr = addr.Unmap()
	for _, p := range g.allow {
		if p.Contains(addr) && (!what.Metadata || p.IsSingleIP()) {
			return what, true
		}
	}
	return what, false
}

// admitName refuses names that mean something inside, without resolving them:
// what a name server of the inside says about itself must not matter.
func (g *guard) admitName(name string) *Error {
	if isLocalhost(name) {
		for _, addr := range loopbacks {
			if _, ok := g.admit(addr); ok {
				return nil
			}
		}
		return refused(name + " is this machine" + onlyPublic)
	}
	if metadataNames[name] {
		return refused(name + " is the name of a cloud metadata service" + onlyPublic)
	}
	if g.names {
		return nil
	}
	if !strings.Contains(name, ".") {
		return refused(name + " is a name of an internal network" + onlyPublic)
	}
	for suffix := name; suffix != ""; {
		if internalSuffixes[suffix] {
			return refused(name + " is a name of an internal network" + onlyPublic)
		}
		_, suffix, _ = strings.Cut(suffix, ".")
	}
	return nil
}

// admitPort refuses ports of other protocols: a webhook sent there can only be
// an attempt to make us speak to a mail server or a database.
func (g *guard) admitPort(port uint16) *Error {
	if g.anyPort {
		return nil
	}
	if name, blocked := BlockedPort(port); blocked {
		return refused("Port " + decimal(port) + " belongs to " + name + ": webhooks go to web servers only.")
	}
	return nil
}

// onlyPublic ends the sentence of every refusal.
const onlyPublic = ": webhooks may only go to public addresses."

var loopbacks = []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}

// isLocalhost follows RFC 6761 §6.3: localhost and all names under it are
// loopback, whatever a name server says.
func isLocalhost(name string) bool {
	return name == "localhost" || strings.HasSuffix(name, ".localhost") ||
		name == "ip6-localhost" || name == "ip6-loopback"
}

var metadataNames = setOf(
	"metadata", "metadata.google.internal", "metadata.goog", "instance-data",
	"instance-data.ec2.internal", "metadata.azure.internal", "metadata.tencentyun.com",
)

// internalSuffixes are endings that no public name has: RFC 6761, 6762, 7686 and
// 8375, ICANN's reserved .internal, the collision-prone .corp, .home and .mail,
// and what container platforms and routers hand out.
var internalSuffixes = setOf(
	"local", "localdomain", "internal", "intranet", "private", "corp", "home",
	"mail", "lan", "home.arpa", "svc", "consul", "onion", "docker",
)

func setOf(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}
