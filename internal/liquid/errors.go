package liquid

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// ErrLimit is what errors.Is finds in an [Error] that says a template asked for
// more than it may: too many rounds, too much text, too much time.
var ErrLimit = errors.New("template limit reached")

// Error says what is wrong with a template, in words its author understands,
// and where.
type Error struct {
	// Line and Column count from 1, columns in characters. Both are 0 when the
	// mistake belongs to no place, as when the whole template is too long.
	Line, Column int
	// Message is one plain sentence without the place.
	Message string

	cause   error
	snippet bool // the message names a snippet already
}

// Error gives the place and the message: "line 5, column 44: this quotation
// mark (\") is never closed in {{customer.firstName\"}}".
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// Unwrap gives what lies behind the error: ErrLimit, or the context's error.
func (e *Error) Unwrap() error { return e.cause }

// placeOf turns a byte offset into a line and a column, both from 1.
func placeOf(source string, offset int) (line, column int) {
	offset = max(0, min(offset, len(source)))
	before := source[:offset]
	start := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[start:]) + 1
}

// placer is placeOf for many offsets of one source, given in rising order: it
// goes on where it was.
type placer struct {
	source           string
	off, line, start int // start is where the line begins
}

func (p *placer) at(offset int) (line, column int) {
	passed := p.source[p.off:offset]
	p.line += strings.Count(passed, "\n")
	if n := strings.LastIndexByte(passed, '\n'); n >= 0 {
		p.start = p.off + n + 1
	}
	p.off = offset
	return p.line, utf8.RuneCountInString(p.source[p.start:offset]) + 1
}

// errorAt makes an Error with the place of an offset in source.
func errorAt(source string, offset int, format string, args ...any) *Error {
	line, column := placeOf(source, offset)
	return &Error{Line: line, Column: column, Message: fmt.Sprintf(format, args...)}
}

// limitError makes an error without a place; whoever knows the place adds it.
func limitError(what, detail string) *Error {
	return &Error{Message: "template limit reached: " + what + " (" + detail + ")", cause: ErrLimit}
}

// excerpt shortens a piece of a template so that it fits into a message.
func excerpt(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= 60 {
		return s
	}
	return string([]rune(s)[:57]) + "…"
}

// interrupt is how {% break %}, {% continue %} and {% cancel %} leave the walk.
type interrupt string

func (i interrupt) Error() string { return string(i) }

const (
	breakLoop    interrupt = "break"
	continueLoop interrupt = "continue"
	cancelRender interrupt = "cancel"
)
