package terraform_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"hookline/internal/terraform"

	"github.com/google/go-cmp/cmp"
)

// body reads one resource with these attributes.
func body(t *testing.T, attributes string) (string, []string, error) {
	t.Helper()
	file, err := terraform.Read("resource \"kind\" \"label\" {\n"+attributes+"\n}", "kind")
	if err != nil {
		return "", nil, err
	}
	text, err := json.Marshal(file.Resources[0].Body)
	return string(text), file.References, err
}

func TestRead(t *testing.T) {
	for attributes, want := range map[string]string{
		``:                              `{}`,
		"a = 1 # one\nb = \"x\" // two": `{"a":1,"b":"x"}`,
		"a = [1, 2,]\n/* c = 1 */":      `{"a":[1,2]}`,
		`a = { b = true, "c d": null
  e = {} }`: `{"a":{"b":true,"c d":null,"e":{}}}`,
		`block { a = -1.5e3 }`:                     `{"block":{"a":-1500}}`,
		`a = jsonencode({ b = [false] })`:          `{"a":{"b":[false]}}`,
		`a = "q\"\\\n\tAé $${x}"`:                  `{"a":"q\"\\\n\tAé ${x}"}`,
		"a = <<EOT\n one\n  two\nEOT\nb = 2":       `{"a":" one\n  two","b":2}`,
		"a = <<-EOT\n   one\n     two\n  EOT":      `{"a":"one\n  two"}`,
		`a = var.x`:                                `{"a":"${var.x}"}`,
		`a = [file("b", { c = 1 }), "${local.y}"]`: `{"a":["${file(\"b\", { c = 1 })}","${local.y}"]}`,
	} {
		got, references, err := body(t, attributes)
		if err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", attributes, got, err, want)
		}
		if (len(references) > 0) != strings.Contains(got, `"${`) {
			t.Errorf("%s: the references are %q", attributes, references)
		}
	}
}

func TestReadTakesOneKind(t *testing.T) {
	file, err := terraform.Read("import { to = x }\nresource \"other\" \"a\" {\n x = \n}\n  resource \"kind\" \"b\" { y = 1 }\nresource \"kind\" \"c\" {\n t = <<E\nresource \"kind\" \"d\" {\nE\n}", "kind")
	var labels []string
	for _, r := range file.Resources {
		labels = append(labels, r.Label)
	}
	if diff := cmp.Diff([]string{"b", "c"}, labels); diff != "" || err != nil {
		t.Errorf("%v, (-want +got)\n%s", err, diff)
	}
}

func TestReadSaysWhereItEnds(t *testing.T) {
	for attributes, want := range map[string]string{
		`a`:                                 "an =",
		`a = `:                              "a value",
		`= 1`:                               "a name",
		`a = "x`:                            "a quotation mark",
		`a = "\x"`:                          "an escaped character",
		`a = "\u12"`:                        "an escaped character",
		`a = [1 2]`:                         "a comma or ]",
		`a = 1.2.3`:                         "a number",
		"a = <<EOT\nx":                      "EOT",
		`a = jsonencode 1`:                  "a (",
		`a = ` + strings.Repeat("{a=", 300): "something less deeply nested",
	} {
		_, _, err := body(t, attributes)
		syntax, ok := errors.AsType[*terraform.SyntaxError](err)
		if !ok || syntax.Want != want || syntax.Offset < 20 {
			t.Errorf("%.40q: %v, want %s", attributes, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`a = jsonencode({ "@path" = [1, var.x, <<-E` + "\nx\nE\n" + `] }) b { c = "\u0041$${d}" }`)
	f.Fuzz(func(t *testing.T, attributes string) {
		file, err := terraform.Read("resource \"kind\" \"label\" {\n"+attributes+"\n}", "kind")
		if syntax, ok := errors.AsType[*terraform.SyntaxError](err); err != nil && (!ok || syntax.Want == "") {
			t.Errorf("%v", err)
		}
		if err == nil && len(file.Resources) == 0 {
			t.Error("nothing was found, and nothing is wrong")
		}
	})
}
