// Package compose makes one finished request from a template, an event and a
// person, and says what is wrong when it cannot.
package compose

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/liquid"
	"hookline/internal/outbound"
)

// timeLimit is how long one template may take, all its parts together.
const timeLimit = 500 * time.Millisecond

// templatesKept is how many compiled templates are kept.
const templatesKept = 2000

// Composer makes requests. Safe for concurrent use.
type Composer struct {
	templates *liquid.Cache
}

// New makes a composer.
func New() *Composer { return &Composer{templates: liquid.NewCache(templatesKept)} }

// Made is a request together with what its author should know.
type Made struct {
	Request  hookline.Request
	Warnings []Warning
	Marks    []liquid.Mark // the parts of the body that came from data
}

// Warning is advice about a template that works, but perhaps not as meant.
type Warning struct {
	Part         Part
	Line, Column int
	Message      string
}

// Request makes the request. The error is an *Error, or ErrCancelled when the
// template itself said not to send.
func (c *Composer) Request(ctx context.Context, t hookline.Template, roots Roots) (hookline.Request, error) {
	made, err := c.make(ctx, t, roots, false)
	return made.Request, err
}

// Preview is Request with warnings, and with the marks of what was filled in.
// When it fails, the parts before the one at fault are made all the same.
func (c *Composer) Preview(ctx context.Context, t hookline.Template, roots Roots) (Made, error) {
	return c.make(ctx, t, roots, true)
}

func (c *Composer) make(ctx context.Context, t hookline.Template, roots Roots, preview bool) (Made, error) {
	ctx, stop := context.WithTimeout(ctx, timeLimit)
	defer stop()
	w := &work{Composer: c, ctx: ctx, roots: asked{Roots: roots}, preview: preview}
	w.made.Request.Method = t.Method
	for _, step := range []func(hookline.Template) error{w.url, w.headers, w.body} {
		if err := step(t); err != nil {
			return w.made, err
		}
	}
	return w.made, nil
}

// work is one request while it is made.
type work struct {
	*Composer
	ctx     context.Context
	roots   asked
	preview bool
	made    Made
}

func (w *work) render(part Part, source string, mode liquid.Mode) (liquid.Result, error) {
	compiled, err := w.templates.Compile(source, mode)
	if err != nil {
		return liquid.Result{}, partError(part, err)
	}
	result, err := compiled.Render(w.ctx, &w.roots, liquid.Options{Marks: w.preview && part == Body})
	if w.roots.err != nil {
		return liquid.Result{}, w.roots.err
	}
	if err != nil {
		return result, partError(part, err)
	}
	if result.Cancelled {
		return result, &Cancelled{Why: result.CancelReason}
	}
	for _, warning := range result.Warnings {
		w.made.Warnings = append(w.made.Warnings, Warning{Part: part, Line: warning.Line, Column: warning.Column, Message: warning.Message})
	}
	return result, nil
}

// url fills in the address. User and password leave it for an Authorization
// header, so that they are in no list and no log.
func (w *work) url(t hookline.Template) error {
	result, err := w.render(URL, strings.TrimSpace(t.URL), liquid.URL)
	if err != nil {
		return err
	}
	address, authorization, err := splitUserInfo(result.Output)
	if err != nil {
		return err
	}
	w.made.Request.URL = address
	if authorization != "" && !hasHeader(t.Headers, "Authorization") {
		w.made.Request.Headers = append(w.made.Request.Headers, hookline.Header{Name: "Authorization", Value: authorization})
	}
	return nil
}

// headers fills in the headers, and checks each again: a value may hold
// anything that a person's attribute holds.
func (w *work) headers(t hookline.Template) error {
	for i, h := range t.Headers {
		part := Header(i)
		result, err := w.render(part, h.Value, liquid.Header)
		if err != nil {
			return err
		}
		filled := hookline.Header{Name: strings.TrimSpace(h.Name), Value: strings.TrimSpace(result.Output)}
		if err := outbound.CheckHeader(filled.Name, filled.Value); err != nil {
			return &Error{Part: part, Message: err.Error()}
		}
		w.made.Request.Headers = append(w.made.Request.Headers, filled)
	}
	return nil
}

// body fills in the body. A GET carries none (RFC 9110 §9.3.1 gives it no
// meaning); a JSON body that is no JSON is an error, because no receiver could
// read it.
func (w *work) body(t hookline.Template) error {
	w.made.Request.Body = []byte{}
	if t.Method == "GET" {
		return nil
	}
	mode := BodyMode(t)
	result, err := w.render(Body, t.Body, mode)
	w.made.Request.Body = []byte(result.Output)
	w.made.Marks = result.Marks
	if err != nil {
		return err
	}
	if isJSON(t.ContentType()) && strings.TrimSpace(result.Output) != "" {
		if err := checkJSON(result.Output); err != nil {
			return err
		}
	}
	return nil
}

// BodyMode is how values are escaped in a template's body: as its content type
// asks, unless that is switched off.
func BodyMode(t hookline.Template) liquid.Mode {
	switch contentType := t.ContentType(); {
	case t.PlainOutput:
		return liquid.Text
	case isJSON(contentType):
		return liquid.JSON
	case isForm(contentType):
		return liquid.Form
	}
	return liquid.Text
}

func hasHeader(headers []hookline.Header, name string) bool {
	for _, h := range headers {
		if strings.EqualFold(strings.TrimSpace(h.Name), name) {
			return true
		}
	}
	return false
}

// Check says what is wrong with a template whatever the data: Liquid that
// cannot be read, a header name that may not be sent. nil when nothing is.
func (c *Composer) Check(t hookline.Template) error {
	if _, err := c.templates.Compile(strings.TrimSpace(t.URL), liquid.URL); err != nil {
		return partError(URL, err)
	}
	for i, h := range t.Headers {
		if _, err := c.templates.Compile(h.Value, liquid.Header); err != nil {
			return partError(Header(i), err)
		}
		if err := outbound.CheckHeader(strings.TrimSpace(h.Name), ""); err != nil {
			return &Error{Part: Header(i), Message: err.Error()}
		}
	}
	if _, err := c.templates.Compile(t.Body, BodyMode(t)); err != nil {
		return partError(Body, err)
	}
	return nil
}

// Part names a piece of a template: "url", "headers.0", "body".
type Part string

// The parts that stand once.
const (
	URL  Part = "url"
	Body Part = "body"
)

// Header names the header at place i, from 0.
func Header(i int) Part { return Part("headers." + strconv.Itoa(i)) }

// words names the part in a sentence.
func (p Part) words() string {
	switch p {
	case URL:
		return "address"
	case Body:
		return "body"
	}
	i, err := strconv.Atoi(strings.TrimPrefix(string(p), "headers."))
	if err != nil {
		return string(p)
	}
	return fmt.Sprintf("header %d", i+1)
}
