package web

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/views"
)

// How many events and people the preview offers to be made with.
const (
	offeredEvents = 30
	offeredPeople = 20
)

// exampleID chooses the example, which stands in while nothing has come in.
const exampleID = "example"

// exampleEvent and examplePerson are what a first template is tried on.
func exampleEvent() *hookline.Event {
	at := time.Now().UTC().Truncate(time.Second)
	payload, _ := json.Marshal(map[string]any{ // texts can always be written
		"type": "track", "event": "Signed Up", "userId": "123", "messageId": "example-1", "timestamp": at.Format(time.RFC3339),
		"properties": map[string]any{"plan": "Startup", "referred_by": "Friend", "total": 49.5},
		"context":    map[string]any{"ip": "203.0.113.7", "page": map[string]any{"url": "https://example.com/welcome"}},
	})
	return &hookline.Event{ID: "evt_example", Type: hookline.Track, Name: "Signed Up", UserID: "123", Timestamp: at, ReceivedAt: at, Payload: payload}
}

func examplePerson() *hookline.Person {
	return &hookline.Person{
		ID: "per_example", UserID: "123", Email: "ana@example.com",
		Attributes: json.RawMessage(`{"email":"ana@example.com","first_name":"Ana","last_name":"Lindqvist","plan":"Startup"}`),
	}
}

// previewModel makes the request that would be sent, with one event or person.
func (s *server) previewModel(ctx context.Context, f composerForm, lately *recent) (views.PreviewModel, error) {
	m := views.PreviewModel{
		Choice: f.example, Search: f.exampleSearch, Formatted: f.formatted, Path: views.ComposerPath(f.destination.ID, f.action.ID, "preview"),
	}
	roots, err := s.chooseRoots(f, lately, &m)
	if err != nil {
		return m, err
	}
	if f.owned() {
		err = s.offerPeople(ctx, roots, &m)
	} else {
		err = s.offerExamples(lately, roots, &m)
	}
	if err != nil {
		return m, err
	}
	made, ok := s.tellRequest(ctx, f.template, roots, f.destination, &m)
	f.relocate(m.Problems)
	f.tellAuth(&m)
	if ok && !f.isNew() && !f.action.Template.Same(f.template) {
		// What cannot be made of the saved version has nothing to be compared with.
		if saved, err := s.Composer.Request(ctx, f.action.Template, roots); err == nil {
			m.Saved, m.Made = &saved, made
		}
	}
	return m, nil
}

// tellRequest puts the request that a template makes into m, or what keeps it from making one; ok says whether it is
// made.
func (s *server) tellRequest(ctx context.Context, t hookline.Template, roots compose.Roots, d hookline.Destination, m *views.PreviewModel) (request hookline.Request, ok bool) {
	made, err := s.Composer.Preview(ctx, t, roots)
	shown := s.Secrets.ShownRequest(made.Request)
	m.Method, m.URL = t.Method, shown.URL
	m.Headers = compose.SafeHeaders(shown.Headers)
	m.Added = addedHeaders(d, made.Request.Headers)
	for _, w := range made.Warnings {
		m.Problems = append(m.Problems, views.Problem{
			Where: where(w.Part, place{w.Line, w.Column, false}), Text: w.Message, Part: w.Part, Line: w.Line, Column: w.Column,
		})
	}
	for _, e := range s.Composer.Unreadable(t) {
		m.Problems = append(m.Problems, problemOf(e))
	}
	badLine := tellTrouble(m, err)
	m.ShowBody(string(made.Request.Body), made.Marks, badLine)
	return made.Request, err == nil
}

// tellTrouble says why there is no request. It gives the line of the finished body that is wrong, 0 for none.
func tellTrouble(m *views.PreviewModel, err error) (badLine int) {
	if err == nil {
		return 0
	}
	if cancelled, ok := errors.AsType[*compose.Cancelled](err); ok {
		m.Cancelled = cancelled.Error()
		return 0
	}
	problem := views.Problem{Bad: true, Where: "The request could not be made"}
	problem.Text = "The event or the person cannot be read. Choose another one."
	if e, ok := errors.AsType[*compose.Error](err); ok {
		problem = problemOf(e)
		m.Stopped = e.Part
		if e.InOutput && e.Part == compose.Body {
			badLine = e.Line
		}
	}
	m.Problems = slices.DeleteFunc(m.Problems, func(p views.Problem) bool { return p == problem })
	m.Problems = slices.Insert(m.Problems, 0, problem)
	return badLine
}

// problemOf is a fault that keeps the request from being made.
func problemOf(e *compose.Error) views.Problem {
	p := views.Problem{
		Bad: true, Where: where(e.Part, place{e.Line, e.Column, e.InOutput}), Text: e.Message, Part: e.Part, Line: e.Line, Column: e.Column,
	}
	if e.InOutput {
		p.Line, p.Column = e.FromLine, e.FromColumn
	}
	return p
}

// place is where in a part something is; line 0 is nowhere.
type place struct {
	line, column int
	inOutput     bool
}

func where(part compose.Part, p place) string {
	var words string
	switch part {
	case compose.URL:
		words = "Address"
	case compose.Body:
		words = "Body"
	default:
		i, _ := strconv.Atoi(strings.TrimPrefix(string(part), "headers.")) // that is what the others are called
		words = "Header " + strconv.Itoa(i+1)
	}
	if p.line > 0 {
		words += ", line " + strconv.Itoa(p.line) + ", column " + strconv.Itoa(p.column)
	}
	if p.inOutput {
		words += " of the finished text"
	}
	return words
}
