package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"hookline/internal/condition"
	"hookline/internal/hookline"
	"hookline/views"
)

// isConditionEdit says whether a post edits the condition, or rows, in a form, which keeps nothing: a button of theirs was
// pressed, or htmx follows what is chosen and typed. Else the form itself was sent.
func isConditionEdit(r *http.Request) bool {
	if r.PostForm.Has("edit") {
		return true
	}
	return isHTMX(r) && slices.Contains([]string{"trigger", "trigger-said", "sets"}, r.Header.Get("HX-Target"))
}

// editCondition does with a builder what was pressed.
func editCondition(r *http.Request, t *triggerForm) { t.edit(r.PostFormValue("edit")) }

// askedModel shows a condition of a campaign; its edits are posted to path.
func (s *server) askedModel(r *http.Request, t triggerForm, path string) (views.TriggerModel, error) {
	if t.asking.Scope != condition.AboutEvents {
		lately, err := s.recentOfAll(r.Context(), hookline.EventFilter{})
		if err != nil {
			return views.TriggerModel{}, err
		}
		m, _, err := s.conditionModel(t, lately, path)
		return m, err
	}
	sources, err := s.Store.ListSources(r.Context())
	if err != nil {
		return views.TriggerModel{}, err
	}
	d := hookline.Destination{}
	for _, source := range sources {
		d.SourceIDs = append(d.SourceIDs, source.ID)
	}
	lately, err := s.recent(r.Context(), d)
	if err != nil {
		return views.TriggerModel{}, err
	}
	m, err := s.triggerModel(t, lately, path)
	m.NoSource = false // that is said of destinations, which listen to some sources only
	return m, err
}

// finishCondition is the condition in the form in which it is kept, "" for none, or what is wrong with it.
func finishCondition(t *triggerForm) (string, error) {
	t.asked = true
	c, rows, problem := t.condition()
	switch {
	case problem != "":
		return "", hookline.Invalid("It was not saved.", map[string]string{"condition": problem})
	case c == nil:
		return "", hookline.Invalid("It was not saved.", map[string]string{"condition": unfinishedRows(len(rows))})
	case len(c.Children) == 0 && c.Clause == nil:
		return "", nil
	}
	return c.String(), nil
}

func unfinishedRows(n int) string {
	if n == 1 {
		return "One condition is not complete. Finish it, or remove it."
	}
	return counted(n, "", "conditions are not complete. Finish them, or remove them.")
}

// emptyDraft is a builder in which nothing is asked.
func emptyDraft(asking views.Asking) triggerForm {
	return triggerForm{asking: asking, draft: &condition.Draft{Match: condition.MatchAll}}
}

// openCondition is a kept condition as the form shows it.
func openCondition(asking views.Asking, text string) triggerForm {
	if strings.TrimSpace(text) == "" {
		return emptyDraft(asking)
	}
	return draftTrigger(asking, text)
}

// renamed tells what is wrong at the names that a form has for its fields; the others keep theirs.
func renamed(err error, prefix string, names map[string]string) error {
	e, ok := errors.AsType[*hookline.Error](err)
	if !ok || len(e.Fields) == 0 {
		return err
	}
	told := *e
	told.Fields = map[string]string{}
	for field, text := range e.Fields {
		field = strings.TrimPrefix(field, prefix)
		if name := names[field]; name != "" {
			field = name
		}
		told.Fields[field] = text
	}
	return &told
}
