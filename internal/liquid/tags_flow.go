package liquid

// ifTag is if, elsif and unless.
type ifTag struct {
	off  int
	cond expr
	not  bool
}

func parseIf(p *parser) (tag, error)     { return parseBranch(p, false) }
func parseUnless(p *parser) (tag, error) { return parseBranch(p, true) }

func parseBranch(p *parser, not bool) (tag, error) {
	t := &ifTag{off: p.peek().off, not: not}
	var err error
	if t.cond, err = p.condition(); err != nil {
		return nil, err
	}
	return t, p.end()
}

func (t *ifTag) holds(r *run) (bool, error) {
	v, err := t.cond.eval(r)
	if err != nil {
		return false, r.at(t.off, err)
	}
	return truthy(v) != t.not, nil
}

// run takes the first branch that holds; what follows an else is never reached.
func (t *ifTag) run(r *run, b *block) error {
	ok, err := t.holds(r)
	if err != nil {
		return err
	}
	if ok {
		return r.each(b.body)
	}
	for _, c := range b.clauses {
		branch, isElsif := r.template.parts[c.part].tag.(*ifTag)
		if isElsif {
			if ok, err = branch.holds(r); err != nil {
				return err
			}
		}
		if ok || !isElsif {
			return r.each(c.body)
		}
	}
	return nil
}

// elseTag is {% else %} of any block; the block's tag decides when it runs.
type elseTag struct{}

func parseElse(*parser) (tag, error) { return elseTag{}, nil }

func (elseTag) run(*run, *block) error { return nil }

// caseTag is {% case %}: every {% when %} that fits runs, and {% else %} if
// none before it did.
type caseTag struct {
	off   int
	value expr
}

func parseCase(p *parser) (tag, error) {
	t := &caseTag{off: p.peek().off}
	var err error
	if t.value, err = p.operand(); err != nil {
		return nil, err
	}
	return t, p.end()
}

// whenTag is one {% when a, b or c %}.
type whenTag struct {
	values  []expr
	ignored token // what stands behind the values, if anything
}

// parseWhen takes commas and or alike.
func parseWhen(p *parser) (tag, error) {
	t := &whenTag{}
	for {
		v, err := p.operand()
		if err != nil {
			return nil, err
		}
		t.values = append(t.values, v)
		if !p.accept(",") && !p.acceptName("or") {
			// What follows is ignored, as in the reference; a lint tells.
			t.ignored = p.peek()
			return t, nil
		}
	}
}

func (*whenTag) run(*run, *block) error { return nil }

// matches counts the values that equal v; each of them runs the branch once.
func (t *whenTag) matches(r *run, v any) (n int, err error) {
	for _, x := range t.values {
		candidate, err := x.eval(r)
		if err != nil {
			return 0, err
		}
		if r.equal(v, candidate) {
			n++
		}
	}
	return n, r.booked()
}

// run may take several branches, even one branch twice: so does the reference,
// and templates brought along may depend on it.
func (t *caseTag) run(r *run, b *block) error {
	v, err := t.value.eval(r)
	if err != nil {
		return r.at(t.off, err)
	}
	matched := false
	for _, c := range b.clauses {
		times := 0
		if when, ok := r.template.parts[c.part].tag.(*whenTag); ok {
			if times, err = when.matches(r, v); err != nil {
				return r.at(t.off, err)
			}
			matched = matched || times > 0
		} else if !matched {
			times = 1
		}
		for range times {
			if err := r.each(c.body); err != nil {
				return err
			}
		}
	}
	return nil
}

// interruptTag is {% break %} or {% continue %}.
type interruptTag interrupt

func parseBreak(p *parser) (tag, error)    { return interruptTag(breakLoop), nil }
func parseContinue(p *parser) (tag, error) { return interruptTag(continueLoop), nil }

func (t interruptTag) run(*run, *block) error { return interrupt(t) }
