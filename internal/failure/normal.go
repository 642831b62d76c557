package failure

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxNormal = 240     // bytes of a normal form
	maxRead   = 2 << 10 // bytes of a text that are looked at
	maxQuoted = 200     // bytes that a quoted value may have
)

// gap stands for what was left out.
const gap = "…"

// Normal gives a text without what differs from one failure to the next: numbers,
// ids, hexadecimal, dates, e-mail and web addresses, and whatever is quoted. It is
// one line of at most 240 bytes. What is no UTF-8 is no text, and gives nothing.
func Normal(text string) string {
	if len(text) > maxRead {
		text = text[:maxRead]
		for i := 0; i < utf8.UTFMax-1 && len(text) > 0 && !utf8.ValidString(text); i++ {
			text = text[:len(text)-1] // a letter that was cut
		}
	}
	if !utf8.ValidString(text) {
		return ""
	}
	w := &writer{}
	for len(text) > 0 {
		text = w.next(text)
	}
	return bounded(strings.TrimSpace(w.b.String()))
}

// bounded cuts a normal form that is too long.
func bounded(text string) string {
	if len(text) <= maxNormal {
		return text
	}
	end := maxNormal - len(gap)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.TrimRight(text[:end], " "+gap) + gap
}

// readable is a text in one line without what cannot be seen.
func readable(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, ""), blank), " ")
}

func blank(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }

// writer writes a normal form piece by piece. Blanks and commas wait until it is
// known what follows: between two gaps nothing is written, so that a list of three
// ids looks like a list of two.
type writer struct {
	b       strings.Builder
	waiting string
	gapped  bool // a gap was written last
}

func (w *writer) word(text string) {
	if w.b.Len() > 0 || w.waiting != " " {
		w.b.WriteString(w.waiting)
	}
	w.b.WriteString(text)
	w.waiting, w.gapped = "", false
}

func (w *writer) gap() {
	if w.gapped {
		w.waiting = ""
		return
	}
	w.word(gap)
	w.gapped = true
}

// between is a mark or a blank between words.
func (w *writer) between(text string) {
	if text == " " && strings.HasSuffix(w.waiting, " ") {
		return
	}
	w.waiting += text
}

// next takes the next piece off a text and gives the rest.
func (w *writer) next(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	switch {
	case blank(r):
		w.between(" ")
	case closing[r] != 0:
		if end := quoted(text, r, size, w); end > 0 {
			w.gap()
			return text[end:]
		}
		w.between(string(r))
	case wordly(r):
		end := strings.IndexFunc(text, func(r rune) bool { return !wordly(r) })
		if end < 0 {
			end = len(text)
		}
		w.run(text[:end])
		return text[end:]
	default:
		w.between(string(r))
	}
	return text[size:]
}

// closing gives for each quotation mark the one that ends what it begins.
var closing = map[rune]rune{'"': '"', '\'': '\'', '`': '`', '“': '”', '”': '”', '„': '“', '«': '»', '‹': '›', '‘': '’', '’': '’'}

// quoted gives where what is quoted at the beginning of a text ends, 0 when
// nothing is: an apostrophe stands within or after a word.
func quoted(text string, r rune, size int, w *writer) int {
	if (r == '\'' || r == '’') && w.waiting == "" && w.b.Len() > 0 {
		return 0
	}
	within := text[size:min(len(text), size+maxQuoted)]
	for at, c := range within {
		end := at + utf8.RuneLen(c)
		if c != closing[r] || c == utf8.RuneError {
			continue
		}
		if after, _ := utf8.DecodeRuneInString(text[size+end:]); at > 0 && (c != '\'' && c != '’' || !unicode.IsLetter(after)) {
			return size + end
		}
	}
	return 0
}

// wordly is what words, numbers, ids, dates and addresses are made of.
func wordly(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || strings.ContainsRune("_-@:/.+%&?#=~$\\…", r)
}

// run writes one run of such letters: a gap for what is no word, and each part of
// what has several.
func (w *writer) run(text string) {
	if strings.Contains(text, "://") || strings.Contains(text, "@") {
		w.gap()
		return
	}
	for len(text) > 0 {
		end := strings.IndexFunc(text, func(r rune) bool { return strings.ContainsRune(":/&?#=\\", r) })
		switch {
		case end == 0:
			w.between(text[:1])
			text = text[1:]
			continue
		case end < 0:
			end = len(text)
		}
		w.part(text[:end])
		text = text[end:]
	}
}

func (w *writer) part(text string) {
	word := strings.TrimRight(text, ".-+%~$_")
	switch {
	case word == "":
	case varies(word):
		w.gap()
	default:
		w.word(word)
	}
	for _, mark := range text[len(word):] {
		w.between(string(mark))
	}
}

// varies says whether a word is a number, an id or the like.
func varies(word string) bool {
	hex := len(word) >= 8
	for _, r := range word {
		if unicode.IsNumber(r) || string(r) == gap {
			return true
		}
		hex = hex && strings.ContainsRune("abcdefABCDEF-", r)
	}
	return hex || len(word) > 40
}
