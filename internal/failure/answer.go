package failure

import (
	"bytes"
	"encoding/json"
	"errors"
	"html"
	"io"
	"maps"
	"slices"
	"strings"
)

// The limits of what is read of an answer.
const (
	maxAnswer = 16 << 10
	maxDepth  = 8
	maxLines  = 12
)

// Answer gives the normal form of what a receiver answered. Of JSON it is a line
// for each member, whatever their order; of HTML what a reader would see.
func Answer(body []byte) string {
	body = bytes.TrimSpace(body)
	switch {
	case len(body) == 0:
		return ""
	case body[0] == '{' || body[0] == '[':
		if lines, ok := ofJSON(body); ok {
			return lines
		}
	case body[0] == '<':
		return Normal(ofHTML(string(body[:min(len(body), maxAnswer)])))
	}
	return Normal(string(body[:min(len(body), maxRead+1)]))
}

// ofJSON gives the members of a JSON value in the order of their names, each once;
// false when it is none.
func ofJSON(body []byte) (string, bool) {
	if len(body) > maxAnswer {
		return "", false
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return "", false
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return "", false
	}
	lines := map[string]bool{}
	members(value, "", 0, lines)
	telling := maps.Clone(lines)
	maps.DeleteFunc(telling, func(_ string, tells bool) bool { return !tells })
	if len(telling) == 0 {
		telling = lines
	}
	all := slices.Sorted(maps.Keys(telling))
	return bounded(strings.Join(all[:min(len(all), maxLines)], " · ")), true
}

// members adds a line for each value within another, and whether it tells more than
// that there is one.
func members(value any, path string, depth int, lines map[string]bool) {
	line := func(text string) {
		switch {
		case text == "":
		case path == "":
			lines[text] = text != gap
		default:
			lines[path+": "+text] = text != gap
		}
	}
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			if depth < maxDepth {
				members(member, join(path, Normal(name)), depth+1, lines)
			}
		}
	case []any:
		for _, one := range v {
			if depth < maxDepth {
				members(one, path, depth+1, lines)
			}
		}
	case string:
		line(Normal(v))
	case json.Number:
		line(gap)
	case bool:
		line(map[bool]string{true: "true", false: "false"}[v])
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// ofHTML leaves out tags, and what stands between those of scripts and styles.
func ofHTML(text string) string {
	var b strings.Builder
	for {
		before, rest, tagged := strings.Cut(text, "<")
		b.WriteString(before)
		if !tagged {
			break
		}
		b.WriteByte(' ')
		tag, after, _ := strings.Cut(rest, ">")
		text = after
		name := strings.ToLower(strings.Fields(tag + " .")[0])
		if name == "script" || name == "style" {
			_, text, _ = strings.Cut(lowerTags(after, name), "</"+name)
			_, text, _ = strings.Cut(text, ">")
		}
	}
	return strings.ToValidUTF8(html.UnescapeString(b.String()), "")
}

// lowerTags writes an element's closing tag in small letters.
func lowerTags(text, name string) string {
	return strings.ReplaceAll(text, "</"+strings.ToUpper(name), "</"+name)
}
