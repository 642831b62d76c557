package docs

import (
	"bytes"
	"context"
	"encoding/json"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hookline/internal/condition"
	"hookline/internal/liquid"
)

// known are the languages of the pages, each with what holds its samples.
var known = map[string]func(t *testing.T, text string){
	"sh": shell, "js": javaScript, "python": python, "ruby": ruby, "php": php, "go": goSource, "json": jsonText, "data": jsonText,
	"fql": triggers, "people": segments, "fql-wrong": refusedTrigger, "ini": unit, "caddy": braces, "nginx": braces, "yaml": workspaceFile,
	// held by tests of their own: TestTemplates and TestTheRequestOnTheWireIsSigned
	"liquid-json": nil, "liquid-form": nil, "liquid-url": nil, "liquid-text": nil, "liquid-header": nil, "liquid-wrong": nil, "output": nil, "http": nil,
}

func TestEverySample(t *testing.T) {
	for _, page := range manual(t).order {
		for _, part := range page.Parts {
			if part.Code.Text == "" {
				continue
			}
			t.Run(page.Slug+"/"+part.Code.Label, func(t *testing.T) {
				t.Parallel()
				check, ok := known[part.Code.Language]
				if !ok {
					t.Fatalf("no test holds samples of the language %q", part.Code.Language)
				}
				if check != nil {
					check(t, part.Code.Text)
				}
			})
		}
	}
}

// interpret runs a program on a file with the sample, if the program is there.
func interpret(t *testing.T, text, file, program string, args ...string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), file)
	write(t, path, text)
	if _, err := exec.LookPath(program); err != nil {
		t.Logf("NOT CHECKED: there is no %s here", program)
		return
	}
	if out, err := exec.CommandContext(t.Context(), program, append(args, path)...).CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s\n%s", program, err, out, text)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func shell(t *testing.T, text string)      { interpret(t, text, "sample.sh", "bash", "-n") }
func javaScript(t *testing.T, text string) { interpret(t, text, "sample.mjs", "node", "--check") }
func ruby(t *testing.T, text string)       { interpret(t, text, "sample.rb", "ruby", "-wc") }
func php(t *testing.T, text string)        { interpret(t, text, "sample.php", "php", "-l") }
func python(t *testing.T, text string) {
	interpret(t, text, "sample.py", "python3", "-I", "-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())")
}

// goSource is for what is not compiled with us already, because its modules
// are not ours.
func goSource(t *testing.T, text string) {
	if _, err := parser.ParseFile(token.NewFileSet(), "sample.go", text, parser.AllErrors); err != nil {
		t.Error(err)
	}
}

func jsonText(t *testing.T, text string) {
	if !json.Valid([]byte(text)) {
		t.Errorf("no JSON: %s", text)
	}
}

func triggers(t *testing.T, text string) {
	for line := range strings.Lines(text) {
		if _, err := condition.Parse(line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// segments are conditions over people, one on each line.
func segments(t *testing.T, text string) {
	for line := range strings.Lines(text) {
		if _, err := condition.ParseIn(line, condition.AboutPeople); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func refusedTrigger(t *testing.T, text string) {
	if c, err := condition.Parse(text); err == nil {
		t.Errorf("taken as %s", c)
	}
}

// unit holds systemd's form: sections, and in them lines with an equals sign.
func unit(t *testing.T, text string) {
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") {
			continue
		}
		switch name, _, set := strings.Cut(line, "="); {
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			section = line
		case line != "" && (section == "" || !set || strings.ContainsAny(name, " \t")):
			t.Errorf("in section %q: %s", section, line)
		}
	}
}

func braces(t *testing.T, text string) {
	depth := 0
	for _, r := range text {
		switch r {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth < 0 {
			break
		}
	}
	if depth != 0 {
		t.Errorf("the braces do not fit: %s", text)
	}
}

// TestTemplates renders each template with the page's data and compares it
// with the output that stands below it.
func TestTemplates(t *testing.T) {
	rendered := 0
	for _, page := range manual(t).order {
		vars := pageData(t, page)
		for i, part := range page.Parts {
			mode, isTemplate := strings.CutPrefix(part.Code.Language, "liquid-")
			if !isTemplate {
				continue
			}
			rendered++
			t.Run(page.Slug+"/"+part.Code.Label, func(t *testing.T) {
				if i+1 == len(page.Parts) || page.Parts[i+1].Code.Language != "output" {
					t.Fatal("no output stands below the template")
				}
				if want, got := page.Parts[i+1].Code.Text, give(mode, part.Code.Text, vars); got != want {
					t.Errorf("gives %s\nnot   %s", got, want)
				}
			})
		}
	}
	if rendered < 15 {
		t.Errorf("only %d templates were found", rendered)
	}
}

// give is what a template gives, or what its author is told.
func give(mode, source string, vars liquid.Vars) string {
	m, _ := liquid.ParseMode(mode) // "wrong" is read as text
	template, err := liquid.Compile(source, m)
	if err != nil {
		return err.Error()
	}
	result, err := template.Render(context.Background(), vars, liquid.Options{})
	if err != nil {
		return err.Error()
	}
	return result.Output
}

// pageData is the page's own sample data.
func pageData(t *testing.T, page *Page) liquid.Vars {
	t.Helper()
	vars := liquid.Vars{}
	for _, part := range page.Parts {
		if part.Code.Language != "data" {
			continue
		}
		object, err := liquid.DecodeObject([]byte(part.Code.Text))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range object.All() {
			vars[name] = value
		}
	}
	return vars
}

func TestTheComposersWordsAboutARefusedTrigger(t *testing.T) {
	page, _ := manual(t).Page("triggers")
	for i, part := range page.Parts {
		if part.Code.Language != "fql-wrong" {
			continue
		}
		_, err := condition.Parse(part.Code.Text)
		if err == nil || err.Error() != page.Parts[i+1].Code.Text {
			t.Errorf("it says %v", err)
		}
		return
	}
	t.Error("the page shows no trigger that is refused")
}

// TestJSONStays holds what the pages say about their own JSON: a batch is the
// list of what single events would have been.
func TestABatchIsAListOfBodies(t *testing.T) {
	page, _ := manual(t).Page("batches")
	var single, batch string
	for _, part := range page.Parts {
		switch part.Code.Language {
		case "output":
			single = part.Code.Text
		case "json":
			batch = part.Code.Text
		}
	}
	var bodies []json.RawMessage
	if err := json.Unmarshal([]byte(batch), &bodies); err != nil || len(bodies) != 3 || !bytes.Equal(bodies[0], []byte(single)) {
		t.Errorf("%v: %s begins with %s", err, batch, single)
	}
}
