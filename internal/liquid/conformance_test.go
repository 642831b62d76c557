package liquid

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// conformanceCase is one template with what the reference makes of it.
type conformanceCase struct {
	Name      string            `json:"name"`
	Template  string            `json:"template"`
	Data      json.RawMessage   `json:"data"`
	Templates map[string]string `json:"templates"`
	Result    *string           `json:"result"`
	Results   []string          `json:"results"`
	Invalid   bool              `json:"invalid"`
}

// conformanceFile is a public suite that is kept beside the project, not in it.
const conformanceFile = "../../../shared/liquid-cases.json"

// knownFailures are the cases of the public suite we do not meet, with why.
var knownFailures = map[string]string{}

func loadCases(t *testing.T, path string) []conformanceCase {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(path))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Tests []conformanceCase `json:"tests"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	return file.Tests
}

// run gives what the case prints, and whether that is what it should.
func (c conformanceCase) run() (got string, err error, ok bool) {
	vars := Vars{}
	if len(c.Data) > 0 {
		data, err := DecodeObject(c.Data)
		if err != nil {
			return "", err, false
		}
		for k, v := range data.All() {
			vars[k] = v
		}
	}
	tmpl, err := Compile(c.Template, Text)
	if err != nil {
		return "", err, c.Invalid
	}
	res, err := tmpl.Render(context.Background(), vars, Options{Snippets: c.Templates})
	if err != nil || c.Invalid {
		return res.Output, err, c.Invalid && err != nil
	}
	if c.Result != nil {
		return res.Output, nil, res.Output == *c.Result
	}
	return res.Output, nil, slices.Contains(c.Results, res.Output)
}

func TestConformance(t *testing.T) {
	cases := loadCases(t, conformanceFile)
	if cases == nil {
		t.Logf("%s is not there: the public suite was NOT run, only the cases of testdata", conformanceFile)
		return
	}
	passed := 0
	for _, c := range cases {
		got, err, ok := c.run()
		_, known := knownFailures[c.Name]
		switch {
		case ok:
			passed++
			if known {
				t.Errorf("%s passes now: take it off the known failures", c.Name)
			}
		case !known:
			t.Errorf("%s: %q gave %q, %v; want %v", c.Name, c.Template, got, err, c.want())
		}
	}
	rate := 100 * float64(passed) / float64(len(cases))
	t.Logf("%d of %d cases pass (%.1f %%)", passed, len(cases), rate)
	if rate < 97 {
		t.Errorf("pass rate %.1f %% is below 97 %%", rate)
	}
}

func (c conformanceCase) want() any {
	switch {
	case c.Invalid:
		return "an error"
	case c.Result != nil:
		return []string{*c.Result}
	}
	return c.Results
}
