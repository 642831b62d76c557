// Package curl reads a curl command as a template: people copy such commands
// from a service's documentation, or from their browser.
//
// Whatever of a command decides what is sent is read as curl and a POSIX shell
// read it, or refused with a sentence that says what to do. Options that only
// change how curl behaves on somebody's computer are left out. Nothing in a
// command becomes Liquid: see literal.
package curl

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"hookline/internal/hookline"
)

// MaxCommand is the longest command that is read, in bytes.
const MaxCommand = 256 << 10

// Command is what a command would send.
type Command struct {
	Template hookline.Template
	Notes    []string // whole sentences about what differs from the command
}

// Read reads a command. The error is for whoever pasted it: one or more whole
// sentences.
func Read(text string) (Command, error) {
	if len(text) > MaxCommand {
		return Command{}, wrong("This command is too long: at most 256 KB.")
	}
	words, err := split(text)
	if err != nil {
		return Command{}, err
	}
	if len(words) == 0 {
		return Command{}, wrong("Paste a command that begins with curl.")
	}
	for _, word := range words {
		if !utf8.ValidString(word) || strings.Contains(word, "\x00") {
			return Command{}, wrong("The command sends bytes that are no text, which a template cannot hold.")
		}
	}
	if name := words[0]; name != "curl" && name != "curl.exe" && !strings.HasSuffix(name, "/curl") {
		return Command{}, wrong("A command begins with curl; this begins with " + excerpt(name) + ".")
	}
	c := &command{}
	if err := c.options(words[1:]); err != nil {
		return Command{}, err
	}
	return c.finish()
}

// wrong is an error that a person can act upon.
func wrong(message string) error { return hookline.Invalid(message, nil) }

// excerpt is a word of a command as a sentence has it.
func excerpt(word string) string {
	if runes := []rune(word); len(runes) > 40 {
		word = string(runes[:40]) + "…"
	}
	return "“" + word + "”"
}

// command is what its options have said so far.
type command struct {
	method  string
	urls    []string
	headers []hookline.Header
	removed []string // names of headers that curl is told not to send
	data    []string // what goes between & and &
	hasData bool
	get     bool // the data goes into the address
	json    bool
	user    string
	hasUser bool
	notes   []string
}

func (c *command) note(text string) {
	if !slices.Contains(c.notes, text) {
		c.notes = append(c.notes, text)
	}
}

// finish makes the template of what the options said.
func (c *command) finish() (Command, error) {
	switch len(c.urls) {
	case 0:
		return Command{}, wrong("The command has no address. Add the one to send to, such as https://api.example.com/people.")
	case 1:
	default:
		return Command{}, wrong("The command has more than one address: " + excerpt(c.urls[0]) + " and " + excerpt(c.urls[1]) + ". Paste one request at a time.")
	}
	address, err := c.address()
	if err != nil {
		return Command{}, err
	}
	t := hookline.Template{Method: c.theMethod(), URL: address}
	if !slices.Contains(hookline.Methods(), t.Method) {
		return Command{}, wrong("Hookline sends " + listed(hookline.Methods()) + ", but not " + excerpt(t.Method) + ".")
	}
	t.Headers = c.theHeaders()
	if c.hasData && !c.get {
		t.Body = literal(c.body())
		if t.Method == "GET" {
			c.note("A GET request carries no body, so what the command sends with -d stands in the body but is not sent. Choose another method, or put it into the address.")
		}
	}
	return Command{Template: t, Notes: c.notes}, nil
}

func listed(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

func (c *command) theMethod() string {
	switch {
	case c.method != "":
		return strings.ToUpper(c.method)
	case c.hasData && !c.get:
		return "POST"
	}
	return "GET"
}

// body joins what the data options gave: curl puts & between forms, and nothing
// between pieces of JSON.
func (c *command) body() string {
	if c.json {
		return strings.Join(c.data, "")
	}
	return strings.Join(c.data, "&")
}

// theHeaders are the command's own, and those that curl adds for what it sends.
func (c *command) theHeaders() []hookline.Header {
	headers := c.headers
	add := func(name, value string) {
		named := func(h hookline.Header) bool { return strings.EqualFold(h.Name, name) }
		removed := func(other string) bool { return strings.EqualFold(other, name) }
		if !slices.ContainsFunc(headers, named) && !slices.ContainsFunc(c.removed, removed) {
			headers = append(headers, hookline.Header{Name: name, Value: value})
		}
	}
	switch {
	case c.json:
		add("Content-Type", "application/json")
		add("Accept", "application/json")
	case c.hasData && !c.get:
		add("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := range headers {
		headers[i].Value = literal(headers[i].Value)
	}
	return headers
}

// address is where to send, with user and password in it, and the data of a GET.
func (c *command) address() (string, error) {
	address := c.urls[0]
	if !strings.Contains(address, "://") {
		address = "https://" + address
		c.note("The address had no https:// in front, so it was added.")
	}
	scheme, rest, _ := strings.Cut(address, "://")
	if c.hasUser {
		if end := strings.IndexAny(rest, "/?#"); end < 0 {
			rest = rest[strings.LastIndexByte(rest, '@')+1:]
		} else {
			rest = rest[strings.LastIndexByte(rest[:end], '@')+1:]
		}
		name, password, _ := strings.Cut(c.user, ":")
		rest = url.UserPassword(name, password).String() + "@" + rest
	}
	if c.get && c.hasData {
		rest = withQuery(rest, c.body())
	}
	address = inAddress.Replace(scheme + "://" + rest)
	if _, err := url.Parse(address); err != nil {
		return "", wrong("The address " + excerpt(c.urls[0]) + " cannot be read. Look whether a quotation mark is missing around it.")
	}
	return address, nil
}

func withQuery(address, query string) string {
	address, fragment, hasFragment := strings.Cut(address, "#")
	switch {
	case !strings.Contains(address, "?"):
		address += "?"
	case !strings.HasSuffix(address, "?") && !strings.HasSuffix(address, "&"):
		address += "&"
	}
	address += query
	if hasFragment {
		address += "#" + fragment
	}
	return address
}

// inAddress encodes what may not stand in an address; a brace could begin Liquid.
var inAddress = strings.NewReplacer("{", "%7B", "}", "%7D", " ", "%20", `"`, "%22")

// opening is where Liquid would begin, with all braces before it.
var opening = regexp.MustCompile(`\{+[{%]`)

// literal keeps text from being read as Liquid.
func literal(text string) string {
	return opening.ReplaceAllString(text, "{% raw %}$0{% endraw %}")
}
