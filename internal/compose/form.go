package compose

import (
	"net/url"
	"regexp"
	"strings"

	"hookline/internal/liquid"
)

// FormOfJSON writes a JSON body that is one object without others in it as the
// body of a form: a=…&b=…. The error is an *Error that says why it cannot be.
func FormOfJSON(body string) (string, error) {
	members, err := ReadFlat(body)
	if err != nil {
		return "", err
	}
	pieces := make([]string, len(members))
	for i, m := range members {
		value := m.Value
		if !m.Text && value == "null" {
			value = ""
		}
		pieces[i] = percentEncoded(m.Key, inForms) + "=" + percentEncoded(value, inForms)
	}
	return strings.Join(pieces, "&"), nil
}

// JSONOfForm writes the body of a form as a JSON object. The error is an *Error
// that says why it cannot be.
func JSONOfForm(body string) (string, error) {
	if _, err := liquid.Compile(body, liquid.Form); err != nil {
		return "", partError(Body, err)
	}
	body = strings.TrimSpace(body)
	var members []Member
	for _, piece := range cutPieces(body) {
		name, value, found := cutPair(piece)
		_, unread := liquid.Compile(piece, liquid.Form)
		if !found || unread != nil {
			return "", &Error{Part: Body, Message: "This body cannot be written as JSON: it is not of the form a=…&b=…."}
		}
		name, value = formDecoded(name), formDecoded(value)
		members = append(members, Member{Key: name, Text: !bare(value), Value: value})
	}
	return WriteFlat(members), nil
}

// inForms may stand in a form as they are, beside letters and digits.
const inForms = "-._~*"

var (
	isNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)
	isAsJSON = regexp.MustCompile(`(?s)^\{\{([^}]|\}[^}])*\|\s*json\s*-?\}\}$`)
)

// bare says whether a value stands in JSON without quotation marks.
func bare(value string) bool {
	return value == "true" || value == "false" || isNumber.MatchString(value) || isAsJSON.MatchString(value)
}

func formDecoded(text string) string {
	return eachOwn(text, func(own string) string {
		plain, err := url.QueryUnescape(own)
		if err != nil || unendedLiquid(plain) < len(plain) { // encoded braces are no Liquid
			return own
		}
		return plain
	})
}
