package outbound

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
)

// The schemes of proxies. One that is named with socks5 is handed the addresses
// that the guard has judged; with socks5h it gets the name, and looks it up
// itself, as one that is spoken to with HTTP does.
const (
	schemeHTTP      = "http"
	schemeSOCKS     = "socks5"
	schemeSOCKSName = "socks5h"
)

// What SOCKS version 5 is made of (RFC 1928 §3 to §6, RFC 1929).
const (
	socksVersion     = 5
	socksConnect     = 1
	socksIPv4        = 1
	socksName        = 3
	socksIPv6        = 4
	socksNobody      = 0 // nobody is asked who they are
	socksPassword    = 2
	socksNothing     = 0xff // none of the manners that were offered
	passwordsVersion = 1
	maxSOCKSText     = 255 // bytes of a name, a user or a password
)

// socksRefusals are the answers of a proxy that did not connect (RFC 1928 §6).
var socksRefusals = map[byte]string{
	1: "it has trouble of its own",
	2: "its rules do not allow it",
	3: "the network cannot be reached",
	4: "the host cannot be reached",
	5: "connection refused",
	6: "the connection took too many hops",
	7: "it connects nobody",
	8: "it does not know this kind of address",
}

// errNotReached marks a proxy's refusals after which another address of the
// receiver may do.
var errNotReached = errors.New("not reached")

// socksTarget writes whom to connect to: an address, or a name.
func socksTarget(hostport string) ([]byte, error) {
	name, port, err := splitHostPort(hostport)
	if err != nil {
		return nil, err
	}
	var to []byte
	addr, err := netip.ParseAddr(name)
	switch {
	case err == nil && addr.Is4():
		to = append([]byte{socksIPv4}, addr.AsSlice()...)
	case err == nil:
		to = append([]byte{socksIPv6}, addr.AsSlice()...)
	default: // the guard takes names of at most 253 bytes
		to = append([]byte{socksName, byte(len(name))}, name...)
	}
	return append(to, byte(port>>8), byte(port)), nil
}

// checkSOCKSUser refuses what the protocol has no room for.
func checkSOCKSUser(user *url.Userinfo) error {
	if user == nil {
		return nil
	}
	password, _ := user.Password()
	if user.Username() == "" || password == "" || len(user.Username()) > maxSOCKSText || len(password) > maxSOCKSText {
		return fmt.Errorf("a SOCKS proxy takes a user name and a password of 1 to %d bytes each", maxSOCKSText)
	}
	return nil
}

// socks asks a proxy for a connection to hostport, and reads no byte further than
// its answer.
func (p *proxy) socks(conn net.Conn, hostport string) error {
	to, err := socksTarget(hostport)
	if err != nil {
		return err
	}
	if err := p.introduce(conn); err != nil {
		return err
	}
	if _, err := conn.Write(append([]byte{socksVersion, socksConnect, 0}, to...)); err != nil {
		return p.broken(err, noSOCKS)
	}
	var head [4]byte // version, answer, 0, kind of the address that follows
	if err := p.read(conn, head[:]); err != nil {
		return err
	}
	if answer := head[1]; answer != 0 {
		why, known := socksRefusals[answer]
		if !known {
			why = fmt.Sprintf("it answered %d", answer)
		}
		cause := error(nil)
		if answer >= 3 && answer <= 5 || answer == 8 {
			cause = errNotReached
		}
		return proxyError("the proxy would not connect to the server: "+why, cause)
	}
	return p.skipBound(conn, head[3])
}

// introduce agrees on who we are (RFC 1928 §3, RFC 1929).
func (p *proxy) introduce(conn net.Conn) error {
	hello := []byte{socksVersion, 1, socksNobody}
	if p.url.User != nil {
		hello = []byte{socksVersion, 2, socksNobody, socksPassword}
	}
	if _, err := conn.Write(hello); err != nil {
		return p.broken(err, noSOCKS)
	}
	var chosen [2]byte
	if err := p.read(conn, chosen[:]); err != nil {
		return err
	}
	switch {
	case chosen[1] == socksNobody:
		return nil
	case chosen[1] == socksPassword && p.url.User != nil:
		return p.logIn(conn)
	case chosen[1] == socksPassword, chosen[1] == socksNothing && p.url.User == nil:
		return proxyError("the proxy asks for a user name and password", nil)
	case chosen[1] == socksNothing:
		return proxyError("the proxy takes no user name and password", nil)
	}
	return proxyError(noSOCKS, nil)
}

func (p *proxy) logIn(conn net.Conn) error {
	user := p.url.User.Username()
	password, _ := p.url.User.Password()
	ask := append([]byte{passwordsVersion, byte(len(user))}, user...)
	ask = append(append(ask, byte(len(password))), password...)
	if _, err := conn.Write(ask); err != nil {
		return p.broken(err, noSOCKS)
	}
	var answer [2]byte
	if _, err := io.ReadFull(conn, answer[:]); err != nil {
		return p.broken(err, noSOCKS)
	}
	if answer[1] != 0 {
		return proxyError("the proxy does not accept this user name and password", nil)
	}
	return nil
}

// skipBound reads where the proxy connected from, which nobody needs.
func (p *proxy) skipBound(conn net.Conn, kind byte) error {
	var rest int
	switch kind {
	case socksIPv4:
		rest = net.IPv4len
	case socksIPv6:
		rest = net.IPv6len
	case socksName:
		var size [1]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return p.broken(err, noSOCKS)
		}
		rest = int(size[0])
	default:
		return proxyError(noSOCKS, nil)
	}
	if _, err := io.CopyN(io.Discard, conn, int64(rest)+2); err != nil { // and a port
		return p.broken(err, noSOCKS)
	}
	return nil
}

const noSOCKS = "the proxy does not speak SOCKS 5"

// read fills what an answer begins with, which is the version.
func (p *proxy) read(conn net.Conn, answer []byte) error {
	if _, err := io.ReadFull(conn, answer); err != nil {
		return p.broken(err, noSOCKS)
	}
	if answer[0] != socksVersion {
		return proxyError(noSOCKS, nil)
	}
	return nil
}
