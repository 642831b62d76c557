package liquid

import (
	"fmt"
	"slices"
)

// forTag is {% for name in list reversed limit: n offset: n %}.
type forTag struct {
	off      int
	name     string
	list     expr
	listText string // as written: part of forloop.name and of what continue means
	reversed bool
	limit    expr
	offset   expr
	goOn     bool // offset: continue
	cols     expr // tablerow only
	outText  *outTag
}

func parseFor(p *parser) (tag, error)      { return parseLoop(p, "for") }
func parseTablerow(p *parser) (tag, error) { return parseLoop(p, "tablerow") }

func parseLoop(p *parser, kind string) (tag, error) {
	t := &forTag{off: p.peek().off, outText: &outTag{off: p.peek().off, whole: p.whole}}
	var err error
	if t.name, err = p.target(); err != nil {
		return nil, err
	}
	if !p.acceptName("in") {
		return nil, p.unexpected("the word in")
	}
	start := p.peek().off
	if t.list, err = p.operand(); err != nil {
		return nil, err
	}
	t.listText = trimText(p.source[start:p.peek().off])
	for !p.atEnd() {
		if err := p.loopOption(t, kind); err != nil {
			return nil, err
		}
	}
	if kind == "tablerow" {
		return (*tablerowTag)(t), nil
	}
	return t, nil
}

func trimText(s string) string {
	for len(s) > 0 && (isSpace(s[len(s)-1]) || s[len(s)-1] == ',') {
		s = s[:len(s)-1]
	}
	return s
}

// loopOption takes the options in any order, with or without commas.
func (p *parser) loopOption(t *forTag, kind string) error {
	if p.accept(",") || p.atEnd() {
		return nil
	}
	word := p.peek()
	if p.acceptName("reversed") {
		t.reversed = true
		return nil
	}
	known := []string{"limit", "offset"}
	if kind == "tablerow" {
		known = append(known, "cols")
	}
	if word.kind != nameToken || !slices.Contains(known, word.text) {
		return p.unexpected("reversed, limit: or offset:")
	}
	p.pos++
	if !p.accept(":") {
		return p.unexpected("a colon after " + word.text)
	}
	if word.text == "offset" && p.acceptName("continue") {
		t.goOn = true
		return nil
	}
	v, err := p.operand()
	if err != nil {
		return err
	}
	switch word.text {
	case "limit":
		t.limit = v
	case "offset":
		t.offset = v
	default:
		t.cols = v
	}
	return nil
}

// items works out the list and cuts it to offset and limit.
func (t *forTag) items(r *run) (*items, error) {
	v, err := t.list.eval(r)
	if err != nil {
		return nil, err
	}
	it := itemsOf(v)
	it.reversed = t.reversed
	if t.goOn {
		n, _ := r.recall(t.memoryKey()).(int64)
		it.from = min(max(n, 0), it.to)
	} else if it.from, err = t.bound(r, t.offset, "offset", 0); err != nil {
		return nil, err
	}
	it.from = min(max(it.from, 0), it.to)
	limit, err := t.bound(r, t.limit, "limit", it.to)
	if err != nil {
		return nil, err
	}
	it.to = it.from + min(max(limit, 0), it.to-it.from)
	r.remember(t.memoryKey(), it.to)
	return it, nil
}

func (t *forTag) memoryKey() string { return "for " + t.name + "-" + t.listText }

// bound reads limit, offset or cols; texts that are numbers count as numbers,
// for attributes often are.
func (t *forTag) bound(r *run, x expr, what string, otherwise int64) (int64, error) {
	if x == nil {
		return otherwise, nil
	}
	v, err := x.eval(r)
	if err != nil || v == nil {
		return otherwise, err
	}
	n, ok := toInt(v)
	if !ok {
		return 0, &Error{Message: fmt.Sprintf("%s must be a number, not %s", what, kindName(v))}
	}
	return n, nil
}

// run puts the loop variable into a frame, which hides a variable of the same
// name and leaves it as it was.
func (t *forTag) run(r *run, b *block) error {
	it, err := t.items(r)
	if err != nil {
		return r.at(t.off, err)
	}
	if it.len() == 0 {
		for _, c := range b.clauses {
			return r.each(c.body)
		}
		return nil
	}
	l := &loop{kind: "Liquid::ForloopDrop", name: t.name + "-" + t.listText, length: it.len(), parent: r.innermost()}
	depth := len(r.frames)
	r.frames = append(r.frames, frame{"forloop", l}, frame{t.name, nil})
	defer func() { r.frames = r.frames[:depth] }()
	for i := range it.len() {
		if err := r.round(); err != nil {
			return r.at(t.off, err)
		}
		l.index = i
		r.frames[depth+1].value = it.at(i)
		switch err := r.each(b.body); err {
		case nil, continueLoop:
		case breakLoop:
			return nil
		default:
			return err
		}
	}
	return nil
}

// innermost is the loop around, for forloop.parentloop.
func (r *run) innermost() *loop {
	for i := len(r.frames) - 1; i >= 0; i-- {
		if l, ok := r.frames[i].value.(*loop); ok && r.frames[i].name == "forloop" {
			return l
		}
	}
	return nil
}
