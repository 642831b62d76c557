package attribute

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"hookline/internal/condition"
	"hookline/internal/hookline"
)

// Typed is a value as it stands in a form: what somebody would have to type to
// get it. Lists and objects have one item to a line.
func Typed(value json.RawMessage) string {
	switch Of(value) {
	case Text, Time:
		var text string
		if json.Unmarshal(value, &text) == nil {
			return text
		}
	case Boolean:
		if string(bytes.TrimSpace(value)) == "true" {
			return "yes"
		}
		return "no"
	case List, Object:
		var pretty bytes.Buffer
		if json.Indent(&pretty, value, "", "  ") == nil {
			return pretty.String()
		}
	case Number:
		return string(bytes.TrimSpace(value))
	case Empty:
	}
	return ""
}

// Read makes the value of a type of what was typed. wrong is a sentence that says
// what to do when it cannot be made, else "".
func Read(t Type, typed string) (value json.RawMessage, wrong string) {
	trimmed := strings.TrimSpace(typed)
	switch t {
	case Text:
		value = text(strings.ReplaceAll(typed, "\r\n", "\n"))
	case Number:
		value, wrong = number(trimmed)
	case Boolean:
		value, wrong = boolean(trimmed)
	case Time:
		value = text(trimmed)
		if !condition.IsMoment(trimmed) {
			wrong = "Enter a date, such as 2026-06-10, or a date and time, such as 2026-06-10 14:30. Times are UTC; for another zone add its offset: 2026-06-10 14:30+02:00."
		}
	case List:
		value, wrong = structure(trimmed, '[', `This is not a JSON list. It must look like ["red", "blue"].`)
	case Object:
		value, wrong = structure(trimmed, '{', `This is not a JSON object. It must look like {"city": "Graz"}.`)
	case Empty:
		value = json.RawMessage("null")
	default:
		wrong = "Choose a type of the list."
	}
	if wrong == "" && len(value) > hookline.MaxAttributeValue {
		wrong = "This is too long: at most 16 KB."
	}
	return value, wrong
}

func text(of string) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(strings.ToValidUTF8(of, "\ufffd")) // a text can always be written
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// jsonNumber is RFC 8259 §6. A number is kept as it is typed, to the last digit.
var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

func number(typed string) (json.RawMessage, string) {
	if jsonNumber.MatchString(typed) {
		return json.RawMessage(typed), ""
	}
	wrong := "Enter a number in digits, such as 38 or 12.50."
	if pointed := strings.Replace(typed, ",", ".", 1); jsonNumber.MatchString(pointed) {
		wrong = "Write the fraction with a point, " + pointed + ", and a thousand without any sign: 1000."
	} else if bare := strings.TrimLeft(typed, "+0"); typed != "" && jsonNumber.MatchString(bare) {
		wrong = "Enter the number without + or 0 in front: " + bare + ". An id that begins with 0 is a text."
	}
	return nil, wrong
}

func boolean(typed string) (json.RawMessage, string) {
	switch strings.ToLower(typed) {
	case "yes", "true":
		return json.RawMessage("true"), ""
	case "no", "false":
		return json.RawMessage("false"), ""
	}
	return nil, "Choose yes or no."
}

func structure(typed string, open byte, wrong string) (json.RawMessage, string) {
	if typed == "" || typed[0] != open {
		return nil, wrong
	}
	var raw json.RawMessage
	err := json.Unmarshal([]byte(typed), &raw)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		before := typed[:min(int(syntax.Offset), len(typed))]
		return nil, wrong + " Look at line " + strconv.Itoa(strings.Count(before, "\n")+1) + "."
	}
	var b bytes.Buffer
	if err != nil || json.Compact(&b, raw) != nil {
		return nil, wrong
	}
	return b.Bytes(), ""
}
