package mapping

import (
	"slices"
	"strings"
)

// naming says what a root of somebody else's Liquid is called here; "" when there is nothing like it.
type naming func(root string) string

// segmentRoots: Segment's Liquid names the parts of the event by themselves.
func segmentRoots(root string) string {
	parts := []string{
		"type", "event", "userId", "anonymousId", "properties", "traits", "context", "messageId", "timestamp", "receivedAt", "sentAt",
		"originalTimestamp", "name", "category", "groupId", "previousId", "integrations", "version", "channel",
	}
	if slices.Contains(parts, root) {
		return "event." + root
	}
	return ""
}

// customerRoots: at Customer.io an event is its properties alone.
func customerRoots(root string) string {
	switch root {
	case "event":
		return "event.properties"
	case "customer", "event_name", "event_id", "event_timestamp":
		return root
	}
	return ""
}

// renamed gives Liquid with our names, and the roots that there is nothing for. Text, quoted words and names that the
// Liquid sets itself stay as they are.
func renamed(liquid string, name naming) (text string, unknown []string) {
	r := renamer{name: name}
	end := 0
	for _, part := range liquidPart.FindAllStringIndex(liquid, -1) {
		r.out.WriteString(liquid[end:part[0]])
		end = part[1]
		r.tag(liquid[part[0]:end])
	}
	r.out.WriteString(liquid[end:])
	return r.out.String(), r.unknown
}

type renamer struct {
	name    naming
	own     []string // names that the Liquid sets
	raw     bool     // within raw or comment
	out     strings.Builder
	unknown []string
}

// notRoots are the words of Liquid that are no names.
var notRoots = []string{
	"and", "or", "contains", "in", "true", "false", "nil", "null", "empty", "blank", "reversed", "limit", "offset", "forloop", "continue", "cols", "with", "for", "as",
}

// tag goes through one output or tag.
func (r *renamer) tag(tag string) {
	inside := strings.TrimLeft(tag[2:len(tag)-2], "- \t\r\n")
	word := wordAt(inside)
	isTag := strings.HasPrefix(tag, "{%")
	switch {
	case isTag && (word == "raw" || word == "comment"):
		r.raw = true
	case isTag && (word == "endraw" || word == "endcomment"):
		r.raw = false
	}
	if r.raw {
		r.out.WriteString(tag)
		return
	}
	at := 2
	if isTag {
		at = strings.Index(tag, word) + len(word)
		if slices.Contains([]string{"assign", "capture", "for", "increment", "decrement", "tablerow"}, word) {
			r.own = append(r.own, wordAt(strings.TrimLeft(tag[at:], " \t\r\n\"'")))
		}
	}
	r.out.WriteString(tag[:at])
	r.words(tag[at:])
}

// words renames the roots in what stands within a tag.
func (r *renamer) words(text string) {
	last := byte(' ') // the last character that is no white space
	for i := 0; i < len(text); {
		c := text[i]
		word := wordAt(text[i:])
		switch {
		case c == '"' || c == '\'':
			end := strings.IndexByte(text[i+1:], c)
			if end < 0 {
				end = len(text) - i - 2
			}
			word = text[i : i+end+2]
			r.out.WriteString(word)
		case word == "":
			word = text[i : i+1]
			r.out.WriteString(word)
		case last == '.' || last == '|' || isDigit(word[0]) || strings.HasPrefix(strings.TrimLeft(text[i+len(word):], " "), ":"):
			r.out.WriteString(word)
		default:
			r.out.WriteString(r.root(word))
		}
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			last = word[len(word)-1]
		}
		i += len(word)
	}
}

func (r *renamer) root(word string) string {
	if slices.Contains(notRoots, word) || slices.Contains(r.own, word) {
		return word
	}
	name := r.name(word)
	if name == "" {
		if !slices.Contains(r.unknown, word) {
			r.unknown = append(r.unknown, word)
		}
		return word
	}
	return name
}

// wordAt is the name or number that a text begins with.
func wordAt(text string) string {
	for i, c := range text {
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80
		if !letter && (i == 0 || c != '-') && !('0' <= c && c <= '9') {
			return text[:i]
		}
	}
	return text
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
