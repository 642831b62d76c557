package workspace

import (
	"math/rand/v2"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestTextsComeBack writes texts made of what YAML stumbles over.
func TestTextsComeBack(t *testing.T) {
	pieces := []string{"\n", " ", "\t", "a", "\r", ":", "- ", "#", "'", `"`, "|", ">", "{{ x }}", "---\n", "\u2028", "\u0085", "\x00", "\ufeff", "\xff", "ü", "\\", "null", "1e3", "%", "&a", "*a", "!!int"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		var b strings.Builder
		for range random.IntN(8) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		type file struct {
			Body   text
			Secret Secret
		}
		want := []file{{text(b.String()), Secret{Value: b.String()}}}
		written, err := yaml.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got []file
		if err := yaml.Unmarshal(written, &got); err != nil || got[0] != want[0] {
			t.Fatalf("%q came back as %q (%v) from\n%s", b.String(), got, err, written)
		}
	}
}

func TestPlainTextIsReadable(t *testing.T) {
	written, err := yaml.Marshal(map[string]text{"body": "{\n  \"a\": 1\n}\n"})
	if err != nil || string(written) != "body: |\n    {\n      \"a\": 1\n    }\n" {
		t.Errorf("%s (%v)", written, err)
	}
}

func TestNames(t *testing.T) {
	used := names{}
	for _, step := range []struct{ word, want string }{
		{"CRM", "HOOKLINE_SECRET_CRM"},
		{"crm!", "HOOKLINE_SECRET_CRM_2"},
		{"a  b–c", "HOOKLINE_SECRET_A_B_C"},
		{"日本", "HOOKLINE_SECRET"},
		{"中国", "HOOKLINE_SECRET_2"},
	} {
		if got := used.take("secret", step.word); got != step.want {
			t.Errorf("%s: %s, want %s", step.word, got, step.want)
		}
	}
}
