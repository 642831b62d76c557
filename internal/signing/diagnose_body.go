package signing

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// variant is a body that may have been signed; words say what has become of it
// since, "" when nothing has.
type variant struct {
	body     []byte
	words    string
	lineEnds bool // only its line ends differ
}

// changes undo what happens to bodies on their way, each with the words for what
// happened.
var changes = []struct {
	words string
	undo  func([]byte) []byte
}{
	{"a line end was added at its end", func(b []byte) []byte { return bytes.TrimRight(b, "\r\n") }},
	{"the line end at its end was taken away", func(b []byte) []byte { return append(slices.Clip(b), '\n') }},
	{"the line end at its end was taken away", func(b []byte) []byte { return append(slices.Clip(b), '\r', '\n') }},
	{"blanks were added around it", bytes.TrimSpace},
	{"its line ends were changed to CRLF", func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }},
	{"its line ends were changed from CRLF to LF, and one was taken away at its end", func(b []byte) []byte { return append(crlf(b), '\r', '\n') }},
	{"its line ends were changed from CRLF to LF", crlf},
	{"a byte order mark was put before it", func(b []byte) []byte { return bytes.TrimPrefix(b, mark) }},
	{"the byte order mark before it was taken away", func(b []byte) []byte { return slices.Concat(mark, b) }},
	{"its JSON was written anew, with blanks and line breaks", compacted},
	{"its JSON was written anew, without its line breaks", indented("  ")},
	{"its JSON was written anew, without its line breaks", indented("    ")},
	{"its JSON was written anew, without its line breaks", indented("\t")},
	{"its JSON was written anew, without its blanks", spaced},
	{"slashes in its JSON were escaped", func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(`\/`), []byte("/")) }},
	{"the escapes before slashes in its JSON were taken away", func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("/"), []byte(`\/`)) }},
	{"letters in its JSON were escaped, as in \\u00fc", unescaped},
	{"the escapes of letters in its JSON were undone, as in \\u00fc", escaped},
	{"the signs <, > and & in its JSON were escaped", plainSigns},
	{"the escapes of <, > and & in its JSON were undone", escapedSigns},
	{"its JSON was written anew, with blanks and with letters and slashes escaped", func(b []byte) []byte { return compacted(unslashed(unescaped(b))) }},
	{"its JSON was written anew, with other line breaks and escapes", func(b []byte) []byte { return indented("  ")(unslashed(unescaped(b))) }},
	{"its JSON was written anew, and a line end added", func(b []byte) []byte { return compacted(bytes.TrimSpace(b)) }},
}

func crlf(b []byte) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
}

var mark = []byte("\xef\xbb\xbf")

// variants gives what a body may have been, each form once.
func variants(body []byte) []variant {
	seen := map[string]bool{string(body): true}
	var all []variant
	for _, change := range changes {
		was := change.undo(body)
		if was == nil || seen[string(was)] {
			continue
		}
		seen[string(was)] = true
		all = append(all, variant{was, change.words, bytes.Equal(lineFeeds(was), lineFeeds(body))})
	}
	return all
}

// lineFeeds is b with plain line ends, and none at its end.
func lineFeeds(b []byte) []byte {
	return bytes.TrimRight(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), "\n")
}

// difference says what has become of the body that was sent.
func difference(sent, came []byte) string {
	if bytes.Equal(sent, came) {
		return ""
	}
	for _, v := range variants(came) {
		if bytes.Equal(v.body, sent) {
			return v.words
		}
	}
	var a, b any
	if readJSON(sent, &a) && readJSON(came, &b) && reflect.DeepEqual(a, b) {
		return "it is the same JSON, written anew in another order of keys, or with other blanks, numbers or escapes"
	}
	at := 0
	for at < min(len(sent), len(came)) && sent[at] == came[at] {
		at++
	}
	return "it is " + strconv.Itoa(len(came)) + " bytes long and was " + strconv.Itoa(len(sent)) + ", and differs from byte " + strconv.Itoa(at+1) + " on"
}

func readJSON(raw []byte, into any) bool {
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(raw, mark)))
	return dec.Decode(into) == nil
}

func compacted(b []byte) []byte {
	var out bytes.Buffer
	if json.Compact(&out, b) != nil {
		return nil
	}
	return out.Bytes()
}

func indented(by string) func([]byte) []byte {
	return func(b []byte) []byte {
		var out bytes.Buffer
		if json.Indent(&out, bytes.TrimSpace(b), "", by) != nil {
			return nil
		}
		return out.Bytes()
	}
}

// spaced writes JSON on one line with a blank after each comma and colon, as
// Python does.
func spaced(b []byte) []byte {
	small := compacted(b)
	if small == nil {
		return nil
	}
	out := make([]byte, 0, len(small)+len(small)/8)
	inText := false
	for i, c := range small {
		if c == '"' && (i == 0 || !isEscaped(small, i)) {
			inText = !inText
		}
		out = append(out, c)
		if !inText && (c == ',' || c == ':') {
			out = append(out, ' ')
		}
	}
	return out
}

// isEscaped says whether an odd number of backslashes stands before i.
func isEscaped(b []byte, i int) bool {
	n := 0
	for i--; i >= 0 && b[i] == '\\'; i-- {
		n++
	}
	return n%2 == 1
}

func unslashed(b []byte) []byte { return bytes.ReplaceAll(b, []byte(`\/`), []byte("/")) }

// unescaped writes \u00fc as the letter itself, but for what JSON has to escape.
func unescaped(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); {
		r, size := escapedRune(b[i:])
		if size == 0 || r < ' ' || r == '"' || r == '\\' || isEscaped(b, i) {
			out = append(out, b[i])
			i++
			continue
		}
		out = utf8.AppendRune(out, r)
		i += size
	}
	return out
}

// escapedRune reads \uXXXX, or two of them for one letter; size is 0 when there
// is none.
func escapedRune(b []byte) (r rune, size int) {
	high, ok := hexUnit(b)
	switch {
	case !ok:
		return 0, 0
	case !utf16.IsSurrogate(high):
		return high, 6
	}
	low, ok := hexUnit(b[6:])
	if r := utf16.DecodeRune(high, low); ok && r != utf8.RuneError {
		return r, 12
	}
	return 0, 0
}

func hexUnit(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(n), err == nil
}

// escaped writes each letter outside ASCII as \u00fc.
func escaped(b []byte) []byte {
	var out strings.Builder
	for _, r := range string(b) {
		switch {
		case r < utf8.RuneSelf:
			out.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return []byte(out.String())
}

var signs = []struct{ plain, escape string }{{"<", `\u003c`}, {">", `\u003e`}, {"&", `\u0026`}}

func plainSigns(b []byte) []byte {
	text := string(b)
	for _, s := range signs {
		text = strings.ReplaceAll(strings.ReplaceAll(text, s.escape, s.plain), `\u`+strings.ToUpper(s.escape[2:]), s.plain)
	}
	return []byte(text)
}

func escapedSigns(b []byte) []byte {
	text := string(b)
	for _, s := range signs {
		text = strings.ReplaceAll(text, s.plain, s.escape)
	}
	return []byte(text)
}
