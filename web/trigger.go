package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"hookline/internal/condition"
	"hookline/views"
)

// The names of the form fields a trigger is made of. Those of its rows begin with triggerPrefix, see condition.FormName.
const (
	triggerPrefix = views.TriggerPrefix
	triggerMode   = "trigger_mode"
	triggerText   = "trigger_text"
)

// triggerForm is a trigger, or another condition, while somebody builds it: as rows, or as text.
type triggerForm struct {
	asking views.Asking // what it is built for
	asText bool
	text   string           // what was typed in the text form
	draft  *condition.Draft // the rows; never nil
	focus  string           // the id of the control that an edit leads to
	limit  string           // why an edit could not be made
	asked  bool             // a complete trigger was asked for, so that what is missing is said beside the rows
}

// newRow is what a row begins with: most triggers ask for an event by its name, and most conditions over people for an
// attribute.
func (t *triggerForm) newRow() condition.Row {
	if t.asking.Scope != condition.AboutEvents {
		return condition.Row{Field: condition.FieldPerson, Op: condition.OpIs}
	}
	return condition.Row{Field: condition.FieldEvent, Op: condition.OpIs}
}

// draftTrigger is a kept trigger as the form shows it. One that cannot be read is shown as text, where it can be mended.
func draftTrigger(asking views.Asking, trigger string) triggerForm {
	c, err := condition.Parse(trigger)
	if err != nil {
		return triggerForm{asking: asking, asText: true, text: trigger, draft: &condition.Draft{Match: condition.MatchAll}}
	}
	return triggerForm{asking: asking, draft: c.Draft()}
}

// readTrigger reads what was posted. Browsers send line breaks as CR LF, whatever was in the field before.
func readTrigger(asking views.Asking, form url.Values) triggerForm {
	t := triggerForm{
		asking: asking,
		asText: form.Get(triggerMode) == "text",
		text:   strings.ReplaceAll(form.Get(triggerText), "\r\n", "\n"),
	}
	draft, err := condition.DecodeDraft(form, triggerPrefix)
	if err != nil {
		t.limit = err.Error()
		draft = &condition.Draft{Match: condition.MatchAll}
	}
	t.draft = draft
	tidyRows(t.draft)
	return t
}

func tidyRows(d *condition.Draft) {
	if d.Row != nil {
		d.Row.Fit()
		for i, value := range d.Row.Values {
			d.Row.Values[i] = strings.ReplaceAll(value, "\r\n", "\n")
		}
	}
	for _, child := range d.Children {
		tidyRows(child)
	}
}

// condition is the trigger as a condition; nil when it is not complete, and then what says why: of the rows, or one
// sentence about all of it.
func (t triggerForm) condition() (c *condition.Condition, rows condition.RowErrors, problem string) {
	if t.limit != "" {
		return nil, nil, t.limit
	}
	if !t.asText {
		c, rows = t.draft.ConditionIn(t.asking.Scope)
		return c, rows, rows.At("", "")
	}
	c, err := condition.ParseIn(t.text, t.asking.Scope)
	var syntax *condition.SyntaxError
	if errors.As(err, &syntax) {
		return nil, nil, fmt.Sprintf("Line %d, column %d: %s", syntax.Line, syntax.Column, syntax.Message)
	}
	if err != nil {
		return nil, nil, err.Error()
	}
	return c, nil, ""
}

// finish is the condition in the one form in which it is kept, or what is wrong with it; from then on what is missing is
// said beside the rows.
func (t *triggerForm) finish() (kept, problem string) {
	t.asked = true
	c, rows, problem := t.condition()
	switch {
	case problem != "":
		return "", problem
	case len(rows) == 1:
		return "", "One condition of the " + t.asking.Noun + " is not complete. Finish it, or remove it."
	case len(rows) > 1:
		return "", strconv.Itoa(len(rows)) + " conditions of the " + t.asking.Noun + " are not complete. Finish them, or remove them."
	}
	return c.String(), ""
}

