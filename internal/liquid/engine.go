package liquid

import (
	"errors"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"sync"

	syntax "github.com/osteele/liquid/parser"
	"github.com/osteele/liquid/render"
)

// This file is the seam to osteele/liquid. The scanner has cut a template into
// parts; the library gets them as tags that hold nothing but the part's number,
// one on a line, so that a line number in its errors is a part's number too.

// part is one piece of a template: text, an output, or a tag.
type part struct {
	name string // the tag's name; text, blank and out are ours
	tag  tag
	off  int // where it stands in the source
	end  int
}

// tag does the work of one part when the walk reaches it.
type tag interface {
	run(r *run, b *block) error
}

// block is the inside of a block tag, as the library built it.
type block struct {
	ctx     render.Context
	body    *render.BlockNode
	clauses []clause
}

// clause is an {% else %}, {% when %} … with what belongs to it.
type clause struct {
	part int
	body *render.BlockNode
}

// render walks through the tags inside a block or clause.
func (b *block) render(body *render.BlockNode) error {
	return b.ctx.RenderBlock(io.Discard, body)
}

// blockTags are the tags with an end, and the clauses they may hold.
var blockTags = map[string][]string{
	"if":        {"elsif", "else"},
	"unless":    {"elsif", "else"},
	"case":      {"when", "else"},
	"for":       {"else"},
	"tablerow":  nil,
	"capture":   nil,
	"ifchanged": nil,
	"liquid":    nil,
}

// runKey is where the library's bindings hold our run. They hold nothing else,
// and no template can reach them: variables are looked up in the run.
const runKey = "run"

// library is the configuration of osteele/liquid: our tags and no others, and
// a store that holds no templates, for the default one reads files.
var library = sync.OnceValue(func() *render.Config {
	cfg := render.NewConfig()
	cfg.TemplateStore = noFiles{}
	for _, name := range [...]string{"text", "blank", "out"} {
		cfg.AddTag(name, compileTag)
	}
	for name := range tagParsers {
		if _, isBlock := blockTags[name]; !isBlock && !isClause(name) {
			cfg.AddTag(name, compileTag)
		}
	}
	for name, clauses := range blockTags {
		def := cfg.AddBlock(name)
		def.Compiler(compileBlock)
		for _, c := range clauses {
			def.Clause(c)
		}
	}
	return &cfg
})

func isClause(name string) bool { return name == "else" || name == "elsif" || name == "when" }

type noFiles struct{}

// ReadTemplate never finds a template. Our own include and render do not ask
// here; this is for the day when the library gains a tag that does.
func (noFiles) ReadTemplate(string) ([]byte, error) { return nil, fs.ErrNotExist }

// compileTag is the library's hook for a tag without an end.
func compileTag(args string) (func(io.Writer, render.Context) error, error) {
	n, err := strconv.Atoi(args)
	if err != nil {
		return nil, err
	}
	return func(_ io.Writer, ctx render.Context) error {
		r := ctx.Get(runKey).(*run)
		return pass(r.template.parts[n].tag.run(r, nil))
	}, nil
}

// compileBlock is the library's hook for a tag with an end.
func compileBlock(node render.BlockNode) (func(io.Writer, render.Context) error, error) {
	n, err := strconv.Atoi(node.Args)
	if err != nil {
		return nil, err
	}
	trim := trimsBlanks(node.Name) && allSilent(&node)
	body := withoutBlanks(&node, trim)
	clauses := make([]clause, len(node.Clauses))
	for i, c := range node.Clauses {
		if clauses[i].part, err = strconv.Atoi(c.Args); err != nil {
			return nil, err
		}
		clauses[i].body = withoutBlanks(c, trim)
	}
	return func(_ io.Writer, ctx render.Context) error {
		r := ctx.Get(runKey).(*run)
		return pass(r.template.parts[n].tag.run(r, &block{ctx: ctx, body: body, clauses: clauses}))
	}, nil
}

// pass keeps the library from wrapping what a tag returned.
func pass(err error) error {
	if err == nil {
		return nil
	}
	if p, ok := err.(passing); ok {
		return p
	}
	return passing{err}
}

