package compose

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"hookline/internal/liquid"
)

// Param is one parameter of an address's query, as a form shows it.
type Param struct {
	Name, Value string // Liquid in them as it is
	Form        ParamForm
}

// ParamForm says how a parameter stands in its address.
type ParamForm string

// The forms of a parameter.
const (
	Plain ParamForm = ""      // name and value as they read; the address has them percent-encoded
	AsIs  ParamForm = "as-is" // as they stand in the address, since encoding them anew would change them
	Bare  ParamForm = "bare"  // AsIs, and without = when there is no value
)

// ReadQuery takes the parameters out of an address. front is what is left: the
// address without its query, the fragment kept. The error is an *Error that says
// why they cannot be shown one by one. WriteQuery puts them back where they were.
func ReadQuery(address string) (front string, params []Param, err error) {
	if _, err := liquid.Compile(address, liquid.URL); err != nil {
		return "", nil, partError(URL, err)
	}
	if strings.ContainsAny(address, "\r\n") {
		return "", nil, &Error{Part: URL, Message: "This address cannot be shown as rows: there is a line break in it."}
	}
	start, end := queryOf(address)
	if start < 0 {
		return address, nil, nil
	}
	at := start
	for _, own := range cutPieces(address[start:end]) {
		if _, err := liquid.Compile(own, liquid.URL); err != nil {
			line, column := place(address, at+1)
			return "", nil, &Error{Part: URL, Line: line, Column: column, Message: "This address cannot be shown as rows: a tag begins in one parameter and ends in another."}
		}
		params = append(params, readParam(own))
		at += len(own) + len("&")
	}
	return address[:start-1] + address[end:], params, nil
}

// WriteQuery is front with these parameters before its fragment, behind those
// that it has itself. Rows in which nothing was typed are left out.
func WriteQuery(front string, params []Param) string {
	var pieces []string
	for _, p := range params {
		if p != (Param{}) {
			pieces = append(pieces, p.text())
		}
	}
	return addPieces(front, -1, pieces...)
}

// addPieces puts pieces into the query of an address, before the one at a place;
// -1 is behind all.
func addPieces(address string, before int, pieces ...string) string {
	if len(pieces) == 0 {
		return address
	}
	start, end := queryOf(address)
	if start < 0 {
		return address[:end] + "?" + strings.Join(pieces, "&") + address[end:]
	}
	all := cutPieces(address[start:end])
	if before < 0 || before > len(all) {
		before = len(all)
	}
	all = append(all[:before:before], append(pieces, all[before:]...)...)
	return address[:start] + strings.Join(all, "&") + address[end:]
}

// queryOf says where the query of an address begins and ends; start is -1 when
// there is none. What looks like ? or # in Liquid is none.
func queryOf(address string) (start, end int) {
	own := maskLiquid(address)
	end = len(own)
	if at := strings.IndexByte(own, '#'); at >= 0 {
		end = at
	}
	if at := strings.IndexByte(own[:end], '?'); at >= 0 {
		return at + 1, end
	}
	return -1, end
}

// maskLiquid is as long as text, with letters in the place of its Liquid.
func maskLiquid(text string) string { return liquidParts.ReplaceAllStringFunc(text, blank) }

// cutPieces cuts a query, or a form body, at each & that is not in Liquid.
func cutPieces(query string) []string {
	var pieces []string
	at := 0
	for own := range strings.SplitSeq(maskLiquid(query), "&") {
		pieces = append(pieces, query[at:at+len(own)])
		at += len(own) + 1
	}
	return pieces
}

// cutPair cuts a piece at its first = that is not in Liquid.
func cutPair(piece string) (name, value string, found bool) {
	at := strings.IndexByte(maskLiquid(piece), '=')
	if at < 0 {
		return piece, "", false
	}
	return piece[:at], piece[at+1:], true
}

func readParam(piece string) Param {
	name, value, found := cutPair(piece)
	if !found {
		return Param{Name: piece, Form: Bare}
	}
	p := Param{Name: percentDecoded(name), Value: percentDecoded(value)}
	if p == (Param{}) || !showable(p.Name) || !showable(p.Value) || p.text() != piece {
		return Param{Name: name, Value: value, Form: AsIs}
	}
	return p
}

// text is the parameter as it stands in the address.
func (p Param) text() string {
	switch {
	case p.Form == Bare && p.Value == "":
		return kept(p.Name, "&#=")
	case p.Form == AsIs, p.Form == Bare:
		return kept(p.Name, "&#=") + "=" + kept(p.Value, "&#")
	}
	return percentEncoded(p.Name, inNames) + "=" + percentEncoded(p.Value, inNames+"=")
}

// showable says whether a field of one line can hold a text.
func showable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// kept is a text as it is, but for what would end it.
func kept(text, ends string) string {
	return eachOwn(text, func(own string) string {
		return encodeBytes(own, func(c byte) bool { return strings.IndexByte(ends, c) < 0 })
	})
}

// inNames are the characters that may stand in a name or value of a query as they
// are, beside letters and digits (RFC 3986 §3.4).
const inNames = "-._~:/@!$'()*,;"

// percentEncoded encodes a text's own characters, but for letters, digits and
// those of safe; Liquid stays, also Liquid that nothing ends yet.
func percentEncoded(text, safe string) string {
	return eachOwn(text, func(own string) string {
		open := unendedLiquid(own)
		return encodeBytes(own[:open], func(c byte) bool {
			return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte(safe, c) >= 0
		}) + kept(own[open:], "&#")
	})
}

// unendedLiquid is where {{ or {% stands in a text without Liquid, its length when
// nowhere.
func unendedLiquid(own string) int {
	for i := 0; i+1 < len(own); i++ {
		if own[i] == '{' && (own[i+1] == '{' || own[i+1] == '%') {
			return i
		}
	}
	return len(own)
}

func encodeBytes(text string, stays func(c byte) bool) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; stays(c) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

func percentDecoded(text string) string {
	return eachOwn(text, func(own string) string {
		plain, err := url.PathUnescape(own)
		if err != nil {
			return own
		}
		return plain
	})
}

// ParamAt is which of the parameters of rows, from 1, the text behind before is
// in: before is the beginning of an address that WriteQuery made of front. 0 is
// none of them.
func ParamAt(front, before string) int {
	start, end := queryOf(front)
	own := 0
	if start >= 0 {
		own = len(cutPieces(front[start:end]))
	}
	own++ // the pieces before the first row end with ? or &
	at, _ := queryOf(before)
	if at < 0 {
		return 0
	}
	return max(0, len(cutPieces(before[at:]))-own+1)
}
