package views

import (
	"strconv"
	"strings"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/internal/liquid"
	"hookline/views/ui"
)

// ComposerModel is an action while somebody composes it.
type ComposerModel struct {
	Page        ui.Page
	Destination hookline.Destination // without secrets
	Action      hookline.Action      // as it is kept; without id for a new one
	Name        string               // this and the next as they were typed
	Template    hookline.Template
	Request     RequestTyped // what of the template has fields of its own
	Batch       BatchTyped
	Back        string // the owner's page, of an action that has one
	Version     int    // of the action, that the form began with
	Note        string // what is to be said of the version that is saved
	Trigger     TriggerModel
	Preview     PreviewModel
	Backtest    BacktestModel
	Response    ResponseTyped
	Picker      Picker
	Test        TestModel
	Open        []string         // the inside networks that webhooks may reach
	AsRows      bool             // the body is edited as a form
	Members     []compose.Member // of that form
	Told        string           // why the body was not formatted
	Focus       string           // the id of the control that an edit leads to
	Trouble     hookline.Error   // why the form came back; the zero value: it did not
	Conflict    *ConflictModel   // what somebody else saved in the meantime; nil: nothing
}

// BatchTyped is how the form asks for batches. What was typed stays text until it is saved.
type BatchTyped struct {
	On     bool
	Size   string
	Window string // seconds
}

func (m ComposerModel) isNew() bool { return m.Action.ID == "" }

// ComposerPath is where the composer of an action posts a step; step "" keeps the action.
func ComposerPath(destinationID, actionID, step string) string {
	if actionID == "" {
		actionID = "new"
	}
	path := "/destinations/" + destinationID + "/actions/" + actionID
	if step == "" {
		return path
	}
	return path + "/" + step
}

// Path is where this composer posts a step.
func (m ComposerModel) Path(step string) string {
	return ComposerPath(m.Destination.ID, m.Action.ID, step)
}

// editButton is a button that edits a part of the form at a step: the server does what its value says, and gives the
// part anew.
func (m ComposerModel) editButton(step string, b ui.Button) ui.Button {
	b.Name = "edit"
	if b.Attrs == nil {
		b.Attrs = map[string]any{}
	}
	b.Attrs["formaction"], b.Attrs["hx-post"] = m.Path(step), m.Path(step)
	return b
}

// HeaderID is the id of a control of the header at place i.
func HeaderID(i int, part string) string { return "header-" + strconv.Itoa(i) + "-" + part }

// headerNames are suggested while a header's name is typed.
var headerNames = []string{"Content-Type", "Authorization", "Accept", "X-Api-Key", "Accept-Language", "User-Agent", "X-Request-Id"}

// headerValues are suggested while a header's value is typed.
var headerValues = []string{"application/json", "application/x-www-form-urlencoded", "text/plain", "text/xml", "Bearer "}

// editor is the language of the body's editor.
func editor(t hookline.Template) string {
	switch contentType := strings.ToLower(t.ContentType()); {
	case strings.Contains(contentType, "json"), contentType == "":
		return "liquid-json"
	case strings.Contains(contentType, "html"), strings.Contains(contentType, "xml"):
		return "liquid-html"
	}
	return "liquid"
}

// escapingWords says what happens to values on their way into the body.
func escapingWords(t hookline.Template) string {
	switch compose.BodyMode(t) {
	case liquid.JSON:
		return "Values are escaped for JSON, so a quotation mark or a line break in a value cannot break the body. Put {{ … }} between quotation marks, or use the filter json for numbers, lists and objects."
	case liquid.Form:
		return "Values are encoded for forms, so & and = in a value cannot break the body."
	}
	if t.PlainOutput {
		return "Values are put in exactly as they are. A quotation mark in a value can break the body."
	}
	switch compose.ContentOf(t.ContentType()) {
	case compose.ContentXML, compose.ContentHTML:
		return "Values are put in as they are. Where one may hold < or &, write {{ customer.name | escape }}, so that it cannot break the body."
	}
	return "Values are put in as they are, because the content type is neither JSON nor a form."
}

// stateWords says what the foot's buttons change.
func (m ComposerModel) stateWords() string {
	switch {
	case m.isNew():
		return "A new action is off until you enable it."
	case !m.Action.Enabled:
		return "This action is off: it sends nothing."
	case !m.Destination.Enabled:
		return "This action is on, but its destination is off: nothing is sent."
	}
	return "This action is on. What you save counts from the next event."
}
