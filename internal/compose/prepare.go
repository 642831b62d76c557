package compose

import (
	"context"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/liquid"
	"hookline/internal/outbound"
)

// Prepared is a template made ready for many requests: compiled, and with all
// done that no data changes. Safe for concurrent use.
type Prepared struct {
	method  string
	url     piece
	headers []headerPiece
	body    piece
	json    bool // the body must be JSON

	authorized bool              // a header of its own says Authorization
	to         *address          // of a URL that no data changes
	fixed      []hookline.Header // all headers, where no data changes them
}

// piece is one part of a template.
type piece struct {
	part     Part
	source   string
	compiled *liquid.Template
	err      error // it cannot be compiled
}

type headerPiece struct {
	piece
	name string
}

// address is a finished URL, and the value of the Authorization header that
// user and password in it became.
type address struct{ url, authorization string }

// Prepare makes a template ready. What is wrong with it, each request tells.
func (c *Composer) Prepare(t hookline.Template) *Prepared {
	p := &Prepared{
		method: t.Method, json: isJSON(t.ContentType()),
		url:  c.piece(URL, strings.TrimSpace(t.URL), liquid.URL),
		body: c.piece(Body, t.Body, BodyMode(t)),
	}
	for i, h := range t.Headers {
		name := strings.TrimSpace(h.Name)
		p.authorized = p.authorized || strings.EqualFold(name, "Authorization")
		p.headers = append(p.headers, headerPiece{c.piece(Header(i), h.Value, liquid.Header), name})
	}
	p.finish()
	return p
}

func (c *Composer) piece(part Part, source string, mode liquid.Mode) piece {
	referring, fault := c.referring(part, source, mode)
	compiled, err := c.templates.Compile(referring, mode)
	if err != nil {
		return piece{part, source, compiled, partError(part, err)}
	}
	return piece{part, source, compiled, fault}
}

func (p *piece) constant() bool { return p.err == nil && p.compiled.Constant() }

// finish makes what no data changes. What cannot be made is left for each
// request to fail at.
func (p *Prepared) finish() {
	w := work{Prepared: p, ctx: context.Background()}
	if !p.url.constant() {
		return
	}
	made, err := w.fillAddress()
	if err != nil {
		return
	}
	p.to = &made
	for i := range p.headers {
		if !p.headers[i].constant() {
			return
		}
	}
	if headers, err := w.fillHeaders(made); err == nil {
		p.fixed = headers[:len(headers):len(headers)]
	}
}

// Request makes the request. The error is an *Error, or a *Cancelled when the
// template itself said not to send. Requests may share their headers, so nobody
// may change them in place.
func (p *Prepared) Request(ctx context.Context, roots Roots) (hookline.Request, error) {
	w := work{Prepared: p, ctx: ctx, roots: asked{Roots: roots}}
	err := w.make()
	return w.made.Request, err
}

// Make is Request with warnings. When it fails, the parts before the one at
// fault are made all the same.
func (p *Prepared) Make(ctx context.Context, roots Roots) (Made, error) {
	w := work{Prepared: p, ctx: ctx, roots: asked{Roots: roots}}
	err := w.make()
	return w.made, err
}

// work is one request while it is made.
type work struct {
	*Prepared
	ctx      context.Context
	deadline time.Time
	roots    asked
	preview  bool
	made     Made
}

// make makes part after part.
func (w *work) make() error {
	w.deadline = time.Now().Add(timeLimit)
	w.made.Request.Method = w.method
	made, err := w.fillAddress()
	if err != nil {
		return err
	}
	w.made.Request.URL = made.url
	if w.made.Request.Headers, err = w.fillHeaders(made); err != nil {
		return err
	}
	return w.fillBody()
}

func (w *work) render(p *piece) (liquid.Result, error) {
	if p.err != nil {
		return liquid.Result{}, p.err
	}
	result, err := p.compiled.Render(w.ctx, &w.roots, liquid.Options{Deadline: w.deadline, Marks: w.preview && p.part == Body})
	if w.roots.err != nil {
		return liquid.Result{}, w.roots.err
	}
	if err != nil {
		return result, partError(p.part, err)
	}
	if result.Cancelled {
		return result, &Cancelled{Why: result.CancelReason}
	}
	for _, warning := range result.Warnings {
		w.made.Warnings = append(w.made.Warnings, Warning{Part: p.part, Line: warning.Line, Column: warning.Column, Message: warning.Message})
	}
	return result, nil
}

// fillAddress fills in the address. User and password leave it for an Authorization
// header, so that they are in no list and no log.
func (w *work) fillAddress() (made address, err error) {
	if w.to != nil {
		return *w.to, nil
	}
	result, err := w.render(&w.url)
	if err != nil {
		return made, err
	}
	if err := checkFilled(w.url.source, result.Output); err != nil {
		return made, err
	}
	made.url, made.authorization, err = splitUserInfo(result.Output)
	return made, err
}

// fillHeaders fills in the headers, and checks each again: a value may hold
// anything that a person's attribute holds. When one fails, those before it
// are made all the same.
func (w *work) fillHeaders(to address) ([]hookline.Header, error) {
	if w.fixed != nil {
		return w.fixed, nil
	}
	var headers []hookline.Header
	if to.authorization != "" && !w.authorized {
		headers = append(headers, hookline.Header{Name: "Authorization", Value: to.authorization})
	}
	for i := range w.headers {
		h := &w.headers[i]
		result, err := w.render(&h.piece)
		if err != nil {
			return headers, err
		}
		filled := hookline.Header{Name: h.name, Value: strings.TrimSpace(result.Output)}
		if err := outbound.CheckHeader(filled.Name, filled.Value); err != nil {
			return headers, &Error{Part: h.part, Message: err.Error()}
		}
		headers = append(headers, filled)
	}
	return headers, nil
}

// fillBody fills in the body. A GET carries none (RFC 9110 §9.3.1 gives it no
// meaning); a JSON body that is no JSON is an error, because no receiver could
// read it.
func (w *work) fillBody() error {
	w.made.Request.Body = []byte{}
	if w.method == "GET" {
		return nil
	}
	result, err := w.render(&w.body)
	w.made.Request.Body = []byte(result.Output)
	w.made.Marks = result.Marks
	if err != nil {
		return err
	}
	if w.json && strings.TrimSpace(result.Output) != "" {
		return w.checkJSON(result)
	}
	return nil
}

// checkJSON says of what was made where it stops being JSON, and in a preview
// which place of the template wrote that.
func (w *work) checkJSON(result liquid.Result) error {
	e := checkJSON(result.Output)
	if e == nil {
		return nil
	}
	if w.preview && e.Line > 0 {
		e.FromLine, e.FromColumn = w.body.compiled.Origin(result, e.offset)
	}
	return e
}
