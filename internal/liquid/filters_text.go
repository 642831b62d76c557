package liquid

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

var textFilters = map[string]filter{
	"upcase":   textFilter(strings.ToUpper),
	"downcase": textFilter(strings.ToLower),
	"capitalize": textFilter(func(s string) string {
		_, n := utf8.DecodeRuneInString(s)
		return strings.ToUpper(s[:n]) + strings.ToLower(s[n:])
	}),
	"titlecase":            textFilter(titlecase),
	"strip":                textFilter(func(s string) string { return strings.Trim(s, spaces) }),
	"lstrip":               textFilter(func(s string) string { return strings.TrimLeft(s, spaces) }),
	"rstrip":               textFilter(func(s string) string { return strings.TrimRight(s, spaces) }),
	"strip_newlines":       textFilter(func(s string) string { return newlines.Replace(s) }),
	"normalize_whitespace": textFilter(func(s string) string { return strings.Join(strings.Fields(s), " ") }),
	"squish":               textFilter(func(s string) string { return strings.Join(strings.Fields(s), " ") }),
	"slugify":              textFilter(slugify),
	"handleize":            textFilter(slugify),
	"handle":               textFilter(slugify),
	"number_of_words":      {fn: func(c *call) (any, error) { return int64(len(strings.Fields(c.text()))), nil }},

	"append":        {min: 1, max: 1, fn: func(c *call) (any, error) { return c.text() + c.arg(0), nil }},
	"prepend":       {min: 1, max: 1, fn: func(c *call) (any, error) { return c.arg(0) + c.text(), nil }},
	"replace":       {min: 1, max: 2, fn: func(c *call) (any, error) { return c.replace(c.arg(1)) }},
	"remove":        {min: 1, max: 1, fn: func(c *call) (any, error) { return c.replace("") }},
	"replace_first": {min: 1, max: 2, fn: func(c *call) (any, error) { return c.replaceAt(strings.Index, c.arg(1)), nil }},
	"remove_first":  {min: 1, max: 1, fn: func(c *call) (any, error) { return c.replaceAt(strings.Index, ""), nil }},
	"replace_last":  {min: 2, max: 2, fn: func(c *call) (any, error) { return c.replaceAt(strings.LastIndex, c.arg(1)), nil }},
	"remove_last":   {min: 1, max: 1, fn: func(c *call) (any, error) { return c.replaceAt(strings.LastIndex, ""), nil }},
	"split":         {min: 1, max: 1, fn: split},
	"pluralize":     {min: 2, max: 2, fn: pluralize},
	"default":       {max: 1, named: []string{"allow_false"}, fn: defaultTo},
}

var newlines = strings.NewReplacer("\r\n", "", "\n", "")

// titlecase writes the first letter of every word large.
func titlecase(s string) string {
	start := true
	return strings.Map(func(r rune) rune {
		was := start
		start = unicode.IsSpace(r) || r == '-'
		if was {
			return unicode.ToTitle(r)
		}
		return unicode.ToLower(r)
	}, s)
}

// slugify keeps letters and digits and puts hyphens between the words.
func slugify(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "-")
}

// replace asks for the room first: a replacement may be long and frequent.
func (c *call) replace(by string) (any, error) {
	text, old := c.text(), c.arg(0)
	times := strings.Count(text, old)
	if err := c.run.fitsText(len(text) + times*(len(by)-len(old))); err != nil {
		return nil, err
	}
	return strings.ReplaceAll(text, old, by), nil
}

// replaceAt replaces one place only; nothing to look for is found at the edge.
func (c *call) replaceAt(find func(s, old string) int, by string) string {
	text, old := c.text(), c.arg(0)
	i := find(text, old)
	if i < 0 {
		return text
	}
	return text[:i] + by + text[i+len(old):]
}

// split by nothing gives the characters; by a blank, the words.
func split(c *call) (any, error) {
	text, sep := c.text(), c.arg(0)
	var pieces []string
	switch {
	case text == "":
	case sep == " ":
		pieces = strings.Fields(text)
	default:
		if err := c.run.fitsList(strings.Count(text, sep)); err != nil {
			return nil, err
		}
		pieces = strings.Split(text, sep)
	}
	for len(pieces) > 0 && pieces[len(pieces)-1] == "" {
		pieces = pieces[:len(pieces)-1]
	}
	list := make([]Value, len(pieces))
	for i, s := range pieces {
		list[i] = s
	}
	return list, nil
}

