package compose

import (
	"regexp"
	"strings"
)

// liquidParts are the outputs and tags in a text.
var liquidParts = regexp.MustCompile(`(?s)\{\{.*?\}\}|\{%.*?%\}`)

// CheckAddress asks check about a template's address as far as it stands: one
// whose host is filled in later is looked at when it is sent. Liquid elsewhere
// in it stands for a letter. The error is an *Error.
func CheckAddress(address string, check func(url string) error) error {
	scheme, rest, found := strings.Cut(address, "://")
	if address == "" || (!found && liquidParts.MatchString(address)) || liquidParts.MatchString(scheme) {
		return nil
	}
	host := rest
	if end := strings.IndexAny(liquidParts.ReplaceAllStringFunc(rest, blank), "/?#"); end >= 0 {
		host = rest[:end]
	}
	if liquidParts.MatchString(host) {
		return nil
	}
	if err := check(liquidParts.ReplaceAllString(address, "x")); err != nil {
		return &Error{Part: URL, Message: err.Error()}
	}
	return nil
}

// blank is as long as text, without anything that ends a host.
func blank(text string) string { return strings.Repeat("x", len(text)) }

// checkFilled says of an address that was filled in what no data must take from
// it, with the place of its first Liquid.
func checkFilled(source, made string) error {
	missing := ""
	switch scheme, rest, found := strings.Cut(made, "://"); {
	case strings.TrimSpace(made) == "":
		missing = "the address is empty"
	case found && scheme != "" && (rest == "" || strings.IndexByte("/?#", rest[0]) >= 0):
		missing = "the address has no host"
	}
	if missing == "" {
		return nil
	}
	first := liquidParts.FindStringIndex(source)
	if first == nil { // whoever wrote it meant that
		return nil
	}
	line, column := place(source, first[0]+1)
	return &Error{Part: URL, Line: line, Column: column, Message: "With what is filled in here, " + missing + ". Choose a value that is always there, or add one for when it is missing: | default: \"…\"."}
}
