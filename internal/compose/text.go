package compose

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"mime"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"hookline/internal/data"
	"hookline/internal/hookline"
)

// splitUserInfo takes user and password out of an address and gives the value
// of the Authorization header that says the same (RFC 7617).
func splitUserInfo(raw string) (address, authorization string, err error) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", "", &Error{Part: URL, Message: "This is no address that a request can be sent to. Begin with https:// and leave out blanks and brackets."}
	}
	if u.User == nil {
		return raw, "", nil
	}
	password, _ := u.User.Password()
	authorization = "Basic " + base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password))
	scheme, rest, _ := strings.Cut(raw, "//")
	authority, tail := rest, ""
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority, tail = rest[:end], rest[end:]
	}
	return scheme + "//" + authority[strings.LastIndexByte(authority, '@')+1:] + tail, authorization, nil
}

// isJSON says whether a content type is JSON: application/json, any */json or
// */*+json (RFC 6838 §4.2.8).
func isJSON(contentType string) bool {
	media := mediaType(contentType)
	return strings.HasSuffix(media, "/json") || strings.HasSuffix(media, "+json")
}

// isForm knows the bare spelling too, which seed 002 uses.
func isForm(contentType string) bool {
	media := mediaType(contentType)
	return media == "application/x-www-form-urlencoded" || media == "x-www-form-urlencoded"
}

func mediaType(contentType string) string {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		media, _, _ = strings.Cut(contentType, ";")
	}
	return strings.ToLower(strings.TrimSpace(media))
}

// checkJSON says where a body stops being JSON; nil when it does not.
func checkJSON(body string) *Error {
	if data.Valid(body) == nil {
		return nil
	}
	var any json.RawMessage
	err := json.Unmarshal([]byte(body), &any)
	if err == nil {
		return nil
	}
	e := &Error{Part: Body, InOutput: true, Message: "The body is not valid JSON: " + plainJSON(err) + "."}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		e.Line, e.Column = place(body, int(syntax.Offset))
		e.offset = max(0, min(int(syntax.Offset), len(body))-1)
	}
	return e
}

// plainJSON says in plain words what encoding/json found.
func plainJSON(err error) string {
	text := err.Error()
	if strings.Contains(text, "unexpected end") {
		return "it ends too early; a closing bracket or quotation mark is missing"
	}
	if what, where, ok := strings.Cut(strings.TrimPrefix(text, "invalid character "), " "); ok && strings.HasPrefix(text, "invalid character") {
		switch {
		case strings.Contains(where, "looking for beginning of value"):
			return what + " stands where a value should be; text needs quotation marks around it"
		case strings.Contains(where, "looking for beginning of object key"):
			return what + " stands where a name in quotation marks should be; perhaps there is a comma too many"
		case strings.Contains(where, "after object key:value pair"), strings.Contains(where, "after array element"):
			return what + " stands where a comma or a closing bracket should be"
		case strings.Contains(where, "in string literal"):
			return "a line break or another control character stands inside quotation marks"
		case strings.Contains(where, "after top-level value"):
			return what + " stands after the end"
		}
	}
	return text
}

// place gives the line and column, from 1, of the byte before offset.
func place(text string, offset int) (line, column int) {
	before := text[:max(0, min(offset, len(text))-1)]
	line = 1 + strings.Count(before, "\n")
	return line, 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
}

// sentence begins with a capital letter and ends with a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return s
	}
	first, size := utf8.DecodeRuneInString(s)
	if !strings.ContainsAny(s[len(s)-1:], ".!?") {
		s += "."
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

// SafeHeaders gives the headers as a page may show them: what authorizes is
// blotted out but for its last four characters.
func SafeHeaders(headers []hookline.Header) []hookline.Header {
	safe := make([]hookline.Header, len(headers))
	for i, h := range headers {
		safe[i] = h
		if hookline.SecretHeader(h.Name) && !OnlyRefers(h.Value) {
			safe[i].Value = mask(h.Value)
		}
	}
	return safe
}

func mask(value string) string {
	if len(value) < 12 {
		return "••••••••"
	}
	return "••••••••" + value[len(value)-4:]
}
