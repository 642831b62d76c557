package liquid

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

// Mode says what surrounds the outputs, and so how they are escaped.
type Mode int

const (
	// Text writes outputs as they are: no escaping at all.
	Text Mode = iota
	// JSON escapes outputs between the quotation marks of the template's own
	// JSON strings and leaves them alone elsewhere.
	JSON
	// Form percent-encodes outputs for application/x-www-form-urlencoded.
	Form
	// URL percent-encodes outputs, except one the whole URL begins with.
	URL
	// Header writes outputs as they are and refuses line breaks and NUL.
	Header
)

var modeNames = map[string]Mode{"text": Text, "json": JSON, "form": Form, "url": URL, "header": Header}

// ParseMode reads a mode's name: text, json, form, url or header.
func ParseMode(name string) (Mode, bool) {
	m, ok := modeNames[name]
	return m, ok
}

// String gives the name ParseMode reads.
func (m Mode) String() string {
	for name, mode := range modeNames {
		if mode == m {
			return name
		}
	}
	return "unknown"
}

// Template is a compiled template. It never changes, so any number of
// goroutines may render it at once.
type Template struct {
	source string
	mode   Mode
	parts  []part
	root   []node
	uses   []*variable
	lints  []Warning
}

// Compile reads a template. The error is an *Error with the place of the first
// mistake.
func Compile(source string, mode Mode) (t *Template, err error) {
	defer func() {
		if p := recover(); p != nil {
			t, err = nil, &Error{Message: "this template cannot be read", cause: fmt.Errorf("compile template: %v", p)}
		}
	}()
	if len(source) > MaxSource {
		err := limitError("size", fmt.Sprintf("from here on it is too long: it has %d bytes, and at most %d, which is 64 KB, can be used; shorten it", len(source), MaxSource))
		err.Line, err.Column = placeOf(source, MaxSource)
		return nil, err
	}
	if !utf8.ValidString(source) {
		return nil, &Error{Message: "the template is not valid UTF-8 text"}
	}
	t = &Template{source: source, mode: mode}
	if err := t.scan(); err != nil {
		return nil, err
	}
	if err := t.build(); err != nil {
		return nil, err
	}
	t.lint()
	return t, nil
}

// Constant says whether the template is text and nothing else, so that every
// rendering gives the same.
func (t *Template) Constant() bool {
	return !slices.ContainsFunc(t.parts, func(p part) bool { return p.name != "text" && p.name != "blank" })
}

// Mode gives the mode the template was compiled for.
func (t *Template) Mode() Mode { return t.mode }

// Options say how one rendering goes. The zero value will do.
type Options struct {
	// Limits replaces the default limits, field by field.
	Limits Limits
	// Deadline ends the rendering like that of a context, which takes more to
	// make; zero is none.
	Deadline time.Time
	// Clock gives the time of 'now'; nil is the machine's clock. Dates are UTC.
	Clock func() time.Time
	// Require makes an output whose variable is missing or null an error,
	// unless the filter default (or json) follows. Conditions never fail.
	Require bool
	// Marks asks for Result.Marks.
	Marks bool
	// Snippets are templates by name, for {% render %} and {% include %}.
	Snippets map[string]string
}

// Result is what a rendering gave.
type Result struct {
	// Output is the text, always valid UTF-8.
	Output string
	// Warnings lists what the author should know, in order of appearance.
	Warnings []Warning
	// Cancelled is true when {% cancel %} was reached: nothing is to be sent.
	Cancelled bool
	// CancelReason is the text given to {% cancel %}, if any.
	CancelReason string
	// Marks are the parts of Output that outputs wrote, when Options asked.
	Marks []Mark
	// Texts are the parts of Output that the template's own text wrote, when
	// Options asked for marks; see Origin.
	Texts []TextMark
}

// Mark is a part of the output that came out of a tag, not of the template's
// own text.
type Mark struct {
	Start, End   int // byte offsets in Output
	Line, Column int // of the tag in the template
}

// Warning is advice about a place in a template that works, but perhaps not as
// meant.
type Warning struct {
	Line, Column int
	Message      string
	Variable     string // the path, when the warning is about a missing variable
}

// String gives place and message in the form of Error.
func (w Warning) String() string {
	e := Error{Line: w.Line, Column: w.Column, Message: w.Message}
	return e.Error()
}

// Render runs the template on roots. It ends when ctx does, also in the middle
// of a loop. The error is an *Error; the place is that of the tag at fault.
func (t *Template) Render(ctx context.Context, roots Roots, opts Options) (res Result, err error) {
	r := newRun(ctx, t, roots, opts)
	defer func() {
		if p := recover(); p != nil {
			res, err = Result{}, &Error{Message: "this template cannot be rendered", cause: fmt.Errorf("render template: %v", p)}
			return // r is not used again: who knows what it was in the middle of
		}
		r.release()
	}()
	err = r.walk(t)
	if errors.Is(err, cancelRender) {
		return Result{Cancelled: true, CancelReason: r.cancelReason, Warnings: r.warnings}, nil
	}
	// A break outside of any loop ends the template, as in the reference.
	if err != nil && !errors.Is(err, breakLoop) && !errors.Is(err, continueLoop) {
		return Result{}, asError(err)
	}
	return r.result(), nil
}

// asError finds our error under whatever the library put around it.
func asError(err error) error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Message: "this template cannot be rendered", cause: err}
}
