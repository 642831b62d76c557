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
	m := views.PreviewModel{Choice: f.example, Path: views.ComposerPath(f.destination.ID, f.action.ID, "preview")}
	roots, err := s.chooseRoots(f, lately, &m)
	if err != nil {
		return m, err
	}
	if err := s.offerExamples(lately, roots, &m); err != nil {
		return m, err
	}
	s.tellRequest(ctx, f.template, roots, f.destination, &m)
	return m, nil
}

// tellRequest puts the request that a template makes into m, or what keeps it from making one.
func (s *server) tellRequest(ctx context.Context, t hookline.Template, roots compose.Roots, d hookline.Destination, m *views.PreviewModel) {
	made, err := s.Composer.Preview(ctx, t, roots)
	m.Method, m.URL = t.Method, made.Request.URL
	m.Headers = compose.SafeHeaders(made.Request.Headers)
	m.Added = addedHeaders(d, made.Request.Headers)
	for _, warning := range made.Warnings {
		m.Problems = append(m.Problems, views.Problem{Where: where(warning.Part, place{warning.Line, warning.Column, false}), Text: warning.Message})
	}
	badLine := tellTrouble(m, err)
	m.Body = views.BodyLines(string(made.Request.Body), made.Marks, badLine)
	m.Size = len(made.Request.Body)
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
		problem.Where, problem.Text = where(e.Part, place{e.Line, e.Column, e.InOutput}), e.Message
		m.Stopped = e.Part
		if e.InOutput && e.Part == compose.Body {
			badLine = e.Line
		}
	}
	m.Problems = slices.Insert(m.Problems, 0, problem)
	return badLine
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

// addedHeaders are those that Hookline adds when it sends. One that a template sets itself is replaced, but for
// User-Agent, which the template may choose.
func addedHeaders(d hookline.Destination, own []hookline.Header) []views.AddedHeader {
	added := []views.AddedHeader{
		{Name: "User-Agent", What: "Hookline and its version"},
		{Name: "X-CIO-Idempotency-Key", What: "the same for every attempt, so that a receiver can drop what it has already"},
		{Name: "X-CIO-Timestamp", What: "when it is sent"},
		{Name: "X-CIO-Signature", What: "made with the workspace’s signing key"},
	}
	if slices.ContainsFunc(own, func(h hookline.Header) bool { return strings.EqualFold(h.Name, "User-Agent") }) {
		added = added[1:]
	}
	if d.SharedSecret != "" {
		added = append(added, views.AddedHeader{Name: "X-Signature", What: "made with the destination’s shared secret"})
	}
	if len(d.StandardSecrets) > 0 {
		added = append(added,
			views.AddedHeader{Name: "webhook-id", What: "the same for every attempt"},
			views.AddedHeader{Name: "webhook-timestamp", What: "when it is sent"},
			views.AddedHeader{Name: "webhook-signature", What: "made with the Standard Webhooks secret"})
	}
	return added
}
