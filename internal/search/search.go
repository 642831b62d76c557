// Package search finds texts by their words, in an index of our own: how a text
// is folded, cut into words and compared, and how the words of some thousand
// texts become one segment that tells which of them have a word.
//
// A segment is made in one go, of texts that lie next to each other, and never
// changes. Its words are sorted and packed into pages of a few kilobytes, each
// word with the texts that have it. So looking a word up reads one page of a
// segment, whatever the word, and making the segment costs whoever writes it no
// more than some hundred rows in the order of the table.
//
// SQLite's own index of texts (FTS5, contentless, without places) was measured
// beside it, with 60,000 texts of 450 bytes: it kept the one writer of the
// database busy for 32 µs a text, and once for a whole second while it merged
// what it had written before, and took 218 bytes a text. A segment takes 12 µs
// outside of the writer and 1 µs in it, and 86 bytes.
//
// A lookup gives candidates: the texts that have the words, not those that have
// them next to each other. Whoever asks reads each candidate and asks In, which
// says what is found: the text as it was typed, anywhere in the other one, from
// the beginning of a word on. So an index can be behind or hold what is gone by
// now, and nothing false is found.
package search

import (
	"bytes"
	"cmp"
	"slices"
	"unicode/utf8"
)

// Query is a text that is searched for.
type Query struct {
	text  []byte // folded
	words bool   // it begins with a word, so it must be found at the beginning of one
}

// Parse makes a query of what somebody typed. Every character stands for itself;
// upper and lower case are one.
func Parse(text string) Query {
	folded := Fold(nil, bytes.TrimSpace([]byte(text)))
	first, _ := utf8.DecodeRune(folded)
	return Query{text: folded, words: kindOf(first) == letter}
}

// Empty says whether there is nothing to look for.
func (q Query) Empty() bool { return len(q.text) == 0 }

// In says whether a folded text has the query in it.
func (q Query) In(folded []byte) bool {
	for from := 0; ; {
		i := bytes.Index(folded[from:], q.text)
		if i < 0 {
			return false
		}
		at := from + i
		before, _ := utf8.DecodeLastRune(folded[:at])
		if !q.words || at == 0 || kindOf(before) != letter {
			return true
		}
		from = at + 1
	}
}

// Term is a word to look up.
type Term struct {
	word   string
	prefix bool // words that begin with it count as well
}

// Mark is the term of a mark, see Builder.Mark.
func Mark(kind, value string) Term { return Term{word: cut(marked(kind, value))} }

// Words gives the terms of every word that a text with the query in it must
// have, the rarest first as far as can be guessed: long ones before short ones.
// A query of signs alone has none.
func (q Query) Words() []Term {
	var terms []Term
	ends := 0
	for word, end := range words(q.text) {
		terms, ends = append(terms, Term{word: string(word)}), end
	}
	if n := len(terms); n > 0 && ends == len(q.text) {
		last, _ := utf8.DecodeLastRune(q.text)
		terms[n-1].prefix = kindOf(last) == letter && len(terms[n-1].word) < maxWord // it may go on
	}
	slices.SortStableFunc(terms, func(a, b Term) int {
		if a.prefix != b.prefix {
			if a.prefix {
				return 1
			}
			return -1
		}
		return cmp.Compare(len(b.word), len(a.word))
	})
	return slices.Compact(terms)
}
