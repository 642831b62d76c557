package recipe

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"hookline/internal/data"
	"hookline/internal/hookline"
)

// template is a hookline.Template with places for fields.
type template struct {
	method  string
	url     []piece
	headers []header
	body    []piece
}

type header struct {
	name  string
	value []piece
}

// piece is a stretch of a template's own text, or the place of a field.
type piece struct {
	text  string
	field string // "" for text
	in    setting
}

// setting is where a place stands, which says how a value is written there so
// that it stays a value: it neither ends what it stands in nor becomes Liquid.
type setting int

const (
	inText    setting = iota // of a header, or of a body that is neither JSON nor a form
	inURL                    // within an address
	wholeURL                 // it is the address, or its beginning
	inForm                   // of a form body
	inString                 // between quotation marks in JSON
	inNumber                 // elsewhere in JSON
	insideTag                // a name within {{ … }} or {% … %}
)

// fill writes values, which passed their fields' checks, into the places.
func (t template) fill(values map[string]string) hookline.Template {
	made := hookline.Template{Method: t.method, URL: join(t.url, values), Body: join(t.body, values)}
	for _, h := range t.headers {
		made.Headers = append(made.Headers, hookline.Header{Name: h.name, Value: join(h.value, values)})
	}
	return made
}

func join(pieces []piece, values map[string]string) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.field == "" {
			b.WriteString(p.text)
		} else {
			b.WriteString(p.in.write(values[p.field]))
		}
	}
	return b.String()
}

// braces in an address are percent-encoded, as url.URL writes them as well.
var braces = strings.NewReplacer("{", "%7B", "}", "%7D")

// write gives a value as its place needs it. A brace could begin Liquid, so none
// is left as it is.
func (s setting) write(value string) string {
	switch s {
	case inURL:
		return strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
	case wholeURL:
		return braces.Replace(value)
	case inForm:
		return url.QueryEscape(value)
	case inString:
		return strings.ReplaceAll(string(data.AppendText(nil, value)), "{", `\u007b`)
	case inText:
		return strings.ReplaceAll(value, "{", "{% raw %}{{% endraw %}")
	case inNumber, insideTag: // their formats have nothing to escape
	}
	return value
}

// isJSON and isForm tell which kind of body a content type announces.
func isJSON(contentType string) bool { return strings.Contains(contentType, "json") }

func isForm(contentType string) bool { return strings.Contains(contentType, "x-www-form-urlencoded") }

var (
	errPlace  = errors.New("a place is written [[name]], with small letters, digits and underscores")
	errNoTag  = errors.New("a tag is never closed")
	placeName = regexp.MustCompile(`^\[\[([a-z][a-z0-9_]*)\]\]`)
)

// cutter cuts a part of a template into its pieces.
type cutter struct {
	outside setting // where a place stands that is not within a tag
	pieces  []piece

	closes          string // what ends the tag that is open; "" for none
	quoted, escaped bool   // where in JSON the end of the text so far stands
}

// cut finds the places in a part of a template. outside says where they stand
// when no tag is around them; inNumber is for JSON, in which it depends.
func cut(text string, outside setting) ([]piece, error) {
	c := &cutter{outside: outside}
	for at := 0; at < len(text); {
		rest := text[at:]
		if strings.HasPrefix(rest, "[[") {
			name := placeName.FindStringSubmatch(rest)
			if name == nil {
				return nil, fmt.Errorf("%w: %.20s", errPlace, rest)
			}
			c.pieces = append(c.pieces, piece{field: name[1], in: c.here(at)})
			at += len(name[0])
			continue
		}
		n := c.step(rest)
		c.add(rest[:n])
		at += n
	}
	if c.closes != "" {
		return nil, errNoTag
	}
	return c.pieces, nil
}

func (c *cutter) here(at int) setting {
	switch {
	case c.closes != "":
		return insideTag
	case c.outside == inURL && at == 0:
		return wholeURL
	case c.outside == inNumber && c.quoted:
		return inString
	}
	return c.outside
}

// step takes notice of what comes next, and gives its length.
func (c *cutter) step(rest string) int {
	switch {
	case c.closes != "" && strings.HasPrefix(rest, c.closes):
		c.closes = ""
		return 2
	case c.closes != "":
	case strings.HasPrefix(rest, "{{"):
		c.closes = "}}"
		return 2
	case strings.HasPrefix(rest, "{%"):
		c.closes = "%}"
		return 2
	case c.escaped:
		c.escaped = false
	case rest[0] == '"':
		c.quoted = !c.quoted
	case rest[0] == '\\':
		c.escaped = c.quoted
	}
	return 1
}

func (c *cutter) add(text string) {
	if n := len(c.pieces); n > 0 && c.pieces[n-1].field == "" {
		c.pieces[n-1].text += text
		return
	}
	c.pieces = append(c.pieces, piece{text: text})
}