// edit does what the pressed button says: "add-row:0.1", "add-group:", "remove:2", "text", "rows". Nothing, and what is
// older than the form, changes nothing.
func (t *triggerForm) edit(what string) {
	act, path, _ := strings.Cut(what, ":")
	var err error
	switch act {
	case "add-row":
		err = t.draft.AddRow(path, t.newRow())
		t.focusLast(path, "")
	case "add-group":
		err = t.draft.AddGroup(path, t.newRow())
		t.focusLast(path, ".0")
	case "remove":
		err = t.draft.Remove(path)
		t.focusNear(path)
	case "text":
		t.toText()
	case "rows":
		t.toRows()
	}
	var limit *condition.Error
	if errors.As(err, &limit) {
		t.limit, t.focus = limit.Message, ""
	}
}

// focusLast leads to the row that was added to the group at path.
func (t *triggerForm) focusLast(path, below string) {
	if group := t.draft.At(path); group != nil && len(group.Children) > 0 {
		t.focus = views.TriggerID(condition.ChildPath(path, len(group.Children)-1)+below, "field")
	}
}

// focusNear leads to what stands where something was removed, or before it, or to the button that adds.
func (t *triggerForm) focusNear(path string) {
	t.focus = views.TriggerID("", "add")
	parent, last := "", path
	if dot := strings.LastIndexByte(path, '.'); dot >= 0 {
		parent, last = path[:dot], path[dot+1:]
	}
	index, err := strconv.Atoi(last)
	if err != nil {
		return
	}
	for _, near := range []int{index, index - 1} {
		at := condition.ChildPath(parent, near)
		if place := t.draft.At(at); near >= 0 && place != nil && place.Row != nil {
			t.focus = views.TriggerID(at, "field")
			return
		}
	}
}

// toText writes the rows as text. Rows that are not complete have none, so they are to be finished first; but who leaves
// the one row that the form began with as it was wants to begin with the text.
func (t *triggerForm) toText() {
	if t.isUntouched() {
		t.draft = emptyDraft(t.asking).draft
	}
	c, _, _ := t.condition()
	if c == nil {
		t.asked = true
		return
	}
	*t = triggerForm{asking: t.asking, asText: true, text: c.String(), draft: t.draft, focus: views.TriggerTextID}
}

// isUntouched says whether there is only a row in which nothing was chosen or typed.
func (t *triggerForm) isUntouched() bool {
	only, begun := t.draft.At("0"), t.newRow()
	if len(t.draft.Children) != 1 || only.Row == nil {
		return false
	}
	return only.Row.Field == begun.Field && only.Row.Op == begun.Op && only.Row.Key+strings.Join(only.Row.Values, "") == ""
}

// toRows reads the text as rows. What cannot be read stays as it is, with the place that is wrong.
func (t *triggerForm) toRows() {
	c, _, _ := t.condition()
	if c == nil {
		t.asked = true
		return
	}
	*t = triggerForm{asking: t.asking, draft: c.Draft(), focus: views.TriggerID("", "add")}
}

// editTrigger serves an edit of the trigger: the builder alone for htmx, and the whole page, with all that was typed,
// for everybody else.
func (s *server) editTrigger(w http.ResponseWriter, r *http.Request) error {
	return s.recompose(w, r, func(f *composerForm) { f.trigger.edit(r.PostFormValue("edit")) })
}

// triggerModel shows a trigger with the words for it, how it would have decided lately, and what to suggest.
func (s *server) triggerModel(t triggerForm, lately *recent, path string) (views.TriggerModel, error) {
	m, c, err := s.conditionModel(t, lately, path)
	m.NoSource = len(lately.sources) == 0
	if err != nil || c == nil {
		return m, err
	}
	m.Asked, err = lately.ask(c)
	return m, err
}

// conditionModel shows a condition with the words for it and what to suggest, of what came in lately. The condition is
// nil while it is not complete.
func (s *server) conditionModel(t triggerForm, lately *recent, path string) (views.TriggerModel, *condition.Condition, error) {
	m := views.TriggerModel{Asking: t.asking, Path: path, AsText: t.asText, Text: t.text, Draft: t.draft, Focus: t.focus, Segments: lately.segments}
	c, rows, problem := t.condition()
	m.Problem = problem
	if t.asked {
		m.Errors = rows
	}
	if c == nil && problem == "" {
		m.Unfinished = len(rows)
	}
	seen, err := s.suggestions(lately)
	if err != nil {
		return m, nil, err
	}
	m.Keys = seen.keys()
	m.Values = seen.valuesFor(t.draft)
	if c != nil && (t.asking.EveryEvent || !c.Empty()) {
		m.Sentence = lately.segments.Words().Sentence(c)
	}
	return m, c, nil
}
