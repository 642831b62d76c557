package views

import (
	"bytes"
	"context"
	"encoding/json"
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
	Path       string // where the form is posted to see it anew
	Choice     string // what was chosen to make it with: an event's or person's id, "example", "" for what fits best
	Events     []Example
	People     []Example
	PeopleOnly bool      // no event sets it off
	Shown      Example   // what it is made with
	Awkward    []Example // made up, each to try something that templates trip over
	Search     string    // which events and people are offered
	Many       bool      // there are more than are offered
	Found      int       // by the search
	Note       string    // why that
	Example    bool      // it is made with the example
	Method     string
	URL        string
	Headers    []hookline.Header
	Added      []AddedHeader
	Body       []BodyLine
	Formatted  bool              // the body is asked for one part to a line
	Spread     bool              // and is shown so
	Size       int               // of the body, in bytes
	Saved      *hookline.Request // what the saved version would send; nil: nothing differs, or it sends nothing
	Made       hookline.Request  // to be compared with it
	Stopped    compose.Part      // the part that could not be made; nothing after it is
	Cancelled  string            // why the template does not want to be sent
	Problems   []Problem
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
	Bad          bool // nothing can be sent; else it is advice
	Where        string
	Text         string
	Part         compose.Part
	Line, Column int // where in the template's part, from 1; 0 when that is not known
}

// attrs tell scripts which field to underline, and where.
func (p Problem) attrs() templ.Attributes {
	if p.Line == 0 {
		return nil
	}
	return templ.Attributes{
		"data-problem": string(p.Part), "data-line": strconv.Itoa(p.Line), "data-column": strconv.Itoa(p.Column),
	}
}

// BodyLine is one line of a body, cut where something was filled in.
type BodyLine struct {
	Bad   bool
	Parts []BodyPart
}

// BodyPart is a piece of a line. From says which output of the template filled it in; "" is the template's own text.
type BodyPart struct{ Text, From string }

// ShowBody puts a body into the preview, one part to a line when that is asked for and can be done.
func (m *PreviewModel) ShowBody(body string, marks []liquid.Mark, badLine int) {
	m.Size = len(body)
	if m.Formatted && badLine == 0 {
		if text, moved, ok := spread(body, marks); ok {
			body, marks, m.Spread = text, moved, true
		}
	}
	m.Body = BodyLines(body, marks, badLine)
}

// spread formats JSON and moves the marks along; false for what is no JSON. Only white space outside of texts comes and
// goes, so both are walked through side by side.
func spread(body string, marks []liquid.Mark) (text string, moved []liquid.Mark, ok bool) {
	var pretty bytes.Buffer
	if len(body) > previewedBody || json.Indent(&pretty, []byte(body), "", "  ") != nil {
		return "", nil, false
	}
	text = pretty.String()
	places := make([]int, len(body)+1) // of each byte of body in text
	at := 0
	for i := range len(body) {
		for at < len(text) && text[at] != body[i] && isBlank(text[at]) && !isBlank(body[i]) {
			at++
		}
		places[i] = at
		if at < len(text) && text[at] == body[i] {
			at++
		}
	}
	places[len(body)] = at
	for _, mark := range marks {
		if mark.Start < mark.End && mark.End <= len(body) {
			mark.Start, mark.End = places[mark.Start], places[mark.End-1]+1
			moved = append(moved, mark)
		}
	}
	return text, moved, true
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

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

// sizeWords say how large the body is, and how it is shown.
func (m PreviewModel) sizeWords() string {
	words := strconv.Itoa(m.Size) + " bytes. Marked is what was filled in."
	switch {
	case m.Spread:
		words += " Line breaks and blanks are ours, to read it by; without “Formatted” it is as it would be sent."
	case m.Formatted:
		words += " It is no JSON, so it is shown as it is."
	}
	return words
}

// foundWords say what the search found.
func (m PreviewModel) foundWords() string {
	switch m.Found {
	case 0:
		return "Nothing found for “" + m.Search + "”. Search for the beginning of an e-mail address or id, or for the name of an event."
	case 1:
		return "1 found; choose it below."
	}
	return strconv.Itoa(m.Found) + " found; choose one below."
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
