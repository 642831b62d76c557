package api

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"hookline/internal/compose"
	"hookline/internal/condition"
	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/views"
)

// headerForm is one header line, given or shown.
type headerForm struct {
	Name  string `json:"name" required:"true" example:"Content-Type"`
	Value string `json:"value" required:"true" example:"application/json"`
}

// templateForm is what a request is made from, given or shown.
type templateForm struct {
	Method      string       `json:"method" enum:"POST,PUT,PATCH,DELETE,GET" default:"POST"`
	URL         string       `json:"url" required:"true" doc:"Liquid. User and password in it become Basic authorization." example:"https://example.com/webhooks"`
	Headers     []headerForm `json:"headers" doc:"Values are Liquid. A new action has Content-Type: application/json unless it is given headers."`
	Body        string       `json:"body" doc:"Liquid." example:"{\"plan\": {{ event.properties.plan | json }}}"`
	PlainOutput bool         `json:"plain_output" default:"false" doc:"Whether values are put into the body as they are, without escaping for its content type."`
}

// batchForm is batching, given or shown.
type batchForm struct {
	Enabled  bool  `json:"enabled" default:"false"`
	Size     int   `json:"size" default:"1000" doc:"Events a request: 1 to 4000."`
	WindowMS int64 `json:"window_ms" default:"10000" doc:"How long the oldest event waits at most: 100 to 3600000."`
}

type actionForm struct {
	Name    string       `json:"name" required:"true" example:"Tell the CRM about new customers"`
	Enabled bool         `json:"enabled" default:"true"`
	Trigger string       `json:"trigger" doc:"When it sends, in the text form of conditions (FQL); empty: for every event." example:"type = \"track\" and event = \"Signed Up\""`
	Request templateForm `json:"request" required:"true"`
	Batch   batchForm    `json:"batch"`

	Attributes []attributeForm `json:"attributes" doc:"Attributes of the person that are set from an answer of 2xx, in this order; none of a batch."`
	Expect     expectForm      `json:"expect"`

	Note string `json:"note" doc:"What changed, for whoever looks at the versions of the action: at most 200 characters. It is kept with the version that the call makes."`
}