// withoutBlanks drops the white space of a block that writes nothing else: the
// line breaks around {% assign %} in an {% if %} are not meant to be seen.
func withoutBlanks(node *render.BlockNode, trim bool) *render.BlockNode {
	if !trim {
		return node
	}
	kept := &render.BlockNode{Token: node.Token}
	for _, n := range node.Body {
		if t, ok := n.(*render.TagNode); !ok || t.Name != "blank" {
			kept.Body = append(kept.Body, n)
		}
	}
	return kept
}

// isSilent is true for parts that never write anything but white space.
func isSilent(n render.Node) bool {
	switch n := n.(type) {
	case *render.TagNode:
		return n.Name == "blank" || n.Name == "assign"
	case *render.BlockNode:
		return n.Name == "capture" || (trimsBlanks(n.Name) || n.Name == "liquid") && allSilent(n)
	}
	return false
}

// trimsBlanks names the blocks the reference cleans up so.
func trimsBlanks(name string) bool {
	return name == "if" || name == "unless" || name == "case" || name == "for"
}

// allSilent looks at all branches: which of them runs is not known yet, and the
// reference decides for the block as a whole.
func allSilent(b *render.BlockNode) bool {
	for _, n := range b.Body {
		if !isSilent(n) {
			return false
		}
	}
	for _, c := range b.Clauses {
		if !allSilent(c) {
			return false
		}
	}
	return true
}

// build lets the library make the tree, and explains what it cannot match.
func (t *Template) build() error {
	var b strings.Builder
	for i, p := range t.parts {
		b.WriteString("{%")
		b.WriteString(p.name)
		if !strings.HasPrefix(p.name, "end") {
			b.WriteByte(' ')
			b.WriteString(strconv.Itoa(i))
		}
		b.WriteString("\n%}")
	}
	root, err := library().Compile(b.String(), syntax.SourceLoc{Pathname: "template"})
	if err != nil {
		return t.explain(err)
	}
	t.root = root
	return nil
}

// explain says in plain words which tag has no partner.
func (t *Template) explain(err syntax.Error) error {
	n := err.LineNumber()
	if n < 0 || n >= len(t.parts) {
		return &Error{Message: "this template cannot be read", cause: err}
	}
	p := t.parts[n]
	start, isEnd := strings.CutPrefix(p.name, "end")
	switch {
	case isEnd:
		return errorAt(t.source, p.off, "%s closes no {%% %s %%}%s", excerpt(t.source[p.off:p.end]), start, t.openBefore(n))
	case isClause(p.name):
		return errorAt(t.source, p.off, "%s does not stand inside a tag it belongs to (%s)%s",
			excerpt(t.source[p.off:p.end]), parentsOf(p.name), t.openBefore(n))
	}
	return errorAt(t.source, p.off, "%s is never closed; add {%% end%s %%}", excerpt(t.source[p.off:p.end]), p.name)
}

// openBefore names the block that is open at the n-th part.
func (t *Template) openBefore(n int) string {
	var open []part
	for _, p := range t.parts[:n] {
		if _, ok := blockTags[p.name]; ok {
			open = append(open, p)
		} else if strings.HasPrefix(p.name, "end") && len(open) > 0 {
			open = open[:len(open)-1]
		}
	}
	if len(open) == 0 {
		return ""
	}
	p := open[len(open)-1]
	line, _ := placeOf(t.source, p.off)
	return "; " + excerpt(t.source[p.off:p.end]) + " of line " + strconv.Itoa(line) + " is still open"
}

func parentsOf(clause string) string {
	switch clause {
	case "when":
		return "case"
	case "elsif":
		return "if or unless"
	}
	return "if, unless, case or for"
}

// walk lets the library go through a template's tree.
func (r *run) walk(t *Template) error {
	outer := r.template
	r.template = t
	defer func() { r.template = outer }()
	err := render.Render(t.root, io.Discard, r.bindings, *library())
	if err == nil {
		return nil
	}
	var p passing
	if errors.As(err, &p) {
		return p.error
	}
	return err
}
