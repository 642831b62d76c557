package search

import (
	"iter"
	"strconv"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// maxWord is how many bytes of a word are kept. Longer ones that begin alike are
// told apart when a candidate is read.
const maxWord = 32

// Fold appends text to to in the form in which texts are compared: in lower case,
// and with the escapes of JSON as the characters that they stand for, so that a
// text is found whether or not it was sent inside JSON.
func Fold(to, text []byte) []byte {
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\\':
			r, n := unescape(text[i:])
			to, i = utf8.AppendRune(to, unicode.ToLower(r)), i+n
		case 'A' <= c && c <= 'Z':
			to, i = append(to, c+'a'-'A'), i+1
		case c < utf8.RuneSelf:
			to, i = append(to, c), i+1
		default:
			r, n := utf8.DecodeRune(text[i:])
			to, i = utf8.AppendRune(to, unicode.ToLower(r)), i+n
		}
	}
	return to
}

// unescape reads the escape that text begins with, and says how long it is. What
// is none stands for itself.
func unescape(text []byte) (rune, int) {
	if len(text) < 2 {
		return '\\', 1
	}
	switch text[1] {
	case '"', '\\', '/':
		return rune(text[1]), 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		return unescapeHex(text)
	}
	return '\\', 1
}

func unescapeHex(text []byte) (rune, int) {
	first, ok := hex4(text)
	if !ok {
		return '\\', 1
	}
	if !utf16.IsSurrogate(first) {
		return first, 6
	}
	if second, ok := hex4(text[6:]); ok {
		if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
			return r, 12
		}
	}
	return utf8.RuneError, 6
}

// hex4 reads \u and four digits.
func hex4(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(n), err == nil
}

// kind is what a character is to words.
type kind int

const (
	sign   kind = iota // between words
	letter             // of a word, or a digit
	alone              // a word by itself, in scripts that put no blanks between words
)

func kindOf(r rune) kind {
	switch {
	case r < utf8.RuneSelf:
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' {
			return letter
		}
		return sign
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		return alone
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
		return letter
	}
	return sign
}

// words gives the words of a folded text, cut to maxWord, and where each ends.
func words(folded []byte) iter.Seq2[[]byte, int] {
	return func(yield func([]byte, int) bool) {
		from := -1 // where the word began that we are in
		for i := 0; i < len(folded); {
			r, n := rune(folded[i]), 1
			if r >= utf8.RuneSelf {
				r, n = utf8.DecodeRune(folded[i:])
			}
			k := kindOf(r)
			if k == letter && from < 0 {
				from = i
			}
			if k != letter && from >= 0 {
				if !yield(cut(folded[from:i]), i) {
					return
				}
				from = -1
			}
			if k == alone && !yield(folded[i:i+n], i+n) {
				return
			}
			i += n
		}
		if from >= 0 {
			yield(cut(folded[from:]), len(folded))
		}
	}
}

func cut[T string | []byte](word T) T { return word[:min(len(word), maxWord)] }
