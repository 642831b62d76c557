package liquid

import (
	"fmt"
	"slices"
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

// node is a part in the tree that the walk goes through.
type node struct {
	name  string
	tag   tag
	block *block // of a tag with an end
}

// block is the inside of a block tag.
type block struct {
	body    []node
	clauses []clause
}

// clause is an {% else %}, {% when %} … with what belongs to it.
type clause struct {
	part int
	body []node
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

// library is the configuration of osteele/liquid: our blocks and no others.
var library = sync.OnceValue(func() *render.Config {
	cfg := render.NewConfig()
	for name, clauses := range blockTags {
		def := cfg.AddBlock(name)
		for _, c := range clauses {
			def.Clause(c)
		}
	}
	return &cfg
})

func isClause(name string) bool { return name == "else" || name == "elsif" || name == "when" }

// build lets the library find out what stands within what, and explains what
// it cannot match.
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
	root, err := library().Parse(b.String(), syntax.SourceLoc{Pathname: "template"})
	if err != nil {
		return t.explain(err)
	}
	seq, ok := root.(*syntax.ASTSeq)
	if !ok {
		return &Error{Message: "this template cannot be read", cause: fmt.Errorf("compile template: the root is a %T", root)}
	}
	nodes, fault := t.nodes(seq.Children)
	t.root = nodes
	return fault
}

// nodes puts the parts in the places that the library found for them.
func (t *Template) nodes(found []syntax.ASTNode) ([]node, error) {
	nodes := make([]node, 0, len(found))
	for _, f := range found {
		var n node
		var err error
		switch f := f.(type) {
		case *syntax.ASTTag:
			n, err = t.node(f.Args)
		case *syntax.ASTBlock:
			n, err = t.blockNode(f)
		default:
			err = fmt.Errorf("compile template: a %T among the tags", f)
		}
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
	}
	return nodes, nil
}

// node is the part whose number the library gives back.
func (t *Template) node(number string) (node, error) {
	n, err := strconv.Atoi(number)
	if err != nil {
		return node{}, fmt.Errorf("compile template: %w", err)
	}
	return node{name: t.parts[n].name, tag: t.parts[n].tag}, nil
}

func (t *Template) blockNode(found *syntax.ASTBlock) (node, error) {
	n, err := t.node(found.Args)
	if err != nil {
		return n, err
	}
	n.block = &block{clauses: make([]clause, len(found.Clauses))}
	if n.block.body, err = t.nodes(found.Body); err != nil {
		return n, err
	}
	for i, c := range found.Clauses {
		into := &n.block.clauses[i]
		if into.part, err = strconv.Atoi(c.Args); err != nil {
			return n, fmt.Errorf("compile template: %w", err)
		}
		if into.body, err = t.nodes(c.Body); err != nil {
			return n, err
		}
	}
	if trimsBlanks(n.name) && n.block.allSilent() {
		n.block.dropBlanks()
	}
	return n, nil
}

// dropBlanks takes the white space out of a block that writes nothing else: the
// line breaks around {% assign %} in an {% if %} are not meant to be seen.
func (b *block) dropBlanks() {
	isBlank := func(n node) bool { return n.name == "blank" }
	b.body = slices.DeleteFunc(b.body, isBlank)
	for i := range b.clauses {
		b.clauses[i].body = slices.DeleteFunc(b.clauses[i].body, isBlank)
	}
}

// isSilent is true for parts that never write anything but white space.
func (n *node) isSilent() bool {
	if n.block == nil {
		return n.name == "blank" || n.name == "assign"
	}
	return n.name == "capture" || (trimsBlanks(n.name) || n.name == "liquid") && n.block.allSilent()
}

// trimsBlanks names the blocks the reference cleans up so.
func trimsBlanks(name string) bool {
	return name == "if" || name == "unless" || name == "case" || name == "for"
}

// allSilent looks at all branches: which of them runs is not known yet, and the
// reference decides for the block as a whole.
func (b *block) allSilent() bool {
	silent := func(nodes []node) bool {
		return !slices.ContainsFunc(nodes, func(n node) bool { return !n.isSilent() })
	}
	return silent(b.body) && !slices.ContainsFunc(b.clauses, func(c clause) bool { return !silent(c.body) })
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

// walk goes through a template's tree.
func (r *run) walk(t *Template) error {
	outer := r.template
	r.template = t
	defer func() { r.template = outer }()
	return r.each(t.root)
}

// each runs the parts of one place in the tree, until one fails or leaves it.
func (r *run) each(nodes []node) error {
	for i := range nodes {
		if err := nodes[i].tag.run(r, nodes[i].block); err != nil {
			return err
		}
	}
	return nil
}
