package liquid

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Limits is what one rendering may spend. A field that is 0 has its default.
// Time is limited by the context and Options.Deadline, which are asked at every
// round of a loop and every filter.
type Limits struct {
	Output int // bytes that come out; default 256 KB
	Rounds int // rounds of all loops together; default 10,000
	Text   int // bytes of one text on the way; default 1 MB
	List   int // items of one list on the way; default 100,000
	Work   int // bytes that filters and captures make, all together; default 8 MB
}

// What a template itself may be; more is refused by Compile.
const (
	MaxSource = 64 << 10 // bytes
	maxBlocks = 100      // blocks within blocks
	maxFormat = 4 << 10  // bytes of a date format
	maxNested = 20       // snippets within snippets
)

// readShare is how many bytes may be read for the price of one byte made.
const readShare = 8

func (l Limits) withDefaults() Limits {
	for _, f := range []struct {
		field *int
		def   int
	}{
		{&l.Output, 256 << 10},
		{&l.Rounds, 10_000},
		{&l.Text, 1 << 20},
		{&l.List, 100_000},
		{&l.Work, 8 << 20},
	} {
		if *f.field <= 0 {
			*f.field = f.def
		}
	}
	return l
}

// tick is called wherever time may pass.
func (r *run) tick() error {
	err := r.ctx.Err()
	if end := r.opts.Deadline; err == nil && !end.IsZero() && time.Now().After(end) {
		err = context.DeadlineExceeded
	}
	if err != nil {
		what := "rendering was stopped"
		if errors.Is(err, context.DeadlineExceeded) {
			what = "template limit reached: time"
		}
		return &Error{Message: what, cause: errors.Join(ErrLimit, err)}
	}
	return nil
}

// round is called before every round of a loop.
func (r *run) round() error {
	if r.rounds++; r.rounds > r.limits.Rounds {
		return limitError("loop", fmt.Sprintf("more than %d rounds", r.limits.Rounds))
	}
	return r.tick()
}

// filtered books what a filter read and made.
func (r *run) filtered(read int, made any) error {
	if err := r.fault; err != nil {
		r.fault = nil
		return err
	}
	switch made := made.(type) {
	case string:
		if err := r.fitsText(len(made)); err != nil {
			return err
		}
	case []Value:
		if err := r.fitsList(len(made)); err != nil {
			return err
		}
	}
	return r.spend(size(made) + read/readShare)
}

// spend books bytes made.
func (r *run) spend(bytes int) error {
	r.work += bytes
	return r.booked()
}

// booked says whether the work booked so far is too much.
func (r *run) booked() error {
	if r.work > r.limits.Work {
		return limitError("work", fmt.Sprintf("texts and lists of more than %d bytes in all", r.limits.Work))
	}
	return nil
}

// fitsText is asked before a text of n bytes is made.
func (r *run) fitsText(n int) error {
	if n > r.limits.Text {
		return limitError("text", fmt.Sprintf("one text would be longer than %d bytes", r.limits.Text))
	}
	return nil
}

// fitsList is asked before a list of n items is made.
func (r *run) fitsList(n int) error {
	if n > r.limits.List {
		return limitError("list", fmt.Sprintf("one list would be longer than %d items", r.limits.List))
	}
	return nil
}
