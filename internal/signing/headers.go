package signing

import (
	"encoding/json"
	"net/http"
	"strings"
)

// ReadHeaders reads headers as people paste them: a line for each, with a colon,
// as curl's -H has them or as a log prints them, or as the JSON that a framework
// logs: an object, or a list of pairs or of names and values. Names stay as they
// are spelled. What is no header is passed over.
func ReadHeaders(text string) http.Header {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		if h := jsonHeaders([]byte(text)); len(h) > 0 {
			return h
		}
	}
	h := http.Header{}
	for line := range strings.Lines(text) {
		if name, value, ok := headerLine(line); ok {
			h[name] = append(h[name], value)
		}
	}
	return h
}

// headerLine reads "Name: value", whatever stands around it.
func headerLine(line string) (name, value string, ok bool) {
	line = strings.TrimRight(strings.TrimSpace(line), `\ `)
	for _, option := range []string{"-H ", "--header ", "> ", "< "} {
		line = strings.TrimSpace(strings.TrimPrefix(line, option))
	}
	line = strings.Trim(strings.TrimSuffix(line, ","), `'"`)
	name, value, ok = strings.Cut(line, ":")
	name, value = strings.Trim(name, ` '"`), strings.Trim(value, ` '"`)
	return name, value, ok && name != "" && !strings.ContainsAny(name, " \t/")
}

// jsonHeaders reads {"name": "value"}, {"name": ["value"]}, [["name", "value"]],
// ["name", "value", …] and [{"name": …, "value": …}].
func jsonHeaders(text []byte) http.Header {
	h := http.Header{}
	var object map[string]any
	if json.Unmarshal(text, &object) == nil {
		for name, value := range object {
			addJSON(h, name, value)
		}
		return h
	}
	var list []any
	if json.Unmarshal(text, &list) != nil {
		return nil
	}
	for i, one := range list {
		switch one := one.(type) {
		case []any:
			if len(one) == 2 {
				addJSON(h, asText(one[0]), one[1])
			}
		case map[string]any:
			addJSON(h, asText(one["name"]), one["value"])
		case string:
			if i%2 == 0 && i+1 < len(list) {
				addJSON(h, one, list[i+1])
			}
		}
	}
	return h
}

func addJSON(h http.Header, name string, value any) {
	if name == "" {
		return
	}
	switch value := value.(type) {
	case []any:
		for _, one := range value {
			h[name] = append(h[name], asText(one))
		}
	default:
		h[name] = append(h[name], asText(value))
	}
}

func asText(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	case float64:
		text, _ := json.Marshal(value) // a number can be written
		return string(text)
	}
	return ""
}
