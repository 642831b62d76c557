package docs

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown is CommonMark with tables. Raw HTML is left out: goldmark's own
// default, which the policy of our pages wants as well.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.Table),
	goldmark.WithParserOptions(parser.WithAutoHeadingID()),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(tables{}, 100))),
)

var (
	errTitle  = errors.New(`a page begins with "# Title" and a paragraph`)
	errInsert = errors.New("nobody puts in what the page asks for")
	errNested = errors.New("fenced code must not stand inside a list or a quotation")
)

// reading is what a page is read with: its name, the address of this instance,
// and what the server puts in.
type reading struct {
	slug, base string
	inserts    map[string][]Insert
}

// read makes a page of its Markdown.
func (rd reading) read(source string) (*Page, error) {
	src := []byte(rd.fill(source))
	r := reader{reading: rd, src: src, page: &Page{Slug: rd.slug}, labels: map[string]int{}}
	doc := markdown.Parser().Parse(text.NewReader(src))
	title, isTitle := doc.FirstChild().(*ast.Heading)
	if !isTitle || title.Level != 1 || title.NextSibling() == nil || title.NextSibling().Kind() != ast.KindParagraph {
		return nil, errTitle
	}
	summary := title.NextSibling()
	r.page.Title, r.page.Summary = plain(title, src), plain(summary, src)
	r.passages = []passage{{page: r.page, text: r.page.Summary}}
	for n := summary.NextSibling(); n != nil; n = n.NextSibling() {
		if err := r.add(n); err != nil {
			return nil, err
		}
	}
	r.flush()
	r.page.passages = r.passages
	return r.page, nil
}

// fill puts in the address of this instance.
func (rd reading) fill(text string) string { return strings.ReplaceAll(text, Host, rd.base) }

// reader gathers a page's parts.
type reader struct {
	reading
	src      []byte
	page     *Page
	html     bytes.Buffer
	passages []passage
	labels   map[string]int
}

// add takes the next block: code becomes a part of its own, all else HTML.
func (r *reader) add(n ast.Node) error {
	if code, ok := n.(*ast.FencedCodeBlock); ok {
		r.flush()
		return r.code(code)
	}
	if shown, ok := n.FirstChild().(*ast.Image); ok && n.Kind() == ast.KindParagraph && n.ChildCount() == 1 {
		return r.picture(shown)
	}
	if nested(n) {
		return errNested
	}
	if h, ok := n.(*ast.Heading); ok {
		s := Section{ID: headingID(h), Title: plain(h, r.src)}
		if h.Level == 2 {
			r.page.Sections = append(r.page.Sections, s)
		}
		r.passages = append(r.passages, passage{page: r.page, section: s})
	} else {
		r.say(plain(n, r.src))
	}
	if err := markdown.Renderer().Render(&r.html, r.src, n); err != nil {
		return fmt.Errorf("render %s: %w", n.Kind(), err)
	}
	return nil
}

// picture makes a part of its own of a picture, which the search finds by its words.
func (r *reader) picture(n *ast.Image) error {
	name, ours := strings.CutPrefix(string(n.Destination), "pictures/")
	alt := plain(n, r.src)
	if !ours {
		return fmt.Errorf("%w: %s", errPicture, n.Destination)
	}
	p, err := picture(name, alt)
	if err != nil {
		return err
	}
	r.flush()
	r.say(p.Alt)
	r.page.Parts = append(r.page.Parts, Part{Picture: &p})
	return nil
}

// flush ends a stretch of HTML.
func (r *reader) flush() {
	if r.html.Len() > 0 {
		r.page.Parts = append(r.page.Parts, Part{HTML: r.html.String()})
		r.html.Reset()
	}
}

// say adds to what the search finds.
func (r *reader) say(text string) {
	last := &r.passages[len(r.passages)-1]
	last.text = strings.TrimSpace(last.text + " " + text)
}

// code reads a fenced block and its first line: language, @file, label.
func (r *reader) code(n *ast.FencedCodeBlock) error {
	var info []string
	if n.Info != nil {
		info = strings.Fields(string(n.Info.Segment.Value(r.src)))
	}
	if len(info) == 0 {
		return fmt.Errorf("a block of code has no language: %q", lines(n, r.src))
	}
	c := Code{Language: info[0], Text: strings.TrimRight(lines(n, r.src), "\n")}
	if c.Language == "insert" {
		return r.insert(info)
	}
	info = info[1:]
	if at := slices.IndexFunc(info, func(word string) bool { return strings.HasPrefix(word, "@") }); at >= 0 {
		text, err := sample(info[at][1:])
		if err != nil {
			return err
		}
		c.Text = r.fill(text)
		info = slices.Delete(info, at, at+1)
	}
	c.Label = r.unique(label(c.Language, info))
	r.say(c.Text)
	r.page.Parts = append(r.page.Parts, Part{Code: c})
	return nil
}

// insert leaves a place for what the server puts in.
func (r *reader) insert(info []string) error {
	if len(info) != 2 || len(r.inserts[info[1]]) == 0 {
		return fmt.Errorf("%w: %q", errInsert, info)
	}
	r.page.Parts = append(r.page.Parts, Part{Insert: info[1]})
	for _, more := range r.inserts[info[1]] {
		r.passages = append(r.passages, passage{page: r.page, section: more.Section, text: more.Text})
	}
	return nil
}

// languages are the labels of blocks that bring none.
var languages = map[string]string{
	"sh": "Terminal", "json": "JSON", "data": "Data", "output": "Output", "fql": "Trigger", "http": "HTTP", "go": "Go", "js": "JavaScript",
	"python": "Python", "ruby": "Ruby", "php": "PHP", "nginx": "nginx", "caddy": "Caddy", "ini": "Unit file", "html": "HTML",
}

func label(language string, words []string) string {
	switch {
	case len(words) > 0:
		return strings.Join(words, " ")
	case languages[language] != "":
		return languages[language]
	}
	return "Template"
}

// unique keeps two blocks of a page from having one name: each is a landmark
// for screen readers.
func (r *reader) unique(label string) string {
	r.labels[label]++
	if n := r.labels[label]; n > 1 {
		return fmt.Sprintf("%s (%d)", label, n)
	}
	return label
}

// nested says whether code hides where the reader does not look.
func nested(n ast.Node) bool {
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		if child.Kind() == ast.KindFencedCodeBlock || nested(child) {
			return true
		}
	}
	return false
}

func headingID(h *ast.Heading) string {
	id, _ := h.AttributeString("id")
	text, _ := id.([]byte)
	return string(text)
}

// plain is the text of a block, with blanks between its blocks.
func plain(n ast.Node, src []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // it fails only when this function does
		switch n := n.(type) {
		case *ast.Text:
			if entering {
				b.Write(n.Segment.Value(src))
				if n.SoftLineBreak() || n.HardLineBreak() {
					b.WriteByte(' ')
				}
			}
		case *ast.String:
			if entering {
				b.Write(n.Value)
			}
		default:
			if !entering && n.Type() == ast.TypeBlock {
				b.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.Join(strings.Fields(b.String()), " ")
}

// lines is the text inside a block of code.
func lines(n ast.Node, src []byte) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		b.Write(line.Value(src))
	}
	return b.String()
}
