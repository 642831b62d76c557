package app

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// levels is the house: a package imports only from levels below its own.
// A package that is not listed fails the test, so the table stays whole.
var levels = map[string]int{
	"hookline/internal/hookline": 0, "hookline/internal/data": 0, "hookline/internal/search": 0, "hookline/internal/express": 0, "hookline/migrations": 0, "hookline/static": 0,
	"hookline/internal/condition": 1, "hookline/internal/liquid": 1, "hookline/internal/signing": 1, "hookline/internal/outbound": 1, "hookline/internal/metrics": 1, "hookline/internal/outbound/cases": 0, "hookline/internal/outbound/wire": 0,
	"hookline/internal/recipe": 1, "hookline/internal/curl": 1, "hookline/internal/terraform": 1,
	"hookline/internal/failure": 1, "hookline/internal/har": 1, "hookline/internal/health": 1,
	"hookline/internal/audit": 1, "hookline/internal/secret": 1, "hookline/internal/spreadsheet": 0,
	"hookline/internal/docs": 1, "hookline/internal/docs/choose": 0, "hookline/internal/docs/samples/verify": 0, "hookline/internal/docs/samples/send": 0, "hookline/internal/docs/samples/receive": 0,
	"hookline/internal/compose": 2, "hookline/internal/mapping": 2, "hookline/views/ui": 2,
	"hookline/internal/backtest": 3, "hookline/internal/ingest": 4, "hookline/internal/shortcut": 4, "hookline/internal/fanout": 4, "hookline/internal/delivery": 4, "hookline/internal/access": 4,
	"hookline/internal/segment":   4,
	"hookline/internal/attribute": 2,
	"hookline/internal/resend":    3,
	"hookline/internal/journey":   4,
	"hookline/internal/deletion":  4, "hookline/internal/importing": 4,
	"hookline/internal/requestbin": 4, "hookline/internal/workspace": 4, "hookline/views": 4,
	"hookline/internal/report": 4, "hookline/internal/alert": 4,
	"hookline/web/api": 5, "hookline/internal/sqlite": 5, "hookline/internal/sqlite/direct": 0, "hookline/internal/sqlite/home": 7, "hookline/internal/demo": 5,
	"hookline/web":          6,
	"hookline/internal/app": 7, "hookline/internal/storetest": 7,
	"hookline/cmd/hookline": 8, "hookline/e2e": 8, "hookline/e2e/bench": 8, "hookline/e2e/faults": 8, "hookline/e2e/clients": 8,
	"hookline/static/internal/sprite": 0, "hookline/static/internal/notices": 0,
}

// only says which packages, besides those named, may not import something.
var only = map[string][]string{
	"database/sql": {"hookline/internal/sqlite", "hookline/e2e/bench", "hookline/e2e/faults"}, // the faults make databases that no Hookline would
	"os/exec":      {"hookline/e2e", "hookline/e2e/bench", "hookline/e2e/faults"},
}

// TestImportsPointDown reads the import lines itself: asking the go command
// would be answered from its cache.
func TestImportsPointDown(t *testing.T) {
	root := filepath.Join("..", "..")
	seen := map[string]bool{}
	for file := range goFiles(t, root) {
		from := "hookline/" + filepath.ToSlash(filepath.Dir(file))
		level, known := levels[from]
		if !known {
			t.Errorf("%s: package %s has no level in this test's table", file, from)
			continue
		}
		seen[from] = true
		for _, path := range imports(t, filepath.Join(root, file)) {
			if !strings.HasPrefix(path, "hookline/") {
				checkOnly(t, file, from, path)
				continue
			}
			if target, known := levels[path]; !known || target >= level {
				t.Errorf("%s: level %d imports %s of level %d", file, level, path, target)
			}
		}
	}
	if len(seen) < 15 {
		t.Errorf("only %d packages were found: is the root still %s?", len(seen), root)
	}
}

func checkOnly(t *testing.T, file, from, path string) {
	t.Helper()
	allowed, restricted := only[path]
	if !restricted {
		return
	}
	for _, a := range allowed {
		if a == from {
			return
		}
	}
	t.Errorf("%s: only %s may import %s", file, strings.Join(allowed, ", "), path)
}

// goFiles gives the files that are part of the program: no tests, nothing
// that npm or the browser tests put there.
func goFiles(t *testing.T, root string) map[string]bool {
	t.Helper()
	files := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
			return filepath.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			relative, err := filepath.Rel(root, path)
			files[relative] = err == nil
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func imports(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, spec := range parsed.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}
