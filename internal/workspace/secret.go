package workspace

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Secret is a value, or the name of the environment variable that holds it.
type Secret struct {
	Value string
	Env   string
}

// MarshalYAML writes a reference as {env: NAME}, a value as text.
func (s Secret) MarshalYAML() (any, error) {
	if s.Env == "" {
		return text(s.Value).MarshalYAML()
	}
	return &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle, Content: []*yaml.Node{scalar("env"), scalar(s.Env)}}, nil
}

// UnmarshalYAML reads what MarshalYAML writes.
func (s *Secret) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		return n.Decode(&s.Value)
	}
	if n.Kind != yaml.MappingNode || len(n.Content) != 2 || n.Content[0].Value != "env" || n.Content[1].Value == "" {
		return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: write a text, or {env: NAME} for what an environment variable holds", n.Line)}}
	}
	s.Env = n.Content[1].Value
	return nil
}

func scalar(value string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: value} }

// text is a text that may have several lines. It is written as people like to
// read it where that gives the very same text back, in quotes otherwise.
type text string

// MarshalYAML chooses the form.
func (t text) MarshalYAML() (any, error) {
	if !strings.Contains(string(t), "\n") || !utf8.ValidString(string(t)) {
		return string(t), nil
	}
	n := scalar(string(t))
	n.Tag, n.Style = "!!str", yaml.LiteralStyle
	if !survives(n, string(t)) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n, nil
}

// survives says whether a text comes back as it was, also from deep inside a file.
func survives(n *yaml.Node, want string) bool {
	written, err := yaml.Marshal(map[string][]*yaml.Node{"deep": {n}})
	if err != nil {
		return false
	}
	var back map[string][]string
	return yaml.Unmarshal(written, &back) == nil && back["deep"][0] == want
}

// names gives out names of environment variables, each once.
type names map[string]bool

// take makes a name from words, such as HOOKLINE_SECRET_CRM.
func (used names) take(words ...string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToUpper("hookline_"+strings.Join(words, "_")))
	for strings.Contains(name, "__") {
		name = strings.ReplaceAll(name, "__", "_")
	}
	name = strings.TrimRight(name, "_")
	free := name
	for n := 2; used[free]; n++ {
		free = name + "_" + strconv.Itoa(n)
	}
	used[free] = true
	return free
}
