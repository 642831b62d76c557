package compose

import (
	"encoding/json"
	"regexp"
	"strings"

	"hookline/internal/data"
	"hookline/internal/liquid"
)

// Member is one member of a flat JSON body, as a form shows it.
type Member struct {
	Key   string
	Text  bool   // the value stands between quotation marks
	Value string // a text as it reads, else a number, true, false, null or one output; Liquid in it as it is
}

// ReadFlat takes a body apart that is one JSON object without others in it. The
// error is an *Error that says why a body cannot be shown as a form. WriteFlat
// makes a body of the members that makes the same JSON.
func ReadFlat(body string) ([]Member, error) {
	if _, err := liquid.Compile(body, liquid.JSON); err != nil {
		return nil, partError(Body, err)
	}
	tokens, err := cutJSON(body)
	if err != nil {
		return nil, err
	}
	if err := checkTokens(body, tokens); err != nil {
		return nil, err
	}
	if len(tokens) < 2 || tokens[0].text != "{" {
		return nil, notFlat(body, 0, "it is no object with names and values")
	}
	var members []Member
	for i := 1; i < len(tokens)-1; i += 4 { // a name, a colon, a value, a comma
		m, err := readMember(body, tokens[i:])
		if err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	return members, nil
}

// readMember reads the member that tokens begin with; that they are a name, a
// colon and something more the JSON around them has shown.
func readMember(body string, tokens []token) (Member, error) {
	name := tokens[0]
	if name.kind != textToken || len(tokens) < 4 {
		return Member{}, notFlat(body, name.start, "a name in quotation marks should stand here")
	}
	value := tokens[2]
	m := Member{Key: readText(name.text), Text: value.kind == textToken, Value: value.text}
	switch {
	case m.Text:
		m.Value = readText(value.text)
	case value.kind != valueToken:
		return m, notFlat(body, value.start, "there is a list, an object or a tag here")
	case value.filled && !isOutput.MatchString(value.text):
		return m, notFlat(body, value.start, "there is more than one output here")
	}
	if strings.Contains(m.Key, "\n") || strings.Contains(m.Key+m.Value, "\r") {
		return m, notFlat(body, name.start, "a form cannot hold the line break here")
	}
	if after := tokens[3]; after.text != "," && after.text != "}" || after.kind != signToken {
		return m, notFlat(body, after.start, "there is a tag here")
	}
	return m, nil
}

var isOutput = regexp.MustCompile(`(?s)^\{\{([^}]|\}[^}])*\}\}$`)

func notFlat(body string, at int, why string) error {
	line, column := place(body, at+1)
	return &Error{Part: Body, Line: line, Column: column, Message: "This body cannot be shown as a form: " + why + "."}
}

// readText is a text in quotation marks as it reads; the Liquid in it stays.
func readText(quoted string) string {
	return eachOwn(quoted[1:len(quoted)-1], func(own string) string {
		var text string
		if json.Unmarshal([]byte(`"`+own+`"`), &text) != nil {
			return own
		}
		return text
	})
}

// WriteFlat is a body of these members, one to a line.
func WriteFlat(members []Member) string {
	if len(members) == 0 {
		return "{}"
	}
	lines := make([]string, len(members))
	for i, m := range members {
		value := strings.TrimSpace(m.Value)
		if m.Text {
			value = writeText(m.Value)
		} else if value == "" {
			value = "null"
		}
		lines[i] = "  " + writeText(m.Key) + ": " + value
	}
	return "{\n" + strings.Join(lines, ",\n") + "\n}"
}

func writeText(text string) string {
	return `"` + eachOwn(text, func(own string) string { return string(data.AppendText(nil, own)) }) + `"`
}

// eachOwn changes what in a text is its own, and leaves the Liquid.
func eachOwn(text string, change func(own string) string) string {
	var b strings.Builder
	at := 0
	for _, part := range liquidParts.FindAllStringIndex(text, -1) {
		b.WriteString(change(text[at:part[0]]))
		b.WriteString(text[part[0]:part[1]])
		at = part[1]
	}
	b.WriteString(change(text[at:]))
	return b.String()
}
