// Package docs is the built-in manual: pages written in Markdown, read by
// goldmark when the program starts, with a table of contents and a search.
//
// The pages are in pages/, the code they show in samples/ wherever it can be
// run. What a page may claim is held by the tests: code is run, templates are
// rendered, triggers parsed, links followed.
//
// # How a page is written
//
// It begins with "# Title" and one paragraph of plain text, which is also what
// the contents say of it. Raw HTML is dropped. Fenced code stands at the top
// level, never in a list; its first word is the language, what follows is the
// label above it, and "@verify/verify.py" fills it from samples/. A block
// whose language is "insert" is a place where the server puts something that
// it alone knows. A paragraph that is ![What it shows](pictures/NAME) is a
// picture, see picture.go. These languages are more than colour:
//
//	fql            each line is a trigger
//	liquid-json    a template with JSON around it; also -form, -url, -text, -header
//	output         what the template before it gives
//	data           the JSON object whose members the page's templates may name
package docs

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Placeholders that New fills in.
const (
	// Host stands in the pages for the address of this instance.
	Host = "https://hookline.example.com"
	// WriteKey stands for the write key of a source.
	WriteKey = "YOUR_WRITE_KEY"
)

//go:embed pages/*.md
var pages embed.FS

//go:embed samples
var samples embed.FS

// Manual is every page. Nothing in it changes after New.
type Manual struct {
	groups []Group
	order  []*Page
	bySlug map[string]*Page
}

// Group is some pages for the same reader.
type Group struct {
	Title string
	Pages []*Page
}

// Page is one page of the manual.
type Page struct {
	Slug     string // its last part of the address: "triggers"
	Title    string
	Summary  string // one or two plain sentences
	Group    string
	Parts    []Part
	Sections []Section // the headings of the second level
	passages []passage // what the search reads
}

// Part is a piece of a page: exactly one of its fields is set.
type Part struct {
	HTML   string // made from a page's Markdown, safe to show as it is
	Code   Code
	Insert string // the name of what the server puts here

	Picture *Picture
}

// Code is a block of code.
type Code struct {
	Label    string // no two blocks of a page have the same
	Language string
	Text     string
}

// Section is a heading that can be linked to.
type Section struct {
	ID    string // the fragment: "nested-groups"; "" for the page itself
	Title string
}

// contents says what there is and in which order it is read.
var contents = []struct {
	title string
	slugs []string
}{
	{"First steps", []string{"getting-started", "words"}},
	{"For everybody", []string{"sources", "people", "segments", "importing", "deleting-people", "triggers", "composing", "campaigns", "webhook-steps", "shortcuts", "recipes", "batches", "campaign-numbers", "drafts", "sent", "one-webhook", "failures", "health", "pausing", "reporting-webhooks", "bins", "secrets", "team", "account"}},
	{"For engineers", []string{"sending-events", "client-libraries", "liquid", "liquid-filters", "requests", "signatures", "retries", "ip-addresses"}},
	{"For programs", []string{"api", "command-line"}},
	{"For whoever runs it", []string{"running", "retention", "audit", "security"}},
}

// Insert is a heading and the text below it that the server puts into a page,
// for the search to find.
type Insert struct {
	Section
	Text string
}

// New reads the manual. base is the address of this instance, such as
// "https://hooks.example.com"; the samples use it. inserts are told by the
// names that the pages have for them.
func New(base string, inserts map[string][]Insert) (*Manual, error) {
	m := &Manual{bySlug: map[string]*Page{}}
	for _, group := range contents {
		g := Group{Title: group.title}
		for _, slug := range group.slugs {
			source, err := fs.ReadFile(pages, "pages/"+slug+".md")
			if err != nil {
				return nil, fmt.Errorf("read manual: %w", err)
			}
			page, err := reading{slug, base, inserts}.read(string(source))
			if err != nil {
				return nil, fmt.Errorf("read page %s of the manual: %w", slug, err)
			}
			page.Group = group.title
			g.Pages = append(g.Pages, page)
			m.order = append(m.order, page)
			m.bySlug[slug] = page
		}
		m.groups = append(m.groups, g)
	}
	return m, nil
}

// Groups gives the table of contents.
func (m *Manual) Groups() []Group { return m.groups }

// Page gives a page, false when there is none.
func (m *Manual) Page(slug string) (*Page, bool) {
	p, ok := m.bySlug[slug]
	return p, ok
}

// Neighbours gives the pages before and after one; nil where there is none.
func (m *Manual) Neighbours(slug string) (previous, next *Page) {
	for i, page := range m.order {
		if page.Slug != slug {
			continue
		}
		if i > 0 {
			previous = m.order[i-1]
		}
		if i+1 < len(m.order) {
			next = m.order[i+1]
		}
	}
	return previous, next
}

// Path is where a page is shown.
func (p *Page) Path() string { return "/manual/" + p.Slug }

var errSample = errors.New("there is no such sample")

// sample is the text of a file below samples/.
func sample(name string) (string, error) {
	text, err := fs.ReadFile(samples, "samples/"+name)
	if err != nil {
		return "", fmt.Errorf("%w: %s", errSample, name)
	}
	return strings.TrimRight(string(text), "\n"), nil
}
