package liquid

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"hookline/internal/data"
)

// codeFilters write values in another notation, or read them.
var codeFilters = map[string]filter{
	"json":        {max: 1, fn: toJSON},
	"to_json":     {max: 1, fn: toJSON},
	"from_json":   {fn: readJSON},
	"json_escape": {fn: func(c *call) (any, error) { return safe{string(data.AppendText(nil, c.text())), JSON}, nil }},
	"safe":        {fn: func(c *call) (any, error) { return safe{c.text(), c.run.out.mode}, nil }},

	"url_encode": {fn: func(c *call) (any, error) { return percent(c, '+') }},
	"cgi_escape": {fn: func(c *call) (any, error) { return percent(c, '+') }},
	"uri_escape": {fn: uriEscape},
	"url_decode": {fn: urlDecode},

	"base64":                 {fn: func(c *call) (any, error) { return base64.StdEncoding.EncodeToString([]byte(c.text())), nil }},
	"base64_encode":          {fn: func(c *call) (any, error) { return base64.StdEncoding.EncodeToString([]byte(c.text())), nil }},
	"base64_url_safe_encode": {fn: func(c *call) (any, error) { return base64.URLEncoding.EncodeToString([]byte(c.text())), nil }},
	"base64_decode":          {fn: func(c *call) (any, error) { return decodeBase64(c, base64.StdEncoding) }},
	"base64_url_safe_decode": {fn: func(c *call) (any, error) { return decodeBase64(c, base64.URLEncoding) }},
	"hex_base64":             {fn: hexBase64},
}

// toJSON writes a value as JSON, with its keys in order; json: 4 indents it.
func toJSON(c *call) (any, error) {
	indent, err := c.int(0, 0)
	if err != nil {
		return nil, err
	}
	e := c.run.encoder()
	e.indent = int(min(max(indent, 0), 10))
	e.json(c.in, jsonStyle)
	return c.run.told(&e), e.err
}

// readJSON keeps order and exact numbers, as all our data does.
func readJSON(c *call) (any, error) {
	v, err := data.Decode(c.text())
	if err != nil {
		return nil, errors.New("the text is not valid JSON")
	}
	return v, nil
}

// percent encodes for a form or URL, which then do not encode again.
func percent(c *call, space byte) (any, error) {
	return safe{string(appendPercent(nil, c.text(), space)), Form}, nil
}

// uriEscape leaves the characters that have a meaning in a URL as they are.
func uriEscape(c *call) (any, error) {
	const reserved = ":/?#[]@!$&'()*+,;="
	var b strings.Builder
	for _, r := range c.text() {
		if r < utf8.RuneSelf && strings.ContainsRune(reserved, r) {
			b.WriteRune(r)
		} else {
			b.Write(appendPercent(nil, string(r), '%'))
		}
	}
	return safe{b.String(), URL}, nil
}

func urlDecode(c *call) (any, error) {
	text := c.text()
	out, err := url.QueryUnescape(text)
	if err != nil {
		return text, nil // a stray % is left alone, as in the reference
	}
	if !utf8.ValidString(out) {
		return nil, errors.New("the decoded bytes are not valid UTF-8 text")
	}
	return out, nil
}

// decodeBase64 may give bytes that are no text. Other filters can still use
// them; printing repairs them.
func decodeBase64(c *call, enc *base64.Encoding) (any, error) {
	out, err := enc.DecodeString(c.text())
	if err != nil {
		return nil, errors.New("the text is not valid Base64")
	}
	return string(out), nil
}

// hexBase64 turns a digest in hex into Base64.
func hexBase64(c *call) (any, error) {
	raw, err := hex.DecodeString(c.text())
	if err != nil {
		return nil, fmt.Errorf("%s is not hexadecimal", describeValue(c.run, c.in))
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}
