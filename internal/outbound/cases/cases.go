// Package cases holds URLs that may not, or may, be sent to, for the tests of all
// who ask the guard in outbound: the guard itself, the forms and the management
// API. The table is in the words of this project; a file of such cases that lies
// beside the project is read as well where it is there.
package cases

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Verdict says what must become of a URL.
type Verdict string

// The verdicts.
const (
	Refuse Verdict = "refuse" // by whoever saves it, and again when it is sent to
	Accept Verdict = "accept" // it may be sent to
	Guard  Verdict = "guard"  // it may be sent to, but never to the inside address that its name has as well
	Port   Verdict = "policy" // refused for its port alone, which outbound.Config.AnyPort lifts
)

// Case is a URL and what must become of it.
type Case struct {
	Verdict Verdict
	URL     string
	First   []netip.Addr // what its name leads to at first; none for a name that nobody is to look up
	Later   []netip.Addr // and afterwards; none: the same
	Why     string
}

// LookupNetIP answers as the name servers of the case do; it makes a Case the
// resolver of a client for one lookup after the other.
func (r *Resolver) LookupNetIP(_ context.Context, _, name string) ([]netip.Addr, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	answer := r.of.First
	if r.asked++; r.asked > 1 && len(r.of.Later) > 0 {
		answer = r.of.Later
	}
	if len(answer) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return answer, nil
}

// Resolver is the name server of a case.
type Resolver struct {
	of    Case
	mu    sync.Mutex
	asked int
}

// Resolver gives a name server that was not asked yet.
func (c Case) Resolver() *Resolver { return &Resolver{of: c} }

// All is the table of this project, and the cases of the file beside the project
// when it is there.
func All() ([]Case, error) {
	beside, err := Beside()
	return append(Table(), beside...), err
}

// Beside reads the file that is kept beside the project, not in it; none when it
// is not there.
func Beside() ([]Case, error) {
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	for ; ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		if root == filepath.Dir(root) {
			return nil, errors.New("this is not run inside the project")
		}
	}
	f, err := os.Open(filepath.Join(root, "..", "shared", "ssrf-cases.txt"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was read
	return read(f)
}

// read reads lines of verdict, URL, addresses and reason, with tabs between them.
// Of the addresses, "-" is none, "a;b" are two of one answer, and "a>b" are those
// of two answers.
func read(r io.Reader) ([]Case, error) {
	var all []Case
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "#") || lines.Text() == "" {
			continue
		}
		parts := strings.Split(lines.Text(), "\t")
		if len(parts) != 4 {
			return nil, fmt.Errorf("read case %q: it has %d parts", lines.Text(), len(parts))
		}
		first, later, _ := strings.Cut(parts[2], ">")
		c := Case{Verdict: Verdict(parts[0]), URL: escapes.Replace(parts[1]), Why: parts[3]}
		var err1, err2 error
		c.First, err1 = addresses(first)
		c.Later, err2 = addresses(later)
		if err := errors.Join(err1, err2); err != nil {
			return nil, fmt.Errorf("read case %q: %w", lines.Text(), err)
		}
		all = append(all, c)
	}
	return all, lines.Err()
}

var escapes = strings.NewReplacer(`\\`, `\`, `\r`, "\r", `\n`, "\n", `\t`, "\t", `\x00`, "\x00")

func addresses(list string) ([]netip.Addr, error) {
	var all []netip.Addr
	for text := range strings.SplitSeq(list, ";") {
		if text == "" || text == "-" {
			continue
		}
		addr, err := netip.ParseAddr(text)
		if err != nil {
			return nil, err
		}
		all = append(all, addr)
	}
	return all, nil
}
