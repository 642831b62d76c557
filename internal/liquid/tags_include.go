package liquid

import (
	"errors"
	"fmt"
	"strings"
)

// snippetTag is {% render 'name' %} or {% include 'name' %}. Both only know the
// snippets that Options hold; neither reads a file.
type snippetTag struct {
	off      int
	name     expr
	with     expr // with or for
	each     bool // for: once for every item
	as       string
	args     []namedArg
	isolated bool // render: sees nothing but its arguments
}

func parseInclude(p *parser) (tag, error) { return parseSnippet(p, false) }

// parseRender wants the name as written text: which snippets a template needs
// can then be told without running it.
func parseRender(p *parser) (tag, error) {
	if t := p.peek(); t.kind != textToken {
		return nil, p.unexpected("the snippet's name between quotation marks")
	}
	return parseSnippet(p, true)
}

func parseSnippet(p *parser, isolated bool) (tag, error) {
	t := &snippetTag{off: p.peek().off, isolated: isolated}
	var err error
	if t.name, err = p.operand(); err != nil {
		return nil, err
	}
	if p.isName("with") || p.isName("for") {
		t.each = p.next().text == "for"
		if t.with, err = p.operand(); err != nil {
			return nil, err
		}
	}
	if p.acceptName("as") {
		if t.as, err = p.target(); err != nil {
			return nil, err
		}
	}
	for {
		p.accept(",")
		if p.atEnd() {
			return t, nil
		}
		if err := p.snippetArg(t); err != nil {
			return nil, err
		}
	}
}

func (p *parser) snippetArg(t *snippetTag) error {
	key := p.peek()
	if key.kind != nameToken {
		return p.unexpected("the name of an argument")
	}
	p.pos++
	if !p.accept(":") {
		return p.unexpected("a colon after " + key.text)
	}
	v, err := p.operand()
	t.args = append(t.args, namedArg{key.text, v})
	return err
}

// snippet is one use of a snippet, ready to run.
type snippet struct {
	template *Template
	name, as string
	given    []frame
}

func (t *snippetTag) run(r *run, _ *block) error {
	if r.isolated && !t.isolated {
		return r.at(t.off, &Error{Message: "include cannot be used in a snippet that render runs; use render there too"})
	}
	s, err := t.prepare(r)
	if err != nil {
		return r.at(t.off, err)
	}
	v, about, err := t.subject(r, s.name)
	if err != nil {
		return r.at(t.off, err)
	}
	if !about {
		return t.once(r, s)
	}
	if _, list := v.([]Value); t.each || list && !t.isolated {
		return t.forEach(r, s, v)
	}
	s.given = append(s.given, frame{s.as, v})
	return t.once(r, s)
}

// prepare works out which snippet it is and what it is given.
func (t *snippetTag) prepare(r *run) (snippet, error) {
	s, err := t.find(r)
	if err != nil {
		return s, err
	}
	if s.as = t.as; s.as == "" {
		s.as = s.name[strings.LastIndexByte(s.name, '/')+1:]
	}
	s.given, err = t.arguments(r)
	return s, err
}

// subject is what the snippet is about: the value behind with or for, and for
// an include without either, the variable that is called like the snippet.
func (t *snippetTag) subject(r *run, name string) (v any, given bool, err error) {
	if t.with != nil {
		v, err = t.with.eval(r)
		return v, true, err
	}
	if !t.isolated {
		v, given = r.get(name)
	}
	return v, given, nil
}

// find compiles the snippet, once in a rendering.
func (t *snippetTag) find(r *run) (snippet, error) {
	v, err := t.name.eval(r)
	if err != nil {
		return snippet{}, err
	}
	name, ok := plain(v).(string)
	if !ok {
		return snippet{}, &Error{Message: "the name of a snippet must be text, not " + kindName(v)}
	}
	if known, ok := r.snippets[name]; ok {
		return snippet{template: known, name: name}, nil
	}
	source, ok := r.opts.Snippets[name]
	if !ok {
		return snippet{}, &Error{Message: fmt.Sprintf("there is no snippet named %q", excerpt(name))}
	}
	compiled, err := Compile(source, r.template.mode)
	if err != nil {
		return snippet{}, &Error{Message: fmt.Sprintf("in the snippet %q, %s", name, err), cause: errors.Unwrap(err), snippet: true}
	}
	if r.snippets == nil {
		r.snippets = map[string]*Template{}
	}
	r.snippets[name] = compiled
	return snippet{template: compiled, name: name}, nil
}

// arguments are worked out where the tag stands, not within the snippet.
func (t *snippetTag) arguments(r *run) ([]frame, error) {
	frames := make([]frame, 0, len(t.args)+2)
	for _, a := range t.args {
		v, err := a.arg.eval(r)
		if err != nil {
			return nil, err
		}
		frames = append(frames, frame{a.name, v})
	}
	return frames, nil
}

// forEach runs the snippet for every item of a list; anything else, also an
// object, is one item.
func (t *snippetTag) forEach(r *run, s snippet, v any) error {
	it := &items{list: []Value{v}, to: 1}
	switch v.(type) {
	case []Value, span:
		it = itemsOf(v)
	}
	l := &loop{kind: "Liquid::ForloopDrop", name: s.as, length: it.len()}
	given := s.given[:len(s.given):len(s.given)]
	for i := range it.len() {
		if err := r.round(); err != nil {
			return r.at(t.off, err)
		}
		l.index = i
		s.given = append(given, frame{s.as, it.at(i)})
		if t.isolated {
			s.given = append(s.given, frame{"forloop", l})
		}
		if err := t.once(r, s); err != nil {
			return err
		}
	}
	return nil
}

// once runs the snippet with some variables set.
func (t *snippetTag) once(r *run, s snippet) error {
	if r.nested >= maxNested {
		return r.at(t.off, limitError("depth", fmt.Sprintf("more than %d snippets within snippets", maxNested)))
	}
	if err := r.tick(); err != nil {
		return r.at(t.off, err)
	}
	r.nested++
	defer func() { r.nested-- }()
	if t.isolated {
		defer r.isolate(s.given)()
	} else {
		depth := len(r.frames)
		r.frames = append(r.frames, s.given...)
		defer func() { r.frames = r.frames[:depth] }()
	}
	err := r.walk(s.template)
	var e *Error
	if errors.As(err, &e) {
		message := e.Message
		if !e.snippet { // the innermost snippet's name is enough
			message = fmt.Sprintf("in the snippet %q, %s", s.name, e)
		}
		return r.at(t.off, &Error{Message: message, cause: e.cause, snippet: true})
	}
	if t.isolated && (err == error(breakLoop) || err == error(continueLoop)) {
		return nil
	}
	return err
}

// isolate hides everything the template around set, until undone. What the
// snippet is given counts as assigned in it, so it may assign it anew.
func (r *run) isolate(given []frame) (undo func()) {
	locals, frames, counts, memory, isolated := r.locals, r.frames, r.counts, r.memory, r.isolated
	r.locals, r.frames, r.counts, r.memory, r.isolated = nil, nil, nil, nil, true
	for _, f := range given {
		r.set(f.name, f.value)
	}
	return func() {
		r.locals, r.frames, r.counts, r.memory, r.isolated = locals, frames, counts, memory, isolated
	}
}
