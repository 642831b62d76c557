package search

import (
	"encoding/binary"
	"errors"
	"slices"
)

// errDamaged is what whoever reads a segment hears when it is none.
var errDamaged = errors.New("read search index: a segment is damaged")

// Find gives the keys of the texts of a segment that have all the terms, in
// order; read gives a page by its number. Some of them may not have a term: one
// that is everywhere, or that was not worth looking up.
func Find(directory []byte, terms []Term, read func(page int) ([]byte, error)) ([]int64, error) {
	found := everything()
	for _, term := range terms {
		if found.few() {
			break // it is as quick to read them
		}
		some, err := lookUp(directory, term, read)
		if err != nil {
			return nil, err
		}
		if found = found.and(some); found.none() {
			return nil, nil
		}
	}
	page, err := read(0)
	if err != nil {
		return nil, err
	}
	return found.keys(page)
}

// fewTexts are read rather than narrowed further.
const fewTexts = 8

// places are texts of a segment by their places, in order.
type places struct {
	all bool
	of  []uint32
}

func everything() places { return places{all: true} }

func (p places) few() bool { return !p.all && len(p.of) <= fewTexts }

func (p places) none() bool { return !p.all && len(p.of) == 0 }

func (p places) and(o places) places {
	switch {
	case p.all:
		return o
	case o.all:
		return p
	}
	var both []uint32
	for _, place := range p.of {
		if _, is := slices.BinarySearch(o.of, place); is {
			both = append(both, place)
		}
	}
	return places{of: both}
}

// keys reads the first page of a segment.
func (p places) keys(page []byte) ([]int64, error) {
	r := reader{text: page}
	n := int(r.number())
	var keys []int64
	key := int64(0)
	for place := range n {
		key += int64(r.number())
		if p.all {
			keys = append(keys, key)
		} else if len(p.of) > 0 && p.of[0] == uint32(place) {
			keys, p.of = append(keys, key), p.of[1:]
		}
		if r.text == nil {
			return nil, errDamaged
		}
	}
	if !p.all && len(p.of) > 0 {
		return nil, errDamaged
	}
	return keys, nil
}

// lookUp reads the pages on which a term can be.
func lookUp(directory []byte, term Term, read func(page int) ([]byte, error)) (places, error) {
	first, last, err := pagesOf(directory, term)
	if err != nil {
		return places{}, err
	}
	var found places
	for page := max(first, 1); page <= last; page++ {
		text, err := read(page)
		if err != nil {
			return places{}, err
		}
		if err := found.collect(text, term); err != nil || found.all {
			return found, err
		}
	}
	slices.Sort(found.of)
	found.of = slices.Compact(found.of)
	return found, nil
}

// pagesOf tells on which pages a term can be; last is 0 when on none.
func pagesOf(directory []byte, term Term) (first, last int, err error) {
	r := reader{text: directory}
	for page := 1; len(r.text) > 0; page++ {
		if r.readWord(); r.text == nil {
			return 0, 0, errDamaged
		}
		if string(r.word) <= term.word {
			first = page
		} else if !term.is(r.word) {
			break
		}
		last = page
	}
	return first, last, nil
}

// collect adds what a page says of a term.
func (p *places) collect(page []byte, term Term) error {
	for r := (reader{text: page}); len(r.text) > 0; {
		r.readWord()
		n, is := int(r.number()), term.is(r.word)
		switch {
		case r.text == nil:
			return errDamaged
		case is && n == 0:
			p.all, p.of = true, nil
			return nil
		case !is && string(r.word) > term.word:
			return nil
		}
		place := uint32(0)
		for range n {
			if place += uint32(r.number()); r.text == nil {
				return errDamaged
			} else if is {
				p.of = append(p.of, place)
			}
		}
	}
	return nil
}

// is says whether a word of a segment is what the term asks for.
func (t Term) is(word []byte) bool {
	if t.prefix {
		return len(word) >= len(t.word) && string(word[:len(t.word)]) == t.word
	}
	return string(word) == t.word
}

// reader reads what a Builder packed. Its text is nil once something was not as
// it should be; one that came to its end is empty.
type reader struct {
	text []byte
	word []byte // read last
}

func (r *reader) number() uint64 {
	n, size := binary.Uvarint(r.text)
	if size <= 0 {
		r.text = nil
		return 0
	}
	r.text = r.text[size:]
	return n
}

func (r *reader) readWord() {
	if len(r.text) < 2 || int(r.text[0]) > len(r.word) || len(r.text) < 2+int(r.text[1]) {
		r.text = nil
		return
	}
	same, more := int(r.text[0]), int(r.text[1])
	r.word = append(r.word[:same], r.text[2:2+more]...)
	r.text = r.text[2+more:]
}
