package outbound

import (
	"net/netip"
	"strconv"
	"strings"
)

// parseHost understands "name:port", "1.2.3.4:port" and "[::1]:port".
func parseHost(hostport string) (host, error) {
	name, port, err := splitPort(hostport)
	if err != nil {
		return host{}, err
	}
	number, err := parsePort(port)
	if err != nil {
		return host{}, err
	}
	h := host{port: number}
	switch {
	case name == "":
		return host{}, invalidURL("The URL names no host.")
	case strings.HasPrefix(name, "["):
		h.name, h.addr, err = parseBracketed(name)
	case strings.Contains(name, "%"):
		err = invalidURL("The host may not hold percent-encoded characters.")
	default:
		h.name, h.addr, err = parseName(name)
	}
	return h, err
}

// splitPort cuts the port off; port is empty when none is given.
func splitPort(hostport string) (name, port string, err error) {
	if strings.HasPrefix(hostport, "[") {
		end := strings.IndexByte(hostport, ']')
		if end < 0 {
			return "", "", invalidURL("The host begins with [ but has no ].")
		}
		name, rest := hostport[:end+1], hostport[end+1:]
		if rest != "" && rest[0] != ':' {
			return "", "", invalidURL("Only a port may follow the ] of an address.")
		}
		return name, strings.TrimPrefix(rest, ":"), nil
	}
	name, port, _ = strings.Cut(hostport, ":")
	if strings.Contains(port, ":") {
		return "", "", invalidURL("The host holds more than one colon; an IPv6 address needs brackets, as in http://[2001:db8::1]/.")
	}
	return name, port, nil
}

func parsePort(port string) (uint16, error) {
	if port == "" {
		return 0, nil
	}
	for i := range len(port) {
		if port[i] < '0' || port[i] > '9' {
			return 0, invalidURL("The port must be a number between 1 and 65535.")
		}
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 {
		return 0, invalidURL("The port must be a number between 1 and 65535.")
	}
	return uint16(number), nil
}

func parseBracketed(name string) (string, netip.Addr, error) {
	inner := name[1 : len(name)-1]
	if strings.Contains(inner, "%") {
		return "", netip.Addr{}, invalidURL("The address names a network interface (after %), which has no meaning for others.")
	}
	addr, err := netip.ParseAddr(inner)
	if err != nil || !addr.Is6() {
		return "", netip.Addr{}, invalidURL("Brackets may only hold an IPv6 address.")
	}
	return addr.String(), addr, nil
}

// parseName takes a host without brackets: a name, or an IPv4 address in its
// one plain form.
func parseName(name string) (string, netip.Addr, error) {
	ascii, err := asciiName(name)
	if err != nil {
		return "", netip.Addr{}, err
	}
	plain := strings.TrimSuffix(ascii, ".")
	if endsInNumber(plain) {
		addr, err := netip.ParseAddr(ascii)
		if err != nil {
			return "", netip.Addr{}, oddAddress(plain)
		}
		return ascii, addr, nil
	}
	if err := checkLabels(plain); err != nil {
		return "", netip.Addr{}, err
	}
	return plain, netip.Addr{}, nil
}

// endsInNumber is the test of the URL standard for what must be an IPv4 address:
// no top-level domain is a number.
func endsInNumber(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	if hex, found := strings.CutPrefix(last, "0x"); found {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return last != "" && strings.Trim(last, "0123456789") == ""
}

// oddAddress explains why an address in decimal, octal, hex or with fewer than
// four parts is refused: such forms are read differently from one program to
// the next, and nobody needs them.
func oddAddress(name string) error {
	if addr, ok := parseLoose(name); ok {
		return invalidURL(name + " is another way to write the address " + addr.String() + "; addresses must be written as four plain numbers.")
	}
	return invalidURL(name + " is neither a name nor a valid address.")
}

// parseLoose reads an IPv4 address as inet_aton does: one to four parts, each
// decimal, octal (0…) or hex (0x…), the last filling the remaining bytes.
func parseLoose(name string) (netip.Addr, bool) {
	parts := strings.Split(name, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var value uint64
	for i, part := range parts {
		number, ok := parseLoosePart(part)
		limit := uint64(1) << 8
		if i == len(parts)-1 {
			limit = 1 << (8 * (5 - len(parts)))
		}
		if !ok || number >= limit {
			return netip.Addr{}, false
		}
		if i == len(parts)-1 {
			value |= number
		} else {
			value |= number << (8 * (3 - i))
		}
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), true
}

func parseLoosePart(part string) (uint64, bool) {
	base := 10
	if digits, found := strings.CutPrefix(part, "0x"); found {
		part, base = "0"+digits, 16 // "0x" alone is zero
	} else if len(part) > 1 && part[0] == '0' {
		base = 8
	}
	number, err := strconv.ParseUint(part, base, 32)
	return number, err == nil
}

// checkLabels holds a name in ASCII against RFC 1123 §2.1, and lets the
// underscore pass, which real names of services have.
func checkLabels(name string) error {
	if len(name) > 253 {
		return invalidURL("The host name is longer than 253 characters.")
	}
	for rest := name; ; {
		label, tail, more := strings.Cut(rest, ".")
		if err := checkLabel(label); err != nil {
			return err
		}
		if !more {
			return nil
		}
		rest = tail
	}
}

func checkLabel(label string) error {
	switch {
	case label == "":
		return invalidURL("The host name has an empty part (two dots in a row, or one at the start).")
	case len(label) > 63:
		return invalidURL("A part of the host name is longer than 63 characters.")
	case label[0] == '-' || label[len(label)-1] == '-':
		return invalidURL("A part of the host name begins or ends with a hyphen.")
	}
	for i := range len(label) {
		c := label[i]
		if c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return invalidURL("The host name holds the character " + string(rune(c)) + ", which no host name may have.")
		}
	}
	return nil
}
