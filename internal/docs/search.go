package docs

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxHits is the most that a search gives.
const MaxHits = 20

// maxTerms bounds the work of one search; more words are not looked at.
const maxTerms = 8

// Hit is a section that holds every word that was asked for.
type Hit struct {
	Page    *Page
	Section Section // the zero value for the page's beginning
	Excerpt []Run
	score   int
}

// Path is where the hit is shown.
func (h Hit) Path() string {
	if h.Section.ID == "" {
		return h.Page.Path()
	}
	return h.Page.Path() + "#" + h.Section.ID
}

// Run is a stretch of an excerpt; Marked when it was asked for.
type Run struct {
	Text   string
	Marked bool
}

// passage is what the search reads as one: a heading and what stands under it.
type passage struct {
	page    *Page
	section Section
	text    string
}

// Search gives the sections that hold every word of query, the best first.
// Upper and lower case are one, a word's beginning is enough, and so are
// "retries" for "retry" and "signing" for "sign".
func (m *Manual) Search(query string) []Hit {
	terms := terms(query)
	if len(terms) == 0 {
		return nil
	}
	var hits []Hit
	for _, page := range m.order {
		for _, p := range page.passages {
			if score := p.score(terms); score > 0 {
				hits = append(hits, Hit{Page: page, Section: p.section, Excerpt: excerpt(p.text, terms), score: score})
			}
		}
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(b.score, a.score) })
	return hits[:min(len(hits), MaxHits)]
}

// terms are the stems of the words that are looked for, each once.
func terms(query string) []string {
	var all []string
	for _, w := range words(query) {
		if stem := stem(w.text); !slices.Contains(all, stem) {
			all = append(all, stem)
		}
	}
	return all[:min(len(all), maxTerms)]
}

// What a word is worth by where it stands. A page's own title counts only for
// its beginning, so that one page does not fill the whole list.
const (
	worthTitle   = 12
	worthHeading = 6
	worthText    = 1
	maxText      = 3 // times that a word in the text counts
)

// score is 0 unless every term is in the passage or its headings.
func (p passage) score(terms []string) int {
	title, heading, text := words(p.page.Title), words(p.section.Title), words(p.text)
	total := 0
	for _, term := range terms {
		worth := worthHeading*min(count(heading, term), 1) + worthText*min(count(text, term), maxText)
		inTitle := count(title, term) > 0
		switch {
		case inTitle && p.section.ID == "":
			worth += worthTitle
		case worth == 0 && inTitle:
			continue // another term may bring this section in
		case worth == 0:
			return 0
		}
		total += worth
	}
	return total
}

// word is a word of a text, in lower case, and where it stands.
type word struct {
	text       string
	start, end int
}

func words(s string) []word {
	var all []word
	start := -1
	for i, r := range s + " " {
		inside := unicode.IsLetter(r) || unicode.IsDigit(r)
		switch {
		case inside && start < 0:
			start = i
		case !inside && start >= 0:
			all = append(all, word{strings.ToLower(s[start:i]), start, i})
			start = -1
		}
	}
	return all
}

func count(words []word, term string) int {
	n := 0
	for _, w := range words {
		if strings.HasPrefix(w.text, term) {
			n++
		}
	}
	return n
}

// stem cuts what English puts at the end of a word, if enough is left.
func stem(word string) string {
	for _, end := range []string{"ing", "ies", "ed", "es", "y", "s"} {
		if rest, cut := strings.CutSuffix(word, end); cut && utf8.RuneCountInString(rest) >= 3 {
			return rest
		}
	}
	return word
}

// How much of a passage an excerpt shows, in bytes.
const (
	excerptBefore = 80
	excerptAfter  = 180
)

// excerpt is the neighbourhood of the first match, or the beginning when only
// headings match.
func excerpt(text string, terms []string) []Run {
	all := words(text)
	marked := slices.DeleteFunc(slices.Clone(all), func(w word) bool {
		return !slices.ContainsFunc(terms, func(term string) bool { return strings.HasPrefix(w.text, term) })
	})
	first := 0
	if len(marked) > 0 {
		first = marked[0].start
	}
	from, to := borders(all, first, len(text))
	var runs []Run
	add := func(s string, marked bool) {
		if s != "" {
			runs = append(runs, Run{s, marked})
		}
	}
	if from > 0 {
		add("… ", false)
	}
	at := from
	for _, w := range marked {
		if w.start >= at && w.end <= to {
			add(text[at:w.start], false)
			add(text[w.start:w.end], true)
			at = w.end
		}
	}
	add(text[at:to], false)
	if to < len(text) {
		add(" …", false)
	}
	return runs
}

// borders are where whole words begin and end around a place.
func borders(all []word, place, length int) (from, to int) {
	from, to = 0, length
	for _, w := range all {
		if place-w.start > excerptBefore {
			from = w.end // so that what begins the next word, as a bracket, is kept
		}
		if w.end-place > excerptAfter {
			return min(from, place), min(to, w.end)
		}
	}
	return min(from, place), to
}
