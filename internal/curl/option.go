package curl

import (
	"net/url"
	"strings"

	"hookline/internal/hookline"
)

// option is what curl calls one of its options by, and what it means here.
type option struct {
	takes bool // it has a value
	read  func(c *command, name, value string) error
}

// quiet options change how curl behaves on somebody's computer, and nothing of
// what is sent.
func quiet(*command, string, string) error { return nil }

// noted options change something that a destination's settings decide here.
func noted(text string) func(*command, string, string) error {
	return func(c *command, _, _ string) error {
		c.note(text)
		return nil
	}
}

// refused options send something that Hookline does not.
func refused(text string) func(*command, string, string) error {
	return func(_ *command, name, _ string) error { return wrong(name + " " + text) }
}

// short are the names of one letter, and what they stand for.
var short = map[byte]string{
	'X': "--request", 'H': "--header", 'd': "--data", 'u': "--user", 'G': "--get", 'F': "--form", 'T': "--upload-file",
	'A': "--user-agent", 'e': "--referer", 'b': "--cookie", 'c': "--cookie-jar", 'I': "--head", 'L': "--location", 'k': "--insecure",
	's': "--silent", 'S': "--show-error", 'i': "--include", 'v': "--verbose", 'f': "--fail", 'g': "--globoff", 'N': "--no-buffer",
	'#': "--progress-bar", 'o': "--output", 'O': "--remote-name", 'w': "--write-out", 'm': "--max-time", 'x': "--proxy",
	'E': "--cert", '4': "--ipv4", '6': "--ipv6", '0': "--http1.0", 'K': "--config", 'n': "--netrc",
}

const (
	settingsTime = "How long a receiver may take is chosen in the destination’s settings, so the command’s time-out was left out."
	settingsWay  = "Proxies and certificates are chosen in the destination’s settings, so the command’s were left out."
)

// options are all that are understood.
var options = map[string]option{
	"--request": {true, func(c *command, _, v string) error { c.method = v; return nil }},
	"--url":     {true, func(c *command, _, v string) error { c.urls = append(c.urls, v); return nil }},
	"--header":  {true, (*command).header},
	"--user":    {true, func(c *command, _, v string) error { c.user, c.hasUser = v, true; return nil }},
	"--get":     {false, func(c *command, _, _ string) error { c.get = true; return nil }},

	"--data": {true, (*command).inline}, "--data-ascii": {true, (*command).inline}, "--data-binary": {true, (*command).inline},
	"--data-raw":       {true, func(c *command, _, v string) error { return c.add(v) }},
	"--data-urlencode": {true, (*command).encoded},
	"--json": {true, func(c *command, name, v string) error {
		c.json = true
		return c.inline(name, v)
	}},

	"--user-agent": {true, func(c *command, _, v string) error { return c.header("-H", "User-Agent: "+v) }},
	"--referer":    {true, func(c *command, _, v string) error { return c.header("-H", "Referer: "+v) }},
	"--cookie":     {true, (*command).cookie},

	"--form": {true, refused("sends a form with files (multipart/form-data), which Hookline does not. Look in the service’s documentation for a way with JSON or --data.")}, "--form-string": {true, refused("sends a form with files (multipart/form-data), which Hookline does not. Look in the service’s documentation for a way with JSON or --data.")},
	"--upload-file": {true, refused("sends a file from your computer, which Hookline cannot read. Paste what is in it behind --data-raw.")},
	"--config":      {true, refused("reads options from a file on your computer. Put the options themselves into the command.")},
	"--head":        {false, refused("asks for the headers alone (HEAD), which Hookline does not. Leave it out to send a GET request.")},
	"--next":        {false, refused("begins a second request. Paste one request at a time.")},

	"--location": {false, noted("Hookline follows no redirects, so -L was left out. Should the service answer with one, put the address it names into the action.")},
	"--insecure": {false, noted("Hookline always checks certificates, so -k was left out.")},
	"--max-time": {true, noted(settingsTime)}, "--connect-timeout": {true, noted(settingsTime)},
	"--proxy": {true, noted(settingsWay)}, "--cert": {true, noted(settingsWay)}, "--key": {true, noted(settingsWay)}, "--cacert": {true, noted(settingsWay)},

	"--silent": {false, quiet}, "--show-error": {false, quiet}, "--include": {false, quiet}, "--verbose": {false, quiet}, "--fail": {false, quiet},
	"--fail-with-body": {false, quiet}, "--globoff": {false, quiet}, "--no-buffer": {false, quiet}, "--progress-bar": {false, quiet}, "--no-progress-meter": {false, quiet},
	"--compressed": {false, quiet}, "--basic": {false, quiet}, "--ipv4": {false, quiet}, "--ipv6": {false, quiet}, "--netrc": {false, quiet},
	"--http1.0": {false, quiet}, "--http1.1": {false, quiet}, "--http2": {false, quiet}, "--http3": {false, quiet}, "--tlsv1.2": {false, quiet}, "--tlsv1.3": {false, quiet},
	"--remote-name": {false, quiet}, "--output": {true, quiet}, "--write-out": {true, quiet}, "--cookie-jar": {true, quiet},
	"--retry": {true, quiet}, "--retry-delay": {true, quiet}, "--retry-max-time": {true, quiet},
}

