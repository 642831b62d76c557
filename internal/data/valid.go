package data

// maxValidDepth is how deep a text may nest to be valid, as encoding/json has it.
const maxValidDepth = 10_000

// Valid says what is wrong with a text that is to be JSON, as a *SyntaxError;
// nil when nothing is. It accepts exactly what json.Valid accepts.
func Valid(text string) error {
	s := scanner{text: text}
	if s.skip(0) {
		s.end()
	}
	return s.err
}

// skip takes any value off.
func (s *scanner) skip(depth int) bool {
	switch c := s.next(); c {
	case '{':
		return s.skipObject(depth + 1)
	case '[':
		return s.skipList(depth + 1)
	case '"':
		_, ok := s.quoted()
		return ok
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	default:
		if c != '-' && c-'0' > 9 {
			return s.fail("a value")
		}
		return s.number()
	}
}

func (s *scanner) skipObject(depth int) bool {
	if depth > maxValidDepth {
		return s.tooDeep(maxValidDepth)
	}
	for more := s.open('}'); more; {
		if _, _, ok := s.key(); !ok || !s.skip(depth) {
			return false
		}
		var ok bool
		if more, ok = s.more('}'); !ok {
			return false
		}
	}
	return true
}

func (s *scanner) skipList(depth int) bool {
	if depth > maxValidDepth {
		return s.tooDeep(maxValidDepth)
	}
	for more := s.open(']'); more; {
		if !s.skip(depth) {
			return false
		}
		var ok bool
		if more, ok = s.more(']'); !ok {
			return false
		}
	}
	return true
}
