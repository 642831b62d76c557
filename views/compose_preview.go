package views

import (
	"context"
	"html"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/internal/liquid"
)

// PreviewModel is the request that would be sent now.
type PreviewModel struct {
	Path      string // where the form is posted to see it anew
	Choice    string // what was chosen to make it with: an event's or person's id, "example", "" for what fits best
	Events    []Example
	People    []Example
	Shown     Example // what it is made with
	Note      string  // why that
	Example   bool    // it is made with the example
	Method    string
	URL       string
	Headers   []hookline.Header
	Added     []AddedHeader
	Body      []BodyLine
	Size      int          // of the body, in bytes
	Stopped   compose.Part // the part that could not be made; nothing after it is
	Cancelled string       // why the template does not want to be sent
	Problems  []Problem
}

// Example is an event or a person that a preview can be made with.
type Example struct {
	ID, Title, About string
	At               time.Time
}

// words are the example in a list: "Signed Up, ana@example.com, 4 Jan 15:04".
func (e Example) words() string {
	text := e.Title
	if e.About != "" {
		text += ", " + e.About
	}
	if !e.At.IsZero() {
		text += ", " + e.At.UTC().Format("2 Jan 15:04 UTC")
	}
	return text
}

// AddedHeader is a header that Hookline adds when it sends, and what its value is.
type AddedHeader struct{ Name, What string }

// Problem is what is wrong with a template, or may be.
type Problem struct {
	Bad   bool // nothing can be sent; else it is advice
	Where string
	Text  string
}

// BodyLine is one line of a body, cut where something was filled in.
type BodyLine struct {
	Bad   bool
	Parts []BodyPart
}

// BodyPart is a piece of a line. From says which output of the template filled it in; "" is the template's own text.
type BodyPart struct{ Text, From string }

// previewedBody is how much of a body is shown.
const previewedBody = 64 << 10

// BodyLines cuts a body into lines and at its marks, which are in order and do not overlap. badLine counts from 1; 0 is
// none.
func BodyLines(body string, marks []liquid.Mark, badLine int) []BodyLine {
	if body == "" {
		return nil
	}
	b := bodyCutter{lines: []BodyLine{{}}}
	if len(body) > previewedBody {
		body = strings.ToValidUTF8(body[:previewedBody], "")
	}
	at := 0
	for _, mark := range marks {
		if mark.Start < at || mark.End > len(body) {
			continue
		}
		b.add(body[at:mark.Start], "")
		b.add(body[mark.Start:mark.End], "Filled in by line "+strconv.Itoa(mark.Line)+", column "+strconv.Itoa(mark.Column))
		at = mark.End
	}
	b.add(body[at:], "")
	if badLine > 0 && badLine <= len(b.lines) {
		b.lines[badLine-1].Bad = true
	}
	return b.lines
}

type bodyCutter struct{ lines []BodyLine }

func (b *bodyCutter) add(text, from string) {
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.lines = append(b.lines, BodyLine{})
		}
		if line != "" {
			last := &b.lines[len(b.lines)-1]
			last.Parts = append(last.Parts, BodyPart{line, from})
		}
	}
}

// bodyWords stand where there is no body to show.
func (m PreviewModel) bodyWords() string {
	switch {
	case m.Method == "GET":
		return "A GET request carries no body."
	case m.Stopped != "" && m.Stopped != compose.Body:
		return "The body is made when what is said above is mended."
	case m.Stopped == compose.Body:
		return "The body could not be made."
	case m.Cancelled != "":
		return "Nothing is sent."
	}
	return "The body is empty."
}

// bodyCode writes the lines of a body for a <pre>, where a template's own white space would show.
func bodyCode(lines []BodyLine) templ.Component {
	var b strings.Builder
	for _, line := range lines {
		class := "line"
		if line.Bad {
			class += " bad"
		}
		b.WriteString(`<span class="` + class + `">`)
		for _, part := range line.Parts {
			if part.From == "" {
				b.WriteString(html.EscapeString(part.Text))
			} else {
				b.WriteString(`<mark title="` + html.EscapeString(part.From) + `">` + html.EscapeString(part.Text) + `</mark>`)
			}
		}
		b.WriteString("\n</span>")
	}
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, b.String())
		return err
	})
}
