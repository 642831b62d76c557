package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// lay writes files into a new folder, which is then the current one.
func lay(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var whole = map[string]string{
	"go/LICENSE":                                 "terms of Go",
	"mod/sql/LICENSE":                            "terms of sql\r\n",
	"mod/sql/LICENSE-3RD-PARTY.md":               "terms of what sql contains",
	"mod/sql/license.go":                         "package sql",
	"node_modules/a/package.json":                `{"name":"a","version":"1.0.0","license":"MIT"}`,
	"node_modules/a/LICENSE.md":                  "terms of a",
	"node_modules/@s/b/package.json":             `{"name":"@s/b","version":"2.0.0","license":"0BSD","author":{"name":"Bea"}}`,
	"node_modules/unused/package.json":           `{"name":"unused"}`,
	"node_modules/@i/icons/package.json":         `{"name":"@i/icons","version":"3.0.0"}`,
	"node_modules/@i/icons/LICENSE":              "terms of icons",
	"node_modules/a/node_modules/c/x.js":         "",
	"node_modules/a/node_modules/c/OFL.txt":      "terms of c",
	"node_modules/a/node_modules/c/package.json": `{"name":"c","version":"4.0.0"}`,
	"app-X1.css.LEGAL.txt":                       "terms inside a file",
	"meta.json": `{"inputs":{"static/src/app.js":{},"node_modules/a/x.js":{},"node_modules/a/y.js":{},
		"node_modules/@s/b/z.css":{},"node_modules/a/node_modules/c/x.js":{}}}`,
}

func TestEverythingIsNamedWithItsTerms(t *testing.T) {
	lay(t, whole)
	if err := run(strings.NewReader("example.com/sql v1.2.3 mod/sql\n"), "meta.json", "go", "out.txt", []string{"node_modules/@i/icons"}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("out.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"  @i/icons 3.0.0\n  @s/b 2.0.0\n  a 1.0.0\n  c 4.0.0\n  example.com/sql v1.2.3\n  Go\n",
		"terms of Go\n", "terms of sql\n", "terms of what sql contains", "terms of a\n", "terms of c\n", "terms of icons\n", "terms inside a file\n",
		"By Bea. Licence: 0BSD (https://spdx.org/licenses/0BSD.html)",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	for _, unwanted := range []string{"unused", "package sql", "\r"} {
		if strings.Contains(string(text), unwanted) {
			t.Errorf("%q is in\n%s", unwanted, text)
		}
	}
}

func TestNothingIsLeftOutSilently(t *testing.T) {
	for name, test := range map[string]struct{ remove, modules string }{
		"a module without licence":  {"mod/sql/LICENSE", "example.com/sql v1.2.3 mod/sql\n"},
		"a package without licence": {"node_modules/@i/icons/LICENSE", "example.com/sql v1.2.3 mod/sql\n"},
		"no Go":                     {"go/LICENSE", "example.com/sql v1.2.3 mod/sql\n"},
		"no metafile":               {"meta.json", "example.com/sql v1.2.3 mod/sql\n"},
		"no modules":                {"", ""},
		"half a line":               {"", "example.com/sql\n"},
	} {
		t.Run(name, func(t *testing.T) {
			lay(t, whole)
			if test.remove != "" {
				for _, file := range []string{test.remove, strings.Replace(test.remove, "LICENSE", "LICENSE-3RD-PARTY.md", 1)} {
					_ = os.Remove(file)
				}
			}
			if err := run(strings.NewReader(test.modules), "meta.json", "go", "out.txt", []string{"node_modules/@i/icons"}); err == nil {
				t.Error("no error")
			}
			if _, err := os.Stat("out.txt"); err == nil {
				t.Error("half a text was written")
			}
		})
	}
}
