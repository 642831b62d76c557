package liquid

import (
	"context"
	"fmt"
	"sync"
	"time"

	"hookline/internal/data"
)

// run is the state of one rendering.
type run struct {
	ctx      context.Context
	template *Template // the one the walk is in
	given    Roots
	opts     Options
	limits   Limits

	out      *output          // where writing goes now
	first    output           // where it goes unless it is captured
	scratch  []byte           // room for an encoder
	roots    map[string]any   // of those given, which had to be converted
	locals   map[string]any   // assign and capture
	frames   []frame          // loop variables, innermost last
	counts   map[string]int64 // increment and decrement
	memory   map[string]any   // cycle, ifchanged, offset: continue
	nested   int              // snippets within snippets
	isolated bool             // within a snippet that {% render %} runs

	rounds, work int
	fault        error // a limit met where no error can be returned
	now          time.Time

	warnings     []Warning
	warned       map[int]bool // parts of the outermost template
	suspects     []Warning    // told only if the output is no JSON
	cancelReason string
	snippets     map[string]*Template
}

// frame is one variable of a loop.
type frame struct {
	name  string
	value any
}

// runs keeps what renderings used for those to come: most need no new memory
// but for what they give.
var runs = sync.Pool{New: func() any { return new(run) }}

// newRun costs little: the maps are made when something goes into them.
func newRun(ctx context.Context, t *Template, roots Roots, opts Options) *run {
	r := runs.Get().(*run)
	r.ctx, r.template, r.given, r.opts, r.limits = ctx, t, roots, opts, opts.Limits.withDefaults()
	r.first.mode, r.first.limit = t.mode, r.limits.Output
	r.out = &r.first
	return r
}

// maxRoom is how much of a buffer is kept for the next rendering.
const maxRoom = 64 << 10

// release forgets everything but the buffers.
func (r *run) release() {
	buf, scratch := r.first.buf, r.scratch
	if cap(buf) > maxRoom {
		buf = nil
	}
	if cap(scratch) > maxRoom {
		scratch = nil
	}
	*r = run{first: output{buf: buf[:0]}, scratch: scratch[:0]}
	runs.Put(r)
}

// encoder gives one that writes into the room kept for it. Only one is used at
// a time; told gives what it wrote and takes the room back.
func (r *run) encoder() encoder { return encoder{buf: r.scratch[:0], limit: r.limits.Text} }

func (r *run) told(e *encoder) string {
	r.scratch = e.buf
	return string(e.buf)
}

func (r *run) result() Result {
	if len(r.suspects) > 0 && !r.out.isJSON() {
		r.warnings = append(r.warnings, r.suspects...)
	}
	return Result{Output: string(r.out.buf), Warnings: r.warnings, Marks: r.out.marks, Texts: r.out.texts}
}

// get looks a name up: loop variables first, then what the template assigned,
// its counters, and the data.
func (r *run) get(name string) (any, bool) {
	for i := len(r.frames) - 1; i >= 0; i-- {
		if r.frames[i].name == name {
			return r.frames[i].value, true
		}
	}
	if v, ok := r.locals[name]; ok {
		return v, true
	}
	if n, ok := r.counts[name]; ok {
		return n, true
	}
	v, ok := r.root(name)
	if !data.InForm(v) {
		v = r.brought(name, v)
	}
	return v, ok
}

func (r *run) root(name string) (any, bool) {
	if r.given == nil {
		return nil, false
	}
	return r.given.Root(name)
}

// brought gives a root in a template's form, converted once in a rendering.
func (r *run) brought(name string, v any) any {
	if done, ok := r.roots[name]; ok {
		return done
	}
	if r.roots == nil {
		r.roots = make(map[string]any, 2)
	}
	r.roots[name] = FromGo(v)
	return r.roots[name]
}

func (r *run) set(name string, v any) {
	if r.locals == nil {
		r.locals = make(map[string]any, 4)
	}
	r.locals[name] = v
}

// recall gives what a tag remembered under a key, nil at first.
func (r *run) recall(key string) any { return r.memory[key] }

func (r *run) remember(key string, v any) {
	if r.memory == nil {
		r.memory = map[string]any{}
	}
	r.memory[key] = v
}

// text gives a value as text. A text over the limit is noted in r.fault, which
// the filter's caller looks at.
func (r *run) text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case nil:
		return ""
	}
	e := r.encoder()
	if list, ok := v.([]Value); ok {
		e.json(list, rubyStyle)
	} else {
		e.text(v)
	}
	if e.err != nil {
		r.fault = e.err
		return ""
	}
	return r.told(&e)
}

// clock gives one and the same moment throughout a rendering.
func (r *run) clock() time.Time {
	if r.now.IsZero() {
		if r.opts.Clock != nil {
			r.now = r.opts.Clock().UTC()
		} else {
			r.now = time.Now().UTC()
		}
	}
	return r.now
}

// maxWarnings keeps the list readable.
const maxWarnings = 50

// warn notes a warning about a place, once.
func (r *run) warn(off int, variable, format string, args ...any) {
	if r.warned[off] || len(r.warnings) >= maxWarnings {
		return
	}
	if r.warned == nil {
		r.warned = map[int]bool{}
	}
	r.warned[off] = true
	line, column := placeOf(r.template.source, off)
	r.warnings = append(r.warnings, Warning{line, column, fmt.Sprintf(format, args...), variable})
}

// suspect notes a warning that counts only if the output turns out no JSON.
func (r *run) suspect(off int, format string, args ...any) {
	if len(r.suspects) < maxWarnings {
		line, column := placeOf(r.template.source, off)
		r.suspects = append(r.suspects, Warning{Line: line, Column: column, Message: fmt.Sprintf(format, args...)})
	}
}

// at gives an error the place of a part, if it has none yet.
func (r *run) at(off int, err error) error {
	e, ok := err.(*Error)
	if !ok || e.Line > 0 {
		return err
	}
	line, column := placeOf(r.template.source, off)
	return &Error{Line: line, Column: column, Message: e.Message, cause: e.cause, snippet: e.snippet}
}
