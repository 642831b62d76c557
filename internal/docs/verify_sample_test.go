package docs

import (
	"encoding/json"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestSamplesOfOneScheme runs what is left of each sample on the vectors of its
// scheme.
func TestSamplesOfOneScheme(t *testing.T) {
	for _, scheme := range []string{"workspace", "shared", "standard"} {
		var some []vector
		for _, v := range vectors(t) {
			if v.Scheme == scheme {
				some = append(some, v)
			}
		}
		input := filepath.Join(t.TempDir(), "vectors.json")
		text, err := json.Marshal(some)
		if err != nil {
			t.Fatal(err)
		}
		write(t, input, string(text))
		for _, l := range Languages() {
			t.Run(scheme+" "+l.ID, func(t *testing.T) {
				code := VerifySample(l.ID, scheme)
				for _, other := range []string{"workspace", "shared", "standard"} {
					if of := verifies.FindAllStringSubmatch(code, -1); len(of) != 1 || strings.EqualFold(of[0][1], other) != (other == scheme) {
						t.Fatalf("the code of %s verifies %v:\n%s", scheme, of, code)
					}
				}
				if l.ID == "go" {
					checkGo(t, code)
					return
				}
				runSample(t, l, code, input, some)
			})
		}
	}
	if VerifySample("cobol", "workspace") != "" || VerifySample("go", "other") != "" {
		t.Error("there is code for what does not exist")
	}
}

func runSample(t *testing.T, l Language, code, input string, want []vector) {
	t.Helper()
	file := filepath.Join(t.TempDir(), l.file)
	write(t, file, code)
	for _, d := range drivers {
		if d.file != l.file {
			continue
		}
		program, err := exec.LookPath(d.program)
		if err != nil {
			t.Logf("NOT RUN: there is no %s here", d.program)
			return
		}
		out, err := exec.CommandContext(t.Context(), program, append(arguments(d.program, d.driver), input, file)...).CombinedOutput()
		var got []bool
		if err != nil || json.Unmarshal(out, &got) != nil || len(got) != len(want) {
			t.Fatalf("%v: %s\n%s", err, out, code)
		}
		for i, v := range want {
			if got[i] != v.Want {
				t.Errorf("%+v: %v", v, got[i])
			}
		}
		return
	}
	t.Fatalf("nothing runs %s", l.file)
}

// checkGo checks that what is left compiles as far as that can be seen: every
// import is used, every package that is used imported, every function is that of
// the sample which is compiled and tried.
func checkGo(t *testing.T, code string) {
	t.Helper()
	formatted, err := format.Source([]byte(code))
	if err != nil || string(formatted) != code {
		t.Fatalf("gofmt: %v\n%s", err, code)
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), "verify.go", code, 0)
	if err != nil {
		t.Fatal(err)
	}
	imported := map[string]bool{}
	for _, spec := range parsed.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		imported[path.Base(name)] = false
	}
	for _, name := range parsed.Unresolved {
		if _, is := imported[name.Name]; is {
			imported[name.Name] = true
		} else if ast.IsExported(name.Name) || name.Name == "fresh" {
			t.Errorf("%s is missing", name.Name)
		}
	}
	for name, used := range imported {
		if !used {
			t.Errorf("%s is imported and not used:\n%s", name, code)
		}
	}
	whole, err := os.ReadFile(filepath.Join("samples", "verify", "verify.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range blocks(code)[2:] {
		if !strings.Contains(string(whole), strings.TrimSpace(block)) {
			t.Errorf("this is not in the sample that is tried:\n%s", block)
		}
	}
}
