package app

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// outward are the ways of the standard library to reach another machine. What is
// used of them has to be in outbound, behind the guard.
var outward = map[string][]string{
	"net/http": {"Client", "Transport", "Get", "Head", "Post", "PostForm", "DefaultClient", "DefaultTransport", "ProxyFromEnvironment", "ProxyURL"},
	"net": {
		"Dial", "DialTimeout", "DialTCP", "DialUDP", "DialIP", "Dialer", "DefaultResolver", "Resolver",
		"LookupAddr", "LookupCNAME", "LookupHost", "LookupIP", "LookupMX", "LookupNS", "LookupSRV", "LookupTXT", "ResolveIPAddr", "ResolveTCPAddr", "ResolveUDPAddr",
	},
	"crypto/tls": {"Client", "Dial", "DialWithDialer", "Dialer"},
}

// outwardPackages reach out whatever is used of them.
var outwardPackages = []string{"net/smtp", "net/rpc", "net/http/httputil", "log/syslog", "golang.org/x/net/http2", "golang.org/x/net/proxy", "golang.org/x/net/websocket"}

// mayReachOut: the door itself, programs that measure and test from outside, and
// a sample that is printed in the manual.
var mayReachOut = []string{"internal/outbound", "e2e/bench", "e2e/faults", "e2e/clients", "e2e", "internal/docs/samples/send"}

// TestOnlyOutboundReachesOut: a request that some other package made would pass
// the guard by.
func TestOnlyOutboundReachesOut(t *testing.T) {
	root := filepath.Join("..", "..")
	looked := 0
	for file := range goFiles(t, root) {
		from := filepath.ToSlash(filepath.Dir(file))
		found := reachesOut(t, filepath.Join(root, file))
		if slices.Contains(mayReachOut, from) {
			looked += len(found)
			continue
		}
		for _, what := range found {
			t.Errorf("%s: %s is for internal/outbound alone", file, what)
		}
	}
	if looked == 0 {
		t.Error("not even outbound is found to reach out: does this test still look?")
	}
}

// reachesOut lists what a file uses of the ways out.
func reachesOut(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	names := map[string][]string{} // by the name that the file gives the package
	for _, spec := range parsed.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		if slices.Contains(outwardPackages, path) {
			found = append(found, path)
		}
		name := path[strings.LastIndexByte(path, '/')+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if outward[path] != nil && name == "." {
			found = append(found, "every name of "+path)
		}
		names[name] = outward[path]
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if of, ok := selector.X.(*ast.Ident); ok && slices.Contains(names[of.Name], selector.Sel.Name) {
				found = append(found, of.Name+"."+selector.Sel.Name)
			}
		}
		return true
	})
	return found
}
