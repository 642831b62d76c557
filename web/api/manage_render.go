package api

import (
	"encoding/json"
	"errors"
	"time"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

type renderForm struct {
	Template templateForm `json:"template" required:"true"`
	Event    jsonObject   `json:"event" doc:"A call as a source sends it: type, userId, event, properties and so on. Without it the template knows no event."`
	Person   jsonObject   `json:"person" doc:"The person's attributes, with id for the user id. Without it the template knows no customer."`
}

type renderAnswer struct {
	Request   *renderedAnswer `json:"request" doc:"Finished and not yet signed; null when the template said not to send."`
	Cancelled string          `json:"cancelled" doc:"Why the template said not to send; empty when it did not."`
	Warnings  []warningAnswer `json:"warnings"`
}

type renderedAnswer struct {
	Method  string       `json:"method"`
	URL     string       `json:"url"`
	Headers []headerForm `json:"headers"`
	Body    string       `json:"body"`
}

type warningAnswer struct {
	Part    string `json:"part" doc:"url, body or headers.0 and so on."`
	Line    int    `json:"line" doc:"From 1; 0 when the warning has no place."`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// render makes a request and sends nothing. Secrets in it are the caller's own.
func (m *manage) render(c *call, read func(*renderForm) error) (renderAnswer, error) {
	form := renderForm{Template: newTemplateForm()}
	if err := read(&form); err != nil {
		return renderAnswer{}, err
	}
	roots, err := form.roots()
	if err != nil {
		return renderAnswer{}, err
	}
	t := form.Template.template()
	unnamed := hookline.Action{Name: "Render", Template: t}
	err = named(unnamed.Validate(), func(name string) string { return "template." + name })
	// No name is looked up: nothing is sent or kept, and whoever only reads could ask for many.
	asText := func(address string) error { _, err := m.Guard.CheckURL(address); return err }
	if err := also(m.templateTrouble("template.", t, asText), err); err != nil {
		return renderAnswer{}, retitled(err, "The template cannot be used.")
	}
	made, err := m.Composer.Preview(c.Context(), t, roots)
	answer := renderAnswer{Warnings: make([]warningAnswer, len(made.Warnings))}
	for i, w := range made.Warnings {
		answer.Warnings[i] = warningAnswer{string(w.Part), w.Line, w.Column, w.Message}
	}
	if cancelled, ok := errors.AsType[*compose.Cancelled](err); ok {
		answer.Cancelled = cancelled.Error()
		return answer, nil
	}
	if err != nil {
		return renderAnswer{}, renderTrouble(err)
	}
	answer.Request = &renderedAnswer{made.Request.Method, made.Request.URL, showHeaders(made.Request.Headers), text(made.Request.Body)}
	return answer, nil
}

// renderTrouble says which part of the template failed with this event and
// person.
func renderTrouble(err error) error {
	e, ok := errors.AsType[*compose.Error](err)
	if !ok {
		return err
	}
	return hookline.Invalid(compose.Reason(e), map[string]string{"template." + string(e.Part): placed(e.Line, e.Column, e.Message)})
}

// retitled is an error of fields under another message.
func retitled(err error, message string) error {
	if e, ok := errors.AsType[*hookline.Error](err); ok && e.Kind == hookline.KindInvalid {
		return hookline.Invalid(message, e.Fields)
	}
	return err
}

func (f renderForm) roots() (compose.Roots, error) {
	var roots compose.Roots
	if len(f.Event) > 0 {
		event, err := f.event()
		if err != nil {
			return roots, err
		}
		roots.Event = event
	}
	if len(f.Person) > 0 {
		roots.Person = &hookline.Person{Attributes: json.RawMessage(f.Person)}
	}
	return roots, nil
}

// event is the call as a template sees it: the payload, its name, and a time.
func (f renderForm) event() (*hookline.Event, error) {
	call, err := hookline.ParseAttributes(f.Event)
	if err != nil {
		return nil, hookline.Invalid("The event cannot be read.", map[string]string{"event": "Give one JSON object, as a source sends it."})
	}
	e := &hookline.Event{
		ID: "evt_render", Type: hookline.EventType(call.Text("type")), UserID: call.Text("userId"), AnonymousID: call.Text("anonymousId"),
		Name: call.Text("event"), Timestamp: time.Now(), Payload: json.RawMessage(f.Event),
	}
	if e.Name == "" {
		e.Name = call.Text("name")
	}
	if at, err := time.Parse(time.RFC3339, call.Text("timestamp")); err == nil {
		e.Timestamp = at
	}
	return e, nil
}
