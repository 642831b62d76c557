package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"html"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	rows  = regexp.MustCompile(`(?s)<tr>\s*(<td>.*?)</tr>`)
	codes = regexp.MustCompile(`<code>(.*?)</code>`)
)

// tableCodes gives the code in each row of a page's tables whose first cell is code.
func tableCodes(t *testing.T, slug string) [][]string {
	t.Helper()
	page, ok := manual(t).Page(slug)
	if !ok {
		t.Fatalf("there is no page %s", slug)
	}
	var all [][]string
	for _, part := range page.Parts {
		for _, row := range rows.FindAllStringSubmatch(part.HTML, -1) {
			var found []string
			for _, code := range codes.FindAllStringSubmatch(row[1], -1) {
				found = append(found, html.UnescapeString(code[1]))
			}
			if len(found) > 0 {
				all = append(all, found)
			}
		}
	}
	return all
}

// TestFilterExamples renders the examples of the table.
func TestFilterExamples(t *testing.T) {
	page, _ := manual(t).Page("liquid-filters")
	vars := pageData(t, page)
	for _, row := range tableCodes(t, "liquid-filters") {
		if len(row) != 3 {
			t.Errorf("a row has a name, an example and what it gives: %q", row)
			continue
		}
		if !strings.Contains(row[1], "| "+row[0]) {
			t.Errorf("the example of %s uses another filter: %s", row[0], row[1])
		}
		mode := "text"
		if row[0] == "json_escape" || row[0] == "safe" {
			mode = "json"
		}
		if got := give(mode, row[1], vars); got != row[2] {
			t.Errorf("%s: %s gives %s, not %s", row[0], row[1], got, row[2])
		}
	}
}

// TestFiltersAreThoseThereAre reads the names out of the renderer's own source:
// none is missing, none invented.
func TestFiltersAreThoseThereAre(t *testing.T) {
	var listed []string
	for _, row := range tableCodes(t, "liquid-filters") {
		listed = append(listed, row[0])
	}
	compare(t, listed, keys(t, "filter"))
}

// TestTagsAreThoseThereAre adds those that the scanner takes care of itself.
func TestTagsAreThoseThereAre(t *testing.T) {
	page, _ := manual(t).Page("liquid")
	var listed []string
	for _, part := range page.Parts {
		_, tags, found := strings.Cut(part.HTML, `<h2 id="all-tags">`)
		if !found {
			continue
		}
		for _, row := range rows.FindAllStringSubmatch(tags, -1) {
			first, _, _ := strings.Cut(row[1], "</td>")
			for _, code := range codes.FindAllStringSubmatch(first, -1) {
				listed = append(listed, code[1])
			}
		}
	}
	compare(t, listed, append(keys(t, "func(*parser) (tag, error)"), "raw", "comment", "doc", "liquid"))
}

func compare(t *testing.T, listed, there []string) {
	t.Helper()
	slices.Sort(listed)
	slices.Sort(there)
	if len(there) < 20 {
		t.Fatalf("only %d names were found in the source", len(there))
	}
	for _, name := range listed {
		if !slices.Contains(there, name) {
			t.Errorf("%s is invented", name)
		}
	}
	for _, name := range there {
		if !slices.Contains(listed, name) {
			t.Errorf("%s is missing", name)
		}
	}
	if len(slices.Compact(slices.Clone(listed))) != len(listed) {
		t.Errorf("a name is there twice: %v", listed)
	}
}

// keys gives the texts that are keys of literals of type map[string]value in
// package liquid.
func keys(t *testing.T, value string) []string {
	t.Helper()
	files, err := filepath.Glob("../liquid/*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if literal, ok := n.(*ast.CompositeLit); ok && isMapOf(literal.Type, value) {
				collect(literal, found)
			}
			return true
		})
	}
	return slices.Collect(maps.Keys(found))
}

func isMapOf(e ast.Expr, value string) bool {
	m, ok := e.(*ast.MapType)
	if !ok {
		return false
	}
	if name, ok := m.Value.(*ast.Ident); ok {
		return name.Name == value
	}
	_, isFunc := m.Value.(*ast.FuncType)
	return isFunc && strings.HasPrefix(value, "func")
}

func collect(literal *ast.CompositeLit, found map[string]bool) {
	for _, element := range literal.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			if key, ok := pair.Key.(*ast.BasicLit); ok {
				if name, err := strconv.Unquote(key.Value); err == nil {
					found[name] = true
				}
			}
		}
	}
}
