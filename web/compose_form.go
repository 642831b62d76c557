package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"hookline/internal/backtest"
	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/views"
)

// composerForm is an action while somebody composes it.
type composerForm struct {
	destination   hookline.Destination
	action        hookline.Action // as it is kept; without id for a new one
	name          string
	trigger       triggerForm
	template      hookline.Template
	plain         hookline.Template  // the same without its authentication
	request       views.RequestTyped // what of it has fields of its own
	batch         views.BatchTyped
	response      views.ResponseTyped
	example       string           // what the preview is made with: an event's or person's id, "example", "" for what fits best
	exampleSearch string           // which events and people are offered for that
	formatted     bool             // the preview shows a JSON body one part to a line
	asRows        bool             // the body is edited as a form
	members       []compose.Member // of that form
	told          string           // why the body was not formatted
	version       int              // of the action, that it began with; 0: not told
	note          string           // what is to be said of the version that is saved
	conflict      *views.ConflictModel
	focus         string // the id of the control that an edit leads to
	trouble       hookline.Error
	backtest      string           // how many days back it is to be tried on, "" for not at all
	doubt         *backtest.Answer // why saving asks first
	save          string           // what the button said that was pressed
	tested        string           // the delivery of the last test; "": none was sent
	refused       hookline.Error   // why no test was sent
}

func (f composerForm) isNew() bool { return f.action.ID == "" }

// openComposer begins with what is kept, or with what a new action begins with. A link may choose the example.
func (s *server) openComposer(r *http.Request) (composerForm, error) {
	f, err := s.findComposed(r)
	if err != nil {
		return f, err
	}
	f.version = f.action.Version
	f.name, f.template, f.trigger = f.action.Name, f.action.Template, draftTrigger(views.AskEvents, f.action.Trigger)
	f.example = r.URL.Query().Get("example")
	if f.isNew() {
		f.template, f.trigger = hookline.NewTemplate(), draftTrigger(views.AskEvents, `type = "track"`)
	}
	f.openRequest()
	f.batch, f.response = typedBatch(f.action.Batching), typedResponse(f.action.Response)
	return f, nil
}

// findComposed reads what the address names: a destination, and an action in it or none yet.
func (s *server) findComposed(r *http.Request) (f composerForm, err error) {
	if id := r.PathValue("action"); id == "" || id == newActionID {
		f.destination, err = s.Store.Destination(r.Context(), r.PathValue("id"))
		return f, err
	}
	f.destination, f.action, err = s.theAction(r)
	return f, err
}

// readComposer reads what was posted, right or wrong.
func (s *server) readComposer(r *http.Request) (composerForm, error) {
	f, err := s.findComposed(r)
	if err != nil {
		return f, err
	}
	f.name, f.example, f.note = trimmed(r, "name"), r.PostFormValue("example"), trimmed(r, "note")
	if f.owned() { // its owner names it
		f.name = f.action.Name
	}
	f.version, _ = strconv.Atoi(r.PostFormValue("version")) // 0 of who posts no version: it is saved over any
	f.exampleSearch, f.formatted = trimmed(r, "example_search"), r.PostFormValue("formatted") != ""
	f.trigger = readTrigger(views.AskEvents, r.PostForm)
	f.template = readTemplate(r.PostForm)
	f.readRows(r.PostForm)
	f.readRequest(r.PostForm)
	f.batch = views.BatchTyped{On: r.PostFormValue("batch") != "", Size: trimmed(r, "batch_size"), Window: trimmed(r, "batch_window")}
	f.response, f.tested = readResponse(r.PostForm), r.PostFormValue("tested")
	return f, nil
}

// typedBatch writes batching into the form; an action that was never asked has the defaults.
func typedBatch(b hookline.Batching) views.BatchTyped {
	if b == (hookline.Batching{}) {
		b = hookline.NewBatching()
	}
	return views.BatchTyped{On: b.Enabled, Size: strconv.Itoa(b.Size), Window: strconv.FormatFloat(b.Window.Seconds(), 'f', -1, 64)}
}

// batching reads what was typed. What is no number becomes 0, which Validate names at its field; while batches are off
// it does not matter, and the defaults take its place.
func (f composerForm) batching() hookline.Batching {
	size, err := strconv.Atoi(f.batch.Size)
	if err != nil {
		size = 0
	}
	b := hookline.Batching{Enabled: f.batch.On, Size: size, Window: parseSeconds(f.batch.Window)}
	valid := hookline.Batching{Enabled: true, Size: b.Size, Window: b.Window}.Validate() == nil
	if !b.Enabled && !valid {
		return hookline.NewBatching()
	}
	return b
}

// keptHeaders is how many rows of headers come back when there are too many.
const keptHeaders = 4 * hookline.MaxHeaders

// readTemplate reads the request's fields. Browsers send line breaks as CR LF; a body has LF, as it was typed.
func readTemplate(form url.Values) hookline.Template {
	t := hookline.Template{
		Method: form.Get("method"), URL: strings.TrimSpace(form.Get("url")),
		Body:        strings.ReplaceAll(form.Get("body"), "\r\n", "\n"),
		PlainOutput: form.Get("plain_output") != "",
	}
	names, values := form["header_name"], form["header_value"]
	for i := range min(len(names), len(values), keptHeaders) {
		t.Headers = append(t.Headers, hookline.Header{Name: strings.TrimSpace(names[i]), Value: values[i]})
	}
	return t
}

// checkTrigger puts the trigger into the action, in the one form in which it is kept, or says what is wrong with it.
func (f *composerForm) checkTrigger(a *hookline.Action) map[string]string {
	kept, problem := f.trigger.finish()
	if problem != "" {
		return map[string]string{"trigger": problem}
	}
	a.Trigger = kept
	return map[string]string{}
}

// addWrong adds what an error says of fields to what is said of others already.
func addWrong(wrong map[string]string, err error) {
	e, ok := errors.AsType[*hookline.Error](err)
	if !ok {
		return
	}
	for name, text := range e.Fields {
		if _, known := wrong[name]; !known {
			wrong[name] = text
		}
	}
}

// checkTemplate says at the field what is wrong with the Liquid in a template, and where.
func (s *server) checkTemplate(t hookline.Template) error {
	return onPart(s.Composer.Check(t))
}

// onPart puts what is wrong with the Liquid of a part at its field.
func onPart(err error) error {
	e, ok := errors.AsType[*compose.Error](err)
	if !ok {
		return nil
	}
	return hookline.Invalid(e.Message, map[string]string{string(e.Part): placed(e)})
}

// placed is an error with its place in front.
func placed(e *compose.Error) string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("Line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// checkAddress looks at an address as far as it stands.
func (s *server) checkAddress(ctx context.Context, address string) error {
	check := func(address string) error { return s.Guard.CheckReach(ctx, address) }
	if e, ok := errors.AsType[*compose.Error](compose.CheckAddress(address, check)); ok {
		return hookline.Invalid("The address cannot be used.", map[string]string{"url": e.Message})
	}
	return nil
}
