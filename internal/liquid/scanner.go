package liquid

import (
	"strings"
)

// scanner cuts a template's source into parts.
type scanner struct {
	t      *Template
	src    string
	pos    int
	trim   bool // the tag before ended with -
	blocks int  // how many are open
	lines  int  // how many {% liquid %} lines hold another one
}

// span of one tag in the source.
type tagSpan struct {
	start, end           int // with the delimiters
	inner, innerEnd      int // without them and the hyphens
	trimLeft, trimsRight bool
}

// scan never looks at quotation marks when it searches the end of a tag; neither
// does the reference, and so a forgotten one spoils only its own tag.
func (t *Template) scan() error {
	s := &scanner{t: t, src: t.source}
	for s.pos < len(s.src) {
		open := s.nextOpening(s.pos)
		if open < 0 {
			s.text(s.pos, len(s.src), false)
			return nil
		}
		tag, err := s.bounds(open)
		if err != nil {
			return err
		}
		s.text(s.pos, open, tag.trimLeft)
		s.pos, s.trim = tag.end, tag.trimsRight
		if s.src[open+1] == '{' {
			err = s.output(tag)
		} else {
			err = s.tag(tag)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// nextOpening finds {{ or {% from a position on, -1 if there is none.
func (s *scanner) nextOpening(from int) int {
	for {
		n := strings.IndexByte(s.src[from:], '{')
		if n < 0 || from+n+1 >= len(s.src) {
			return -1
		}
		if c := s.src[from+n+1]; c == '{' || c == '%' {
			return from + n
		}
		from += n + 1
	}
}

// bounds finds the end of the tag that opens at a position.
func (s *scanner) bounds(open int) (tagSpan, error) {
	closing := "%}"
	if s.src[open+1] == '{' {
		closing = "}}"
	}
	n := strings.Index(s.src[open+2:], closing)
	if n < 0 {
		line, _, _ := strings.Cut(s.src[open:], "\n")
		return tagSpan{}, errorAt(s.src, open, "this tag is never closed, %s is missing: %s", closing, excerpt(line))
	}
	t := tagSpan{start: open, inner: open + 2, innerEnd: open + 2 + n, end: open + 4 + n}
	if t.inner < t.innerEnd && s.src[t.inner] == '-' {
		t.trimLeft = true
		t.inner++
	}
	if t.inner < t.innerEnd && s.src[t.innerEnd-1] == '-' {
		t.trimsRight = true
		t.innerEnd--
	} else if t.trimLeft && t.inner == t.innerEnd {
		t.trimsRight = true // {{-}} cuts on both sides
	}
	return t, nil
}

const spaces = " \t\n\v\f\r\x00"

// text adds a piece of the template's own text, with white space cut as the
// tags on both sides ask for.
func (s *scanner) text(start, end int, trimEnd bool) {
	text := s.src[start:end]
	if s.trim {
		text = strings.TrimLeft(text, spaces)
		start = end - len(text)
	}
	s.trim = false
	if trimEnd {
		text = strings.TrimRight(text, spaces)
	}
	if text == "" {
		return
	}
	name := "text"
	if strings.Trim(text, spaces) == "" {
		name = "blank"
	}
	s.add(part{name: name, tag: &textTag{text, start}, off: start, end: end})
}

func (s *scanner) add(p part) { s.t.parts = append(s.t.parts, p) }

func (s *scanner) parser(start, end int, whole tagSpan) (*parser, error) {
	l := lexer{source: s.src, start: start, end: end, whole: s.src[whole.start:whole.end]}
	list, err := l.tokens()
	if err != nil {
		return nil, err
	}
	return &parser{source: s.src, whole: l.whole, list: list, uses: &s.t.uses}, nil
}

// output adds {{ … }}. An empty one prints nothing, which deserves a word.
func (s *scanner) output(t tagSpan) error {
	if strings.Trim(s.src[t.inner:t.innerEnd], spaces) == "" {
		s.t.advise(t.start, "nothing stands between the braces of %s, so it prints nothing; write what to fill in, such as {{ customer.email }}, or take it away", excerpt(s.src[t.start:t.end]))
		return nil
	}
	p, err := s.parser(t.inner, t.innerEnd, t)
	if err != nil {
		return err
	}
	out, err := parseOutput(p)
	if err != nil {
		return err
	}
	s.add(part{name: "out", tag: out, off: t.start, end: t.end})
	return nil
}

// tag adds {% … %}, or takes it and all up to its end when it is one of the
// tags whose inside is not read.
func (s *scanner) tag(t tagSpan) error {
	name, rest := s.tagName(t.inner, t.innerEnd)
	switch name {
	case "":
		return errorAt(s.src, t.start, "a tag's name is missing in %s", excerpt(s.src[t.start:t.end]))
	case "#":
		return s.inlineComment(t)
	case "raw":
		return s.raw(t, rest)
	case "comment":
		return s.comment(t)
	case "doc":
		return s.doc(t, rest)
	case "liquid":
		return s.liquid(t, rest)
	}
	return s.plainTag(name, t, rest, t.innerEnd)
}

// tagName reads the first word of a tag and says where the rest begins.
func (s *scanner) tagName(start, end int) (name string, rest int) {
	for start < end && isSpace(s.src[start]) {
		start++
	}
	if start < end && s.src[start] == '#' {
		return "#", start + 1
	}
	n := start
	for n < end && (s.src[n] == '_' || isDigit(s.src[n]) || isLetter(s.src[n])) {
		n++
	}
	return s.src[start:n], n
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// plainTag adds a tag whose inside is an expression or nothing.
func (s *scanner) plainTag(name string, whole tagSpan, start, end int) error {
	p := part{name: name, off: whole.start, end: whole.end}
	if block, isEnd := strings.CutPrefix(name, "end"); isEnd {
		if _, ok := blockTags[block]; ok && block != "liquid" {
			s.blocks--
			s.add(p)
			return nil
		}
	}
	parse, ok := tagParsers[name]
	if !ok {
		return errorAt(s.src, whole.start, "there is no tag {%% %s %%}%s", name, nearest(name, tagNames()))
	}
	if name == "else" {
		// Whatever else stands here is ignored, as in the reference.
		if next, _ := s.tagName(start, end); next == "if" {
			return errorAt(s.src, whole.start, "write {%% elsif … %%} instead of %s", excerpt(s.src[whole.start:whole.end]))
		}
		end = start
	}
	if _, isBlock := blockTags[name]; isBlock {
		if s.blocks++; s.blocks > maxBlocks {
			e := errorAt(s.src, whole.start, "template limit reached: depth (more than %d tags within tags)", maxBlocks)
			e.cause = ErrLimit
			return e
		}
	}
	in, err := s.parser(start, end, whole)
	if err != nil {
		return err
	}
	if p.tag, err = parse(in); err != nil {
		return err
	}
	s.add(p)
	return nil
}
