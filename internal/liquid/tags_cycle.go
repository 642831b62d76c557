package liquid

// cycleTag is {% cycle name: a, b, c %}: the next of its values each time.
type cycleTag struct {
	out    *outTag
	group  expr   // the name; nil when there is none
	text   string // the values as written, which is the name then
	values []expr
}

// parseCycle cannot know at once whether the first value is a name: a colon
// behind it says so.
func parseCycle(p *parser) (tag, error) {
	t := &cycleTag{out: &outTag{off: p.peek().off, whole: p.whole}}
	start := p.peek().off
	first, err := p.operand()
	if err != nil {
		return nil, err
	}
	if p.accept(":") {
		t.group = first
		if first, err = p.operand(); err != nil {
			return nil, err
		}
	}
	t.values = append(t.values, first)
	for p.accept(",") && !p.atEnd() {
		v, err := p.operand()
		if err != nil {
			return nil, err
		}
		t.values = append(t.values, v)
	}
	t.text = p.source[start:p.peek().off]
	return t, p.end()
}

func (t *cycleTag) run(r *run, _ *block) error {
	key := "cycle " + t.text
	if t.group != nil {
		group, err := t.group.eval(r)
		if err != nil {
			return r.at(t.out.off, err)
		}
		key = "cycle: " + r.text(group)
	}
	// The position is the run's, not the template's: one template is rendered
	// by many at once. A group may have grown shorter since it was last used.
	n, _ := r.recall(key).(int)
	var v any
	if n < len(t.values) {
		var err error
		if v, err = t.values[n].eval(r); err != nil {
			return r.at(t.out.off, err)
		}
	}
	if n++; n >= len(t.values) {
		n = 0
	}
	r.remember(key, n)
	return r.at(t.out.off, r.write(v, t.out))
}
