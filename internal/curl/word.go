package curl

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// splitter cuts a command into words as a POSIX shell does, with the $'…' of
// bash. What only a running shell knows, such as variables, is refused.
type splitter struct {
	text  string
	at    int
	word  strings.Builder
	open  bool // a word has begun, be it empty
	words []string
}

// split gives the words of a command.
func split(text string) ([]string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	text = strings.TrimPrefix(text, "$ ") // the prompt, which documentation shows
	if strings.Contains(text, "^\n") {
		return nil, wrong("This looks like a command for Windows. Copy it “as cURL (bash)” instead.")
	}
	s := &splitter{text: text}
	for s.at < len(s.text) {
		if err := s.step(); err != nil {
			return nil, err
		}
	}
	s.end()
	return s.words, nil
}

func (s *splitter) rest() string { return s.text[s.at:] }

func (s *splitter) put(text string) {
	s.word.WriteString(text)
	s.open = true
}

func (s *splitter) end() {
	if s.open {
		s.words = append(s.words, s.word.String())
	}
	s.word.Reset()
	s.open = false
}

// step reads what stands next outside of quotation marks.
func (s *splitter) step() error {
	switch c := s.text[s.at]; c {
	case ' ', '\t', '\n':
		s.end()
		s.at++
	case '\\':
		return s.backslash()
	case '\'':
		return s.single()
	case '"':
		return s.double()
	case '$':
		if strings.HasPrefix(s.rest(), "$'") {
			return s.ansi()
		}
		return s.dollar()
	case '`':
		return errSubstitution()
	case '|', ';', '&', '<', '>', '(', ')':
		return wrong("Paste the curl command alone: what stands at " + excerpt(s.rest()) + " is for a shell. An address with & in it needs quotation marks around it.")
	default:
		s.put(s.text[s.at : s.at+1])
		s.at++
	}
	return nil
}

// backslash keeps the next character as it is; before a line break it joins
// the lines.
func (s *splitter) backslash() error {
	s.at++
	if s.at == len(s.text) {
		return nil // the last line of a command that was copied one line short
	}
	_, size := utf8.DecodeRuneInString(s.rest())
	if next := s.rest()[:size]; next != "\n" {
		s.put(next)
	}
	s.at += size
	return nil
}

func (s *splitter) single() error {
	inner, _, closed := strings.Cut(s.text[s.at+1:], "'")
	if !closed {
		return unclosed("'")
	}
	s.put(inner)
	s.at += len(inner) + 2
	return nil
}

// double reads "…", in which a backslash is one unless it stands before one of
// the five characters that need it (POSIX, Shell Command Language, 2.2.3).
func (s *splitter) double() error {
	s.put("")
	for s.at++; s.at < len(s.text); {
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			return nil
		case c == '\\' && s.at+1 < len(s.text) && strings.IndexByte("$`\"\\\n", s.text[s.at+1]) >= 0:
			if next := s.text[s.at+1 : s.at+2]; next != "\n" {
				s.put(next)
			}
			s.at += 2
		case c == '`':
			return errSubstitution()
		case c == '$':
			if err := s.dollar(); err != nil {
				return err
			}
		default:
			s.put(s.text[s.at : s.at+1])
			s.at++
		}
	}
	return unclosed(`"`)
}

// dollar is itself unless a name stands behind it, whose value only the shell
// knows.
func (s *splitter) dollar() error {
	rest := s.rest()[1:]
	name := rest[:len(rest)-len(strings.TrimLeft(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789"))]
	switch {
	case strings.HasPrefix(rest, "("):
		return errSubstitution()
	case strings.HasPrefix(rest, "{"):
		name, _, _ = strings.Cut(rest[1:], "}")
		return errVariable("${" + name + "}")
	case name != "":
		return errVariable("$" + name)
	}
	s.put("$")
	s.at++
	return nil
}

func errVariable(name string) error {
	return wrong("The command has the variable " + name + ", whose value only your computer knows. Put the value itself in its place.")
}

func errSubstitution() error {
	return wrong("The command has another command in it, in `…` or $(…), which only your computer can run. Put what it gives in its place.")
}

func unclosed(mark string) error {
	return wrong("A quotation mark (" + mark + ") is never closed. Was the command copied to its end?")
}

// simple are the escapes of $'…' that stand for one character.
var simple = map[byte]string{
	'n': "\n", 't': "\t", 'r': "\r", '\\': `\`, '\'': "'", '"': `"`, '?': "?",
	'a': "\a", 'b': "\b", 'e': "\x1b", 'E': "\x1b", 'f': "\f", 'v': "\v",
}

// ansi reads $'…', in which browsers write what is not plain.
func (s *splitter) ansi() error {
	s.put("")
	for s.at += 2; s.at < len(s.text); {
		switch c := s.text[s.at]; {
		case c == '\'':
			s.at++
			return nil
		case c == '\\' && s.at+1 < len(s.text):
			s.at++
			s.escape()
		default:
			s.put(s.text[s.at : s.at+1])
			s.at++
		}
	}
	return unclosed("'")
}

// digits are how many digits of which base follow an escape's letter at most.
var digits = map[byte]struct{ most, base int }{'x': {2, 16}, 'u': {4, 16}, 'U': {8, 16}}

// escape reads what stands behind the backslash of $'…'.
func (s *splitter) escape() {
	c := s.text[s.at]
	if text, ok := simple[c]; ok {
		s.put(text)
		s.at++
		return
	}
	number, ok := digits[c]
	switch {
	case ok:
		s.at++
	case '0' <= c && c <= '7':
		number.most, number.base = 3, 8
	default:
		s.put(s.text[s.at-1 : s.at+1])
		s.at++
		return
	}
	n := 0
	for n < number.most && s.at+n < len(s.text) {
		if _, err := strconv.ParseUint(s.text[s.at+n:s.at+n+1], number.base, 8); err != nil {
			break
		}
		n++
	}
	code, err := strconv.ParseUint(s.text[s.at:s.at+n], number.base, 32)
	s.at += n
	switch {
	case err != nil:
		s.put(`\` + string(rune(c)))
	case c == 'u' || c == 'U':
		s.put(string(rune(code)))
	default:
		s.put(string([]byte{byte(code)}))
	}
}