// options reads all words behind curl.
func (c *command) options(words []string) error {
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		var used int
		var err error
		switch {
		case strings.HasPrefix(word, "--") && len(word) > 2:
			used, err = c.one(word, word, words)
		case strings.HasPrefix(word, "-") && len(word) > 1 && word != "--":
			used, err = c.letters(word, words)
		case word != "--":
			c.urls = append(c.urls, word)
		}
		if err != nil {
			return err
		}
		words = words[used:]
	}
	return nil
}

// letters reads -sSL, -XPOST and -X POST. It gives how many of the words behind
// it were used.
func (c *command) letters(word string, rest []string) (int, error) {
	for i := 1; i < len(word); i++ {
		name := "-" + word[i:i+1]
		o, known := options[short[word[i]]]
		if !known {
			return 0, unknown(name, word)
		}
		if o.takes && i+1 < len(word) {
			return 0, o.read(c, name, word[i+1:])
		}
		if o.takes || i+1 == len(word) {
			return c.one(short[word[i]], name, rest)
		}
		if err := o.read(c, name, ""); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

// one reads the option with this long name; shown is how the command has it.
func (c *command) one(long, shown string, rest []string) (int, error) {
	o, known := options[long]
	switch {
	case !known:
		return 0, unknown(shown, shown)
	case !o.takes:
		return 0, o.read(c, shown, "")
	case len(rest) == 0:
		return 0, wrong("Behind " + shown + " something is missing. Was the command copied to its end?")
	}
	return 1, o.read(c, shown, rest[0])
}

func unknown(name, word string) error {
	text := "The option " + name + " is not understood"
	if word != name {
		text += " (in " + excerpt(word) + ")"
	}
	return wrong(text + ". Take it out if the service does not need it, or fill in the request by hand.")
}

// header reads “Name: value”, “Name;” for an empty value, and “Name:” for a
// header that is not to be sent.
func (c *command) header(name, line string) error {
	if strings.HasPrefix(line, "@") {
		return wrong(name + " " + excerpt(line) + " reads headers from a file on your computer. Put the headers themselves into the command.")
	}
	if empty, isEmpty := strings.CutSuffix(line, ";"); isEmpty && !strings.Contains(line, ":") {
		c.headers = append(c.headers, hookline.Header{Name: strings.TrimSpace(empty)})
		return nil
	}
	header, value, found := strings.Cut(line, ":")
	header, value = strings.TrimSpace(header), strings.TrimSpace(value)
	switch {
	case !found || header == "":
		return wrong(name + " " + excerpt(line) + " is no header. A header has a name, a colon and a value, such as Accept: application/json.")
	case value == "":
		c.removed = append(c.removed, header)
	case strings.EqualFold(header, "Content-Length"), strings.EqualFold(header, "Host"), strings.EqualFold(header, "Connection"):
		c.note("Hookline sets the header " + header + " itself, so the command’s was left out.")
	case strings.EqualFold(header, "Accept-Encoding"): // an answer is read whatever its encoding
	default:
		c.headers = append(c.headers, hookline.Header{Name: header, Value: value})
	}
	return nil
}

func (c *command) cookie(name, value string) error {
	if !strings.Contains(value, "=") {
		return wrong(name + " " + excerpt(value) + " reads cookies from a file on your computer. Put the cookies themselves there, such as session=abc.")
	}
	return c.header(name, "Cookie: "+value)
}

func (c *command) add(data string) error {
	c.data, c.hasData = append(c.data, data), true
	return nil
}

// inline takes data that stands in the command itself.
func (c *command) inline(name, data string) error {
	if strings.HasPrefix(data, "@") {
		return wrong(name + " " + excerpt(data) + " reads a file on your computer, which Hookline cannot. Paste what is in the file behind --data-raw.")
	}
	return c.add(data)
}

// encoded reads --data-urlencode: “text”, “=text” or “name=text”.
func (c *command) encoded(name, data string) error {
	key, value, hasKey := strings.Cut(data, "=")
	if !hasKey {
		key, value = "", data
	}
	if strings.Contains(key, "@") || !hasKey && strings.Contains(value, "@") {
		return wrong(name + " " + excerpt(data) + " reads a file on your computer, which Hookline cannot. Write name=text instead.")
	}
	value = url.QueryEscape(value)
	if key != "" {
		value = key + "=" + value
	}
	return c.add(value)
}
