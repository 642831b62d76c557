package views

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// shownBody is how much of a body a page shows. Beyond it nobody reads, and browsers get slow.
const shownBody = 256 << 10

// readable is a body as text that a page can show: control characters become signs, bytes that are no UTF-8 become �.
func readable(body []byte) string {
	if len(body) > shownBody {
		body = body[:shownBody]
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return r
		case r < ' ':
			return 0x2400 + r // Unicode's control pictures
		case r == 0x7f:
			return 0x2421
		}
		return r
	}, strings.ToValidUTF8(string(body), "\uFFFD"))
}

// bodyNote says what keeps the shown text from being the body, or "".
func bodyNote(body []byte) string {
	switch {
	case len(body) > shownBody:
		return "Only the first " + count(shownBody, "byte") + " of " + count(len(body), "byte") + " are shown."
	case !utf8.Valid(body):
		return "This is not text: bytes that cannot be shown appear as \uFFFD."
	}
	return ""
}

// isPretty says whether a body reads the same raw and formatted.
func isPretty(body []byte) bool {
	var pretty bytes.Buffer
	if len(body) > shownBody || json.Indent(&pretty, body, "", "  ") != nil {
		return true // it is shown as it is
	}
	return pretty.String() == string(body)
}