// pluralize prints the number with the word that fits it: "3 items".
func pluralize(c *call) (any, error) {
	n := toNumber(c.in)
	if compareNumbers(n, int64(1)) == 0 {
		return numberText(n) + " " + c.arg(0), nil
	}
	return numberText(n) + " " + c.arg(1), nil
}

// defaultTo takes the argument for nothing, false and what is empty.
func defaultTo(c *call) (any, error) {
	if c.in == false && truthy(c.option) {
		return c.in, nil
	}
	if c.in == nil || c.in == false || isEmpty(c.in) || isSpecialWord(c.in) {
		return c.given(0), nil
	}
	return c.in, nil
}

func isSpecialWord(v any) bool {
	_, ok := v.(special)
	return ok
}

// cutFilters take a part of a text or list.
var cutFilters = map[string]filter{
	"slice":         {min: 1, max: 2, fn: slice},
	"truncate":      {max: 2, fn: truncate},
	"truncatewords": {max: 2, fn: truncateWords},
	"size":          {fn: sizeOf},
	"first":         {fn: func(c *call) (any, error) { return end(c.in, 0), nil }},
	"last":          {fn: func(c *call) (any, error) { return end(c.in, -1), nil }},
}

// slice takes some items from an offset on, counted from the end if negative.
func slice(c *call) (any, error) {
	from, err := c.int(0, 0)
	if err != nil {
		return nil, err
	}
	n := int64(1)
	if c.given(1) != nil {
		if n, err = c.int(1, 1); err != nil {
			return nil, err
		}
	}
	if s, ok := c.in.(span); ok {
		if c.in, err = c.run.spread(s); err != nil {
			return nil, err
		}
	}
	if list, ok := c.in.([]Value); ok {
		start, stop := window(from, n, int64(len(list)))
		return list[start:stop:stop], nil
	}
	runes := []rune(c.text())
	start, stop := window(from, n, int64(len(runes)))
	return string(runes[start:stop]), nil
}

// window cuts offset and count to what is there; nothing when they miss it.
func window(from, n, length int64) (start, stop int64) {
	if from < 0 {
		from += length
	}
	if from < 0 || from > length || n <= 0 {
		return 0, 0
	}
	return from, from + min(n, length-from)
}

// truncate counts the tail as part of the length.
func truncate(c *call) (any, error) {
	n, err := c.int(0, 50)
	if err != nil {
		return nil, err
	}
	if c.in == nil {
		return nil, nil
	}
	text, tail := c.text(), "..."
	if len(c.args) > 1 {
		tail = c.arg(1)
	}
	runes := []rune(text)
	if int64(len(runes)) <= n {
		return text, nil
	}
	keep := max(max(n, 0)-int64(utf8.RuneCountInString(tail)), 0)
	return string(runes[:keep]) + tail, nil
}

// truncateWords keeps at least one word, even when told to keep none.
func truncateWords(c *call) (any, error) {
	n, err := c.int(0, 15)
	if err != nil {
		return nil, err
	}
	text, tail := c.text(), "..."
	if len(c.args) > 1 {
		tail = c.arg(1)
	}
	n = max(n, 1)
	words := strings.Fields(text)
	if int64(len(words)) <= n {
		return text, nil
	}
	return strings.Join(words[:n], " ") + tail, nil
}

// sizeOf counts characters, items or keys.
func sizeOf(c *call) (any, error) {
	switch v := c.in.(type) {
	case string:
		return int64(utf8.RuneCountInString(v)), nil
	case []Value:
		return int64(len(v)), nil
	case *Object:
		return int64(v.Len()), nil
	case span:
		return v.len(), nil
	}
	return int64(0), nil
}

// end gives the first item for n = 0, the last for n = -1.
func end(v any, n int64) any {
	switch v := v.(type) {
	case []Value:
		x, _ := item(v, n)
		return x
	case span:
		x, _ := v.item(n)
		return x
	case *Object:
		if n == 0 && v.Len() > 0 {
			return pair(v, 0)
		}
	case string:
		if n == 0 {
			_, size := utf8.DecodeRuneInString(v)
			return v[:size]
		}
		_, size := utf8.DecodeLastRuneInString(v)
		return v[len(v)-size:]
	}
	return nil
}
