package compose

import (
	"cmp"
	"errors"
	"slices"

	"hookline/internal/hookline"
	"hookline/internal/liquid"
)

// Unreadable gives a fault for each part of a template whose Liquid cannot be
// read. A preview stops at the first of them.
func (c *Composer) Unreadable(t hookline.Template) []*Error {
	var faults []*Error
	p := c.Prepare(t)
	for _, part := range p.pieces() {
		if e, ok := errors.AsType[*Error](part.err); ok {
			faults = append(faults, e)
		}
	}
	return faults
}

// pieces are the parts of a request in the order in which they are made. A GET
// has no body.
func (p *Prepared) pieces() []*piece {
	all := []*piece{&p.url}
	for i := range p.headers {
		all = append(all, &p.headers[i].piece)
	}
	if p.method != "GET" {
		all = append(all, &p.body)
	}
	return all
}

// advised are the warnings of a rendering, and what can be said without data,
// also of branches that were not reached: in order, one for each place.
func (w *work) advised() []Warning {
	var unknown, lints []Warning
	for _, p := range w.pieces() {
		if p.err != nil {
			continue
		}
		unknown = append(unknown, warnings(p.part, p.compiled.UnknownRoots(w.roots.names()...))...)
		lints = append(lints, warnings(p.part, p.compiled.Lints())...)
		if p.part == Body && w.json {
			lints = append(lints, warnings(p.part, p.compiled.JSONLints())...)
		}
	}
	all := slices.Concat(unknown, w.made.Warnings, lints)
	slices.SortStableFunc(all, func(a, b Warning) int {
		return cmp.Or(w.order(a.Part)-w.order(b.Part), a.Line-b.Line, a.Column-b.Column)
	})
	return slices.CompactFunc(all, func(a, b Warning) bool {
		return a.Part == b.Part && a.Line == b.Line && a.Column == b.Column && a.Line > 0
	})
}

func (w *work) order(part Part) int {
	return slices.IndexFunc(w.pieces(), func(p *piece) bool { return p.part == part })
}

func warnings(part Part, found []liquid.Warning) []Warning {
	list := make([]Warning, len(found))
	for i, f := range found {
		list[i] = Warning{Part: part, Line: f.Line, Column: f.Column, Message: f.Message}
	}
	return list
}
