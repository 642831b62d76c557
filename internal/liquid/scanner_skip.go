package liquid

import "strings"

// Tags whose inside is not read as Liquid: raw, comment, doc, {% # %}, and
// liquid, which is read line by line.

// raw adds everything up to {% endraw %} as text.
func (s *scanner) raw(t tagSpan, rest int) error {
	if strings.Trim(s.src[rest:t.innerEnd], spaces) != "" {
		return errorAt(s.src, rest, "raw takes nothing behind its name in %s", excerpt(s.src[t.start:t.end]))
	}
	end, ok := s.findEnd("endraw", len(s.src))
	if !ok {
		return s.unclosed(t, "raw")
	}
	if text := s.src[s.pos:end.start]; text != "" {
		s.add(part{name: "text", tag: &textTag{text, s.pos}, off: s.pos, end: end.start})
	}
	s.pos, s.trim = end.end, end.trimsRight
	return nil
}

func (s *scanner) unclosed(t tagSpan, name string) error {
	return errorAt(s.src, t.start, "%s is never closed; add {%% end%s %%}", excerpt(s.src[t.start:t.end]), name)
}

// findEnd finds the tag of that name before a place, whatever precedes it.
func (s *scanner) findEnd(name string, before int) (tagSpan, bool) {
	for from := s.pos; ; {
		n := strings.Index(s.src[from:max(from, before)], "{%")
		if n < 0 {
			return tagSpan{}, false
		}
		from += n
		if t, ok := s.endTagAt(from, name); ok {
			return t, true
		}
		from += 2
	}
}

// endTagAt reads {%- name -%} exactly.
func (s *scanner) endTagAt(start int, name string) (tagSpan, bool) {
	rest := s.src[start+2:]
	t := tagSpan{start: start}
	rest, t.trimLeft = strings.CutPrefix(rest, "-")
	rest, ok := strings.CutPrefix(strings.TrimLeft(rest, spaces), name)
	if !ok {
		return t, false
	}
	rest = strings.TrimLeft(rest, spaces)
	rest, t.trimsRight = strings.CutPrefix(rest, "-")
	if !strings.HasPrefix(rest, "%}") {
		return t, false
	}
	t.end = len(s.src) - len(rest) + 2
	return t, true
}

// comment skips to its end. Comments nest, and {% raw %} within hides tags.
func (s *scanner) comment(t tagSpan) error {
	depth := 1
	for depth > 0 {
		n := strings.Index(s.src[s.pos:], "{%")
		if n < 0 {
			return s.unclosed(t, "comment")
		}
		inner, err := s.bounds(s.pos + n)
		if err != nil {
			return s.unclosed(t, "comment")
		}
		s.pos, s.trim = inner.end, inner.trimsRight
		switch name, _ := s.tagName(inner.inner, inner.innerEnd); name {
		case "comment":
			depth++
		case "endcomment":
			depth--
		case "raw":
			end, ok := s.findEnd("endraw", len(s.src))
			if !ok {
				return s.unclosed(inner, "raw")
			}
			s.pos = end.end
		}
	}
	return nil
}

// doc is strict where comment is lenient, as in the reference.
func (s *scanner) doc(t tagSpan, rest int) error {
	if strings.Trim(s.src[rest:t.innerEnd], spaces) != "" {
		return errorAt(s.src, rest, "doc takes nothing behind its name in %s", excerpt(s.src[t.start:t.end]))
	}
	end, ok := s.findEnd("enddoc", len(s.src))
	if !ok {
		return s.unclosed(t, "doc")
	}
	if nested, ok := s.findEnd("doc", end.start); ok {
		return errorAt(s.src, nested.start, "a doc cannot stand within a doc")
	}
	s.pos, s.trim = end.end, end.trimsRight
	return nil
}

// inlineComment is {% # … %}; each of its lines must begin with #.
func (s *scanner) inlineComment(t tagSpan) error {
	off := t.inner
	for line := range strings.Lines(s.src[t.inner:t.innerEnd]) {
		text := strings.Trim(line, spaces)
		if text != "" && text[0] != '#' {
			return errorAt(s.src, off, "each line of this comment must begin with #")
		}
		off += len(line)
	}
	return nil
}

// liquid adds the tags of {% liquid %}, one on each line. They are a block of
// their own, so that none of them can close a tag outside.
func (s *scanner) liquid(t tagSpan, rest int) error {
	s.add(part{name: "liquid", tag: liquidTag{}, off: t.start, end: t.end})
	if err := s.liquidLines(t, rest); err != nil {
		return err
	}
	s.add(part{name: "endliquid", off: t.start, end: t.end})
	return nil
}

// liquidLines reads one tag a line; comment and doc span lines.
func (s *scanner) liquidLines(t tagSpan, rest int) error {
	skip, depth := "", 0
	off := rest
	for line := range strings.Lines(s.src[rest:t.innerEnd]) {
		start, end := off, off+len(line)
		off = end
		name, args := s.tagName(start, end)
		switch {
		case skip != "" && name == skip:
			depth++
		case skip != "" && name == "end"+skip:
			if depth--; depth == 0 {
				skip = ""
			}
		case skip != "" || strings.Trim(line, spaces) == "" || name == "#":
		case name == "comment" || name == "doc":
			skip, depth = name, 1
		default:
			if err := s.liquidLine(t, name, args, end); err != nil {
				return err
			}
		}
	}
	if skip != "" {
		return errorAt(s.src, t.start, "%s within {%% liquid %%} is never closed; add end%s on a line of its own", skip, skip)
	}
	return nil
}

// liquidLine allows a liquid within liquid, though nobody needs it.
func (s *scanner) liquidLine(t tagSpan, name string, args, end int) error {
	for args < end && isSpace(s.src[end-1]) {
		end--
	}
	line := tagSpan{start: args - len(name), end: end}
	switch name {
	case "":
		return errorAt(s.src, t.start, "a tag's name is missing on a line of {%% liquid %%}: %s", excerpt(s.src[args:end]))
	case "raw":
		return errorAt(s.src, line.start, "raw cannot stand within {%% liquid %%}")
	case "liquid":
		if s.lines++; s.lines > maxBlocks {
			return errorAt(s.src, line.start, "{%% liquid %%} stands too often within {%% liquid %%}")
		}
		return s.liquidLines(tagSpan{start: line.start, end: end, innerEnd: end}, args)
	}
	return s.plainTag(name, line, args, end)
}
