package ui

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// jsonLimit is how much text is coloured; beyond it the spans would weigh more than the text and help nobody.
const jsonLimit = 256 << 10

// JSON shows text in a box with a copy button: as JSON with one value a line and colours when it is JSON (RFC 8259),
// exactly as it is otherwise. Numbers, the order of keys and doubled keys stay as they were written.
func JSON(label, text string) templ.Component {
	var pretty bytes.Buffer
	if len(text) > jsonLimit || json.Indent(&pretty, []byte(text), "", "  ") != nil {
		return CodeBlock(label, text)
	}
	shown := strings.TrimSpace(pretty.String())
	return codeBox(label, shown, colouredJSON(shown))
}

// colouredJSON writes valid, indented JSON with a span around each token that has a colour.
func colouredJSON(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, colourJSON(text))
		return err
	})
}

func colourJSON(text string) string {
	var b strings.Builder
	for text != "" {
		size, class := jsonToken(text)
		token := html.EscapeString(text[:size])
		if class == "" {
			b.WriteString(token)
		} else {
			b.WriteString(`<span class="` + class + `">` + token + `</span>`)
		}
		text = text[size:]
	}
	return b.String()
}

// jsonToken is the length of the first token of text and its class: k for a key, s for a string, n for a number or
// word, p for punctuation, "" for white space.
func jsonToken(text string) (int, string) {
	switch first := text[0]; {
	case first == '"':
		size := stringSize(text)
		// Indented JSON puts the colon straight behind the key.
		if strings.HasPrefix(text[size:], ":") {
			return size, "k"
		}
		return size, "s"
	case strings.IndexByte("{}[],:", first) >= 0:
		return run(text, "{}[],:"), "p"
	case strings.IndexByte(" \n", first) >= 0:
		return run(text, " \n"), ""
	default:
		return max(strings.IndexAny(text+"\n", ",\n]} "), 1), "n"
	}
}

// run is how many bytes at the start of text are of the set.
func run(text, set string) int {
	return len(text) - len(strings.TrimLeft(text, set))
}

// stringSize is the length of the JSON string text begins with, both quotes included.
func stringSize(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}
