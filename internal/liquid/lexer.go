package liquid

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind says what a word inside a tag is.
type tokenKind uint8

const (
	endToken tokenKind = iota
	nameToken
	numberToken
	textToken
	signToken // punctuation and operators; the token's text is the sign
)

// token is one word of what stands inside a tag.
type token struct {
	kind tokenKind
	text string // for textToken without the quotation marks
	off  int    // byte offset in the template's source
}

// lexer cuts the inside of one tag into tokens.
type lexer struct {
	source     string // the whole template, for places
	start, end int    // what belongs to the tag
	pos        int
	whole      string // the tag as written, for messages
}

// tokens reads everything up to the end of the tag.
func (l *lexer) tokens() ([]token, error) {
	list := make([]token, 0, 8)
	l.pos = l.start
	for {
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		list = append(list, t)
		if t.kind == endToken {
			return list, nil
		}
	}
}

func (l *lexer) next() (token, error) {
	for l.pos < l.end && isSpace(l.source[l.pos]) {
		l.pos++
	}
	if l.pos >= l.end {
		return token{kind: endToken, off: l.end}, nil
	}
	rest := l.source[l.pos:l.end]
	switch c := rest[0]; {
	case c == '"' || c == '\'':
		return l.quoted(c)
	case isDigit(c) || c == '-' && len(rest) > 1 && isDigit(rest[1]):
		return l.take(numberToken, numberLen(rest)), nil
	case c == '_' || c >= utf8.RuneSelf || unicode.IsLetter(rune(c)):
		return l.name(rest)
	}
	return l.sign(rest)
}

func (l *lexer) take(kind tokenKind, n int) token {
	t := token{kind: kind, text: l.source[l.pos : l.pos+n], off: l.pos}
	l.pos += n
	return t
}

// quoted reads a text. A backslash means nothing special, as in the reference.
func (l *lexer) quoted(mark byte) (token, error) {
	n := strings.IndexByte(l.source[l.pos+1:l.end], mark)
	if n < 0 {
		return token{}, errorAt(l.source, l.pos, "this quotation mark (%c) is never closed in %s", mark, excerpt(l.whole))
	}
	t := token{kind: textToken, text: l.source[l.pos+1 : l.pos+1+n], off: l.pos}
	l.pos += n + 2
	return t, nil
}

// numberLen stops before the dots of a range: 1..5 is not a fraction.
func numberLen(s string) int {
	n := 1
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	if n+1 < len(s) && s[n] == '.' && isDigit(s[n+1]) {
		for n++; n < len(s) && isDigit(s[n]); {
			n++
		}
	}
	return n
}

// name allows a question mark at the end, as in Ruby.
func (l *lexer) name(rest string) (token, error) {
	n := 0
	for n < len(rest) {
		r, size := utf8.DecodeRuneInString(rest[n:])
		if !nameRune(r, n == 0) {
			break
		}
		n += size
	}
	if n == 0 {
		return token{}, l.strange(rest)
	}
	if n < len(rest) && rest[n] == '?' {
		n++
	}
	return l.take(nameToken, n), nil
}

// nameRune allows the letters of every alphabet: attributes are named by people.
func nameRune(r rune, first bool) bool {
	switch {
	case r == '_' || unicode.IsLetter(r):
		return true
	case first:
		return false
	}
	return r == '-' || unicode.IsDigit(r) || unicode.IsMark(r)
}

// sign tries the long operators first, or <= would be read as < and =.
func (l *lexer) sign(rest string) (token, error) {
	for _, s := range [...]string{"==", "!=", "<>", "<=", ">=", ".."} {
		if strings.HasPrefix(rest, s) {
			return l.take(signToken, 2), nil
		}
	}
	if strings.IndexByte(".,:|[]()<>=", rest[0]) >= 0 {
		return l.take(signToken, 1), nil
	}
	return token{}, l.strange(rest)
}

// strange explains a character that cannot stand in a tag, with the advice
// that fits the usual ways to get there.
func (l *lexer) strange(rest string) error {
	r, _ := utf8.DecodeRuneInString(rest)
	advice := ""
	switch {
	case strings.ContainsRune("“”„«»‘’‚", r):
		advice = "; use straight quotation marks (\" or ')"
	case strings.HasPrefix(rest, "&&"):
		advice = "; write and"
	case r == '!':
		advice = "; to turn a condition round, use {% unless %} or != "
	case l.pos == l.start && (r == '{' || r == '%') && strings.HasPrefix(l.whole, "{{"):
		advice = "; put a blank between { and {" + string(r)
	case r == '{':
		advice = "; the tag before it is not closed"
	case strings.ContainsRune("+-*/%", r):
		advice = "; to calculate, use a filter such as | plus: 1"
	}
	return errorAt(l.source, l.pos, "the character %s cannot stand here in %s%s",
		strconv.QuoteRune(r), excerpt(l.whole), strings.TrimRight(advice, " "))
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isSpace is the white space of the reference, which {%- and -%} cut.
func isSpace(c byte) bool {
	switch c {
	case ' ', '\t', '\n', '\v', '\f', '\r':
		return true
	}
	return false
}
