// Package recipe is the gallery of ready templates: for each service a request
// that lacks nothing but a few answers, and words for whoever gives them.
//
// # How a recipe is written
//
// A recipe is one file in recipes/. It begins with a front part between two
// lines of ---, of "name: value" lines; a line "field: name" begins a field,
// and the lines after it are about that one:
//
//	name      what the service is called
//	about     one sentence: what the recipe does
//	kind      a word or two to sort it by
//	words     more words by which it is found
//	action    the name of the action that it becomes
//	trigger   when to send, as condition reads it
//	sets      an attribute that the answer could set, and the Liquid for it; may be left out
//
//	label     what the field is called
//	hint      where to find what goes in
//	example   something that could go in
//	format    what may go in, see formats; may be left out
//	begins    what it has to begin with; may be left out
//	value     what is in it before anybody types; may be left out
//	secret    yes, when it must not be seen; may be left out
//	optional  yes, when it may stay empty; may be left out
//
// What follows is Markdown about what is needed. Four fenced blocks at its top
// level are no text: "request" is the template, with [[name]] where a field
// goes; "answer" is what the service answers; "event" and "person" are what the
// preview is made with. Other fenced code is shown.
package recipe

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"hookline/internal/hookline"
)

//go:embed recipes/*.md
var files embed.FS

// Gallery is every recipe. Nothing in it changes after New.
type Gallery struct {
	recipes []*Recipe // by name
}

// Recipe is a template for one service.
type Recipe struct {
	ID      string // the last part of its address: "close"
	Name    string
	About   string
	Kind    string
	Action  string
	Trigger string // in text form
	Sets    string // an attribute that the answer could set: "lead = {{ response.id }}"; "" when there is none
	Fields  []Field
	Needs   []Part
	Answer  Answer

	// Event and Person are what a preview is made with: a whole call, and the
	// attributes of whom it is about.
	Event, Person string

	words    string
	template template
}

// Part is a piece of what a recipe says: exactly one of its fields is set.
type Part struct {
	HTML string // made from the file's Markdown, safe to show as it is
	Code string
}

// Answer is what a service answers when all went well.
type Answer struct {
	Status string // "201 Created"
	Body   string
}

// New reads the gallery.
func New() (*Gallery, error) {
	names, err := fs.Glob(files, "recipes/*.md")
	if err != nil {
		return nil, fmt.Errorf("list recipes: %w", err)
	}
	g := &Gallery{}
	for _, name := range names {
		source, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read recipe: %w", err)
		}
		r, err := read(string(source))
		if err != nil {
			return nil, fmt.Errorf("read recipe %s: %w", name, err)
		}
		r.ID = strings.TrimSuffix(path.Base(name), ".md")
		g.recipes = append(g.recipes, r)
	}
	slices.SortFunc(g.recipes, func(a, b *Recipe) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return g, nil
}

// Recipe gives a recipe, false when there is none.
func (g *Gallery) Recipe(id string) (*Recipe, bool) {
	for _, r := range g.recipes {
		if r.ID == id {
			return r, true
		}
	}
	return nil, false
}

// Search gives the recipes that have every word of query, or the beginning of
// one; all of them when nothing is asked for.
func (g *Gallery) Search(query string) []*Recipe {
	asked := strings.Fields(strings.ToLower(query))
	return slices.DeleteFunc(slices.Clone(g.recipes), func(r *Recipe) bool {
		text := " " + strings.ToLower(strings.Join([]string{r.Name, r.About, r.Kind, r.words}, " "))
		return slices.ContainsFunc(asked, func(word string) bool { return !strings.Contains(text, " "+word) })
	})
}

// Template is what the recipe becomes with these values of its fields, by their
// names. What a field does not take leaves its example in its place, so that
// there is something to look at before everything is typed; see Check.
func (r *Recipe) Template(values map[string]string) hookline.Template {
	filled := map[string]string{}
	for _, f := range r.Fields {
		value := strings.TrimSpace(values[f.Name])
		if f.check(value) != "" {
			value = f.Example
		}
		filled[f.Name] = value
	}
	return r.template.fill(filled)
}

// Check says of each field what is wrong with its value, by its name.
func (r *Recipe) Check(values map[string]string) map[string]string {
	wrong := map[string]string{}
	for _, f := range r.Fields {
		if problem := f.check(strings.TrimSpace(values[f.Name])); problem != "" {
			wrong[f.Name] = problem
		}
	}
	return wrong
}

// AddressField is the field that the address begins with or else has in it, ""
// when no field changes it: where to say that the address cannot be used.
func (r *Recipe) AddressField() string {
	for _, p := range r.template.url {
		if p.field != "" {
			return p.field
		}
	}
	return ""
}
