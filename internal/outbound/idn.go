package outbound

import (
	"strings"
	"unicode"
)

// asciiName returns the name in lower case and, label by label, in the ASCII
// form that name servers know (RFC 3492, RFC 5891).
//
// It is stricter than the mapping of UTS #46: full-width digits, circled
// letters, superscripts and the like are refused rather than folded, because a
// name that turns into another one on the way is a trap in a webhook's URL. So
// are letters written as base and accent apart. Whoever needs such a name can
// always give its xn-- form.
func asciiName(name string) (string, error) {
	if isASCII(name) {
		return strings.ToLower(name), nil
	}
	labels := strings.Split(strings.ReplaceAll(name, "。", "."), ".")
	for i, label := range labels {
		ascii, err := asciiLabel(label)
		if err != nil {
			return "", err
		}
		labels[i] = ascii
	}
	return strings.Join(labels, "."), nil
}

func asciiLabel(label string) (string, error) {
	if isASCII(label) {
		return strings.ToLower(label), nil
	}
	runes := []rune(label)
	for i, r := range runes {
		if !plainLetter(r, i == 0) {
			return "", invalidURL("The host name holds the character " + string(r) + "; write this name in its xn-- form.")
		}
		runes[i] = unicode.ToLower(r)
	}
	encoded, ok := punycode(runes)
	if !ok {
		return "", invalidURL("A part of the host name is longer than 63 characters.")
	}
	return "xn--" + encoded, nil
}

// plainLetter says whether r stands for itself in a name, unchanged by
// compatibility mapping or normalisation apart from its case.
func plainLetter(r rune, first bool) bool {
	switch {
	case r < 0x80:
		return r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	case unicode.Is(folded, r):
		return false
	case unicode.IsLetter(r):
		return true
	}
	return !first && unicode.In(r, unicode.Mn, unicode.Mc)
}

// folded are the blocks whose letters and marks are mapped to others (UTS #46,
// status "mapped"), or combine with the letter before them into one.
var folded = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00aa, Hi: 0x00aa, Stride: 1}, // feminine ordinal
		{Lo: 0x00ba, Hi: 0x00ba, Stride: 1}, // masculine ordinal
		{Lo: 0x0130, Hi: 0x0130, Stride: 1}, // capital I with dot: two letters in lower case
		{Lo: 0x0132, Hi: 0x0133, Stride: 1}, // ij ligature
		{Lo: 0x013f, Hi: 0x0140, Stride: 1}, // l with middle dot
		{Lo: 0x0149, Hi: 0x0149, Stride: 1}, // n after apostrophe
		{Lo: 0x017f, Hi: 0x017f, Stride: 1}, // long s
		{Lo: 0x01c4, Hi: 0x01cc, Stride: 1}, // dž, lj, nj
		{Lo: 0x01f1, Hi: 0x01f3, Stride: 1}, // dz
		{Lo: 0x02b0, Hi: 0x02ff, Stride: 1}, // modifier letters
		{Lo: 0x0300, Hi: 0x036f, Stride: 1}, // combining accents
		{Lo: 0x03d0, Hi: 0x03d6, Stride: 1}, // Greek symbols
		{Lo: 0x03f0, Hi: 0x03f9, Stride: 1}, // Greek symbols
		{Lo: 0x0587, Hi: 0x0587, Stride: 1}, // Armenian ligature
		{Lo: 0x0675, Hi: 0x0678, Stride: 1}, // Arabic with high hamza
		{Lo: 0x0958, Hi: 0x095f, Stride: 1}, // Devanagari with nukta
		{Lo: 0x1100, Hi: 0x11ff, Stride: 1}, // Hangul parts
		{Lo: 0x1d2c, Hi: 0x1d6a, Stride: 1}, // modifier letters
		{Lo: 0x1d78, Hi: 0x1dff, Stride: 1}, // modifier letters and marks
		{Lo: 0x1e9a, Hi: 0x1e9b, Stride: 1}, // a with half ring, long s with dot
		{Lo: 0x1f00, Hi: 0x1fff, Stride: 1}, // Greek extended: many fold
		{Lo: 0x2000, Hi: 0x2bff, Stride: 1}, // punctuation, letter-like, enclosed
		{Lo: 0x3038, Hi: 0x303a, Stride: 1}, // Hangzhou numerals
		{Lo: 0x3099, Hi: 0x309f, Stride: 1}, // combining kana marks
		{Lo: 0x30ff, Hi: 0x30ff, Stride: 1}, // koto ligature
		{Lo: 0x3130, Hi: 0x33ff, Stride: 1}, // compatibility jamo to squared words
		{Lo: 0xa69c, Hi: 0xa69d, Stride: 1}, // modifier Cyrillic
		{Lo: 0xf900, Hi: 0xfaff, Stride: 1}, // compatibility ideographs
		{Lo: 0xfb00, Hi: 0xffff, Stride: 1}, // presentation, half- and full-width forms
	},
	R32: []unicode.Range32{
		{Lo: 0x1d400, Hi: 0x1d7ff, Stride: 1}, // mathematical letters
		{Lo: 0x1ee00, Hi: 0x1eeff, Stride: 1}, // Arabic mathematical letters
		{Lo: 0x1f100, Hi: 0x1f2ff, Stride: 1}, // enclosed letters
		{Lo: 0x2f800, Hi: 0x2fa1f, Stride: 1}, // compatibility ideographs
	},
	LatinOffset: 2,
}

