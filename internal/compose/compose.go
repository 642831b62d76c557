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
	"hookline/internal/secret"
)

// timeLimit is how long one template may take, all its parts together.
const timeLimit = 500 * time.Millisecond

// templatesKept is how many compiled templates are kept.
const templatesKept = 2000

// Composer makes requests. Safe for concurrent use.
type Composer struct {
	templates  *liquid.Cache
	references *secret.References
}

// New makes a composer whose requests are looked at and not sent.
func New() *Composer { return NewReferring(secret.NewReferences("")) }

// NewReferring makes a composer that refers to secrets in a way that is known
// when its requests are sent.
func NewReferring(r *secret.References) *Composer {
	return &Composer{templates: liquid.NewCache(templatesKept), references: r}
}

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

// Request makes the request. The error is an *Error, or a *Cancelled when the
// template itself said not to send.
func (c *Composer) Request(ctx context.Context, t hookline.Template, roots Roots) (hookline.Request, error) {
	return c.Prepare(t).Request(ctx, roots)
}

// Preview is Request with warnings, and with the marks of what was filled in.
// When it fails, the parts before the one at fault are made all the same.
func (c *Composer) Preview(ctx context.Context, t hookline.Template, roots Roots) (Made, error) {
	w := work{Prepared: c.Prepare(t), ctx: ctx, roots: asked{Roots: roots}, preview: true}
	err := w.make()
	w.made.Warnings = w.advised()
	return w.made, err
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

// Check says what is wrong with a template whatever the data: Liquid that
// cannot be read, a header name that may not be sent. nil when nothing is.
func (c *Composer) Check(t hookline.Template) error {
	if p := c.piece(URL, strings.TrimSpace(t.URL), liquid.URL); p.err != nil {
		return p.err
	}
	for i, h := range t.Headers {
		if p := c.piece(Header(i), h.Value, liquid.Header); p.err != nil {
			return p.err
		}
		if err := outbound.CheckHeader(strings.TrimSpace(h.Name), ""); err != nil {
			return &Error{Part: Header(i), Message: err.Error()}
		}
	}
	return c.piece(Body, t.Body, BodyMode(t)).err
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

// words names the part in a sentence, with its article.
func (p Part) words() string {
	switch p {
	case URL:
		return "the address"
	case Body:
		return "the body"
	}
	if i, err := strconv.Atoi(strings.TrimPrefix(string(p), "attributes.")); err == nil {
		return fmt.Sprintf("the value of attribute %d", i+1)
	}
	i, err := strconv.Atoi(strings.TrimPrefix(string(p), "headers."))
	if err != nil {
		return string(p)
	}
	return fmt.Sprintf("header %d", i+1)
}
