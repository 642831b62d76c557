package liquid

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A file of testdata/*.txt holds cases:
//
//	== name of the case
//	mode json            stays so for the cases below; text at first
//	data {"a": 1}        stays so, too
//	require              only for this case
//	>> a line of the template
//	<< a line of the output
//	!! the error, as Error() gives it
//	?? a warning or lint, as String() gives it; all of them, in order
type fileCase struct {
	name     string
	line     int
	mode     Mode
	data     string
	require  bool
	template []string
	output   []string
	err      string
	warnings []string
}

// noon is the time of 'now' in all cases: it is not the same day everywhere.
var noon = time.Date(2026, 3, 9, 23, 30, 0, 0, time.FixedZone("", -5*3600))

func readCases(t *testing.T, path string) []fileCase {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var cases []fileCase
	mode, data := Text, "{}"
	for i, line := range strings.Split(string(text), "\n") {
		sign, rest, _ := strings.Cut(line, " ")
		if sign == "==" {
			cases = append(cases, fileCase{name: rest, line: i + 1, mode: mode, data: data})
		}
		if sign == "" || sign == "==" || sign == "#" {
			continue
		}
		var c *fileCase
		if len(cases) > 0 {
			c = &cases[len(cases)-1]
		}
		switch sign {
		case "mode":
			mode, _ = ParseMode(rest)
			if c != nil && c.template == nil {
				c.mode = mode
			}
		case "data":
			data = rest
			if c != nil && c.template == nil {
				c.data = data
			}
		case "require":
			c.require = true
		case ">>":
			c.template = append(c.template, rest)
		case "<<":
			c.output = append(c.output, rest)
		case "!!":
			c.err = rest
		case "??":
			c.warnings = append(c.warnings, rest)
		default:
			t.Fatalf("%s:%d: cannot read %q", path, i+1, line)
		}
	}
	return cases
}

func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range files {
		for _, c := range readCases(t, path) {
			t.Run(filepath.Base(path)+"/"+c.name, func(t *testing.T) {
				c.check(t, path)
			})
		}
	}
}

func (c fileCase) check(t *testing.T, path string) {
	t.Helper()
	data, err := DecodeObject([]byte(c.data))
	if err != nil {
		t.Fatalf("%s:%d: %v", path, c.line, err)
	}
	vars := Vars{}
	for k, v := range data.All() {
		vars[k] = v
	}
	opts := Options{Require: c.require, Clock: func() time.Time { return noon }}
	var res Result
	var lints []Warning
	tmpl, err := Compile(strings.Join(c.template, "\n"), c.mode)
	if err == nil {
		lints = tmpl.Lints()
		res, err = tmpl.Render(context.Background(), vars, opts)
	}
	message := ""
	if err != nil {
		message = err.Error()
	}
	if message != c.err {
		t.Fatalf("%s:%d: error is\n%s\nwant\n%s", path, c.line, message, c.err)
	}
	if diff := cmp.Diff(strings.Join(c.output, "\n"), res.Output); diff != "" {
		t.Errorf("%s:%d: output (-want +got):\n%s", path, c.line, diff)
	}
	var warnings []string
	for _, w := range append(lints, res.Warnings...) {
		warnings = append(warnings, w.String())
	}
	if diff := cmp.Diff(c.warnings, warnings); diff != "" {
		t.Errorf("%s:%d: warnings (-want +got):\n%s", path, c.line, diff)
	}
}
