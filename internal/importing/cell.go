package importing

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// value is a cell as an attribute's value; wrong says why it is none.
func value(cell string, as hookline.ImportType) (v json.RawMessage, wrong string) {
	cell = strings.TrimSpace(cell)
	switch as {
	case hookline.TypeNumber:
		return number(cell)
	case hookline.TypeBoolean:
		return yesNo(cell)
	case hookline.TypeDate:
		return date(cell)
	case hookline.TypeJSON:
		return anyJSON(cell)
	}
	return text(cell), ""
}

func text(cell string) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(cell) // a text can always be written
	return bytes.TrimSpace(b.Bytes())
}

var plainNumber = regexp.MustCompile(`^[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?$`)

// number keeps a number as exact as it is written. A comma in it means one thing
// here and another there, so it is not guessed at.
func number(cell string) (json.RawMessage, string) {
	if !plainNumber.MatchString(cell) {
		return nil, "“" + short(cell) + "” is not a number such as 1250 or 1250.50, without a comma."
	}
	digits := strings.TrimPrefix(cell, "+")
	sign := ""
	if rest, negative := strings.CutPrefix(digits, "-"); negative {
		sign, digits = "-", rest
	}
	for len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9' {
		digits = digits[1:]
	}
	return json.RawMessage(sign + digits), ""
}

func yesNo(cell string) (json.RawMessage, string) {
	switch strings.ToLower(cell) {
	case "yes", "y", "true", "1", "on", "x":
		return json.RawMessage("true"), ""
	case "no", "n", "false", "0", "off":
		return json.RawMessage("false"), ""
	}
	return nil, "“" + short(cell) + "” is neither yes nor no."
}

// dateLayouts are the ways to write a date that can be taken for one day only.
var dateLayouts = []struct {
	layout string
	day    bool // without a time
}{
	{"2006-01-02", true},
	{"2006/01/02", true},
	{"02.01.2006", true},
	{"2 Jan 2006", true},
	{"Jan 2, 2006", true},
	{time.RFC3339Nano, false},
	{"2006-01-02T15:04:05", false},
	{"2006-01-02 15:04:05", false},
	{"2006-01-02 15:04", false},
}

// date gives a day as 2026-03-04, and a moment in UTC; one without a zone is
// taken to be in UTC.
func date(cell string) (json.RawMessage, string) {
	for _, way := range dateLayouts {
		at, err := time.Parse(way.layout, cell)
		if err != nil {
			continue
		}
		if way.day {
			return text(at.Format(time.DateOnly)), ""
		}
		return text(at.UTC().Format(time.RFC3339Nano)), ""
	}
	return nil, "“" + short(cell) + "” is not a date such as 2026-03-04 or 2026-03-04T15:30:00Z."
}

func anyJSON(cell string) (json.RawMessage, string) {
	var compact bytes.Buffer
	if !json.Valid([]byte(cell)) || json.Compact(&compact, []byte(cell)) != nil {
		return nil, "“" + short(cell) + "” is not JSON such as [\"a\", \"b\"] or {\"a\": 1}."
	}
	return compact.Bytes(), ""
}

// short is a cell as a reason quotes it.
func short(cell string) string {
	if runes := []rune(cell); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return cell
}