type actionAnswer struct {
	ID            string       `json:"id" example:"act_00000000000000000000"`
	DestinationID string       `json:"destination_id"`
	Name          string       `json:"name"`
	Enabled       bool         `json:"enabled"`
	Trigger       string       `json:"trigger" doc:"In its normal form."`
	Request       templateForm `json:"request" doc:"User, password and query secrets of the address, and headers that authorize, are blotted out unless the token's scope is edit or admin."`
	Batch         batchForm    `json:"batch"`

	Attributes []attributeForm `json:"attributes" doc:"Attributes of the person that are set from an answer of 2xx, in this order; none of a batch."`
	Expect     expectForm      `json:"expect"`

	Version   int       `json:"version" doc:"Which of its versions this is, from 1. Whether it is enabled is no part of a version."`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func (c *call) showAction(a hookline.Action) actionAnswer {
	return actionAnswer{
		ID: a.ID, DestinationID: a.DestinationID, Name: a.Name, Enabled: a.Enabled, Trigger: a.Trigger,
		Request: c.showRequest(a.Template), Batch: showBatching(a.Batching), Attributes: showAttributes(a.Response), Expect: showExpectation(a.Response),
		Version: a.Version, CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt,
	}
}

// showRequest is a template as the caller may see it.
func (c *call) showRequest(t hookline.Template) templateForm {
	if !c.may(edit) {
		t.URL, t.Headers = views.SafeURL(outbound.ShowURL(t.URL)), compose.SafeHeaders(t.Headers)
	}
	return showTemplate(t)
}

func showTemplate(t hookline.Template) templateForm {
	return templateForm{t.Method, t.URL, showHeaders(t.Headers), t.Body, t.PlainOutput}
}

func showHeaders(headers []hookline.Header) []headerForm {
	shown := make([]headerForm, len(headers))
	for i, h := range headers {
		shown[i] = headerForm(h)
	}
	return shown
}

func showBatching(b hookline.Batching) batchForm {
	return batchForm{b.Enabled, b.Size, b.Window.Milliseconds()}
}

func (f templateForm) template() hookline.Template {
	t := hookline.Template{Method: f.Method, URL: strings.TrimSpace(f.URL), Body: f.Body, PlainOutput: f.PlainOutput}
	for _, h := range f.Headers {
		t.Headers = append(t.Headers, hookline.Header{Name: strings.TrimSpace(h.Name), Value: h.Value})
	}
	return t
}

// newTemplateForm is what a request is made from unless more is given.
func newTemplateForm() templateForm {
	t := hookline.NewTemplate()
	t.Body = ""
	return showTemplate(t)
}

func (m *manage) listActions(c *call) (listAnswer[actionAnswer], error) {
	if _, err := m.Store.Destination(c.Context(), c.params["id"]); err != nil {
		return listAnswer[actionAnswer]{}, err
	}
	actions, err := m.Store.ListActions(c.Context(), c.params["id"])
	return listed(actions, c.showAction), err
}

// theAction reads the action that the path names. One of another destination
// is not there.
func (m *manage) theAction(c *call) (hookline.Action, error) {
	a, err := m.Store.Action(c.Context(), c.params["action_id"])
	if err == nil && a.DestinationID != c.params["id"] {
		return hookline.Action{}, hookline.NotFound("action")
	}
	return a, err
}

func (m *manage) showAction(c *call) (actionAnswer, error) {
	a, err := m.theAction(c)
	return c.showAction(a), err
}

func (m *manage) createAction(c *call, read func(*actionForm) error) (actionAnswer, error) {
	d, err := m.Store.Destination(c.Context(), c.params["id"])
	if err != nil {
		return actionAnswer{}, err
	}
	form := actionForm{Enabled: true, Request: newTemplateForm(), Batch: showBatching(hookline.NewBatching()), Attributes: showAttributes(hookline.Response{}), Expect: showExpectation(hookline.Response{})}
	if err := read(&form); err != nil {
		return actionAnswer{}, err
	}
	a, err := m.overAction(c, form, hookline.Action{DestinationID: d.ID, Save: hookline.Save{By: c.askedBy()}})
	if err == nil {
		a, err = m.Store.CreateAction(c.Context(), a)
	}
	return c.showAction(a), err
}

func (m *manage) changeAction(c *call, read func(*actionForm) error) (actionAnswer, error) {
	a, err := m.theAction(c)
	if err != nil {
		return actionAnswer{}, err
	}
	form := actionForm{a.Name, a.Enabled, a.Trigger, showTemplate(a.Template), showBatching(a.Batching), showAttributes(a.Response), showExpectation(a.Response), ""}
	a.Save = hookline.Save{By: c.askedBy(), Over: a.Version}
	if err := read(&form); err != nil {
		return actionAnswer{}, err
	}
	if a, err = m.overAction(c, form, a); err == nil {
		a, err = m.Store.UpdateAction(c.Context(), a)
	}
	return c.showAction(a), err
}

// overAction is the action with what the form says, the trigger in the one
// form in which it is kept.
func (m *manage) overAction(c *call, f actionForm, a hookline.Action) (hookline.Action, error) {
	before := a
	a.Name, a.Enabled, a.Template = f.Name, f.Enabled, f.Request.template()
	a.Save.Note = f.Note
	a.Batching = hookline.Batching{Enabled: f.Batch.Enabled, Size: f.Batch.Size, Window: millis(f.Batch.WindowMS)}
	a.Response = f.response()
	a = a.SavedBy(c.may(admin), before)
	wrong := map[string]string{}
	trigger, err := condition.ParseIn(f.Trigger, condition.AboutEvents)
	if err == nil {
		a.Trigger = trigger.String()
	} else {
		wrong["trigger"] = triggerTrouble(err)
	}
	err = named(a.Validate(), actionField)
	reach := func(address string) error { return m.Guard.CheckReach(c.Context(), address) }
	if e, ok := errors.AsType[*compose.Error](m.Composer.CheckResponse(a.Response)); ok {
		wrong[string(e.Part)] = placed(e.Line, e.Column, e.Message)
	}
	if err := m.checkSecrets(c.Context(), a.Template, wrong); err != nil {
		return a, err
	}
	return a, also(wrong, also(m.templateTrouble("request.", a.Template, reach), err))
}

func triggerTrouble(err error) string {
	if e, ok := errors.AsType[*condition.SyntaxError](err); ok {
		return placed(e.Line, e.Column, e.Message)
	}
	return err.Error()
}

// templateTrouble says what of a template cannot be used, and where. check judges
// its address as far as that stands.
func (m *manage) templateTrouble(prefix string, t hookline.Template, check func(address string) error) map[string]string {
	wrong := map[string]string{}
	for _, err := range []error{m.Composer.Check(t), compose.CheckAddress(t.URL, check)} {
		if e, ok := errors.AsType[*compose.Error](err); ok {
			wrong[prefix+string(e.Part)] = placed(e.Line, e.Column, e.Message)
		}
	}
	return wrong
}

func placed(line, column int, message string) string {
	if line == 0 {
		return message
	}
	return fmt.Sprintf("Line %d, column %d: %s", line, column, message)
}

// actionField gives an action's field the name it has here.
func actionField(name string) string {
	switch {
	case name == "batch_size":
		return "batch.size"
	case name == "batch_window":
		return "batch.window_ms"
	case name == "name", name == "note", strings.HasPrefix(name, "attributes"):
		return name
	case strings.HasPrefix(name, "expect_"):
		return "expect." + strings.TrimPrefix(name, "expect_")
	}
	return "request." + name
}

func (m *manage) deleteAction(c *call) (none, error) {
	a, err := m.theAction(c)
	if err != nil {
		return none{}, err
	}
	return none{}, m.Store.DeleteAction(c.Context(), a.ID)
}
