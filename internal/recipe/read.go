package recipe

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// markdown is CommonMark. Raw HTML is left out: goldmark's own default, which
// the policy of our pages wants as well.
var markdown = goldmark.New()

var (
	errRequest = errors.New("a request is “METHOD address”, its headers, an empty line, and the body")
	errField   = errors.New("a field and its places do not fit")
)

// read makes a recipe of its file.
func read(source string) (*Recipe, error) {
	r, rest, err := readFront(source)
	if err != nil {
		return nil, err
	}
	blocks, err := r.readText([]byte(rest))
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"request", "answer", "event", "person"} {
		if len(blocks[name]) != 1 {
			return nil, fmt.Errorf("%w: one block %s, not %d", errMissing, name, len(blocks[name]))
		}
	}
	r.Event, r.Person = blocks["event"][0].text, blocks["person"][0].text
	r.Answer = Answer{Status: blocks["answer"][0].info, Body: blocks["answer"][0].text}
	if r.template, err = readRequest(blocks["request"][0].text); err != nil {
		return nil, err
	}
	return r, r.checkPlaces()
}

// block is fenced code, and what stands behind its language.
type block struct{ info, text string }

// readText makes Needs of the Markdown, and gives the fenced blocks that are no
// text, by their language.
func (r *Recipe) readText(src []byte) (map[string][]block, error) {
	blocks := map[string][]block{}
	var html bytes.Buffer
	flush := func() {
		if html.Len() > 0 {
			r.Needs = append(r.Needs, Part{HTML: html.String()})
			html.Reset()
		}
	}
	doc := markdown.Parser().Parse(text.NewReader(src))
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		code, isCode := n.(*ast.FencedCodeBlock)
		if !isCode {
			if err := markdown.Renderer().Render(&html, src, n); err != nil {
				return nil, fmt.Errorf("render %s: %w", n.Kind(), err)
			}
			continue
		}
		language, info, _ := strings.Cut(infoOf(code, src), " ")
		if slices.Contains([]string{"request", "answer", "event", "person"}, language) {
			blocks[language] = append(blocks[language], block{info, lines(code, src)})
			continue
		}
		flush()
		r.Needs = append(r.Needs, Part{Code: lines(code, src)})
	}
	flush()
	return blocks, nil
}

func infoOf(n *ast.FencedCodeBlock, src []byte) string {
	if n.Info == nil {
		return ""
	}
	return strings.TrimSpace(string(n.Info.Segment.Value(src)))
}

// lines is the text inside a block of code.
func lines(n ast.Node, src []byte) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		b.Write(line.Value(src))
	}
	return strings.TrimRight(b.String(), "\n")
}

// readRequest reads a request as it would go over the wire, with Liquid and
// places in it.
func readRequest(source string) (t template, err error) {
	head, body, _ := strings.Cut(source, "\n\n")
	first, rest, _ := strings.Cut(head, "\n")
	method, address, found := strings.Cut(first, " ")
	if !found {
		return t, errRequest
	}
	t.method = method
	if t.url, err = cut(strings.TrimSpace(address), inURL); err != nil {
		return t, err
	}
	outside := inText
	for line := range strings.Lines(rest) {
		name, value, found := strings.Cut(strings.TrimSpace(line), ": ")
		if !found {
			return t, fmt.Errorf("%w: %s", errRequest, line)
		}
		pieces, err := cut(value, inText)
		if err != nil {
			return t, err
		}
		t.headers = append(t.headers, header{name, pieces})
		if strings.EqualFold(name, "Content-Type") {
			outside = settingOf(value)
		}
	}
	t.body, err = cut(body, outside)
	return t, err
}

// settingOf says where a place in a body of this content type stands.
func settingOf(contentType string) setting {
	switch {
	case isJSON(contentType):
		return inNumber
	case isForm(contentType):
		return inForm
	}
	return inText
}

// wants are the formats that a place needs to be safe where it stands.
var wants = map[setting]string{wholeURL: "address", inNumber: "digits", insideTag: "attribute"}

// checkPlaces looks whether each field has a place, each place a field, and
// whether what the field takes can stand there.
func (r *Recipe) checkPlaces() error {
	known, used := map[string]Field{}, map[string]bool{}
	for _, f := range r.Fields {
		known[f.Name] = f
	}
	all := slices.Concat(r.template.url, r.template.body)
	for _, h := range r.template.headers {
		all = append(all, h.value...)
	}
	for _, p := range all {
		f, there := known[p.field]
		switch want := wants[p.in]; {
		case p.field == "":
			continue
		case !there:
			return fmt.Errorf("%w: there is no field %s", errField, p.field)
		case want != "" && (f.format != want || f.Optional):
			return fmt.Errorf("%w: %s stands where only %s can, and may not be empty", errField, p.field, want)
		}
		used[p.field] = true
	}
	for _, f := range r.Fields {
		if !used[f.Name] {
			return fmt.Errorf("%w: %s has no place", errField, f.Name)
		}
	}
	return nil
}
