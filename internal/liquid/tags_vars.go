package liquid

// assignTag is {% assign name = value | filters %}.
type assignTag struct {
	off   int
	name  string
	value expr
}

func parseAssign(p *parser) (tag, error) {
	t := &assignTag{off: p.peek().off}
	var err error
	if t.name, err = p.target(); err != nil {
		return nil, err
	}
	if !p.accept("=") {
		return nil, p.unexpected("= after the name")
	}
	if t.value, err = p.filtered(); err != nil {
		return nil, err
	}
	return t, p.end()
}

// target reads the name of a variable that a tag sets.
func (p *parser) target() (string, error) {
	t := p.peek()
	if t.kind != nameToken {
		return "", p.unexpected("the name of a variable")
	}
	p.pos++
	if p.isSign(".") || p.isSign("[") {
		return "", p.fail(t, "only a plain name can be set, without dots or brackets, in %s", excerpt(p.whole))
	}
	return t.text, nil
}

func (t *assignTag) run(r *run, _ *block) error {
	v, err := t.value.eval(r)
	if err != nil {
		return r.at(t.off, err)
	}
	r.set(t.name, v)
	return nil
}

// captureTag is {% capture name %}…{% endcapture %}.
type captureTag struct {
	off  int
	name string
}

// parseCapture takes the name with or without quotation marks.
func parseCapture(p *parser) (tag, error) {
	t := &captureTag{off: p.peek().off}
	if quoted := p.peek(); quoted.kind == textToken {
		p.pos++
		t.name = quoted.text
		return t, p.end()
	}
	var err error
	if t.name, err = p.target(); err != nil {
		return nil, err
	}
	return t, p.end()
}

func (t *captureTag) run(r *run, b *block) error {
	text, err := r.capture(func() error { return r.each(b.body) })
	r.set(t.name, text)
	if err != nil {
		return r.at(t.off, err)
	}
	return nil
}

// capture runs something and gives what it wrote, unescaped: it is escaped when
// the captured text is printed.
func (r *run) capture(write func() error) (string, error) {
	outer := r.out
	r.out = &output{mode: Text, limit: r.limits.Text}
	defer func() { r.out = outer }()
	err := write()
	text := string(r.out.buf)
	if err == nil {
		err = r.spend(len(text))
	}
	return text, err
}

// counterTag is {% increment name %} or {% decrement name %}. Counters live
// apart from assigned variables.
type counterTag struct {
	name string
	down bool
	out  *outTag
}

func parseIncrement(p *parser) (tag, error) { return parseCounter(p, false) }
func parseDecrement(p *parser) (tag, error) { return parseCounter(p, true) }

func parseCounter(p *parser, down bool) (tag, error) {
	t := &counterTag{down: down, out: &outTag{off: p.peek().off, whole: p.whole}}
	var err error
	if t.name, err = p.target(); err != nil {
		return nil, err
	}
	return t, p.end()
}

// run prints before it counts up, but after it counted down.
func (t *counterTag) run(r *run, _ *block) error {
	if r.counts == nil {
		r.counts = map[string]int64{}
	}
	n, ok := r.counts[t.name]
	if !ok {
		// A number in the data of the same name is where counting starts.
		root, _ := r.root(t.name)
		n, _ = FromGo(root).(int64)
	}
	if t.down {
		n--
		r.counts[t.name] = n
	} else {
		r.counts[t.name] = n + 1
	}
	return r.at(t.out.off, r.write(n, t.out))
}

// ifchangedTag writes its inside unless it wrote the same last time.
type ifchangedTag struct{ out *outTag }

func parseIfchanged(p *parser) (tag, error) {
	return &ifchangedTag{&outTag{off: p.peek().off, whole: p.whole}}, nil
}

// run compares with whatever any ifchanged wrote last, as the reference does.
func (t *ifchangedTag) run(r *run, b *block) error {
	text, err := r.capture(func() error { return r.each(b.body) })
	if err != nil {
		return r.at(t.out.off, err)
	}
	last, _ := r.recall("ifchanged").(string)
	if text == last {
		return nil
	}
	r.remember("ifchanged", text)
	return r.at(t.out.off, r.write(text, t.out))
}