// The parameters of punycode (RFC 3492 §5).
const (
	punyBase        = 36
	punyMin         = 1
	punyMax         = 26
	punySkew        = 38
	punyDamp        = 700
	punyInitialBias = 72
	punyInitialN    = 0x80
)

// punycode encodes a label by the procedure of RFC 3492 §6.3; ok is false when
// the label is too long to be one.
func punycode(label []rune) (encoded string, ok bool) {
	const most = 59 // 63 less "xn--"
	if len(label) > most {
		return "", false
	}
	out := basicRunes(label)
	basic := len(out)
	if basic > 0 {
		out = append(out, '-')
	}
	n, delta, bias := rune(punyInitialN), 0, punyInitialBias
	for handled := basic; handled < len(label); {
		next := smallestFrom(label, n)
		delta += int(next-n) * (handled + 1)
		n = next
		for _, r := range label {
			if r < n {
				delta++
			}
			if r != n {
				continue
			}
			out = appendVarint(out, delta, bias)
			bias = adaptBias(delta, handled+1, handled == basic)
			delta = 0
			handled++
		}
		delta++
		n++
	}
	return string(out), len(out) <= most
}

func basicRunes(label []rune) []byte {
	var out []byte
	for _, r := range label {
		if r < punyInitialN {
			out = append(out, byte(r))
		}
	}
	return out
}

// smallestFrom returns the smallest rune of label that is not below n.
func smallestFrom(label []rune, n rune) rune {
	smallest := rune(unicode.MaxRune)
	for _, r := range label {
		if r >= n && r < smallest {
			smallest = r
		}
	}
	return smallest
}

func appendVarint(out []byte, delta, bias int) []byte {
	const digits = "abcdefghijklmnopqrstuvwxyz0123456789"
	for k := punyBase; ; k += punyBase {
		threshold := min(max(k-bias, punyMin), punyMax)
		if delta < threshold {
			return append(out, digits[delta])
		}
		delta -= threshold
		out = append(out, digits[threshold+delta%(punyBase-threshold)])
		delta /= punyBase - threshold
	}
}

func adaptBias(delta, points int, first bool) int {
	if first {
		delta /= punyDamp
	} else {
		delta /= 2
	}
	delta += delta / points
	k := 0
	for ; delta > (punyBase-punyMin)*punyMax/2; k += punyBase {
		delta /= punyBase - punyMin
	}
	return k + (punyBase-punyMin+1)*delta/(delta+punySkew)
}
