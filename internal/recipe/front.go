package recipe

import (
	"errors"
	"fmt"
	"strings"
)

var (
	errFront   = errors.New("a recipe begins with lines of “name: value” between two lines of ---")
	errMissing = errors.New("something is missing")
	errLine    = errors.New("this line is not understood, or there twice")
)

// frontReader reads the lines of a front part, one after the other.
type frontReader struct {
	r    *Recipe
	f    *Field // the field that the lines are about; nil before the first one
	seen map[string]bool
}

// readFront reads the front part and gives what follows it.
func readFront(source string) (*Recipe, string, error) {
	source, begins := strings.CutPrefix(source, "---\n")
	front, rest, ends := strings.Cut(source, "\n---\n")
	if !begins || !ends {
		return nil, "", errFront
	}
	fr := &frontReader{r: &Recipe{}, seen: map[string]bool{}}
	for line := range strings.Lines(front) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		name, value, found := strings.Cut(line, ": ")
		if !found || strings.TrimSpace(value) == "" || !fr.take(name, strings.TrimSpace(value)) {
			return nil, "", fmt.Errorf("%w: %s", errLine, line)
		}
	}
	return fr.r, rest, fr.r.checkFront()
}

// take takes a line; false when there is no such name, or it was there before.
func (fr *frontReader) take(name, value string) bool {
	if name == "field" {
		fr.r.Fields = append(fr.r.Fields, Field{Name: value, format: "text"})
		fr.f, fr.seen = &fr.r.Fields[len(fr.r.Fields)-1], map[string]bool{}
		return true
	}
	if fr.seen[name] {
		return false
	}
	fr.seen[name] = true
	if fr.f != nil {
		return fr.f.take(name, value)
	}
	return fr.r.take(name, value)
}

func (r *Recipe) take(name, value string) bool {
	into := map[string]*string{
		"name": &r.Name, "about": &r.About, "kind": &r.Kind, "words": &r.words,
		"action": &r.Action, "trigger": &r.Trigger, "sets": &r.Sets,
	}[name]
	if into == nil {
		return false
	}
	*into = value
	return true
}

func (f *Field) take(name, value string) bool {
	switch name {
	case "secret":
		f.Secret = value == "yes"
		return f.Secret
	case "optional":
		f.Optional = value == "yes"
		return f.Optional
	}
	into := map[string]*string{
		"label": &f.Label, "hint": &f.Hint, "example": &f.Example, "format": &f.format, "begins": &f.begins, "value": &f.Value,
	}[name]
	if into == nil {
		return false
	}
	*into = value
	return true
}

func (r *Recipe) checkFront() error {
	for what, text := range map[string]string{"name": r.Name, "about": r.About, "kind": r.Kind, "words": r.words, "action": r.Action, "trigger": r.Trigger} {
		if text == "" {
			return fmt.Errorf("%w: %s", errMissing, what)
		}
	}
	names := map[string]bool{}
	for _, f := range r.Fields {
		if _, known := formats[f.format]; !known || names[f.Name] || f.Label == "" || f.Hint == "" {
			return fmt.Errorf("%w at the field %s: a label, a hint, a format that there is, a name of its own", errMissing, f.Name)
		}
		names[f.Name] = true
		if problem := f.check(f.Example); f.Example == "" || problem != "" {
			return fmt.Errorf("%w at the field %s: an example that the field takes: %s", errMissing, f.Name, problem)
		}
	}
	return nil
}
