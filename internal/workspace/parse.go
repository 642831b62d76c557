package workspace

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxFile is the largest file that is read.
const maxFile = 32 << 20

// Parse reads a file. What it does not know is an error, because a setting
// that was misspelt would otherwise do nothing. Errors name the line.
func Parse(r io.Reader) (*File, error) {
	content, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	if len(content) > maxFile {
		return nil, errors.New("this file is too large: at most 32 MB")
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	f := &File{lines: map[string]int{}}
	if err := decoder.Decode(f); err != nil {
		return nil, plain(err)
	}
	if err := decoder.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more than one document in this file (a line with --- begins another): leave one")
	}
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		return nil, plain(err)
	}
	f.note("", document.Content[0])
	if f.Format != Format {
		return nil, fmt.Errorf("this is not a Hookline workspace that this program can read: it has to say hookline: %d", Format)
	}
	for _, d := range f.Destinations {
		for i := range d.Sources {
			d.Sources[i] = strings.TrimSpace(d.Sources[i])
		}
	}
	return f, nil
}

// note remembers where things stand.
func (f *File) note(path string, n *yaml.Node) {
	f.lines[path] = n.Line
	for i, child := range n.Content {
		name := strconv.Itoa(i)
		if n.Kind == yaml.MappingNode {
			if i%2 == 0 {
				continue
			}
			name = n.Content[i-1].Value
		}
		if child.Kind != yaml.ScalarNode {
			f.note(strings.TrimPrefix(path+"."+name, "."), child)
		}
	}
}

var (
	unknownField = regexp.MustCompile(`^(line \d+): field (.*) not found in type .*$`)
	wrongType    = regexp.MustCompile(`^(line \d+): cannot unmarshal !!\S+ (.*?)\s*into (.*)$`)
)

// plain says in plain words what the YAML library found.
func plain(err error) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("this file is empty: it has to begin with hookline: %d", Format)
	}
	wrong, ok := errors.AsType[*yaml.TypeError](err)
	if !ok {
		return fmt.Errorf("this is not YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	words := make([]string, len(wrong.Errors))
	for i, one := range wrong.Errors {
		words[i] = one
		if m := unknownField.FindStringSubmatch(one); m != nil {
			words[i] = fmt.Sprintf("%s: there is no setting “%s” here", m[1], m[2])
		} else if m := wrongType.FindStringSubmatch(one); m != nil {
			words[i] = fmt.Sprintf("%s: %s", m[1], wanted(m[3]))
		}
	}
	return &Unusable{Problems: words}
}

func wanted(goType string) string {
	switch goType {
	case "bool":
		return "write true or false here"
	case "int", "int64":
		return "write a whole number here"
	case "float64":
		return "write a number here"
	case "string", "workspace.text":
		return "write a text here"
	}
	if strings.HasPrefix(goType, "[]") {
		return "write a list here, each item after a dash"
	}
	return "write settings here, each as name: value"
}

// Unusable says what is wrong with a file; nothing of it was applied.
type Unusable struct{ Problems []string }

// Error gives each problem a line of its own.
func (u *Unusable) Error() string {
	return "this file cannot be applied:\n  " + strings.Join(u.Problems, "\n  ")
}
