package liquid

import (
	"maps"
	"slices"

	"hookline/internal/data"
)

// tagParsers read the inside of each tag. The tags that the scanner takes care
// of itself are not here: raw, comment, doc, liquid and {% # %}.
var tagParsers map[string]func(*parser) (tag, error)

func init() {
	// In init because includes compile templates, which read this table.
	tagParsers = map[string]func(*parser) (tag, error){
		"echo":          parseEcho,
		"if":            parseIf,
		"elsif":         parseIf,
		"unless":        parseUnless,
		"else":          parseElse,
		"case":          parseCase,
		"when":          parseWhen,
		"for":           parseFor,
		"tablerow":      parseTablerow,
		"break":         parseBreak,
		"continue":      parseContinue,
		"cycle":         parseCycle,
		"ifchanged":     parseIfchanged,
		"assign":        parseAssign,
		"capture":       parseCapture,
		"increment":     parseIncrement,
		"decrement":     parseDecrement,
		"include":       parseInclude,
		"render":        parseRender,
		"random":        parseRandom,
		"generate_uuid": parseUUID,
		"cancel":        parseCancel,
	}
}

// tagNames lists every tag an author may use, for suggestions.
func tagNames() []string {
	names := slices.Collect(maps.Keys(tagParsers))
	for name := range blockTags {
		names = append(names, "end"+name)
	}
	return append(names, "raw", "comment", "doc", "liquid", "endraw", "endcomment")
}

// textTag is the template's own text.
type textTag struct {
	text string
	off  int
}

func (t *textTag) run(r *run, _ *block) error {
	start := len(r.out.buf)
	if err := r.out.text(t.text); err != nil {
		return r.at(t.off, err)
	}
	if r.opts.Marks && r.nested == 0 {
		r.out.texts = append(r.out.texts, TextMark{start, len(r.out.buf), t.off})
	}
	return nil
}

// outTag is {{ … }}.
type outTag struct {
	off   int
	value expr
	named *variable // the variable it begins with, nil when there is none
	whole string
	// lenient is true when a missing variable is provided for by a filter.
	lenient bool
	json    bool // the last filter makes JSON
}

// parseOutput notes which variable the output begins with: that is the one
// which may be missing.
func parseOutput(p *parser) (tag, error) {
	off := p.list[0].off
	value, err := p.filtered()
	if err != nil {
		return nil, err
	}
	if err := p.endOutput(); err != nil {
		return nil, err
	}
	t := &outTag{off: off, value: value, whole: p.whole}
	first := value
	if f, ok := value.(*filtered); ok {
		first = f.in
		t.lenient = f.has("default", "json", "to_json")
		last := f.calls[len(f.calls)-1].name
		t.json = last == "json" || last == "to_json"
	}
	t.named, _ = first.(*variable)
	return t, nil
}

// endOutput is end with the advice that fits outputs.
func (p *parser) endOutput() error {
	t := p.peek()
	if t.kind == signToken && slices.Contains(operators, t.text) || p.isName("contains") || p.isName("and") || p.isName("or") {
		return p.fail(t, "a comparison cannot be printed; use {%% if %%} around what should appear, instead of %s", excerpt(p.whole))
	}
	return p.end()
}

func parseEcho(p *parser) (tag, error) {
	if p.atEnd() {
		return &textTag{}, nil
	}
	return parseOutput(p)
}

func (t *outTag) run(r *run, _ *block) error {
	v, err := t.evaluate(r)
	if err != nil {
		return r.at(t.off, err)
	}
	return r.at(t.off, r.write(v, t))
}

// evaluate is eval, with a look at whether the variable is there.
func (t *outTag) evaluate(r *run) (any, error) {
	if t.named == nil || t.lenient {
		return t.value.eval(r)
	}
	v, found, err := t.named.lookup(r)
	if err != nil {
		return nil, err
	}
	if v == nil {
		if err := t.missing(r, found); err != nil {
			return nil, err
		}
	}
	f, ok := t.value.(*filtered)
	if !ok {
		return v, nil
	}
	for _, call := range f.calls {
		if v, err = call.apply(r, v); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// missing is called when the variable an output begins with has no value.
func (t *outTag) missing(r *run, found bool) error {
	what := "missing"
	if found {
		what = "null"
	}
	if r.opts.Require {
		line, column := placeOf(r.template.source, t.named.off)
		return &Error{Line: line, Column: column, Message: t.named.text + " is " + what + " in " + excerpt(t.whole) +
			"; give it a value or add | default: \"…\""}
	}
	if !found {
		r.warn(t.named.off, t.named.text, "%s is missing and counts as nothing in %s", t.named.text, excerpt(t.whole))
	}
	return nil
}

// write prints a value where the run writes now.
func (r *run) write(v any, t *outTag) error {
	o := r.out
	start := len(o.buf)
	done := Text
	var err error
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		err = r.writeText(v, t, done)
	case safe:
		err = r.writeText(v.text, t, v.mode)
	default:
		e := r.encoder()
		if e.text(v); e.err != nil {
			return e.err
		}
		err = o.value(r.told(&e), done)
	}
	if r.opts.Marks && len(o.buf) > start {
		line, column := placeOf(r.template.source, t.off)
		o.marks = append(o.marks, Mark{Start: start, End: len(o.buf), Line: line, Column: column})
	}
	return err
}

// writeText looks for the two usual mistakes in JSON first.
func (r *run) writeText(s string, t *outTag, done Mode) error {
	if r.out.mode == JSON && s != "" {
		switch {
		case r.out.inString && t.json:
			r.warn(t.off, "", "%s stands between quotation marks, so its own are escaped; take one of the two away", excerpt(t.whole))
		case !r.out.inString && !t.json && data.Valid(s) != nil:
			r.suspect(t.off, "%s prints text outside of quotation marks, and the text is no JSON", excerpt(t.whole))
		}
	}
	return r.out.value(s, done)
}

// liquidTag is {% liquid %}; its lines are the block's inside.
type liquidTag struct{}

func (liquidTag) run(r *run, b *block) error { return r.each(b.body) }
