package spreadsheet

import (
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNoCellIsAFormula(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "",
		"Ana":                       "Ana",
		"a=b":                       "a=b",
		"12":                        "12",
		"=1+1":                      "'=1+1",
		"+49 30 1234":               "'+49 30 1234",
		"-1":                        "'-1",
		"@SUM(A1)":                  "'@SUM(A1)",
		"\t=1":                      "'\t=1",
		"\r=1":                      "'\r=1",
		"\n=1":                      "'\n=1",
		"  =1":                      "'  =1",
		"\u00a0=1":                  "'\u00a0=1",
		"＝cmd()":                    "'＝cmd()",
		"＠x":                        "'＠x",
		"|x":                        "'|x",
		"'=1":                       "'=1",
		`=HYPERLINK("http://x","")`: `'=HYPERLINK("http://x","")`,
	} {
		if got := Cell(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestRowsComeBackAsTheyWere(t *testing.T) {
	var b strings.Builder
	w := New(&b, "name", "-value")
	w.Row(`says "hi", twice`, "one\ntwo")
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	w.Row("later", "@x")
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	want := [][]string{{"name", "'-value"}, {`says "hi", twice`, "one\ntwo"}, {"later", "'@x"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestWhatCannotBeWrittenIsTold(t *testing.T) {
	w := New(full{}, "name")
	if err := w.End(); err == nil {
		t.Error("a list that nobody got is told to be there")
	}
}
